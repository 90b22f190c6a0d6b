"""What floors of limits do to the changes that leads need."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from solver.models import Lead, Ledger, Limit, Policy, Rep, Window
from solver.models.floors import Floors, ForecastBasis, LimitFloor, RepFloor
from solver.relax import apply, relax
from solver.solving import solve

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


def _floors(slot: int, limit: int) -> Floors:
    return Floors(
        at=AT, until=AT + timedelta(days=7), refresh_at=AT + timedelta(days=1),
        basis=ForecastBasis.STEADY, history_leads=100, history_days=7.0, scale=1.0,
        expected_leads=10.0, samples=5, seed=0, currency="USD",
        floors=(RepFloor(rep_id="ana", floor=slot),), limits=(LimitFloor(limit="month",
                                                                         floor=limit),))


@pytest.mark.parametrize(("slot", "limit", "capacity", "num_leads", "reserve", "changes"), [
    # A lead brings 700.00: less than a unit of the limit is worth later.
    (0, 80_000, 9, 1, 0.0,
     ["1 lead L0 is placed although it brings no more than left to nurture"]),
    # Less the floor it is above 0, but not above the reserve.
    (0, 50_000, 9, 6, 300.0, ["5 the reserve falls from 300.00 to 199.99"]),
    # The quota is behind: the lead is worth more than its slot will be, which is all it lacks.
    (90_000, -80_000, 0, 1, 0.0, ["1 1 more slot for ana"]),
])
def test_floors_of_limits_count(slot: int, limit: int, capacity: int, num_leads: int,
                                reserve: float, changes: list[str]) -> None:
    """The changes are those with which the window, its floors as they were, places every lead."""
    leads = tuple(Lead(lead_id=f"L{n}", created_at=AT - timedelta(hours=1), deal_value=1000.0,
                       score=100.0) for n in range(num_leads))
    policy = Policy(reserve_value=reserve, limits=(
        Limit(name="month", lower=1, upper=100, period="month"),))
    window = Window(at=AT, leads=leads, reps=(Rep(rep_id="ana", capacity=capacity),),
                    policy=policy, ledger=Ledger(
                        at=AT - timedelta(days=1), currency="USD", timezone="UTC"))
    floors = _floors(slot, limit)
    plan = solve(window, floors=floors)
    assert len(plan.held) == num_leads
    found = relax(window, plan)
    assert [f"{one.cost:g} {one.sentence}" for one in found.changes] == changes
    assert found.checked
    assert not solve(apply(window, found), floors=floors).held
