"""Why a rep has slots left although leads are held."""

from __future__ import annotations

from collections import Counter

import numpy as np

from solver.explanation.refusal_details import refusal_detail
from solver.explanation.sentences import money
from solver.matrix.pairs import build_problem
from solver.matrix.refusals import Refusal
from solver.matrix.rows import ValueRows
from solver.models import Plan, ReasonCode, Window


def free_slot_reasons(window: Window, plan: Plan) -> dict[str, str]:
    """Say, for each rep of a plan with a slot left, why nobody took it.

    Parameters
    ----------
    window
        The inputs the plan was made from.
    plan
        The plan.

    Returns
    -------
    dict
        rep_id to a predicate: what the rep is or has.
    """
    rows = ValueRows(window)
    pairs = build_problem(rows, {slot.rep_id: slot.floor for slot in plan.slots}).pairs
    usable = np.bincount(pairs.rep, minlength=pairs.num_reps)
    kept_from = Counter(held.reasons[0].rep_id for held in plan.held
                        if held.reasons[0].code is ReasonCode.SLOT_KEPT)
    reasons = {}
    for slot in plan.slots:
        if slot.used < slot.free_slots:
            rep_at = rows.reps.index[slot.rep_id]
            reason = _reason(rows, rep_at, int(usable[rep_at]), slot.assigned)
            kept = kept_from[slot.rep_id]
            floor = (f"the floor is {money(slot.floor)}" if plan.floors is None
                     or not plan.floors.limits else "the floors of slot and limits are such")
            reasons[slot.rep_id] = reason if not kept else (
                f"is kept for better leads to come: {floor}, which {kept:,} held "
                f"lead{'s' if kept > 1 else ''} did not reach")
    return reasons


def _reason(rows: ValueRows, rep_at: int, usable: int, assigned: int) -> str:
    bits = int(rows.reps.availability[rep_at])
    for rule, code in ((Refusal.AWAY, ReasonCode.AWAY),
                       (Refusal.UNKNOWN_HOURS, ReasonCode.UNKNOWN_HOURS)):
        if bits & rule and rows.num_leads:
            return refusal_detail(rows, code, 0, rep_at)
    if not usable:
        late = rows.reps.wait[rep_at]
        wait = f", being at work only in {late:,} minutes" if late else ""
        return f"may have no lead of the window at a value above floor and reserve{wait}"
    if usable == assigned:
        return f"has all leads that the rep may have ({usable:,})"
    leads = "1 lead" if usable == 1 else f"{usable:,} leads"
    limited = ", or a limit stands against it" if rows.policy.limits else ""
    return f"may have {leads}; what is not owned by the rep is worth more elsewhere{limited}"
