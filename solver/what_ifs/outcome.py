"""One window solved for its figures and owners, by the cheapest way that is exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.errors import EngineError
from solver.explanation.first_reasons import first_reasons
from solver.matrix.floors import AnyFloors
from solver.matrix.triage import triage
from solver.models import Inputs, Lead, Plan, StoppedBy, Window
from solver.planning import Solution, certify
from solver.reoptimise import Reoptimiser
from solver.sales_floor.plain import is_plain
from solver.solving import solve, solve_within
from solver.what_ifs.figures import figures_of
from solver.what_ifs.records import Figures


@dataclass(frozen=True)
class Outcome:
    """What became of a window."""

    window: Window
    figures: Figures
    owners: dict[str, str | None]
    """Owner of every lead of the window; None: it has none. Kept leads stay where they are."""
    inputs: Inputs | None
    """What it was made from, where the whole plan was made."""
    solution: Solution | None
    """Owners and prices; None where capacities are not the only limits."""


def outcome_of(window: Window, floors: AnyFloors, time_limit: float | None,
               start: Reoptimiser | None = None) -> Outcome:
    """Solve a window.

    Parameters
    ----------
    window
        The window.
    floors, time_limit
        As for :func:`solver.solve`.
    start
        From another window's optimum, where there is one; the answer does not depend on it.

    Raises
    ------
    InvalidInputError, PolicyConflictError, NoPlanInTimeError, UsageError, EngineError
        As :func:`solver.solve`.
    """
    solution = None if start is None else start.solve(window, floors=floors)
    if solution is None and is_plain(window, triage(window).routed):
        solution = solve_within(window, floors=floors, time_limit=time_limit)
    if solution is not None:
        return of_solution(solution)
    return _of_plan(window, solve(window, floors=floors, time_limit=time_limit))


def of_solution(solution: Solution) -> Outcome:
    """Return the outcome of a window whose only limits are capacities.

    Raises
    ------
    EngineError
        If the prices do not prove the best what is said to be proven: then something is wrong with
        us. What a limit ended has its gap among the figures.
    """
    problem, prices, owner = solution.problem, solution.prices.gain, solution.owner
    rows = problem.rows
    certificate = certify(solution, owner)
    if solution.stopped_by is StoppedBy.PROOF and certificate.gap != 0:
        raise EngineError(f"the optimum's gap is {certificate.gap} minor units, not 0")
    used = np.bincount(owner[owner >= 0], minlength=len(rows.reps.rep_ids))
    slots = list(zip(rows.reps.free_slots.tolist(), used.tolist(), prices.tolist(), strict=True))
    names = (*rows.reps.rep_ids, None)
    owners = {lead.lead_id: names[at]
              for lead, at in zip(rows.leads.leads, owner.tolist(), strict=True)}
    reasons = first_reasons(problem, owner)
    return Outcome(
        window=rows.window, inputs=None, solution=solution,
        figures=figures_of(certificate, reasons, slots, rows.triage, rows.policy),
        owners=_with_the_rest(rows.window, owners, rows.triage.kept))


def _of_plan(window: Window, plan: Plan) -> Outcome:
    sorted_out = triage(window)
    slots = [(slot.free_slots, slot.used, slot.price) for slot in plan.slots]
    owners: dict[str, str | None] = {one.lead_id: one.rep_id for one in plan.assignments}
    reasons = {lead.lead_id: lead.reasons[0].code for lead in plan.held}
    return Outcome(
        window=window, inputs=plan.inputs, solution=None,
        figures=figures_of(plan.certificate, reasons, slots, sorted_out, window.policy),
        owners=_with_the_rest(window, owners, sorted_out.kept))


def _with_the_rest(window: Window, owners: dict[str, str | None], kept: tuple[Lead, ...]
                   ) -> dict[str, str | None]:
    """Return the owners of all leads: kept ones have theirs, the others have none."""
    stay = {lead.lead_id: lead.owner_id for lead in kept}
    return {lead.lead_id: owners.get(lead.lead_id, stay.get(lead.lead_id))
            for lead in window.leads}
