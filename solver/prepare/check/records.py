"""The parts of a quality report."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from solver.models.base import Count, Record, Text

Share = Annotated[float, Field(ge=0, le=1)]
#: Sum of money in integer minor units, 1/100 of the policy's currency.
MoneySum = Annotated[int, Field(ge=0)]


class Balance(Record):
    """Where the rows of a file went: in = out + merged + quarantined."""

    rows_in: Count
    """Rows of the file below its header."""
    rows_out: Count
    """Leads that came out."""
    merged: Count = 0
    """Rows that became one with a lead that came out."""
    quarantined: Count = 0
    """Rows set aside with a reason."""

    @model_validator(mode="after")
    def _nothing_is_lost(self) -> Self:
        accounted = self.rows_out + self.merged + self.quarantined
        if accounted != self.rows_in:
            raise ValueError(f"{self.rows_in:,} rows in must equal {self.rows_out:,} out + "
                             f"{self.merged:,} merged + {self.quarantined:,} quarantined")
        return self


class Duplicates(Record):
    """What was found twice."""

    merged: Count = 0
    """Leads that became one with another."""
    uncertain: Count = 0
    """Leads that wait for a person to decide."""


class FieldQuality(Record):
    """One field over all leads."""

    field: Text
    there: Count
    """Leads that hold a value, or held one that could not be read."""
    assumed: Count
    """Leads whose value the mapping supplied; these are not there."""
    unknown: Count
    """Of those there, values that were not recognised."""
    implausible: Count
    """Of those there, recognised numbers outside the policy's bounds."""
    completeness: Share
    """Share of the leads where it is there."""
    validity: Share | None
    """Of those there, the share that is sound; null where it is nowhere."""


class ValueCount(Record):
    """A value and how many leads have it."""

    value: str
    leads: Count


class UnknownValues(Record):
    """The values of one field that were not recognised."""

    field: Text
    leads: Count
    """Leads with such a value: those listed and the others."""
    values: tuple[ValueCount, ...]
    """The most frequent, by count."""
    others: Count
    """Leads with a value that is not listed."""
    shortfall: Count
    """What each count may lack, where there were too many values to count all; 0: exact."""


class ProblemKind(StrEnum):
    """What is wrong with a field."""

    BLANK = "blank"
    UNKNOWN = "unknown"
    IMPLAUSIBLE = "implausible"


class Problem(Record):
    """What is wrong with one field."""

    field: Text
    """The field, or a group of which one is enough as ``email or phone``."""
    kind: ProblemKind
    value: str | None = None
    """The value that was not recognised."""

    def __str__(self) -> str:
        match self.kind:
            case ProblemKind.BLANK:
                return f"fill in {self.field}"
            case ProblemKind.UNKNOWN:
                return f"correct {self.field} {self.value!r} or teach it"
            case ProblemKind.IMPLAUSIBLE:
                return f"check {self.field}, which is outside its bounds"


class Fix(Record):
    """Something to mend, after which these leads can be routed."""

    problems: tuple[Problem, ...]
    """All that keeps these leads from being routed; each lead counts in one fix."""
    leads: Count
    worth: MoneySum
    """What the leads would bring, integer minor units."""
    estimated: Count
    """Of the leads, those without a worth of their own that count at the mean of the routable
    leads of their source, or of all where the source has none."""
    unvalued: Count
    """Of the leads, those that count at 0: no lead is routable to take a mean of."""

    @property
    def message(self) -> str:
        """One sentence: what to do, for how many leads, worth what."""
        what = " and ".join(map(str, self.problems))
        leads = "1 lead" if self.leads == 1 else f"{self.leads:,} leads"
        notes = []
        if self.estimated:
            notes.append(f"{self.estimated:,} of them at the mean worth of their source's leads")
        if self.unvalued:
            notes.append(f"{self.unvalued:,} of unknown worth")
        note = f" ({'; '.join(notes)})" if notes else ""
        return f"{what[0].upper()}{what[1:]}: {leads} worth {self.worth / 100:,.2f}{note}."
