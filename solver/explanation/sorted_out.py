"""Leads that a window sorts out before it routes any: each with its one reason."""

from __future__ import annotations

from solver.explanation.standing import standings
from solver.matrix.rows import ValueRows
from solver.matrix.triage import hours_between, missing_fields
from solver.models import HeldLead, Lead, Queue, Reason, ReasonCode, Window


def held_lead(lead: Lead, queue: Queue, *reasons: Reason) -> HeldLead:
    """Return the row of a lead that is held."""
    return HeldLead(lead_id=lead.lead_id, queue=queue, reasons=reasons, assumed=lead.assumed)


def all_held(rows: ValueRows, of_window: list[HeldLead]) -> tuple[HeldLead, ...]:
    """Return every held lead, sorted by lead_id.

    Parameters
    ----------
    rows
        The window.
    of_window
        Its routed leads that have no owner; what decided on them before any value did is added.
    """
    window, triage = rows.window, rows.triage
    holds = {hold.lead_id: hold for hold in window.holds}
    sorted_out = [held_lead(lead, holds[lead.lead_id].queue, holds[lead.lead_id].reason)
                  for lead in triage.on_hold]
    sorted_out += [_needs_data(lead) for lead in triage.needs_data]
    sorted_out += [_legal_hold(lead, window) for lead in triage.legal_hold]
    sorted_out += [_too_old(lead, window) for lead in triage.too_old]
    return tuple(sorted(sorted_out + _with_standing(rows, of_window),
                        key=lambda lead: lead.lead_id))


def _with_standing(rows: ValueRows, held: list[HeldLead]) -> list[HeldLead]:
    """Add what decided on leads of the window before any value did."""
    leads = rows.leads.leads
    standing = {leads[at].lead_id: found for at, found in standings(rows).items()}
    return [lead.model_copy(update=standing[lead.lead_id].columns())
            if lead.lead_id in standing else lead for lead in held]


def _legal_hold(lead: Lead, window: Window) -> HeldLead:
    detail = f"matches precedence.legal_hold: {window.policy.precedence.legal_hold}"
    return held_lead(lead, Queue.REVIEW, Reason(code=ReasonCode.LEGAL_HOLD, detail=detail))


def _needs_data(lead: Lead) -> HeldLead:
    detail = f"blank: {', '.join(missing_fields(lead))}"
    return held_lead(lead, Queue.NEEDS_DATA, Reason(code=ReasonCode.NEEDS_DATA, detail=detail))


def _too_old(lead: Lead, window: Window) -> HeldLead:
    limit = window.policy.freshness.max_age_hours
    age = hours_between(lead.created_at or window.at, window.at)
    detail = f"{age:,.1f} hours old; max_age_hours is {limit:g}"
    return held_lead(lead, Queue.MANAGER, Reason(code=ReasonCode.TOO_OLD, detail=detail))
