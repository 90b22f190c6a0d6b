"""Why not rep X, in a window with all its rules: the plan that would be, were the pair forced."""

from __future__ import annotations

import numpy as np

from solver.errors import NoPlanInTimeError, PolicyConflictError
from solver.explanation.sentences import money, rep_labels
from solver.explanation.why_not import Move, WhyNot
from solver.matrix.rows import ValueRows
from solver.models import Plan
from solver.program.clock import Clock
from solver.program.program import Choice, SolveLimits
from solver.sales_floor.building import sales_floor
from solver.sales_floor.engine import solve_floor
from solver.sales_floor.floor import SalesFloor
from solver.sales_floor.open_pairs import Ints
from solver.sales_floor.start import forced_start

#: Rounds of a MIP in such a question; a flow needs none.
_ROUNDS = 2_000


def force(rows: ValueRows, plan: Plan, lead_at: int, rep_at: int,
          time_limit: float | None = 30.0) -> WhyNot:
    """Solve the window again with a lead given to a rep, and say what it costs and who moves.

    Parameters
    ----------
    rows, plan
        The window and its plan.
    lead_at, rep_at
        An eligible pair, by position.
    time_limit
        Seconds for it, of which a flow needs few; None: only rounds count, and the answer repeats.
    """
    clock = Clock(time_limit)
    lead_id, rep_id = rows.leads.leads[lead_at].lead_id, rows.reps.rep_ids[rep_at]
    label = rep_labels(rows.window.reps)[rep_id]
    owner = _owners(rows, plan)
    if owner[lead_at] == rep_at:
        return WhyNot(lead_id=lead_id, rep_id=rep_id, cost=0,
                      sentence=f"Lead {lead_id} is {label}'s already.")
    floors = plan.floors or {slot.rep_id: slot.floor for slot in plan.slots}
    floor = sales_floor(rows, floors, fixed={lead_at: rep_at})
    try:
        choice, _ = solve_floor(
            floor, SolveLimits(seconds=None if time_limit is None else clock.left, rounds=_ROUNDS),
            start=forced_start(floor, owner, lead_at, rep_at))
    except NoPlanInTimeError:
        return WhyNot(lead_id=lead_id, rep_id=rep_id, sentence=(
            f"No plan with lead {lead_id} forced onto {label} was found in time, and none is "
            "proven impossible: allow more time."))
    except PolicyConflictError as error:
        return WhyNot(lead_id=lead_id, rep_id=rep_id, sentence=(
            f"Lead {lead_id} cannot go to {label}: {error.issues[0].rule}."))
    least, cost = _costs(plan, floor, choice)
    moves = _moves(rows, owner, floor.owners(choice.column), lead_at)
    return WhyNot(lead_id=lead_id, rep_id=rep_id, cost=cost, moves=moves,
                  cost_at_least=None if least == cost else least,
                  sentence=_sentence(plan, label, (least, cost), moves))


def _costs(plan: Plan, floor: SalesFloor, choice: Choice) -> tuple[int, int]:
    """Return the least that forcing can cost beside the plan, and what it costs as found.

    What the forced plan can bring at most is the least of what bounds it and what bounds all plans.
    """
    certificate = plan.certificate
    bounds = [choice.bound, *([] if choice.engine_bound is None else [choice.engine_bound])]
    most = max(choice.objective, min(*bounds, certificate.bound - floor.base))
    found = certificate.objective - floor.base
    return found - most, found - choice.objective


def _owners(rows: ValueRows, plan: Plan) -> Ints:
    owner_of = {one.lead_id: rows.reps.index[one.rep_id] for one in plan.assignments}
    return np.array([owner_of.get(lead.lead_id, -1) for lead in rows.leads.leads], dtype=np.int64)


def _moves(rows: ValueRows, before: Ints, after: Ints, first: int) -> tuple[Move, ...]:
    ids: dict[int, str | None] = {-1: None, **dict(enumerate(rows.reps.rep_ids))}
    changed = np.flatnonzero(before != after).tolist()
    return tuple(Move(lead_id=rows.leads.leads[i].lead_id, from_rep_id=ids[int(before[i])],
                      to_rep_id=ids[int(after[i])])
                 for i in sorted(changed, key=lambda i: (i != first, i)))


def _sentence(plan: Plan, label: str, costs: tuple[int, int], moves: tuple[Move, ...]) -> str:
    others = len(moves) - 1
    exact = "" if plan.certificate.gap == 0 else (
        f" (the plan itself is proven to within {money(plan.certificate.gap)})")
    moved = f"{others} other {'lead' if others == 1 else 'leads'}" if others else "no other lead"
    least, cost = costs
    said = (money(cost) if least == cost else
            f"between {money(least)} and {money(cost)}, which is not proven to be the least,")
    return (f"Forcing lead {moves[0].lead_id} onto {label} would cost {said} in total and "
            f"move {moved}{exact}.")
