"""MarketStar's busiest day under scenarios: each is what its window gives alone."""

from __future__ import annotations

import pytest

from benchmarks.datasets.locate import MissingDataError
from benchmarks.datasets.marketstar import busiest_day_window
from solver.models import Window
from solver.scenarios import (
    AddReps,
    ChangeCapacity,
    RemoveReps,
    ScaleLeads,
    Scenario,
    apply,
)
from solver.solving import solve
from solver.what_ifs import what_if

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def day() -> Window:
    """The day with the most leads, or a skip that says what is missing."""
    try:
        return busiest_day_window()
    except MissingDataError as error:
        pytest.skip(str(error))


def test_scenarios_are_their_windows_solved_alone(day: Window) -> None:
    """Hires, leavers, capacities and flows: objective, owners and reasons."""
    reps = sorted((rep for rep in day.reps if rep.active), key=lambda rep: -rep.free_slots)
    first, second = reps[0].rep_id, reps[1].rep_id
    scenarios = [Scenario(name=type(edits[0]).__name__, edits=edits) for edits in (
        (AddReps(like=first, capacity=10),),
        (RemoveReps(rep_ids=(first,)), ChangeCapacity(rep_ids=(second,), factor=1.5)),
        (ScaleLeads(factor=1.1),))]
    found = what_if(day, scenarios)
    before = {one.lead_id: one.rep_id for one in solve(day).assignments}
    for result in found.results:
        plan = solve(apply(day, result.scenario))
        after = {one.lead_id: one.rep_id for one in plan.assignments}
        assert result.figures is not None
        assert result.figures.gap == 0
        assert result.figures.objective == plan.certificate.objective
        assert sum(result.figures.held.values()) == len(plan.held)
        assert {move.lead_id: (move.before, move.after) for move in result.moves} == {
            lead_id: (before.get(lead_id), after.get(lead_id)) for lead_id in before | after
            if before.get(lead_id) != after.get(lead_id)}
