"""What each source of leads brings, by month: how many, how good, how many of them sold.

A lead that came from several sources counts with each of them, so that the sources may add up to
more than the leads. Sources beyond 1,000 count together as ``*``, months beyond 20,000 pairs of
source and month as unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from solver.models.base import Count, Record, Text
from solver.models.lead import Lead
from solver.names import name_key
from solver.prepare.check.counters import MAX_KEY, TopCounter
from solver.prepare.check.quality import Quality
from solver.prepare.check.records import Share

#: Stands for all sources beyond those that are kept apart.
OTHER_SOURCES = "*"
_MAX_SOURCES = 1000
_MAX_MONTHS = 20_000
_SPELLINGS_KEPT = 10
#: After all others.
_UNKNOWN_MONTH = 999_999
_OTHER_KEY = "\0"
#: Scores are summed in these parts of a point.
_SCORE_PARTS = 10_000


class SourceCounts(Record):
    """What a source brought in some time."""

    leads: Count
    """Leads that came, duplicates among them."""
    mean_quality: Annotated[float, Field(ge=0, le=100)]
    """Mean quality score."""
    unknown_share: Share
    """Share of the leads with a value that was not recognised."""
    duplicates: Count
    """Leads that were one with another."""
    junk: Count
    """Leads that were disqualified as junk."""
    owned: Count | None
    """Leads with an owner; null where nothing is known of any."""
    converted: Count | None
    """Leads that were won; null where nothing is known of any."""


class SourceMonth(SourceCounts):
    """One month of a source."""

    month: str | None
    """As in ``2026-11`` (UTC); null: unknown."""


class SourceQuality(SourceCounts):
    """One source, as a whole and by month: its quality history."""

    source: Text | None
    """As written most; null: leads without a source."""
    months: tuple[SourceMonth, ...]
    """In order of time, unknown last."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a lead; None: it is not known."""

    duplicate: bool = False
    """It was one with another lead."""
    junk: bool = False
    """It was disqualified as junk."""
    owned: bool | None = None
    """It has an owner."""
    converted: bool | None = None
    """It was won."""


@dataclass(slots=True)
class _Sums:
    """Counts of one source and month, all integers."""

    leads: int = 0
    score_parts: int = 0
    unknown: int = 0
    duplicates: int = 0
    junk: int = 0
    owned: int = 0
    owned_known: int = 0
    converted: int = 0
    converted_known: int = 0

    def add_lead(self, unknown: bool, quality: Quality, fate: Fate) -> None:
        """Add one lead."""
        self.leads += 1
        self.score_parts += round(quality.score * _SCORE_PARTS)
        self.unknown += unknown
        self.duplicates += fate.duplicate
        self.junk += fate.junk
        self.owned += fate.owned is True
        self.owned_known += fate.owned is not None
        self.converted += fate.converted is True
        self.converted_known += fate.converted is not None

    def add(self, other: _Sums) -> None:
        """Add the counts of another source or month."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def counts(self) -> dict[str, Any]:
        """Return the fields of a record of at least one lead."""
        return {
            "leads": self.leads,
            "mean_quality": self.score_parts / _SCORE_PARTS / self.leads,
            "unknown_share": self.unknown / self.leads, "duplicates": self.duplicates,
            "junk": self.junk, "owned": self.owned if self.owned_known else None,
            "converted": self.converted if self.converted_known else None}


class SourceTally:
    """Adds up what each source brought; lead by lead, or from tallies of several batches."""

    def __init__(self) -> None:
        self._spellings: dict[str, TopCounter] = {}
        """By source key, in bounded memory; the key of leads without a source is blank."""
        self._months: dict[tuple[str, int], _Sums] = {}
        """By source key and month, as 100 x year + month."""

    def add(self, lead: Lead, unknown: Collection[str], quality: Quality,
            fate: Fate = Fate()) -> None:
        """Add one lead.

        Parameters
        ----------
        lead
            The lead, normalised.
        unknown
            Fields whose value was not recognised.
        quality
            Of the lead.
        fate
            What became of it.
        """
        created_at = lead.created_at
        month = created_at.year * 100 + created_at.month if created_at else _UNKNOWN_MONTH
        named = {name_key(name): name for name in (lead.sources or (lead.source or "",))}
        for key, name in named.items():
            source = self._source(key[:MAX_KEY])
            self._spellings[source].add(name)
            self._sums(source, month).add_lead(bool(unknown), quality, fate)

    def sources(self) -> tuple[SourceQuality, ...]:
        """Return the sources by number of leads, then by name."""
        months: dict[str, dict[int, _Sums]] = {}
        for (key, month), sums in self._months.items():
            months.setdefault(key, {})[month] = sums
        found = (self._quality(key, by_month) for key, by_month in months.items())
        return tuple(sorted(found, key=lambda source: (-source.leads, source.source or "")))

    def _quality(self, key: str, by_month: Mapping[int, _Sums]) -> SourceQuality:
        total = _Sums()
        for sums in by_month.values():
            total.add(sums)
        months = tuple(SourceMonth(month=_month_name(month), **sums.counts())
                       for month, sums in sorted(by_month.items()))
        name = OTHER_SOURCES if key == _OTHER_KEY else self._spellings[key].top(1)[0][0]
        return SourceQuality(source=name or None, months=months, **total.counts())

    def _source(self, key: str) -> str:
        """Return the key under which a source counts, with room for its spellings."""
        if key not in self._spellings and len(self._spellings) >= _MAX_SOURCES:
            key = _OTHER_KEY
        if key not in self._spellings:
            self._spellings[key] = TopCounter(_SPELLINGS_KEPT)
        return key

    def _sums(self, source: str, month: int) -> _Sums:
        """Return the counts of a source and month, where there is room for the month."""
        sums = self._months.get((source, month))
        if sums is not None:
            return sums
        if len(self._months) >= _MAX_MONTHS:
            month = _UNKNOWN_MONTH
        return self._months.setdefault((source, month), _Sums())


def _month_name(month: int) -> str | None:
    return None if month == _UNKNOWN_MONTH else f"{month // 100:04d}-{month % 100:02d}"
