"""Which leads are kept, which are held before the window, and which the window routes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solver.models import Hold, Lead, Policy, ReasonCode, RouteWhen, Window
from solver.verify.recompute.ages import age_hours
from solver.verify.recompute.filters.asked import Asked
from solver.verify.recompute.territories import TerritoryRule
from solver.verify.recompute.worth import worth_of


@dataclass(frozen=True)
class Triage:
    """Every lead of the input in exactly one of three places, in order of lead_id."""

    kept: dict[str, str]
    """lead_id to the owner who keeps it."""
    held: dict[str, ReasonCode | Hold]
    """lead_id of what never enters the window: what preparing said, or NEEDS_DATA, LEGAL_HOLD,
    TOO_OLD."""
    routed: tuple[Lead, ...]
    """The leads of the certificate."""


def triage(window: Window) -> Triage:
    """Sort the leads: kept, then what preparing holds, NEEDS_DATA, LEGAL_HOLD, TOO_OLD.

    The rest is routed.

    Raises
    ------
    InvalidInputError
        If the legal hold asks for a worth that is out of range.
    """
    kept: dict[str, str] = {}
    held: dict[str, ReasonCode | Hold] = {}
    holds = {hold.lead_id: hold for hold in window.holds}
    complete: list[Lead] = []
    for lead in window.leads:
        if lead.owner_id and _stays(lead.owner_id, window.policy):
            kept[lead.lead_id] = lead.owner_id
        elif lead.lead_id in holds:
            held[lead.lead_id] = holds[lead.lead_id]
        elif None in (lead.created_at, lead.deal_value, lead.score):
            held[lead.lead_id] = ReasonCode.NEEDS_DATA
        else:
            complete.append(lead)
    asked, routed = asked_of(window, complete), []
    for lead in complete:
        if _on_legal_hold(lead, window.policy, asked):
            held[lead.lead_id] = ReasonCode.LEGAL_HOLD
        elif _too_old(lead, window):
            held[lead.lead_id] = ReasonCode.TOO_OLD
        else:
            routed.append(lead)
    return Triage(kept=kept, held=held, routed=tuple(routed))


def asked_of(window: Window, leads: Sequence[Lead]) -> Asked:
    """Return the filters of a window's policy for some of its leads."""
    return Asked(window, leads, TerritoryRule(window.policy, window.reps).name_of,
                 lambda lead: worth_of(lead, window.policy, window.at))


def _on_legal_hold(lead: Lead, policy: Policy, asked: Asked) -> bool:
    text = policy.precedence.legal_hold
    return text is not None and asked.lead(text, lead)


def _stays(owner_id: str, policy: Policy) -> bool:
    return (policy.route_when is RouteWhen.UNOWNED
            and owner_id not in policy.placeholder_owners)


def _too_old(lead: Lead, window: Window) -> bool:
    limit = window.policy.freshness.max_age_hours
    return (limit is not None and lead.created_at is not None
            and age_hours(lead.created_at, window.at) > limit)
