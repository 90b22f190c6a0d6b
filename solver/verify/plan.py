"""All checks of a plan against the window it was made from."""

from __future__ import annotations

from solver.errors import InvalidInputError
from solver.models import Plan, Window
from solver.verify.check import Check
from solver.verify.figures import check_figures
from solver.verify.inputs import check_inputs
from solver.verify.owners import check_allowed, check_single_owner
from solver.verify.proof import check_proof
from solver.verify.reasons import check_reasons
from solver.verify.recompute.window import recompute
from solver.verify.sales_floor.figures import check_floor_figures
from solver.verify.sales_floor.laid import Laid
from solver.verify.sales_floor.owners import check_kept
from solver.verify.sales_floor.proof import check_floor_proof
from solver.verify.sales_floor.reasons import check_floor_reasons

#: Number in DESIGN section 8 and name of each check of a plan, in order.
NAMES: tuple[tuple[int | None, str], ...] = (
    (1, "one place for every lead"),
    (2, "within capacity and eligibility"),
    (3, "every figure as recomputed"),
    (4, "objective within the bound"),
    (5, "a reason for every held lead"),
    (None, "made from these inputs"),
)


def verify_plan(window: Window, plan: Plan) -> tuple[Check, ...]:
    """Check a plan against its window, by code that shares nothing with the optimiser.

    Parameters
    ----------
    window
        The inputs, read with the plan's own instant and policy.
    plan
        The plan; a tampered one fails checks and never raises.

    Returns
    -------
    tuple[Check, ...]
        Invariants 1 to 5 of DESIGN section 8, then the inputs.
    """
    try:
        recomputed = recompute(plan, window)
    except InvalidInputError as error:
        return unchecked(f"the inputs cannot be valued: {error.issues[0].message}")
    if recomputed.floor is None:
        of_kind = (check_allowed(plan, recomputed), check_figures(plan, recomputed),
                   check_proof(plan, recomputed), check_reasons(plan, recomputed))
    else:
        laid = Laid(plan, recomputed, recomputed.floor)
        of_kind = (check_kept(laid), check_floor_figures(laid), check_floor_proof(laid),
                   check_floor_reasons(laid))
    return (check_single_owner(plan, recomputed), *of_kind, check_inputs(plan, recomputed))


def unchecked(why: str) -> tuple[Check, ...]:
    """Fail every check of a plan that cannot be checked at all."""
    return tuple(
        Check(number=number, name=name, passed=False, detail=f"not checked: {why}")
        for number, name in NAMES)
