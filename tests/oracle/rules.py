"""The rules of a pair, one lead and one rep at a time, in plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from solver.calendar.working import next_working_instant, schedule_from, wait_minutes
from solver.models import Lead, Policy, ReasonCode, Rep, RouteWhen, UnknownHours, Window
from solver.names import LEVEL_SCALE, name_key, ten_thousandths
from tests.oracle.territories import territory_fit


@dataclass(frozen=True)
class Availability:
    """When a rep is next at work: minutes, or the rule that refuses."""

    wait: int | None
    refused_by: ReasonCode | None


def triage(lead: Lead, window: Window) -> str:
    """Return where a lead is sorted: kept, on_hold, NEEDS_DATA, TOO_OLD or window."""
    policy = window.policy
    if (policy.route_when is RouteWhen.UNOWNED and lead.owner_id is not None
            and lead.owner_id not in policy.placeholder_owners):
        return "kept"
    if any(hold.lead_id == lead.lead_id for hold in window.holds):
        return "on_hold"
    if lead.created_at is None or lead.deal_value is None or lead.score is None:
        return "NEEDS_DATA"
    max_age = policy.freshness.max_age_hours
    if max_age is not None and age_hours(lead, window) > max_age:
        return "TOO_OLD"
    return "window"


def age_hours(lead: Lead, window: Window) -> float:
    """Return the age of a lead in hours, never below 0."""
    assert lead.created_at is not None
    return max(0.0, (window.at - lead.created_at).total_seconds() / 3600)


def worth(lead: Lead, window: Window) -> float:
    """Return what winning the lead would bring, in the major unit."""
    policy = window.policy
    assert lead.deal_value is not None
    assert lead.score is not None
    product: float = (lead.deal_value ** policy.worth.deal_value
                      * (lead.score / 100) ** policy.worth.score)
    if policy.freshness.half_life_hours is not None:
        product *= 0.5 ** (age_hours(lead, window) / policy.freshness.half_life_hours)
    return product


def levels_of(skills: dict[str, float]) -> dict[str, int]:
    """Return skill key to level, minimum or weight, in units of 1/10,000."""
    return {name_key(name): ten_thousandths(level) for name, level in skills.items()}


def skill_fit(lead: Lead, rep: Rep, policy: Policy) -> float:
    """Return the weighted mean level of the rep over what the lead needs."""
    weights, levels = levels_of(lead.needs), levels_of(rep.skills)
    if sum(weights.values()) == 0:
        return ten_thousandths(policy.match.unknown) / LEVEL_SCALE
    weighted = sum(weight * levels.get(skill, 0) for skill, weight in weights.items())
    return weighted / (LEVEL_SCALE * sum(weights.values()))


def availability(rep: Rep, window: Window) -> Availability:
    """Return the rep's wait in minutes, or why the rep counts as away."""
    policy = window.policy.response
    no_rep_has_hours = not any(other.working_hours for other in window.reps)
    works = (policy.unknown_hours is UnknownHours.WORKS
             or (policy.unknown_hours is UnknownHours.AUTO and no_rep_has_hours))
    unknown = not rep.working_hours
    schedule = schedule_from(rep.timezone, rep.working_hours, rep.time_off, rep.holidays,
                             around_the_clock=unknown)
    until = window.at + timedelta(minutes=policy.longest_wait_minutes)
    first = next_working_instant(schedule, window.at, until)
    wait = None if first is None else wait_minutes(window.at, first)
    if wait is None or wait > policy.longest_wait_minutes:
        return Availability(None, ReasonCode.AWAY)
    if unknown and not works:
        return Availability(None, ReasonCode.UNKNOWN_HOURS)
    return Availability(wait, None)


def refusals(lead: Lead, rep: Rep, window: Window,
             free: Availability | None = None) -> tuple[ReasonCode, ...]:
    """Return every rule that refuses the pair, in the order of the rules."""
    levels = levels_of(rep.skills)
    spoken = {name_key(language) for language in rep.languages}
    wanted = {name_key(language) for language in lead.languages}
    lowest = 0.0 if rep.min_deal is None else rep.min_deal
    highest = float("inf") if rep.max_deal is None else rep.max_deal
    assert lead.deal_value is not None
    refused = {
        ReasonCode.EXCLUDED: rep.rep_id in lead.excluded_rep_ids,
        ReasonCode.NO_SKILL: any(levels.get(skill, 0) < minimum
                                 for skill, minimum in levels_of(lead.required_skills).items()),
        ReasonCode.NO_LANGUAGE: bool(wanted) and not wanted & spoken,
        ReasonCode.DEAL_BAND: not lowest <= lead.deal_value <= highest,
        ReasonCode.NO_TERRITORY: territory_fit(lead, rep, window) is None,
    }
    free = free or availability(rep, window)
    return (*(code for code, refuses in refused.items() if refuses),
            *(() if free.refused_by is None else (free.refused_by,)))
