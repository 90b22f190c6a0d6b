"""The policy's section on checking: what a lead must have, and what is plausible."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from solver.models.base import Record, Text, Weight
from solver.models.lead import Lead

#: Fields that preparing can check: all of a lead but its identity and what is kept beside it.
CHECKED_FIELDS = tuple(name for name in Lead.model_fields
                       if name not in ("lead_id", "attributes", "assumed"))
#: Without these a lead has no value; :mod:`solver.matrix.triage` holds it whatever the policy says.
VALUE_FIELDS = ("created_at", "deal_value", "score")
#: The age of a lead in days, a number that `plausible` bounds like a field.
AGE_DAYS = "age_days"
_BOUNDED = (AGE_DAYS, "deal_value", "employees", "annual_revenue", "score")
#: Whatever the currency, a lead that brings 1e10 is a slip; an age past ten years is the zero of
#: some calendar (1970, 1900), and one up to a day below 0 a time zone.
_PLAUSIBLE = {
    AGE_DAYS: (-1.0, 3650.0),
    "deal_value": (1.0, 1e10),
    "employees": (1.0, 5e6),
    "annual_revenue": (1.0, 1e12),
}
_WEIGHTS = {
    "created_at": 1.0, "deal_value": 2.0, "score": 1.0, "company": 1.0, "domain": 1.0,
    "country": 1.0, "industry": 1.0, "employees": 1.0, "last_name": 1.0, "title": 1.0,
    "email": 2.0, "phone": 1.0, "source": 1.0,
}


def check_field_names(names: Iterable[str], known: Sequence[str] = CHECKED_FIELDS) -> None:
    """Refuse a name that is no field.

    Raises
    ------
    ValueError
        For the first such name, with the nearest one that can stand there, or else an example.
    """
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            maybe = f"maybe {near[0]!r}?" if near else f"as {known[0]!r} is"
            raise ValueError(f"{name!r} is not a field of a lead that can stand here; {maybe}")


def _check_once(names: tuple[str, ...]) -> tuple[str, ...]:
    check_field_names(names)
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"the field {twice[0]!r} stands twice")
    return names


def _check_required(names: tuple[str, ...]) -> tuple[str, ...]:
    if lacking := [name for name in VALUE_FIELDS if name not in names]:
        raise ValueError(f"{', '.join(lacking)} must be among the required fields: without a value "
                         "no lead can be routed")
    return names


_Range = tuple[float | None, float | None]


def _complete_ranges(given: dict[str, _Range | None]) -> dict[str, _Range | None]:
    check_field_names(given, _BOUNDED)
    for name, bounds in given.items():
        low, high = bounds or (None, None)
        if low is not None and high is not None and low > high:
            raise ValueError(f"{name}: the least {low:g} must not be above the most {high:g}")
    return {**_PLAUSIBLE, **given}


def _complete_weights(given: dict[str, float]) -> dict[str, float]:
    check_field_names(given)
    weights = {**_WEIGHTS, **given}
    if not any(weights.values()):
        raise ValueError("at least one field must have a weight above 0")
    return weights


_Fields = Annotated[tuple[Text, ...], AfterValidator(_check_once)]


class Checking(Record):
    """What a lead must have to be routed, what is plausible, and when unknown values are a rush."""

    required: Annotated[_Fields, AfterValidator(_check_required)] = VALUE_FIELDS
    """Fields that must be there and recognised; created_at, deal_value and score are among them."""
    any_of: tuple[Annotated[_Fields, Field(min_length=2)], ...] = ()
    """Groups of fields of which one must be there and recognised, as in [[email, phone]]."""
    plausible: Annotated[dict[Text, _Range | None], AfterValidator(_complete_ranges)] = Field(
        default={}, validate_default=True)
    """Least and most of deal_value, score, employees, annual_revenue and age_days, null at an open
    end; they override the defaults one by one, null for no bounds."""
    weights: Annotated[dict[Text, Weight], AfterValidator(_complete_weights)] = Field(
        default={}, validate_default=True)
    """Weight of each field in the quality score; they override the defaults one by one, 0 leaves
    the field out."""
    rush_share: Annotated[float, Field(gt=0, le=1)] = 0.3
    """Rise of the share of unknown values, against the history, that raises a warning."""
    rush_leads: Annotated[int, Field(strict=True, ge=2, le=1_000_000)] = 20
    """Recent leads that a field must have before its unknown values can be a rush."""
    rush_window: Annotated[int, Field(strict=True, ge=2, le=1_000_000)] = 200
    """How many of the latest leads count as recent."""

    @model_validator(mode="after")
    def _window_holds_the_leads(self) -> Self:
        if self.rush_window < self.rush_leads:
            raise ValueError(f"rush_window {self.rush_window} must not be below rush_leads "
                             f"{self.rush_leads}")
        return self
