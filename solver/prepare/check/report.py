"""The quality report of a file, built lead by lead in bounded memory.

Everything is counted in integers, so that a report is the same however the leads are cut into
batches and whatever order the batches are merged in; only where a field has more unknown values,
or the leads more kinds of problems, than are kept apart (1,000 and 200) do the rarest fall
together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from solver.models.base import Count, Record
from solver.models.checking import AGE_DAYS, CHECKED_FIELDS, Checking
from solver.models.lead import Lead
from solver.prepare.check.counters import TopCounter
from solver.prepare.check.filled import PatternCounter
from solver.prepare.check.fixes import FixFinder, problems_of
from solver.prepare.check.quality import Quality
from solver.prepare.check.records import (
    Balance,
    Duplicates,
    FieldQuality,
    Fix,
    UnknownValues,
    ValueCount,
)
from solver.prepare.check.rush import UnknownRush
from solver.prepare.check.sources import SourceQuality

_NUM_VALUES = 20
_NUM_FIXES = 10
_VALUES_KEPT = 1000
_PROBLEMS_KEPT = 200
#: Scores are summed in these parts of a point.
_SCORE_PARTS = 10_000


class QualityReport(Record):
    """How good the data of a file is, and what mending it would bring."""

    schema_version: Literal["1.0"] = "1.0"
    balance: Balance
    """Where the rows went."""
    duplicates: Duplicates
    leads: Count
    """Leads that were checked."""
    routable: Count
    """Of these, leads with all that routing needs."""
    mean_quality: Annotated[float, Field(ge=0, le=100)] | None
    """Mean quality score; null without leads."""
    histogram: Annotated[tuple[Count, ...], Field(min_length=10, max_length=10)]
    """Leads with a score from 0 to below 10, from 10 to below 20, ..., from 90 to 100."""
    fields: tuple[FieldQuality, ...]
    """Fields that the rules name or that are there on some lead, in the order of a lead."""
    unknown: tuple[UnknownValues, ...]
    """Fields with values that were not recognised, most leads first."""
    fixes: tuple[Fix, ...]
    """The ten repairs that would route the most worth."""
    other_unroutable: Count
    """Unroutable leads that no fix of the ten covers."""
    rushes: tuple[UnknownRush, ...] = ()
    """Fields whose unknown values rose suddenly."""
    sources: tuple[SourceQuality, ...] = ()
    """What each source brought, by month."""


class ReportBuilder:
    """Adds up a quality report; lead by lead, or from builders of several batches.

    Parameters
    ----------
    rules
        The policy's section.
    """

    def __init__(self, rules: Checking) -> None:
        self._rules = rules
        self._leads = 0
        self._score_parts = 0
        self._histogram = [0] * 10
        self._there = PatternCounter()
        self._assumed = dict.fromkeys(CHECKED_FIELDS, 0)
        self._implausible = dict.fromkeys(CHECKED_FIELDS, 0)
        self._unknown: dict[str, TopCounter] = {}
        self._fixes = FixFinder(_PROBLEMS_KEPT)

    def add(self, lead: Lead, unknown: Mapping[str, str], quality: Quality,
            worth: float | None, blocking: Collection[str] = ()) -> None:
        """Add one lead.

        Parameters
        ----------
        lead
            The lead, normalised.
        unknown
            Values that were not recognised, as they came, by field.
        quality
            What :class:`~solver.prepare.check.quality.Checker` says of the lead.
        worth
            What winning it would bring, in the policy's currency; None: unknown.
        blocking
            Fields beside the missing ones that keep the lead from being routed, such as a country
            without a territory.
        """
        self._leads += 1
        self._score_parts += round(quality.score * _SCORE_PARTS)
        self._histogram[min(int(quality.score // 10), 9)] += 1
        self._add_fields(lead, unknown, quality)
        if quality.missing or blocking:
            problems = problems_of((*quality.missing, *blocking), unknown, quality.implausible)
            self._fixes.add_unroutable(lead, problems, worth)
        else:
            self._fixes.add_routable(lead, worth)

    def report(self, balance: Balance, duplicates: Duplicates | None = None,
               rushes: tuple[UnknownRush, ...] = (), sources: tuple[SourceQuality, ...] = ()
               ) -> QualityReport:
        """Return the report.

        Parameters
        ----------
        balance
            Where the rows of the file went.
        duplicates
            What was found twice.
        rushes
            Sudden rises of unknown values.
        sources
            What each source brought.
        """
        fixes = self._fixes.fixes(_NUM_FIXES)
        unroutable = self._fixes.num_unroutable
        return QualityReport(
            balance=balance, duplicates=duplicates or Duplicates(), leads=self._leads,
            routable=self._leads - unroutable,
            mean_quality=self._score_parts / _SCORE_PARTS / self._leads if self._leads else None,
            histogram=tuple(self._histogram), fields=tuple(self._field_qualities()),
            unknown=tuple(sorted(self._unknown_values(), key=lambda u: (-u.leads, u.field))),
            fixes=fixes, other_unroutable=unroutable - sum(fix.leads for fix in fixes),
            rushes=rushes, sources=sources)

    def _add_fields(self, lead: Lead, unknown: Mapping[str, str], quality: Quality) -> None:
        self._there.add(quality.there)
        assumed = lead.assumed
        for name in assumed:
            if name in self._assumed:
                self._assumed[name] += 1
        for name, value in unknown.items():
            if name not in assumed:
                self._unknown.setdefault(name, TopCounter(_VALUES_KEPT)).add(value)
        for name in quality.implausible:
            if name not in assumed and name not in unknown:
                self._implausible[name] += 1

    def _field_qualities(self) -> Iterator[FieldQuality]:
        named = _named_fields(self._rules)
        for name in CHECKED_FIELDS:
            there, assumed = self._there[name], self._assumed[name]
            if not (there or assumed or name in named):
                continue
            unknown = self._unknown[name].total if name in self._unknown else 0
            sound = there - unknown - self._implausible[name]
            yield FieldQuality(
                field=name, there=there, assumed=assumed, unknown=unknown,
                implausible=self._implausible[name],
                completeness=there / self._leads if self._leads else 0.0,
                validity=sound / there if there else None)

    def _unknown_values(self) -> Iterator[UnknownValues]:
        for name, counter in self._unknown.items():
            top = counter.top(_NUM_VALUES)
            yield UnknownValues(
                field=name, leads=counter.total,
                values=tuple(ValueCount(value=value, leads=times) for value, times in top),
                others=counter.total - sum(times for _, times in top),
                shortfall=counter.shortfall)


def _named_fields(rules: Checking) -> set[str]:
    weighted = (name for name, weight in rules.weights.items() if weight)
    bounded = (name for name, bounds in rules.plausible.items() if bounds and name != AGE_DAYS)
    return {*rules.required, *weighted, *bounded, *(n for group in rules.any_of for n in group)}
