"""Which leads the window routes: kept, prepared holds, NEEDS_DATA, TOO_OLD are sorted out first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from solver.models import Lead, RouteWhen, Window

#: Fields without which a lead has no value.
REQUIRED_FIELDS = ("created_at", "deal_value", "score")


@dataclass(frozen=True, slots=True)
class Triage:
    """Every lead of the input in one of five places, each sorted by lead_id."""

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
    too_old: tuple[Lead, ...]
    """Leads past the policy's ``max_age_hours``."""


def triage(window: Window) -> Triage:
    """Sort the leads of a window out, in the order kept, on hold, NEEDS_DATA, TOO_OLD."""
    routed: list[Lead] = []
    ages: list[float] = []
    kept: list[Lead] = []
    on_hold: list[Lead] = []
    needs_data: list[Lead] = []
    too_old: list[Lead] = []
    held_ids = {hold.lead_id for hold in window.holds}
    placeholders = frozenset(window.policy.placeholder_owners)
    at, max_age = window.at, window.policy.freshness.max_age_hours
    oldest = math.inf if max_age is None else max_age
    unowned_only = window.policy.route_when is RouteWhen.UNOWNED
    for lead in window.leads:
        if unowned_only and lead.owner_id is not None and lead.owner_id not in placeholders:
            kept.append(lead)
        elif lead.lead_id in held_ids:
            on_hold.append(lead)
        elif lead.created_at is None or lead.deal_value is None or lead.score is None:
            needs_data.append(lead)
        elif (age := hours_between(lead.created_at, at)) > oldest:
            too_old.append(lead)
        else:
            routed.append(lead)
            ages.append(age)
    return Triage(tuple(routed), tuple(ages), tuple(kept), tuple(on_hold), tuple(needs_data),
                  tuple(too_old))


def missing_fields(lead: Lead) -> tuple[str, ...]:
    """Names of the required fields that are blank."""
    return tuple(name for name in REQUIRED_FIELDS if getattr(lead, name) is None)


def hours_between(created_at: datetime, at: datetime) -> float:
    """Hours since a lead came in; 0 for one that comes later."""
    age = (at - created_at).total_seconds() / 3600
    return age if age > 0.0 else 0.0
