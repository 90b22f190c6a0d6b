"""Edits of reps: hire, leave, capacity, time off, skills."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from solver.models.base import MAX_COUNT, MAX_WEIGHT, Count, Id, Level, Record, Text
from solver.scenarios.bases import MAX_DAYS, AnyEdit, Day, OfReps, OfSomeReps, check_days
from solver.scenarios.changes import RepChanges

#: More hires in one edit than anybody plans with.
MAX_HIRES = 1_000


class RampUpStep(Record):
    """The part of its capacity that a new rep has so many days after it starts."""

    after_days: Annotated[int, Field(strict=True, ge=0, le=MAX_DAYS)]
    """Days since ``starts_on``."""
    share: Level
    """Part of the capacity, and of the daily cap, 0 to 1."""


class CapacityOf(StrEnum):
    """Which number of a rep an edit of the capacity changes."""

    CAPACITY = "capacity"
    """The most open leads."""
    DAILY_CAP = "daily_cap"
    """The most leads assigned in a day."""


class AddReps(AnyEdit):
    """Hire reps like one who is there, but for some fields."""

    edit: Literal["add_reps"] = "add_reps"
    like: Id
    """The rep whom they are made like, as that rep is now, active or not."""
    count: Annotated[int, Field(strict=True, ge=1, le=MAX_HIRES)] = 1
    """How many; they are called ``LIKE+1``, ``LIKE+2``, with the next number if one is taken."""
    capacity: Count | None = None
    """The most open leads of each; null: as the other rep. None is open at the start."""
    starts_on: Day | None = None
    """First day, in the rep's zone; null: the day of the window, or of the quarter's start."""
    ramp: tuple[RampUpStep, ...] = ()
    """Part of the capacity by days since then, rising; nothing before the first step. Empty: all
    of it at once."""
    changes: RepChanges = RepChanges()
    """Fields in which they differ."""

    @model_validator(mode="after")
    def _check_ramp(self) -> Self:
        for one, other in pairwise(self.ramp):
            if other.after_days <= one.after_days or other.share < one.share:
                raise ValueError(
                    f"ramp must rise: {other.after_days} days at {other.share:g} must not follow "
                    f"{one.after_days} days at {one.share:g}")
        return self


class OpenLeads(StrEnum):
    """What becomes of leads that a rep who leaves owns already."""

    STAY = "stay"
    """They stay out of it, as they are."""
    ROUTE = "route"
    """They lose their owner and are routed."""


class RemoveReps(OfSomeReps):
    """Reps leave: they have no slots and own nothing new."""

    edit: Literal["remove_reps"] = "remove_reps"
    leads: OpenLeads = OpenLeads.STAY
    """What becomes of the leads that they own already: ``stay`` or ``route``."""


class ChangeCapacity(OfSomeReps):
    """Set, raise, lower or scale what reps can take; exactly one of set, add and factor."""

    edit: Literal["capacity"] = "capacity"
    of: CapacityOf = CapacityOf.CAPACITY
    """``capacity`` or ``daily_cap``."""
    set: Count | None = None
    """The new number."""
    add: Annotated[int, Field(strict=True, ge=-MAX_COUNT, le=MAX_COUNT)] | None = None
    """So many more, or fewer where it is below 0."""
    factor: Annotated[float, Field(ge=0, le=MAX_WEIGHT)] | None = None
    """Times this, rounded to the nearest whole number, halves up."""

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if sum(one is not None for one in (self.set, self.add, self.factor)) != 1:
            raise ValueError("say how the capacity changes: set, add or factor, exactly one")
        return self


class TakeTimeOff(OfSomeReps):
    """Reps are away from one day to another, both included."""

    edit: Literal["time_off"] = "time_off"
    from_: Annotated[Day, Field(alias="from")]
    """First day away, in the rep's zone; in UTC where the rep has none."""
    to: Day
    """Last day away, included."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        check_days(self.from_, self.to)
        return self


class CloseDay(OfReps):
    """A holiday: nobody, or none of some reps, works on a day."""

    edit: Literal["close_day"] = "close_day"
    date: Day
    """The day, in each rep's zone; in UTC where the rep has none."""

    @model_validator(mode="after")
    def _check_reps(self) -> Self:
        if self.rep_ids is not None and self.where is not None:
            raise ValueError("say which reps: rep_ids, where, or neither for all reps")
        return self


class AddSkill(OfSomeReps):
    """Train reps in a skill."""

    edit: Literal["add_skill"] = "add_skill"
    skill: Text
    """The skill."""
    level: Level = 1.0
    """How good they are at it afterwards, 0 to 1."""
