"""Days of windows with a ledger: what keeps reps at their shares, and what absences are owed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from benchmarks.fair_days import Day, make_floor
from benchmarks.fair_shares import Drift, compare, fair_owners, given, standing_of
from solver.fairness.offer import Offer
from solver.fairness.posting import post
from solver.fairness.shares import shares
from solver.models.fairness import Fairness
from solver.models.ledger import SHARE_SCALE, Entry, EntryKind, Ledger
from solver.models.rep import Rep

_AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
_IDS = ["a", "b", "c"]


@pytest.fixture(scope="module")
def drifts() -> dict[str, Drift]:
    """Ninety days, twelve reps who are away now and then, two of them new."""
    return {drift.name.split(",")[0]: drift
            for drift in compare(make_floor(90, 12, 48.0, seed=1))}


def test_the_ledger_keeps_every_rep_within_the_stated_bound(drifts: dict[str, Drift]) -> None:
    """Whenever a rep can reach its share; ``compare`` itself asserts each rep and window."""
    band = drifts["band 1"]
    assert band.inside >= 0.98 * band.windows
    assert band.largest <= 2
    assert drifts["rotation"].largest <= 2
    assert band.value > 0.95 * drifts["most value"].value


def test_round_robin_without_it_does_not(drifts: dict[str, Drift]) -> None:
    """Nor does weighted round robin that forgets yesterday, whether or not its pointer does."""
    for name in ("round robin", "weighted round robin", "most value"):
        assert drifts[name].largest > 10 * 2


def _play(policy: Fairness, by_hand: int = 0) -> list[float]:
    """Play 20 days of 6 leads for three reps; one is away on days 5 to 9; return the balances.

    On day 10 a person gives that rep so many leads besides.
    """
    reps = [Rep(rep_id=name, capacity=99) for name in _IDS]
    ledger, got = Ledger(at=_AT, currency="USD"), [0.0] * len(_IDS)
    for n in range(1, 21):
        at, present = _AT + timedelta(days=n), [not (name == "c" and 5 <= n < 10) for name in _IDS]
        may = np.broadcast_to(present, (6, 3))
        lead, rep = np.nonzero(may)
        ones = np.ones(len(rep), np.int64)
        day = Day(at, tuple(present), Offer(
            np.concatenate([[0], np.cumsum(may.sum(axis=1))]).astype(np.int64),
            rep.astype(np.int32), ones, ones, np.full(3, 9)), 10 + (lead * 7 + rep * 5) % 11)
        if n == 10:
            ledger = ledger.model_copy(update={"entries": tuple(
                Entry(kind=EntryKind.MANUAL, lead_id=f"H{k}", rep_id="c", at=at)
                for k in range(by_hand))})
        share = shares(reps, present, policy, at, around_the_clock=True)
        owner = fair_owners(policy)(day, standing_of(ledger, _IDS, share))
        ledger = post(ledger, at, _IDS, share, given(day, owner, _IDS))
        got[2] = float((owner == 2).sum()) + got[2] if n >= 10 else 0.0
    return [*(one.leads / SHARE_SCALE for one in ledger.reps), got[2]]


@pytest.mark.parametrize(("returning", "after"), [("none", 22), ("pro_rata", 28), ("full", 32)])
def test_who_comes_back_is_owed_what_the_policy_says(returning: str, after: float) -> None:
    """22 leads are due from day 10 on, and of 30 leads a third, a fifth or nothing was missed.

    Catching up ends when all are even again.
    """
    *balances, got = _play(Fairness.model_validate({"method": "rotation", "returning": returning}))
    assert max(map(abs, balances)) < 1
    assert abs(got - after) < 1.01


def test_leads_given_by_hand_are_made_up_for() -> None:
    """Whoever got six by hand gets fewer of the others until all are even."""
    *balances, got = _play(Fairness.model_validate({"method": "rotation"}), by_hand=6)
    *_, without = _play(Fairness.model_validate({"method": "rotation"}))
    assert max(map(abs, balances)) < 1
    assert without - got in (4, 5)
