"""The answer to how many leads each team must be able to take, hour by hour of the week."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from solver.models.base import Level, Record
from solver.simulate import Estimate

HOURS_A_WEEK = 168


class Proportion(Record):
    """How often something held, with Wilson's interval."""

    estimate: Level
    low: Level
    high: Level
    num: Annotated[int, Field(ge=1)]
    """Weeks that were looked at."""
    wanted: Level
    """How often it should hold."""


class TeamStaffing(Record):
    """One team; tuples have an entry for each hour of the week from Monday 0:00 on."""

    team: str | None
    """None: reps without a team."""
    capacity: tuple[int, ...]
    """Leads that the team must be able to take in the hour."""
    leads: tuple[float | None, ...]
    """Leads that come in the hour, mean; None: no such hour was looked at."""
    holds: tuple[Proportion | None, ...]
    """How often enough of the leads that came in the hour had an owner in time; None: as above."""
    in_time: Estimate | None
    """Share of all its leads that had an owner in time, by replication; None: none came."""

    @property
    def capacity_a_week(self) -> int:
        """Leads that the team can take in a week."""
        return sum(self.capacity)

    @property
    def short(self) -> tuple[int, ...]:
        """Hours of the week in which the check found the wanted probability refuted."""
        return tuple(hour for hour, one in enumerate(self.holds)
                     if one is not None and one.high < one.wanted)


class Staffing(Record):
    """What it takes to hold a service level."""

    service_level: Level
    """Share of the leads of an hour that must have an owner in time."""
    within_minutes: float
    """From arrival, by the clock on the wall."""
    probability: float
    """With which each hour of a week holds the service level."""
    timezone: str
    """Of the hours of the week."""
    teams: tuple[TeamStaffing, ...]
    """By name, reps without a team first."""
    nobody: float
    """Leads a replication that no rep may have, or that are held, mean; they count for no team."""
    num_dimensioned: int
    """Replications that the plan was made from."""
    rounds: int
    """Times that fresh replications raised hours, until none fell short or the rounds were used."""
    num_checked: int
    """Fresh replications of the check, which no hour was chosen by."""
