"""Edits of territories, of the flow of leads and of the policy."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator

from solver.models.base import MAX_COUNT, Id, Level, Text
from solver.models.filters import LeadFilter
from solver.models.territory import Territory
from solver.names import OVERLAY
from solver.scenarios.bases import MAX_DAYS, AnyEdit, Day, RepIds, check_days, each_once
from solver.scenarios.changes import LeadChanges

#: More leads for one than anybody plans with.
MAX_FACTOR = 100.0
#: More leads than anybody compares scenarios of, and than memory is sure to hold.
MAX_LEADS = 1_000_000


def _check_no_overlay(name: str) -> str:
    if name == OVERLAY:
        raise ValueError(f"{name!r} is every territory; name one")
    return name


#: One territory, by name.
TerritoryName = Annotated[Text, AfterValidator(_check_no_overlay)]


class MoveTerritory(AnyEdit):
    """A territory changes hands."""

    edit: Literal["move_territory"] = "move_territory"
    territory: TerritoryName
    """Its name."""
    from_: Annotated[tuple[Id, ...], AfterValidator(each_once), Field(alias="from")] = ()
    """Reps who sell there now and no longer do."""
    to: Annotated[tuple[Id, ...], AfterValidator(each_once)] = ()
    """Reps who sell there from now on."""

    @model_validator(mode="after")
    def _check_sides(self) -> Self:
        if not self.from_ and not self.to:
            raise ValueError("say who gives the territory up (from), who gets it (to), or both")
        return self


class OpenTerritory(AnyEdit):
    """A new rule that makes a territory, and who sells there."""

    edit: Literal["open_territory"] = "open_territory"
    territory: Territory
    """The rule."""
    reps: RepIds
    """Reps who sell there from now on."""
    before: Text | None = None
    """Name of the territory before whose first rule it goes; null: behind all. The first rule that
    matches a lead is its territory."""


class ScaleLeads(AnyEdit):
    """More or fewer leads of a kind."""

    edit: Literal["scale_leads"] = "scale_leads"
    where: LeadFilter | None = None
    """Which leads; null: all that are routed."""
    factor: Annotated[float, Field(ge=0, le=MAX_FACTOR)]
    """Times so many."""


class ShiftLeads(AnyEdit):
    """Some leads are of another segment, or come at another time."""

    edit: Literal["shift_leads"] = "shift_leads"
    where: LeadFilter | None = None
    """Which leads; null: all that are routed."""
    share: Level = 1.0
    """Part of them that shifts, 0 to 1."""
    set: LeadChanges = LeadChanges()
    """Fields of the other segment."""
    days: Annotated[float, Field(ge=-MAX_DAYS, le=MAX_DAYS)] = 0.0
    """Days that they come later, or earlier where it is below 0."""

    @model_validator(mode="after")
    def _check_any(self) -> Self:
        if not self.set and not self.days:
            raise ValueError("say what shifts: fields under set, days, or both")
        return self


class Campaign(AnyEdit):
    """Leads that come on top, on the days of a campaign."""

    edit: Literal["campaign"] = "campaign"
    name: Text
    """Its leads are called ``NAME+1``, ``NAME+2``, with the next number if one is taken."""
    like: LeadFilter
    """Leads that its leads resemble."""
    from_: Annotated[Day, Field(alias="from")]
    """First day, in UTC."""
    to: Day
    """Last day, included."""
    leads_per_day: Annotated[float, Field(gt=0, le=MAX_COUNT)]
    """Leads that come on each of these days."""
    set: LeadChanges = LeadChanges()
    """Fields in which its leads differ from those that they resemble."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        check_days(self.from_, self.to)
        return self


class ChangePolicy(AnyEdit):
    """Other weights or rules."""

    edit: Literal["policy"] = "policy"
    set: Annotated[dict[str, JsonValue], Field(min_length=1)]
    """Keys of the policy file, nested as there; what is not named stays as it is."""
