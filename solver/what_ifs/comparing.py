"""A window beside the same window with each scenario's edits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from solver.errors import InvalidInputError, NoPlanInTimeError
from solver.matrix.floors import AnyFloors, check_floors
from solver.matrix.pairs import build_problem
from solver.matrix.rows import ValueRows
from solver.models import Floors, Inputs, RepFloor, StoppedBy, Window
from solver.planning import Solution
from solver.reoptimise import Reoptimiser
from solver.running import Runner, Serial
from solver.scenarios import Scenario, check_scenarios
from solver.scenarios.applying import edited, hires
from solver.scenarios.notes import notes
from solver.scenarios.present import Present
from solver.versions import versions
from solver.what_ifs.figures import difference
from solver.what_ifs.movers import movers
from solver.what_ifs.outcome import Outcome, of_solution, outcome_of
from solver.what_ifs.records import Comparison, ScenarioResult


def what_if(window: Window, scenarios: Sequence[Scenario], *, floors: AnyFloors = None,
            time_limit: float | None = 30.0, runner: Runner | None = None) -> Comparison:
    """Compare a window with what it would be under each scenario, exactly.

    Parameters
    ----------
    window
        The window; neither it nor any scenario is changed.
    scenarios
        What might change, each apart from the others.
    floors
        As for :func:`solver.solve`. They stand as they are in every scenario; a new rep has those
        of the rep that it is made like.
    time_limit
        Seconds for each solve of a window that is no flow, as for :func:`solver.solve`.
    runner
        What runs the scenarios; None: one after the other in this process. Which one it is makes
        no difference to the answer.

    Returns
    -------
    Comparison
        Figures of the base and of each scenario, differences with their sign, who moved.

    Raises
    ------
    InvalidInputError
        If an edit cannot be made (:func:`solver.scenarios.check_scenarios`), before anything runs;
        or as :func:`solver.solve`, of the window without edits. A scenario that leaves no plan
        says so in its result.
    UsageError, PolicyConflictError, NoPlanInTimeError, EngineError
        As :func:`solver.solve`, of the window without edits.
    """
    check_floors(window.reps, floors)
    present = Present(window)
    check_scenarios(window, scenarios, present=present)
    base = Base(outcome_of(window, floors, time_limit), floors, time_limit)
    results = (Serial() if runner is None else runner).run(compared, base, tuple(scenarios))
    return Comparison(at=window.at, currency=window.policy.currency, inputs=base.inputs,
                      base=base.outcome.figures, results=results, versions=versions())


class Base:
    """The window without edits, solved: what every scenario starts from.

    Another process gets owners and prices, and makes the matrix anew.

    Parameters
    ----------
    outcome
        What became of it.
    floors, time_limit
        As for :func:`solver.solve`.
    """

    def __init__(self, outcome: Outcome, floors: AnyFloors, time_limit: float | None) -> None:
        self.outcome, self.floors, self.time_limit = outcome, floors, time_limit

    @property
    def inputs(self) -> Inputs:
        """What it was made from."""
        if self.outcome.solution is not None:
            return self.outcome.solution.inputs
        assert self.outcome.inputs is not None
        return self.outcome.inputs

    @cached_property
    def present(self) -> Present:
        """The window as edits see it."""
        solution = self.outcome.solution
        return Present(self.outcome.window,
                       None if solution is None else solution.problem.rows.triage)

    @cached_property
    def start(self) -> Reoptimiser | None:
        """Solves windows that differ in few reps; None where no optimum is there to start from."""
        solution = self.outcome.solution
        is_proven = solution is not None and solution.stopped_by is StoppedBy.PROOF
        return Reoptimiser(solution) if solution is not None and is_proven else None

    def __getstate__(self) -> dict[str, Any]:
        solution = self.outcome.solution
        return {"window": self.outcome.window, "floors": self.floors, "limit": self.time_limit,
                "found": None if solution is None else (solution.owner, solution.prices,
                                                       solution.stopped_by),
                "outcome": self.outcome if solution is None else None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        outcome = state["outcome"]
        if outcome is None:
            problem = build_problem(ValueRows(state["window"]), state["floors"])
            outcome = of_solution(Solution(problem, *state["found"]))
        self.__init__(outcome, state["floors"], state["limit"])  # type: ignore[misc]


def compared(base: Base, scenario: Scenario) -> ScenarioResult:
    """Return one scenario beside the base.

    Parameters
    ----------
    base
        The window without edits.
    scenario
        Checked against it.
    """
    try:
        outcome = outcome_of(edited(base.present, scenario), _with_hires(base, scenario),
                             base.time_limit, base.start)
    except (InvalidInputError, NoPlanInTimeError) as error:
        return ScenarioResult(scenario=scenario, figures=None, difference=None, moves=(),
                              no_plan=str(error), notes=notes(base.present, scenario))
    return ScenarioResult(
        scenario=scenario, figures=outcome.figures,
        difference=difference(base.outcome.figures, outcome.figures),
        moves=movers(base.outcome, outcome), notes=notes(base.present, scenario))


def _with_hires(base: Base, scenario: Scenario) -> AnyFloors:
    """Return the floors with those of new reps, who have that of the rep they are made like."""
    floors, new = base.floors, hires(base.present, scenario)
    if not floors or not new:
        return floors
    if not isinstance(floors, Floors):
        return {**floors, **{rep_id: floors[edit.like] for rep_id, edit in new.items()
                             if edit.like in floors}}
    known = {floor.rep_id: floor for floor in floors.floors}
    added = [known[edit.like].model_copy(update={"rep_id": rep_id})
             for rep_id, edit in new.items() if edit.like in known]
    return floors.model_copy(update={"floors": tuple(sorted(
        (*floors.floors, *added), key=_rep_id))})


def _rep_id(floor: RepFloor) -> str:
    return floor.rep_id
