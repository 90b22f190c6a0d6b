"""A rep: a sales representative who can own leads."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from solver.calendar.grammar import check_shift, check_time_off, is_local_time_off
from solver.calendar.public_holidays import check_holidays_code
from solver.models.base import MAX_WEIGHT, Count, Id, Levels, Money, Names, Record, Text, Weight
from solver.models.lead import ZoneName


class SlotLimit(StrEnum):
    """What must be raised for a rep to have one free slot more."""

    CAPACITY = "capacity"
    DAILY_CAP = "daily_cap"
    BOTH = "both"
    """Each alone brings none."""


class Rep(Record):
    """One row of the reps file, normalised."""

    rep_id: Id
    """Identity: text, exact, case-sensitive."""
    capacity: Count
    """The most open leads the rep may have."""
    open_leads: Count = 0
    """Open leads the rep has now."""
    daily_cap: Count | None = None
    """The most leads the rep may be assigned in a day; ``None`` is no cap."""
    assigned_today: Count = 0
    """Leads assigned to the rep today, before this window."""
    name: Text | None = None
    """Name shown to people."""
    email: Text | None = None
    """E-mail address."""
    team: Text | None = None
    """Team."""
    manager_id: Text | None = None
    """Manager's id."""
    territories: Names = ()
    """Home territories; ``*`` sells everywhere at the overlay fit."""
    skills: Levels = {}
    """Skill to level, 0 to 1."""
    languages: Names = ()
    """Languages the rep sells in."""
    timezone: ZoneName | None = None
    """IANA time zone in which hours, dates and holidays are read."""
    working_hours: tuple[Annotated[str, AfterValidator(check_shift)], ...] = ()
    """Shifts such as ``Mon-Fri 09:00-17:00``; empty means unknown."""
    time_off: tuple[Annotated[str, AfterValidator(check_time_off)], ...] = ()
    """Absences: ``2026-11-23/2026-11-27`` (both included) or two instants with offsets."""
    holidays: tuple[Annotated[str, AfterValidator(check_holidays_code)], ...] = ()
    """Public holidays kept: ``GB`` or ``GB-ENG``."""
    min_deal: Money | None = None
    """Smallest deal value the rep takes."""
    max_deal: Money | None = None
    """Largest deal value the rep takes."""
    performance: Weight = 1.0
    """Factor on the value of every lead with this rep."""
    weight: Annotated[float, Field(gt=0, le=MAX_WEIGHT)] = 1.0
    """Share of the rep in weighted distributions."""
    started_on: date | None = None
    """First day at work; a new rep's share grows from it. Blank: long ago."""
    active: bool = True
    """An inactive rep has no slots and owns nothing."""
    attributes: dict[str, str] = {}
    """Every other column of the file, as text."""
    assumed: tuple[str, ...] = ()
    """Fields that the mapping supplied, because the export had none."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if None not in (self.min_deal, self.max_deal) and self.min_deal > self.max_deal:  # type: ignore[operator]
            raise ValueError(f"min_deal {self.min_deal} must not be above max_deal {self.max_deal}")
        local = self.working_hours or self.holidays or any(map(is_local_time_off, self.time_off))
        if local and self.timezone is None:
            raise ValueError("working_hours, local dates of time_off and holidays need a timezone")
        return self

    @property
    def free_slots(self) -> int:
        """Leads the rep can take now: 0 for an inactive rep, never negative."""
        if not self.active:
            return 0
        free = self.capacity - self.open_leads
        if self.daily_cap is not None:
            free = min(free, self.daily_cap - self.assigned_today)
        return max(0, free)

    @property
    def slot_limit(self) -> SlotLimit | None:
        """What keeps `free_slots` from being one more; None for an inactive rep."""
        if not self.active:
            return None
        free = self.free_slots
        if self.daily_cap is None or self.daily_cap - self.assigned_today > free:
            return SlotLimit.CAPACITY
        return SlotLimit.BOTH if self.capacity - self.open_leads <= free else SlotLimit.DAILY_CAP

    @property
    def most_slots(self) -> int:
        """Leads the rep could take at once with nothing else to do."""
        return self.capacity if self.daily_cap is None else min(self.capacity, self.daily_cap)

    @property
    def display_name(self) -> str:
        """The name if there is one, else the id."""
        return self.name or self.rep_id
