"""The policy's section on fairness: what each rep's share is and how firmly plans keep to it."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from solver.models.base import MAX_COUNT, Level, Money, Record
from solver.models.lead import ZoneName
from solver.models.limit import End, Measure


class FairnessMethod(StrEnum):
    """How a plan keeps to the shares."""

    NONE = "none"
    """Shares play no part; a ledger is kept all the same."""
    BAND = "band"
    """Nobody ends farther than ``band`` from the share."""
    PRICE = "price"
    """Distance from the share costs ``price``, rising with its square."""
    ROTATION = "rotation"
    """Weighted round robin decides how many leads each rep gets; value decides only which."""


class Returning(StrEnum):
    """What a rep is owed of the time of an absence."""

    NONE = "none"
    """Nothing: the balance is what it was on leaving."""
    FULL = "full"
    """All that the rep would have been due if at work."""
    PRO_RATA = "pro_rata"
    """What would have been due at ``returning_part`` of the size."""


class RampForm(StrEnum):
    """What lies between two steps of the ramp."""

    STEPS = "steps"
    """The share of the earlier one."""
    LINEAR = "linear"
    """A straight line."""


class RampStep(Record):
    """The part of a full share that a rep has so many weeks after starting."""

    weeks: Annotated[float, Field(ge=0, le=520)]
    """Weeks since ``started_on``."""
    share: Level
    """Part of a full share, 0 to 1."""


class Fairness(Record):
    """Shares of the reps, and how firmly plans keep to them; needs a ledger to span windows."""

    method: FairnessMethod = FairnessMethod.NONE
    """``none``, ``band``, ``price`` or ``rotation``."""
    measure: Measure = Measure.LEADS
    """What is shared out: ``leads``, ``slots`` or ``worth``."""
    band: End = 1
    """Of ``band``: units that a rep may end away from its aim, or a percentage of what is due to
    it in the window; the rounding to whole units comes on top."""
    price: Annotated[Money, Field(gt=0)] | None = None
    """Of ``price``: money for one unit of distance; two units cost four times as much."""
    unit: Annotated[int, Field(strict=True, ge=1, le=MAX_COUNT)] | None = None
    """What counts as one unit of distance in ``price`` and ``rotation``: so many leads, slots or
    units of the currency; null: 1, and of worth the mean worth of a lead of the window."""
    working_time: bool = True
    """Shares follow the reps' working minutes of the coming week."""
    ramp: tuple[RampStep, ...] = ()
    """Part of a full share by weeks since ``started_on``; full without it, or without a date."""
    ramp_form: RampForm = RampForm.STEPS
    """``steps`` or ``linear``."""
    returning: Returning = Returning.NONE
    """``none``, ``full`` or ``pro_rata``: what a rep is owed of an absence."""
    returning_part: Level = 0.5
    """Of ``pro_rata``: part of its size with which an absent rep counts in what is due."""
    catch_up: Annotated[float, Field(gt=1, le=1000)] | None = None
    """The most that a rep who is owed something is aimed at in a window, as a multiple of what is
    due to it; null: all that is owed, at once."""
    timezone: ZoneName = "UTC"
    """Zone of the ledger: days, weeks and months of limits begin at its midnight."""

    @property
    def binds(self) -> bool:
        """Whether plans keep to the shares."""
        return self.method is not FairnessMethod.NONE

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.method is FairnessMethod.PRICE and self.price is None:
            raise ValueError("method price needs a price: money for one unit of distance")
        for one, other in pairwise(self.ramp):
            if other.weeks <= one.weeks or other.share < one.share:
                raise ValueError(f"ramp must rise: {other.weeks:g} weeks at {other.share:g} must "
                                 f"not follow {one.weeks:g} weeks at {one.share:g}")
        if self.ramp and self.ramp[-1].share != 1:
            raise ValueError(f"the last step of ramp must have the share 1, not "
                             f"{self.ramp[-1].share:g}; a lasting part is the rep's weight")
        return self
