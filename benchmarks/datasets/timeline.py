"""Real arrivals as worlds of one day, with what is known of them parted at one date.

Reps, their hours, their share of the slots and the policy come from the first part of the time line
alone. Each later day is a world: its leads as they arrived, and as history every lead created
before the day, never one after. Daily caps lapse at midnight, so that days do not touch.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from solver.calendar.working import schedule_from, working_intervals
from solver.generate.draws import allocate
from solver.models import Lead, Policy, Rep
from solver.models.policy import Freshness, Match, Response
from solver.world import World

#: Share of the time line that is learnt from; the rest is judged.
LEARNING_SHARE = 0.6
#: The end of the learning part, in which the mean day counts and reps must have been seen.
RECENT = timedelta(weeks=4)
#: No source has a score that was known before contact.
SCORE = 50.0
#: More than any day brings: the daily cap decides, not the open load.
CAPACITY = 10_000
_HALF_LIFE_HOURS = 24.0


@dataclass(frozen=True)
class Timeline:
    """A source's leads in their order, and what its first part says."""

    leads: tuple[Lead, ...]
    """Ascending by (created_at, lead_id)."""
    reps: tuple[Rep, ...]
    """Sorted by rep_id, with working hours; ``weight`` is the rep's share of the slots."""
    policy: Policy
    zone: ZoneInfo
    """Whose midnights part the days."""
    days: tuple[date, ...]
    """The judged days, ascending."""
    leads_per_day: float
    """Leads of the mean day at the end of the learning part."""

    def world(self, day: date, slots_per_lead: float) -> World:
        """Return a day as a world.

        Parameters
        ----------
        day
            The local date.
        slots_per_lead
            Slots of all reps together per lead of the learning part's mean day; the day's own leads
            may be more or fewer. Split over the reps who work on the day, in proportion to their
            weights, by largest remainder.

        Raises
        ------
        ValueError
            If the day is not one of the judged days.
        """
        if day not in self.days:
            raise ValueError(f"day {day} must be one of the judged days, {self.days[0]} to "
                             f"{self.days[-1]}: what came before was learnt from")
        start, end = midnight(day, self.zone), midnight(day + timedelta(days=1), self.zone)
        first, stop = self._position(start), self._position(end)
        caps = allocate(round(slots_per_lead * self.leads_per_day),
                        [rep.weight * _works(rep, start, end) for rep in self.reps])
        reps = tuple(rep.model_copy(update={"daily_cap": cap})
                     for rep, cap in zip(self.reps, caps.tolist(), strict=True))
        return World(start=start, end=end, reps=reps, policy=self.policy,
                     arrivals=self.leads[first:stop], history=self.leads[:first],
                     seed=day.toordinal())

    def _position(self, at: datetime) -> int:
        return bisect_left(self.leads, at, key=created)


def _works(rep: Rep, start: datetime, end: datetime) -> bool:
    schedule = schedule_from(rep.timezone, rep.working_hours, rep.time_off, rep.holidays,
                             around_the_clock=False)
    return bool(working_intervals(schedule, start, end))


def created(lead: Lead) -> datetime:
    """Return when a lead of a time line was created; all of them say so."""
    if lead.created_at is None:
        raise ValueError(f"lead {lead.lead_id!r} of a time line must have created_at")
    return lead.created_at


def in_order(leads: Sequence[Lead]) -> tuple[Lead, ...]:
    """Return leads ascending by (created_at, lead_id)."""
    return tuple(sorted(leads, key=lambda lead: (created(lead), lead.lead_id)))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a local date begins, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def part_days(leads: Sequence[Lead], zone: ZoneInfo) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """Part the dates of leads: those to learn from, those to judge.

    Parameters
    ----------
    leads
        Ascending by created_at, at least one.
    zone
        Whose dates count.

    Returns
    -------
    tuple
        The first :data:`LEARNING_SHARE` of the dates, rounded down, and the later ones. The date of
        the last lead is in neither: the source may break off within it.
    """
    first, last = (created(leads[i]).astimezone(zone).date() for i in (0, -1))
    days = [first + timedelta(days=n) for n in range((last - first).days)]
    num_learnt = int(LEARNING_SHARE * len(days))
    return tuple(days[:num_learnt]), tuple(days[num_learnt:])


def mean_day(leads: Sequence[Lead], days: Sequence[date], zone: ZoneInfo) -> float:
    """Return how many leads a day brings, in the mean over some local dates."""
    wanted = set(days)
    return sum(created(lead).astimezone(zone).date() in wanted for lead in leads) / len(wanted)


def spread(days: Sequence[date], num_days: int) -> tuple[date, ...]:
    """Return that many of the days, evenly spread; all of them where there are no more."""
    chosen = np.linspace(0, len(days) - 1, min(num_days, len(days))).round().astype(int)
    return tuple(days[i] for i in chosen.tolist())


def policy_for(currency: str) -> Policy:
    """Return the policy of a time line.

    Skill alone makes the match. A lead's worth halves within a day, and it does not matter whether
    it waits in the queue or for its owner to be at work: no method may gain by where it lets leads
    wait.
    """
    return Policy(currency=currency, match=Match(skill=1.0, territory=0.0),
                  freshness=Freshness(half_life_hours=_HALF_LIFE_HOURS),
                  response=Response(half_life_minutes=60 * _HALF_LIFE_HOURS))
