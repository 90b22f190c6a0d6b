"""How long a lead would wait for each rep, from the calendar."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from solver.calendar.working import next_working_instant, schedule_from, wait_minutes
from solver.models import Rep, UnknownHours, Window


@dataclass(frozen=True)
class Availability:
    """When a rep is next at work, as far as the policy's longest wait."""

    wait_minutes: int | None
    """None where the longest wait is not enough."""
    away: bool
    """Next at work after the longest wait, by hours, holidays or time off."""
    unknown_hours: bool
    """Away only for want of working hours, which the policy takes for away."""


def availability(window: Window) -> tuple[Availability, ...]:
    """Return the availability of every rep, in the window's order."""
    unknown_away = _unknown_is_away(window)
    until = _last_instant(window.at, window.policy.response.longest_wait_minutes)
    return tuple(
        _next_at_work(rep, window.at, until,
                      hours_unknown=unknown_away and not rep.working_hours)
        for rep in window.reps)


def _unknown_is_away(window: Window) -> bool:
    rule = window.policy.response.unknown_hours
    if rule is UnknownHours.AUTO:
        return any(rep.working_hours for rep in window.reps)
    return rule is UnknownHours.AWAY


def _last_instant(at: datetime, longest_wait: float) -> datetime:
    """Return the last instant whose wait, whole minutes rounded up, is not too long."""
    latest = datetime.max.replace(tzinfo=UTC)
    minutes = timedelta(minutes=math.floor(longest_wait))
    return latest if latest - at < minutes else at + minutes


def _next_at_work(rep: Rep, at: datetime, until: datetime, *, hours_unknown: bool) -> Availability:
    schedule = schedule_from(rep.timezone, rep.working_hours, rep.time_off, rep.holidays,
                             around_the_clock=not rep.working_hours)
    instant = next_working_instant(schedule, at, until)
    if instant is None:
        return Availability(wait_minutes=None, away=True, unknown_hours=False)
    if hours_unknown:
        return Availability(wait_minutes=None, away=False, unknown_hours=True)
    return Availability(wait_minutes=wait_minutes(at, instant), away=False, unknown_hours=False)
