"""Floors: what a slot of each rep is expected to bring later, and what that rests on."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from solver.models.base import CurrencyCode, Id, Instant, Record, Text
from solver.models.money import MAX_SUM

#: Largest floor, minor units: sums over all leads must stay exact in 64 bits.
MAX_FLOOR = MAX_SUM
_Floor = Annotated[int, Field(ge=0, le=MAX_FLOOR)]


class ForecastBasis(StrEnum):
    """How past leads stand for those to come."""

    HOUR_OF_WEEK = "hour_of_week"
    """Four weeks of history or more: Mondays at nine stand for Mondays at nine."""
    HOUR_OF_DAY = "hour_of_day"
    """Fewer: working days stand for working days, days of the weekend for those."""
    STEADY = "steady"
    """Less than a day: leads come at a steady rate."""
    NONE = "none"
    """Too little to go by: no floors."""


class RepFloor(Record):
    """The floor of one rep."""

    rep_id: Id
    floor: _Floor
    """What a slot is expected to bring later if it is not used now, minor units."""
    standard_error: Annotated[float, Field(ge=0)] = 0.0
    """Of the floor, over the samples of the forecast, minor units."""
    by: Instant | None = None
    """When the expected leads that would take the rep's slots have come; None: unknown."""


class LimitFloor(Record):
    """The floor of one limit that spans more than a window."""

    limit: Text
    """Its name; of one with ``each``: ``NAME:rep_id`` or ``NAME:team``."""
    floor: Annotated[int, Field(ge=-MAX_FLOOR, le=MAX_FLOOR)]
    """What a unit of it is expected to bring later in its period, minor units; below 0 where its
    lower end asks for more than comes of itself: what a unit for it now is worth on top."""
    standard_error: Annotated[float, Field(ge=0)] = 0.0
    """Of the floor, over the samples of the forecast, minor units."""


class Floors(Record):
    """The floors of all reps at one instant."""

    schema_version: Literal["1.0"] = "1.0"
    at: Instant
    """When they were made."""
    until: Instant
    """End of the horizon: leads beyond it were not looked at."""
    refresh_at: Instant
    """When they should be made anew."""
    basis: ForecastBasis
    """How past leads stood for those to come."""
    history_leads: Annotated[int, Field(ge=0)]
    """Past leads that the forecast rests on."""
    history_days: Annotated[float, Field(ge=0)]
    """Days that they span."""
    scale: Annotated[float, Field(ge=0)]
    """Factor on the forecast from the arrivals observed since it was made; 1 if none were."""
    expected_leads: Annotated[float, Field(ge=0)]
    """Leads expected from ``at`` to ``until``."""
    samples: Annotated[int, Field(ge=0)]
    """Samples of the forecast that the floors are means of."""
    seed: Annotated[int, Field(ge=0)]
    """Seed of the samples."""
    currency: CurrencyCode
    """Of all floors."""
    floors: tuple[RepFloor, ...]
    """Sorted by rep_id; of a slot, what limits cost apart."""
    limits: tuple[LimitFloor, ...] = ()
    """In the order of the policy; those that span more than a window."""
    notes: tuple[str, ...] = ()
    """What the user should know: little history, a forecast that was scaled."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.until < self.at:
            raise ValueError(f"until {self.until} must not be before at {self.at}")
        for one, other in pairwise(floor.rep_id for floor in self.floors):
            if one >= other:
                raise ValueError(f"floors must be sorted by rep_id, each rep once: {other!r} "
                                 f"follows {one!r}")
        return self

    def by_rep(self) -> dict[str, int]:
        """Return rep_id to floor in minor units."""
        return {floor.rep_id: floor.floor for floor in self.floors}

    def by_limit(self) -> dict[str, int]:
        """Return name of the limit to floor in minor units."""
        return {one.limit: one.floor for one in self.limits}
