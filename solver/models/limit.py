"""A limit of the policy: between lower and upper leads, slots or worth from some to some."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from solver.models.base import MAX_COUNT, Money, Record, Text
from solver.models.filters import LeadFilter, RepFilter, check_reps_alone

#: Begins the names of the limits that fairness makes, one for each rep.
FAIR_PREFIX = "FAIR:"
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?) ?%")


def _check_share(text: str) -> str:
    found = _SHARE.fullmatch(text)
    if found is None or float(found[1]) > 100:
        raise ValueError(f"{text!r} must be a whole number or a share up to 100 %, such as '20 %'")
    return text


def _check_end(value: object) -> object:
    """Say what an end may be before the two kinds of it are tried."""
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if not whole and not isinstance(value, str):
        raise ValueError(f"{value!r} must be a whole number, 0 or more, or a share such as 20 %")
    return _check_share(value) if isinstance(value, str) else value


Share = Annotated[str, AfterValidator(_check_share)]
#: A whole number, or a share of the leads that the limit counts.
End = Annotated[Annotated[int, Field(strict=True, ge=0, le=MAX_COUNT)] | Share,
                BeforeValidator(_check_end)]


class Measure(StrEnum):
    """What a limit or a share counts."""

    LEADS = "leads"
    SLOTS = "slots"
    WORTH = "worth"
    """Worth of the leads, in whole units of the currency."""


class Period(StrEnum):
    """The time in which a limit counts; all but a window's own needs a ledger."""

    WINDOW = "window"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Each(StrEnum):
    """Whether a limit holds for all its reps together or for each part of them."""

    REP = "rep"
    TEAM = "team"


class Limit(Record):
    """Between ``lower`` and ``upper`` of a measure, of some leads with some reps, in a period."""

    name: Text
    """Named in the plan and in explanations; ``FAIR:`` begins the names of fair shares alone."""
    leads: LeadFilter | None = None
    """Which leads; null: all."""
    reps: RepFilter | None = None
    """Which reps; null: all."""
    each: Each | None = None
    """``rep``: a limit for each of these reps; ``team``: one for each team among them."""
    measure: Measure = Measure.LEADS
    """What it counts: ``leads``, ``slots`` or ``worth``."""
    period: Period = Period.WINDOW
    """``window``, ``day``, ``week`` or ``month``."""
    lower: End | None = None
    """The least; of a longer period than the window it binds only through its floor."""
    upper: End | None = None
    """The most."""
    price: Annotated[Money, Field(gt=0)] | None = None
    """Money for each unit short of ``lower`` or beyond ``upper``; null: never beyond."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (f"{self.name}:" if self.each else self.name).startswith(FAIR_PREFIX):
            raise ValueError(f"the name {self.name!r} could be that of a rep's fair share, which "
                             f"begins with {FAIR_PREFIX!r}; choose another")
        if self.lower is None and self.upper is None:
            raise ValueError("a limit needs lower, upper or both")
        if self.each is not None and self.reps is not None:
            check_reps_alone(self.reps)
        if self.period is not Period.WINDOW and any(
                isinstance(end, str) for end in (self.lower, self.upper)):
            raise ValueError("a share is one of this window's leads; a limit over a "
                             f"{self.period.value} needs whole numbers")
        return self


def share_of(end: str) -> float:
    """Return the percentage of a share."""
    found = _SHARE.fullmatch(end)
    assert found is not None
    return float(found[1])
