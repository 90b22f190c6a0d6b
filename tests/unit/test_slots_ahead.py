"""Slots by refill epoch, on cases solved by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from solver.horizon.slots import UNCAPPED, slots_ahead
from solver.matrix.moments import micros
from solver.models import Policy, Rep
from solver.models.policy import Horizon

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
_HOUR = micros(timedelta(hours=1))


def _table(rep: Rep, hours: float, *, open_hours: float | None = None,
           free: int | None = None) -> list[tuple[int, int, int]]:
    """Return (hours from now, daily slots, refill) of each epoch."""
    policy = Policy(horizon=Horizon(open_hours=open_hours))
    slots = slots_ahead([rep], None if free is None else {rep.rep_id: free}, NOON,
                        NOON + timedelta(hours=hours), policy)
    return list(zip((slots.start // _HOUR).tolist(), slots.daily.tolist(), slots.refill.tolist(),
                    strict=True))


def test_a_rep_without_a_cap_has_one_epoch() -> None:
    """Open-load slots do not lapse at midnight."""
    assert _table(Rep(rep_id="a", capacity=5, open_leads=2), 48) == [(0, UNCAPPED, 3)]


def test_a_daily_cap_comes_anew_at_the_reps_midnight() -> None:
    """In New York midnight is five hours after London's; what was assigned today counts today."""
    rep = Rep(rep_id="a", capacity=9, daily_cap=4, assigned_today=3, timezone="America/New_York")
    assert _table(rep, 48) == [(0, 1, 9), (17, 4, 0), (41, 4, 0)]
    assert _table(rep.model_copy(update={"timezone": None}), 24) == [(0, 1, 9), (12, 4, 0)]


def test_closing_leads_add_slots() -> None:
    """Seven open leads of 24 hours close one by one in eight parts; missing slots come first."""
    rep = Rep(rep_id="a", capacity=8, open_leads=7)
    assert _table(rep, 24, open_hours=24) == [
        (hours, UNCAPPED, 1) for hours in range(0, 24, 3)]
    overloaded = Rep(rep_id="a", capacity=8, open_leads=11)
    assert [refill for *_, refill in _table(overloaded, 24, open_hours=24)] == [
        0, 0, 0, 2, 1, 2, 1, 1]


def test_a_slot_is_free_again_once_its_lead_has_closed() -> None:
    """Leads of eight hours: whoever comes after eight hours does not compete for a slot of now."""
    table = _table(Rep(rep_id="a", capacity=8, open_leads=4), 24, open_hours=8)
    assert [hours for hours, *_ in table] == [*range(8), 8]
    assert [refill for *_, refill in table[:-1]] == [4, 1, 0, 1, 0, 1, 0, 1]
    assert table[-1][2] > 1_000_000


def test_closing_leads_leave_a_daily_cap_in_force() -> None:
    """A day's cap is one number, whatever closes meanwhile; the next day's load is free again."""
    rep = Rep(rep_id="a", capacity=8, open_leads=8, daily_cap=3)
    today, tomorrow = _table(rep, 24, open_hours=16)
    assert today == (0, 3, 3)
    assert tomorrow[:2] == (12, 3)
    assert tomorrow[2] > 1_000_000


def test_slots_taken_meanwhile_count_against_cap_and_load() -> None:
    """Free slots given from outside override what the loads say now, not tomorrow's cap."""
    rep = Rep(rep_id="a", capacity=6, daily_cap=4)
    assert _table(rep, 24, free=1) == [(0, 1, 3), (12, 4, 0)]


def test_an_inactive_rep_has_no_slots() -> None:
    """Neither now nor later."""
    assert _table(Rep(rep_id="a", capacity=6, daily_cap=4, active=False), 48) == [(0, 0, 0)]


def test_an_instant_falls_into_its_epoch() -> None:
    """The midnight itself belongs to the new day."""
    reps = [Rep(rep_id="a", capacity=6, daily_cap=4), Rep(rep_id="b", capacity=2)]
    slots = slots_ahead(reps, None, NOON, NOON + timedelta(hours=24), Policy())
    at = np.array([0, 12 * _HOUR - 1, 12 * _HOUR, 23 * _HOUR])
    assert slots.columns(at).tolist() == [[0, 2], [0, 2], [1, 2], [1, 2]]
    assert slots.rep_of(np.array([0, 1, 2])).tolist() == [0, 0, 1]
