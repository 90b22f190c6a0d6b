"""What a plan with floors passes over for better leads to come."""

from __future__ import annotations

from dataclasses import dataclass

from solver.matrix.rows import ValueRows
from solver.models import HeldLead, Plan, ReasonCode, Window


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Leads that are held because a slot is expected to bring more later."""

    num_leads: int
    value: int
    """Sum of their values with the reps whose slots are kept, minor units."""
    example: HeldLead | None
    """The most valuable one; None where there is none."""


def passed_over(window: Window, plan: Plan) -> PassedOver:
    """Count and value the leads of reason ``SLOT_KEPT``.

    Parameters
    ----------
    window
        The inputs the plan was made from.
    plan
        The plan.
    """
    held = [lead for lead in plan.held if lead.reasons[0].code is ReasonCode.SLOT_KEPT]
    if not held:
        return PassedOver(0, 0, None)
    rows = ValueRows(window)
    place = {lead.lead_id: at for at, lead in enumerate(rows.leads.leads)}
    values = []
    for lead in held:
        at = place[lead.lead_id]
        rep = rows.reps.index[lead.reasons[0].rep_id or ""]
        values.append(int(rows.rows(slice(at, at + 1)).value[0, rep]))
    best = max(range(len(held)), key=values.__getitem__)
    return PassedOver(len(held), sum(values), held[best])
