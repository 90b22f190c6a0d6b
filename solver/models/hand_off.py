"""The policy's section on the hand-off: from a lead with an owner to one that is won or lost."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from solver.models.base import MAX_COUNT, Level, Record, Text
from solver.models.filters import LoneLeadFilter
from solver.models.reason import Queue

#: A year of a person who is always at work: a longer service level is a slip of the pen.
MAX_SERVICE_MINUTES = 525_600
_Minutes = Annotated[float, Field(gt=0, le=MAX_SERVICE_MINUTES)]
_Days = Annotated[float, Field(gt=0, le=3650)]
_Times = Annotated[int, Field(strict=True, ge=0, le=1000)]


class Milestone(StrEnum):
    """What a lead reaches in the hands of its owner, one after another."""

    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    QUALIFIED = "qualified"
    WON = "won"


class Rate(StrEnum):
    """A share of the leads that went to owners, or of those whose service level ended."""

    REJECTED = "rejected"
    RECYCLED = "recycled"
    UNREACHABLE = "unreachable"
    JUNK = "junk"
    WON = "won"
    WITHIN_SERVICE_LEVEL = "within_service_level"


class UsualRange(Record):
    """Where a rate lies when all is well."""

    low: Level = 0.0
    """Below it people are told."""
    high: Level = 1.0
    """Above it people are told."""
    least: Annotated[int, Field(strict=True, ge=1, le=MAX_COUNT)] = 20
    """Fewest leads by which a rate is judged."""
    days: _Days = 7.0
    """Days back whose leads count."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low {self.low:g} must not be above high {self.high:g}")
        if (self.low, self.high) == (0, 1):
            raise ValueError("a usual range needs low, high or both; every rate lies between 0 "
                             "and 1")
        return self


def _handed_out(queue: Queue) -> Queue:
    if queue is Queue.NEXT_WINDOW:
        raise ValueError("next_window is emptied by windows; name contacts of the other queues")
    return queue


class HandOff(Record):
    """Which leads are routed at once, and what owners owe their leads."""

    hot: LoneLeadFilter | None = None
    """Leads that are routed the moment they come, besides those from ``scoring.alert`` on; null:
    none."""
    accept_within_minutes: _Minutes | None = None
    """Business minutes of the owner in which a lead is to be accepted; null: no limit."""
    contact_within_minutes: _Minutes | None = None
    """Business minutes of the owner in which a lead is to be contacted; null: no limit."""
    longest_work_minutes: _Minutes | None = None
    """Business minutes of the owner in which a lead is to be qualified or ended; null: no limit."""
    min_touches: _Times = 0
    """Fewest tries before a lead may be called unreachable."""
    max_returns: _Times = 3
    """How often a lead goes back to be routed anew; then the manager gets it."""
    pause_after_breaches: Annotated[_Times, Field(ge=1)] | None = None
    """Breaches since the last pause after which a rep is paused; null: never."""
    pause_minutes: Annotated[float, Field(gt=0, le=MAX_SERVICE_MINUTES)] = 1440.0
    """Minutes by the clock on the wall that such a pause lasts."""
    nurture_days: _Days = 30.0
    """Days that a recycled lead rests, where no date is named and it does nothing."""
    contacts: dict[Annotated[Queue, AfterValidator(_handed_out)], Text] = {}
    """Queue to rep_id: the one person who hands its leads out by hand."""
    targets: dict[Milestone, Level] = {}
    """Milestone to the share that should reach it, of the leads that reached the one before."""
    usual: dict[Rate, UsualRange] = {}
    """Rate to its usual range; people are told when it leaves it."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        limits = [(name, limit) for name in ("accept_within_minutes", "contact_within_minutes",
                                             "longest_work_minutes")
                  if (limit := getattr(self, name)) is not None]
        for (earlier, short), (later, long) in pairwise(limits):
            if short > long:
                raise ValueError(f"{earlier} {short:g} must not be above {later} {long:g}")
        return self
