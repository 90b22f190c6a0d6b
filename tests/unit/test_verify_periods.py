"""The checker on limits of a day: what the ledger counts, and what a unit is kept for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from solver.models import Floors, ForecastBasis, Lead, Ledger, Plan, Policy, Rep, Window
from solver.models.floors import LimitFloor
from solver.solving import solve
from solver.verify import verify_plan

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
#: 40.00 for each of the day's leads.
FLOORS = Floors(
    at=AT, until=AT + timedelta(hours=9), refresh_at=AT, basis=ForecastBasis.STEADY,
    history_leads=9, history_days=1, scale=1, expected_leads=2, samples=8, seed=0, currency="USD",
    floors=(), limits=(LimitFloor(limit="day", floor=4_000),))


def _window() -> Window:
    """Four leads may go to Ana today; one went, and one by hand since."""
    return Window(
        at=AT, policy=Policy.model_validate({
            "match": {"skill": 0.5, "territory": 0.5, "unknown": 1.0},
            "limits": [{"name": "day", "period": "day", "leads": "deal_value > 10", "upper": 4}]}),
        leads=tuple(Lead(lead_id=f"L{n}", created_at=AT, deal_value=worth, score=100)
                    for n, worth in enumerate((100, 90, 80, 30, 20), start=1)),
        reps=(Rep(rep_id="ana", name="Ana", capacity=9),),
        ledger=Ledger.model_validate({
            "at": AT - timedelta(hours=3), "currency": "USD",
            "periods": [{"limit": "day", "period": "day", "measure": "leads",
                         "start": "2026-11-18", "used": 1}],
            "entries": [{"kind": "manual", "at": AT - timedelta(hours=1), "lead_id": "L5",
                         "rep_id": "ana"}]}))


def _faults(plan: Plan) -> list[str]:
    return [fault for check in verify_plan(_window(), plan) for fault in check.faults]


def test_what_was_given_by_hand_counts_and_floors_of_limits_are_paid() -> None:
    """Two are left of four; both leads pay 40.00; 30.00 and 20.00 are kept for later."""
    plan = solve(_window(), floors=FLOORS)
    (limit,) = plan.limits
    assert (limit.used_before, limit.used, limit.upper) == (2, 2, 2)
    assert [(one.lead_id, one.floor) for one in plan.assignments] == [("L1", 4_000), ("L2", 4_000)]
    assert plan.certificate.objective == 19_000 - 8_000
    assert _faults(plan) == []


def test_other_counts_and_floors_are_found() -> None:
    """A floor of the limit changed, or what the day had used, is a fault of every pair."""
    plan = solve(_window(), floors=FLOORS)
    cheaper = FLOORS.model_copy(update={"limits": (LimitFloor(limit="day", floor=3_000),)})
    faults = _faults(plan.model_copy(update={"floors": cheaper}))
    assert "lead 'L1': floor is 40.00 in the plan and 30.00 recomputed" in faults
    used = plan.limits[0].model_copy(update={"used_before": 1, "upper": 3})
    faults = _faults(plan.model_copy(update={"limits": (used,)}))
    assert "limit 'day': used_before is 1 in the plan and 2 recomputed" in faults
    assert "limit 'day': upper is 3 in the plan and 2 recomputed" in faults
