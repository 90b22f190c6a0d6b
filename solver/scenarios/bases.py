"""What edits have in common: a kind, and for edits of reps which reps they are of."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from solver.filters import About, FilterError, parse_filter
from solver.models.base import Id, Record, Text

#: Ten years: a plan that looks further ahead is a slip of the pen.
MAX_DAYS = 3_660
_FIRST_YEAR, _LAST_YEAR = 1970, 2999


def each_once(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return ids of reps unchanged if each stands once.

    Raises
    ------
    ValueError
        If one is named twice.
    """
    if twice := [one for one, count in Counter(ids).items() if count > 1]:
        raise ValueError(f"rep {twice[0]!r} is named twice; name each rep once")
    return ids


def _check_rep_filter(text: str) -> str:
    try:
        parse_filter(text, About.REP, with_leads=False)
    except FilterError as error:
        raise ValueError(f"{text!r} is asked of the rep alone, {error}") from error
    return text


def _check_year(day: date) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(f"the day {day} must lie in the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return day


#: A day of the calendar on which somebody may work.
Day = Annotated[date, AfterValidator(_check_year)]
#: A filter over reps that looks at no lead.
LoneRepFilter = Annotated[Text, AfterValidator(_check_rep_filter)]
#: Reps by id, at least one.
RepIds = Annotated[tuple[Id, ...], Field(min_length=1), AfterValidator(each_once)]


class AnyEdit(Record):
    """One change of a scenario."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True,
                              serialize_by_alias=True)

    edit: str
    """What kind of edit it is."""


class OfReps(AnyEdit):
    """An edit of reps that are named, or that match a filter."""

    rep_ids: RepIds | None = None
    """The reps by id."""
    where: LoneRepFilter | None = None
    """Active reps that match this filter of reps."""


class OfSomeReps(OfReps):
    """An edit that must say of which reps it is."""

    @model_validator(mode="after")
    def _check_reps(self) -> Self:
        if (self.rep_ids is None) is (self.where is None):
            raise ValueError("say which reps: rep_ids or where, exactly one of the two")
        return self


def check_days(first: date, last: date) -> None:
    """Check that a stretch of days does not end before it begins.

    Raises
    ------
    ValueError
        If it does.
    """
    if last < first:
        raise ValueError(f"to {last} must not be before from {first}; swap the two days")
