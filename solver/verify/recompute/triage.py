"""Which leads are kept, which are held before the window, and which the window routes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from solver.models import Hold, Lead, Policy, ReasonCode, RouteWhen, Window


@dataclass(frozen=True)
class Triage:
    """Every lead of the input in exactly one of three places, in order of lead_id."""

    kept: dict[str, str]
    """lead_id to the owner who keeps it."""
    held: dict[str, ReasonCode | Hold]
    """lead_id of what never enters the window to NEEDS_DATA or TOO_OLD, or what preparing said."""
    routed: tuple[Lead, ...]
    """The leads of the certificate."""


def triage(window: Window) -> Triage:
    """Sort the leads: kept, then what preparing holds, NEEDS_DATA, TOO_OLD; the rest is routed."""
    kept: dict[str, str] = {}
    held: dict[str, ReasonCode | Hold] = {}
    holds = {hold.lead_id: hold for hold in window.holds}
    routed: list[Lead] = []
    for lead in window.leads:
        if lead.owner_id and _stays(lead.owner_id, window.policy):
            kept[lead.lead_id] = lead.owner_id
        elif lead.lead_id in holds:
            held[lead.lead_id] = holds[lead.lead_id]
        elif None in (lead.created_at, lead.deal_value, lead.score):
            held[lead.lead_id] = ReasonCode.NEEDS_DATA
        elif _too_old(lead, window):
            held[lead.lead_id] = ReasonCode.TOO_OLD
        else:
            routed.append(lead)
    return Triage(kept=kept, held=held, routed=tuple(routed))


def age_hours(created_at: datetime, at: datetime) -> float:
    """Return the hours from creation to the decision, 0 for a lead from the future."""
    return max(0.0, (at - created_at).total_seconds() / 3600)


def _stays(owner_id: str, policy: Policy) -> bool:
    return (policy.route_when is RouteWhen.UNOWNED
            and owner_id not in policy.placeholder_owners)


def _too_old(lead: Lead, window: Window) -> bool:
    limit = window.policy.freshness.max_age_hours
    return (limit is not None and lead.created_at is not None
            and age_hours(lead.created_at, window.at) > limit)
