"""Large windows through the one entry point: the same plan, limits, and prices to start from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from solver import generate_window, solve, solving, verify_plan
from solver.models import Engine, Lead, Outcome, Rep, StoppedBy, Window
from solver.prices_first import loop
from solver.prices_first.start import Tuning
from solver.verify import limited

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Window:
    """A window that counts as large."""
    for module in (solving, limited):
        monkeypatch.setattr(module, "PRICES_FIRST_PAIRS", 1)
    return generate_window(120, 15, 3, AT)


def test_the_plan_is_the_same_but_for_the_reason(window: Window,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    """Which way a window takes shows in no other field."""
    large = solve(window)
    monkeypatch.setattr(solving, "PRICES_FIRST_PAIRS", 10**9)
    small = solve(window)
    assert large.engine is Engine.MIN_COST_FLOW
    assert "auction" in large.engine_reason
    assert "auction" not in small.engine_reason
    assert large.model_copy(update={"engine_reason": small.engine_reason}) == small


def test_last_prices_change_no_plan(window: Window) -> None:
    """Right, wrong and unknown prices: the same plan."""
    plan = solve(window)
    ids = [rep.rep_id for rep in window.reps]
    for prices in ({slots.rep_id: slots.price for slots in plan.slots}, {"nobody": 5}, {},
                   dict.fromkeys(ids, -3), dict.fromkeys(ids, 2**62)):
        assert solve(window, last_prices=prices) == plan


def test_no_slots_need_no_engine(window: Window) -> None:
    """Where no rep has a slot, nothing ran, however large the window is."""
    reps = tuple(rep.model_copy(update={"capacity": 0}) for rep in window.reps)
    plan = solve(window.model_copy(update={"reps": reps}))
    assert plan.engine is Engine.NONE_NEEDED
    assert plan.certificate.gap == 0
    assert not plan.assignments


def test_a_time_limit_leaves_a_plan_with_its_gap(window: Window,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    """A poor start and no time: feasible, stopped by the limit, no exact prices claimed."""
    best = solve(window)
    poor = Tuning(coarse=1, fine=1, bids_per_lead=0, width=0.0, rivals=1, most_near=2,
                  most_joining=1, corrections=0)
    monkeypatch.setattr(loop, "Tuning", lambda: poor)
    reps = tuple(rep.model_copy(update={"capacity": rep.capacity + 60}) for rep in window.reps)
    roomy = window.model_copy(update={"reps": reps})
    for one in (window, roomy):
        plan = solve(one, time_limit=0.0)
        if plan.stopped_by is StoppedBy.TIME_LIMIT:
            assert plan.outcome is Outcome.FEASIBLE
            assert plan.certificate.gap > 0
            assert [check for check in verify_plan(one, plan) if not check.passed] == []
            assert all(slots.gain is None and slots.loss is None for slots in plan.slots)
            break
    else:
        pytest.fail("no window was stopped")
    assert solve(window, time_limit=None) == best


def test_a_limited_plan_leaves_no_slot_that_a_held_lead_could_have(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal leads and no time: whoever is held has no usable rep with a free slot."""
    for module in (solving, limited):
        monkeypatch.setattr(module, "PRICES_FIRST_PAIRS", 1)
    leads = tuple(Lead(lead_id=f"L{at:03d}", created_at=AT, deal_value=100.0, score=100.0)
                  for at in range(300))
    reps = tuple(Rep(rep_id=f"r{at:02d}", capacity=5) for at in range(40))
    window = Window(at=AT, leads=leads, reps=reps)
    plan = solve(window, time_limit=0.0)
    assert len(plan.assignments) == 200
    assert [check for check in verify_plan(window, plan) if not check.passed] == []
