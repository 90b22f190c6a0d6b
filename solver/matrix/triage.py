"""Which leads the window routes: kept, prepared holds, NEEDS_DATA, TOO_OLD are sorted out first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from solver.filters import lead_mask, parse_filter
from solver.matrix.lead_tables import lead_table
from solver.models import Lead, RouteWhen, Window

#: Fields without which a lead has no value.
REQUIRED_FIELDS = ("created_at", "deal_value", "score")


@dataclass(frozen=True, slots=True)
class Triage:
    """Every lead of the input in one of six places, each sorted by lead_id."""

    routed: tuple[Lead, ...]
    """Leads of the certificate."""
    age_hours: tuple[float, ...]
    """Hours since each routed lead came in, never below 0."""
    kept: tuple[Lead, ...]
    """Leads that stay with the owner the export names."""
    on_hold: tuple[Lead, ...]
    """Leads that preparing keeps out of routing."""
    needs_data: tuple[Lead, ...]
    """Leads with a blank required field."""
    legal_hold: tuple[Lead, ...]
    """Leads that the policy's ``precedence.legal_hold`` matches."""
    too_old: tuple[Lead, ...]
    """Leads past the policy's ``max_age_hours``."""


def triage(window: Window) -> Triage:
    """Sort the leads of a window out: kept, on hold, NEEDS_DATA, LEGAL_HOLD, TOO_OLD, routed."""
    kept: list[Lead] = []
    on_hold: list[Lead] = []
    needs_data: list[Lead] = []
    complete: list[Lead] = []
    ages: list[float] = []
    held_ids = {hold.lead_id for hold in window.holds}
    placeholders = frozenset(window.policy.placeholder_owners)
    unowned_only = window.policy.route_when is RouteWhen.UNOWNED
    for lead in window.leads:
        if unowned_only and lead.owner_id is not None and lead.owner_id not in placeholders:
            kept.append(lead)
        elif lead.lead_id in held_ids:
            on_hold.append(lead)
        elif lead.created_at is None or lead.deal_value is None or lead.score is None:
            needs_data.append(lead)
        else:
            complete.append(lead)
            ages.append(hours_between(lead.created_at, window.at))
    legal = _legally_held(complete, ages, window)
    max_age = window.policy.freshness.max_age_hours
    oldest = math.inf if max_age is None else max_age
    asked = list(zip(complete, ages, legal, strict=True))
    routed = [(lead, age) for lead, age, held in asked if not held and age <= oldest]
    return Triage(
        routed=tuple(lead for lead, _ in routed), age_hours=tuple(age for _, age in routed),
        kept=tuple(kept), on_hold=tuple(on_hold), needs_data=tuple(needs_data),
        legal_hold=tuple(lead for lead, _, held in asked if held),
        too_old=tuple(lead for lead, age, held in asked if not held and age > oldest))


def _legally_held(leads: list[Lead], ages: list[float], window: Window) -> list[bool]:
    """Return which of the leads that could be routed the policy's legal hold matches."""
    text = window.policy.precedence.legal_hold
    if text is None:
        return [False] * len(leads)
    mask = lead_mask(parse_filter(text), lead_table(leads, ages, window))
    return [bool(held) for held in mask]


def missing_fields(lead: Lead) -> tuple[str, ...]:
    """Names of the required fields that are blank."""
    return tuple(name for name in REQUIRED_FIELDS if getattr(lead, name) is None)


def hours_between(created_at: datetime, at: datetime) -> float:
    """Hours since a lead came in; 0 for one that comes later."""
    age = (at - created_at).total_seconds() / 3600
    return age if age > 0.0 else 0.0
