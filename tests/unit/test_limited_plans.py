"""Plans that a limit ended before the proof: who may have them, how they are said and checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from api.cli.comparison import comparison_rows
from solver import explain, generate_window, solve, solving, verify_plan
from solver.capacity.solved import solved_window
from solver.errors import EngineError
from solver.models import Engine, Plan, StoppedBy, Window
from solver.models.limited import LIMITS
from solver.prices_first import problem as prices_first_problem
from solver.scenarios import ChangeCapacity, Scenario
from solver.verify import limited
from solver.what_ifs import what_if

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Window:
    """A window that counts as large, whose search a limit ends with prices that prove nothing."""
    for module in (solving, limited):
        monkeypatch.setattr(module, "PRICES_FIRST_PAIRS", 1)
    found = prices_first_problem.solve_problem

    def stopped(problem: object, **options: object) -> object:
        optimum = found(problem, **options)  # type: ignore[arg-type]
        return replace(optimum, gain=optimum.gain + 1, stopped_by=StoppedBy.ROUND_LIMIT)
    monkeypatch.setattr(prices_first_problem, "solve_problem", stopped)
    return generate_window(120, 15, 3, AT)


@pytest.mark.parametrize("ask", [solving.solve_exactly, solved_window])
def test_what_asks_for_an_optimum_gets_no_less(window: Window, ask: Callable[[Window], object]
                                               ) -> None:
    """Where the search gave up, the worth of slots and a simulated day are no proven figures."""
    assert solve(window, time_limit=None).stopped_by is StoppedBy.ROUND_LIMIT
    with pytest.raises(EngineError, match="round limit of the search ended it"):
        ask(window)


def test_a_comparison_says_what_is_not_proven(window: Window) -> None:
    """Baselines stand beside an unproven plan, and pass their checks."""
    plan, baselines = solving.compare(window)
    assert plan.stopped_by in LIMITS
    assert comparison_rows(plan, baselines)[0].method == "best so far"
    for baseline in baselines.values():
        assert baseline.stopped_by is StoppedBy.RULE
        assert baseline.engine is Engine.CURRENT or _faults(window, baseline) == []


def test_scenarios_have_the_gap_that_they_have(window: Window) -> None:
    """The base is no optimum to start from, and neither it nor a scenario has a gap of 0."""
    more = Scenario(name="more", edits=(ChangeCapacity(rep_ids=(window.reps[0].rep_id,), add=1),))
    found = what_if(window, [more])
    assert found.base.gap == solve(window).certificate.gap > 0
    figures = found.results[0].figures
    assert figures is not None
    assert figures.gap > 0


def test_a_limited_plan_passes_its_checks(window: Window) -> None:
    """As the engine leaves it."""
    plan = solve(window)
    assert plan.certificate.gap > 0
    assert _faults(window, plan) == []


def test_a_small_window_has_no_limited_plan(window: Window, monkeypatch: pytest.MonkeyPatch
                                            ) -> None:
    """No limit ends a window that is solved at once."""
    plan = solve(window)
    monkeypatch.setattr(limited, "PRICES_FIRST_PAIRS", 10**6)
    assert "stopped_by" in " ".join(_faults(window, plan))


def test_worth_of_slots_stands_in_proven_plans_alone(window: Window,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    """A gain in a limited plan is refused, and a proven plan without gains."""
    plan = solve(window)
    first, *rest = plan.slots
    given = first.model_copy(update={"gain": first.price})
    assert "gain" in " ".join(_faults(window, _with(plan, slots=(given, *rest))))
    monkeypatch.undo()
    proven = solve(window)
    blank = tuple(one.model_copy(update={"gain": None, "loss": None}) for one in proven.slots)
    assert "gain" in " ".join(_faults(window, _with(proven, slots=blank)))


def test_a_limit_without_a_gap_is_refused(window: Window) -> None:
    """A plan whose bound it reaches is proven, whatever ended the run."""
    plan = solve(window)
    certificate = plan.certificate.model_copy(update={
        "gap": 0, "bound": plan.certificate.objective})
    assert "stopped_by" in " ".join(_faults(window, _with(plan, certificate=certificate)))


def test_no_lead_waits_beside_a_slot_that_it_could_have(window: Window,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    """The words that no slot was left are refused where one was."""
    found = prices_first_problem.solve_problem

    def dropped(problem: object, **options: object) -> object:
        optimum = found(problem, **options)  # type: ignore[arg-type]
        owner = optimum.owner.copy()
        owner[np.flatnonzero(owner >= 0)[0]] = -1
        return replace(optimum, owner=owner)
    monkeypatch.setattr(prices_first_problem, "solve_problem", dropped)
    assert "has a slot left" in " ".join(_faults(window, solve(window)))


def test_every_explanation_says_that_the_plan_is_not_proven(window: Window) -> None:
    """A runner-up may have a higher net value then."""
    plan = solve(window)
    for lead_id in (plan.assignments[0].lead_id, plan.held[0].lead_id):
        assert "not proven to be the best" in explain(plan, lead_id).sentences[-1]


def _faults(window: Window, plan: Plan) -> list[str]:
    return [fault for check in verify_plan(window, plan) for fault in check.faults]


def _with(plan: Plan, **changes: object) -> Plan:
    return plan.model_copy(update=changes)
