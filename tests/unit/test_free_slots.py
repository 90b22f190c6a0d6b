"""Why slots stay free although leads are held."""

from __future__ import annotations

from datetime import UTC, datetime

from solver import solve
from solver.explanation import free_slot_reasons
from solver.models import Lead, Policy, Rep, Window

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
HOURS = {"timezone": "Europe/London", "working_hours": ("Mon-Fri 09:00-17:00",)}


def test_each_rep_with_a_slot_left_says_why() -> None:
    """Away, unknown hours, worthless leads only, all that may be had, outdone by a colleague."""
    def lead(lead_id: str, deal_value: float) -> Lead:
        return Lead(lead_id=lead_id, created_at=AT, deal_value=deal_value, score=100.0)

    window = Window(
        at=AT, policy=Policy(reserve_value=30.0),
        leads=(lead("L1", 1000), lead("L2", 900), lead("L3", 10)),
        reps=(Rep(rep_id="ana", capacity=1, **HOURS),
              Rep(rep_id="ben", capacity=2, performance=0.5, min_deal=900, max_deal=900, **HOURS),
              Rep(rep_id="cy", capacity=1, performance=0.1, max_deal=900, **HOURS),
              Rep(rep_id="dee", capacity=1, time_off=("2026-11-18/2026-11-30",), **HOURS),
              Rep(rep_id="eve", capacity=1),
              Rep(rep_id="fay", capacity=1, performance=0.01, **HOURS),
              Rep(rep_id="gus", capacity=0, **HOURS)))
    plan = solve(window)
    assert {a.lead_id: a.rep_id for a in plan.assignments} == {"L1": "ana", "L2": "ben"}
    reasons = free_slot_reasons(window, plan)
    assert sorted(reasons) == ["ben", "cy", "dee", "eve", "fay"]
    assert reasons["ben"] == "has all leads that the rep may have (1)"
    assert reasons["cy"] == "may have 1 lead; what is not owned by the rep is worth more elsewhere"
    assert reasons["dee"].startswith("is next at work at Tue 2026-12-01 09:00 (Europe/London)")
    assert reasons["eve"].startswith("has no working_hours")
    assert reasons["fay"] == ("may have no lead of the window at a value above floor and reserve")
