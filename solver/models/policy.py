"""The policy: the versioned rules and weights of one sales organisation."""

from __future__ import annotations

import math
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from solver.models.base import MAX_MONEY, CurrencyCode, Level, Money, Record
from solver.models.checking import Checking
from solver.models.enrichment import Enrichment
from solver.models.fairness import Fairness
from solver.models.filters import LeadFilter
from solver.models.hand_off import HandOff
from solver.models.limit import Limit, Period
from solver.models.matching import Matching
from solver.models.precedence import CustomRule, Precedence
from solver.models.sales_floor import Groups, RelaxationSteps, Stability, UseRule
from solver.models.scoring import Scoring
from solver.models.sectors import check_sector
from solver.models.territory import Territory, Text

#: Ten years: a wait or an age beyond it is a slip of the pen.
_MAX_MINUTES = 5_256_000
#: Sixty days: no sales floor is planned lead by lead further ahead.
_MAX_HOURS = 1_440
_Exponent = Annotated[float, Field(ge=0)]
_Fit = Annotated[float, Field(ge=0, le=1)]


class RouteWhen(StrEnum):
    """Which leads are routed."""

    UNOWNED = "unowned"
    ALL = "all"


class UnknownHours(StrEnum):
    """What a rep without working hours is taken for."""

    AUTO = "auto"
    WORKS = "works"
    AWAY = "away"


class Worth(Record):
    """Exponents of ``worth = deal_value**b * (score/100)**a``."""

    deal_value: _Exponent = 1.0
    """Exponent b."""
    score: _Exponent = 1.0
    """Exponent a."""


class Freshness(Record):
    """How a lead's worth falls with its age."""

    half_life_hours: Annotated[float, Field(gt=0)] | None = None
    """Hours after which a lead is worth half; null: age does not matter."""
    max_age_hours: Annotated[float, Field(ge=0)] | None = None
    """Age past which a lead is held for the manager; null: never."""


class Match(Record):
    """Weights of skill fit and territory fit."""

    skill: _Fit = 0.6
    """Weight of skill fit; the two weights sum to 1."""
    territory: _Fit = 0.4
    """Weight of territory fit."""
    unknown: Level = 0.5
    """Skill fit of a lead that names no needs."""

    @model_validator(mode="after")
    def _weights_sum_to_one(self) -> Self:
        if not math.isclose(self.skill + self.territory, 1.0, abs_tol=1e-9):
            total = self.skill + self.territory
            raise ValueError(f"skill {self.skill} and territory {self.territory} must sum to 1, "
                             f"not {total:g}")
        return self


class TerritoryFit(Record):
    """Territory fit by relation; null means not eligible."""

    home: _Fit | None = 1.0
    """The lead's territory is one of the rep's."""
    overlay: _Fit | None = 0.6
    """The rep sells everywhere (``*``)."""
    outside: _Fit | None = None
    """Neither."""


class Response(Record):
    """How value falls while the lead waits for the rep's next working time."""

    half_life_minutes: Annotated[float, Field(gt=0)] = 240.0
    """Minutes of waiting that halve the value."""
    longest_wait_minutes: Annotated[float, Field(ge=0, le=_MAX_MINUTES)] = 5760.0
    """A rep next at work after this is not eligible."""
    unknown_hours: UnknownHours = UnknownHours.AUTO
    """``auto``: reps without hours work around the clock if no rep has hours, else are away."""


class Horizon(Record):
    """How far ahead floors look, and how often they are made anew."""

    horizon_hours: Annotated[float, Field(gt=0, le=_MAX_HOURS)] = 24.0
    """Hours ahead in which expected leads compete for the slots that are free now."""
    open_hours: Annotated[float, Field(gt=0)] | None = None
    """Mean hours that a lead stays open with its owner; null: no slot reopens in the horizon."""
    refresh_minutes: Annotated[float, Field(gt=0, le=_MAX_MINUTES)] = 30.0
    """Minutes after which floors are made anew."""
    samples: Annotated[int, Field(strict=True, ge=4, le=1000)] = 8
    """Samples of the forecast that each floor is the mean of."""


class Policy(Record):
    """All rules and weights; a file overrides these defaults key by key."""

    version: Annotated[int, Field(strict=True, ge=1)] = 1
    """Version of the organisation's policy, in every plan."""
    currency: CurrencyCode = "USD"
    """ISO 4217 code of all money."""
    worth: Worth = Worth()
    freshness: Freshness = Freshness()
    match: Match = Match()
    territory_fit: TerritoryFit = TerritoryFit()
    response: Response = Response()
    horizon: Horizon = Horizon()
    reserve_value: Money = 0.0
    """The outside option: what a lead is worth left to nurture."""
    route_when: RouteWhen = RouteWhen.UNOWNED
    """``unowned``: leads with an owner are kept; ``all``: every lead is routed."""
    placeholder_owners: tuple[Text, ...] = ()
    """Queues and integration users whose leads count as unowned."""
    exchange_rates: dict[CurrencyCode, Annotated[float, Field(gt=0, le=MAX_MONEY)]] = {}
    """Currency to what one unit of it is in the policy's, for amounts that name another."""
    industries: dict[Text, Annotated[str, AfterValidator(check_sector)]] = {}
    """The organisation's own names of industries to NAICS sector codes."""
    checking: Checking = Checking()
    enrichment: Enrichment = Enrichment()
    matching: Matching = Matching()
    scoring: Scoring | None = None
    """Points for who leads are and what they did; null: the file's score stands."""
    territories: tuple[Territory, ...] = ()
    """Ordered; the first that matches a lead is its territory."""
    precedence: Precedence = Precedence()
    rules: tuple[CustomRule, ...] = ()
    """Leads that must, should or must not go to some reps."""
    groups: Groups = Groups()
    use: tuple[UseRule, ...] = ()
    """Slots that some leads take of some reps; else the lead's ``effort``, else one."""
    limits: tuple[Limit, ...] = ()
    """Caps and quotas besides each rep's capacity."""
    must_place: LeadFilter | None = None
    """Leads that may not be left without an owner; null: none."""
    stability: Stability = Stability()
    relaxation: RelaxationSteps = ()
    """What opens for leads that have waited long."""
    fairness: Fairness = Fairness()
    hand_off: HandOff = HandOff()

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        for key in ("rules", "limits"):
            names = sorted(one.name for one in getattr(self, key))
            for name, following in pairwise(names):
                if name == following:
                    raise ValueError(f"{key}: the name {name!r} stands twice")
        return self

    @model_validator(mode="after")
    def _own_currency_is_worth_one(self) -> Self:
        rate = self.exchange_rates.get(self.currency, 1.0)
        if rate != 1:
            raise ValueError(f"exchange_rates: {rate:g} for {self.currency}, the policy's own "
                             "currency, would never be used; write the rates of other currencies")
        return self

    @property
    def keeps_ledger(self) -> bool:
        """Whether what a plan gives out matters to later ones: shares, limits of long periods."""
        return self.fairness.binds or any(
            limit.period is not Period.WINDOW for limit in self.limits)
