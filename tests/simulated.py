"""Small worlds for the tests of the simulator, and a checker that replays what a run did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from solver.matrix.pairs import build_problem
from solver.matrix.rows import ValueRows
from solver.models import Lead, Policy, Rep, Window
from solver.simulate import Answer, Offer, Run
from solver.world import World

START = datetime(2026, 11, 18, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def lead(lead_id: str, hours: float, deal_value: float = 100.0, **more: Any) -> Lead:
    """Make a lead of score 100 that comes some hours after the start."""
    return Lead(lead_id=lead_id, created_at=START + hours * HOUR, deal_value=deal_value,
                score=100.0, **more)


def world(leads: Sequence[Lead], reps: Sequence[Rep], hours: float = 24.0, **more: Any) -> World:
    """Make a world of some hours; a pair's value is the deal value, unless told otherwise."""
    fields: dict[str, Any] = {"policy": flat_policy(), "history": (), "seed": 1} | more
    return World(start=START, end=START + hours * HOUR, reps=tuple(reps), arrivals=tuple(leads),
                 **fields)


def flat_policy(**more: Any) -> Policy:
    """Make a policy under which every lead fits every rep."""
    return Policy.model_validate({"match": {"unknown": 1.0}} | more)


def check_run(played: World, run: Run) -> None:
    """Replay the log of a run and assert that it kept every rule."""
    assert run.owned + run.held_at_end + run.lost == len(played.arrivals)
    accepted = [offer for offer in run.offers if offer.answer is Answer.ACCEPTED]
    assert len({offer.lead_id for offer in accepted}) == len(accepted) == run.owned
    assert run.value == sum(offer.value for offer in accepted)
    owned = Counter(offer.rep_id for offer in accepted)
    assert run.owned_by_rep == tuple(owned[rep.rep_id] for rep in played.reps)
    assert [offer.at for offer in run.offers] == sorted(offer.at for offer in run.offers)
    for nth, offer in enumerate(run.offers):
        _check_offer(played, offer, run.offers[:nth])


def _check_offer(played: World, offer: Offer, before: Sequence[Offer]) -> None:
    """Assert that a lead and a slot were there, and that the value is that of the pair."""
    own = next(lead for lead in played.arrivals if lead.lead_id == offer.lead_id)
    rep = next(rep for rep in played.reps if rep.rep_id == offer.rep_id)
    assert own.created_at is not None
    assert own.created_at <= offer.at < played.end
    for earlier in before:
        if earlier.lead_id == offer.lead_id:
            assert earlier.answer is not Answer.ACCEPTED
            assert earlier.rep_id != offer.rep_id
            assert earlier.until is not None
            assert earlier.until <= offer.at
    assert not any(illness.rep_id == rep.rep_id and illness.at <= offer.at
                   for illness in played.illnesses)
    of_rep = [earlier for earlier in before if earlier.rep_id == rep.rep_id]
    still = [earlier for earlier in of_rep if earlier.until is None or earlier.until > offer.at]
    assert rep.open_leads + len(still) < rep.capacity
    if rep.daily_cap is not None:
        assert assigned_today(played, rep, of_rep, offer.at) < rep.daily_cap
    assert offer.value == value_of(played, own, rep, offer.at)


def assigned_today(played: World, rep: Rep, offers: Sequence[Offer], at: datetime) -> int:
    """Count the offers of a rep's local day that were not given back on the same day."""
    today = local_day(rep, at)
    count = rep.assigned_today if local_day(rep, played.start) == today else 0
    for offer in offers:
        gone = (offer.answer is not Answer.ACCEPTED and offer.until is not None
                and offer.until <= at)
        count += local_day(rep, offer.at) == today and not gone
    return count


def local_day(rep: Rep, at: datetime) -> date:
    """Return the rep's date at an instant."""
    return at.astimezone(ZoneInfo(rep.timezone or "UTC")).date()


def value_of(played: World, own: Lead, rep: Rep, at: datetime) -> int:
    """Return a pair's value at an instant, minor units; 0 where it is not usable."""
    window = Window(at=at, leads=(own,), reps=played.reps, policy=played.policy)
    pairs = build_problem(ValueRows(window)).pairs
    return sum(value for rep_idx, value in zip(pairs.rep.tolist(), pairs.value.tolist(),
                                               strict=True)
               if played.reps[rep_idx].rep_id == rep.rep_id)
