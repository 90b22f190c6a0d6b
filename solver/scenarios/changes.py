"""Which fields of a rep or a lead an edit may set; only those that are named change."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field
from typing_extensions import TypedDict

from solver.calendar.grammar import check_shift, check_time_off
from solver.calendar.public_holidays import check_holidays_code
from solver.models.base import (
    MAX_USE,
    MAX_WEIGHT,
    Count,
    Levels,
    Money,
    Names,
    Text,
    Weight,
    Weights,
)
from solver.models.lead import ZoneName

_CONFIG = ConfigDict(extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


class RepChanges(TypedDict, total=False):
    """Fields in which a rep differs from the one it is made like.

    A list or a value takes the place of the other rep's; ``skills`` and ``attributes`` are added to
    the other's, name by name.
    """

    __pydantic_config__ = _CONFIG  # type: ignore[misc]

    name: Text | None
    """Name shown to people."""
    email: Text | None
    """E-mail address."""
    team: Text | None
    """Team."""
    manager_id: Text | None
    """Manager's id."""
    territories: Names
    """Home territories; ``*`` sells everywhere at the overlay fit."""
    skills: Levels
    """Skill to level, 0 to 1."""
    languages: Names
    """Languages the rep sells in."""
    timezone: ZoneName | None
    """IANA time zone in which hours, dates and holidays are read."""
    working_hours: tuple[Annotated[str, AfterValidator(check_shift)], ...]
    """Shifts such as ``Mon-Fri 09:00-17:00``; empty means unknown."""
    time_off: tuple[Annotated[str, AfterValidator(check_time_off)], ...]
    """Absences: ``2026-11-23/2026-11-27`` (both included) or two instants with offsets."""
    holidays: tuple[Annotated[str, AfterValidator(check_holidays_code)], ...]
    """Public holidays kept: ``GB`` or ``GB-ENG``."""
    min_deal: Money | None
    """Smallest deal value the rep takes."""
    max_deal: Money | None
    """Largest deal value the rep takes."""
    daily_cap: Count | None
    """The most leads the rep may be assigned in a day; null is no cap."""
    performance: Weight
    """Factor on the value of every lead with this rep."""
    weight: Annotated[float, Field(gt=0, le=MAX_WEIGHT)]
    """Share of the rep in weighted distributions."""
    attributes: dict[str, str]
    """Other columns of the reps file, as text."""


class LeadChanges(TypedDict, total=False):
    """Fields in which leads of another segment differ.

    A list or a value takes the place of the lead's own; ``attributes`` are added to it, name by
    name. What preparing works out (sector, function, seniority, score) is not worked out anew.
    """

    __pydantic_config__ = _CONFIG  # type: ignore[misc]

    deal_value: Money
    """What winning the lead would bring, in the policy's currency."""
    score: Annotated[float, Field(ge=0, le=100)]
    """How likely the lead is to be won, 0 to 100."""
    city: Text | None
    """City of the company."""
    country: Text | None
    """ISO 3166-1 alpha-2 country code."""
    region: Text | None
    """State, province or region."""
    postal_code: Text | None
    """Postal code."""
    timezone: ZoneName | None
    """IANA time zone of the lead."""
    territory: Text | None
    """Territory that overrides the policy's territory rules."""
    industry: Text | None
    """Industry name."""
    sector: Text | None
    """NAICS sector code of the industry."""
    employees: Annotated[float, Field(ge=0)] | None
    """Company size in people."""
    annual_revenue: Money | None
    """Yearly revenue of the company, in the policy's currency."""
    title: Text | None
    """Job title of the person."""
    function: Text | None
    """What the title is about."""
    seniority: Text | None
    """How far up the title stands."""
    products: Names
    """Products of interest."""
    languages: Names
    """Languages the lead can be served in; empty means any."""
    source: Text | None
    """Where the lead came from, alone."""
    needs: Weights
    """Skill to weight: what the lead asks for, soft."""
    required_skills: Levels
    """Skill to minimum level: what the owner must have, hard."""
    effort: Annotated[int, Field(strict=True, ge=1, le=MAX_USE)] | None
    """Slots that the lead takes; absent: one."""
    attributes: dict[str, str]
    """Other columns of the leads file, as text."""
