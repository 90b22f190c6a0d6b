"""Further rules of a sales floor: groups, use, stability, relaxation over time."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from solver.models.base import MAX_USE, Id, Level, Money, Record
from solver.models.filters import LeadFilter, RepFilter


class GroupBy(StrEnum):
    """What makes leads of one window belong together."""

    NONE = "none"
    ACCOUNT = "account"
    FAMILY = "family"
    """Accounts under one ultimate parent."""
    DOMAIN = "domain"
    """Mail and web domain; mail providers' leave their leads alone."""


class GroupMode(StrEnum):
    """How much of a group has to be placed."""

    ALL_OR_NONE = "all_or_none"
    AS_MANY_AS_FIT = "as_many_as_fit"


class Groups(Record):
    """Leads of one account in one window go to one rep."""

    by: GroupBy = GroupBy.NONE
    """``none``, ``account``, ``family`` or ``domain``."""
    mode: GroupMode = GroupMode.ALL_OR_NONE
    """``all_or_none``: the rep takes all of them or none; ``as_many_as_fit``: the rest is held."""


class UseRule(Record):
    """How many slots of some reps some leads take; the first that matches a pair counts."""

    leads: LeadFilter | None = None
    """Which leads; null: all."""
    reps: RepFilter | None = None
    """Which reps; null: all."""
    slots: Annotated[int, Field(strict=True, ge=1, le=MAX_USE)]
    """Slots that each of these leads takes of such a rep."""


class Stability(Record):
    """What moving a lead away from its owner of the previous plan costs."""

    price: Money = 0.0
    """Money for each lead that changes hands or loses its owner."""
    lock: LeadFilter | None = None
    """Leads that never move once they have an owner; null: none."""


class RelaxationStep(Record):
    """What opens for leads that have waited long."""

    after_minutes: Annotated[float, Field(ge=0)]
    """Age of the lead from which the step applies."""
    minimums_fall: Level = 0.0
    """By how much the minimum of every required skill falls."""
    outside_fit: Level | None = None
    """Fit of reps who sell elsewhere; null: as ``territory_fit.outside`` says."""


class PreviousOwner(Record):
    """Who owned a lead in the previous plan."""

    lead_id: Id
    """The lead."""
    rep_id: Id
    """Its owner then."""


def _check_rising(steps: tuple[RelaxationStep, ...]) -> tuple[RelaxationStep, ...]:
    ages = [step.after_minutes for step in steps]
    if ages != sorted(set(ages)):
        raise ValueError("steps must rise in after_minutes, each age once")
    return steps


#: Steps by age; the last one that a lead has reached applies.
RelaxationSteps = Annotated[tuple[RelaxationStep, ...], AfterValidator(_check_rising)]
