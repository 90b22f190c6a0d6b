"""A sudden rush of unknown values: a form changed, and nobody told the rules.

Of the leads that have a field, the share whose value was not recognised is compared between the
recent leads and those before. It is a rush where all of this holds:

1. at least ``rush_leads`` of the recent leads have the field;
2. the share rose by ``rush_share`` or more;
3. luck does not explain it: the lower bound of the share now lies above the upper bound of the
   share before, both one-sided at 0.1 % (score interval of E. B. Wilson, "Probable inference, the
   law of succession, and statistical inference", 1927). A share that nothing is known of has the
   upper bound 1, so that without a history nothing is sudden.

A field whose unknown values as a whole are no rush is looked at value by value: where a third of
the industries always was unknown, one new value that replaces the others is still a changed form.

It began at the lead from which on the surplus over the middle of both shares is largest: the
change point of the cumulative sum of E. S. Page ("Continuous inspection schemes", 1954).
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from solver.models.base import Count, Id, Instant, Record, Text
from solver.models.checking import Checking
from solver.models.lead import Lead
from solver.prepare.check.counters import MAX_KEY, TopCounter
from solver.prepare.check.filled import POSITIONS, Pattern, PatternCounter, pattern_there
from solver.prepare.check.records import Share

#: One-sided 0.1 % point of the normal distribution.
_Z = 3.0902
_VALUES_KEPT = 1000


class UnknownRush(Record):
    """Values of one field that suddenly are unknown."""

    field: Text
    value: str
    """The value, or the most frequent of several."""
    num_values: Count
    """Different unknown values among the recent leads; 1: it is this value."""
    value_leads: Count
    """Recent leads with this value."""
    unknown_leads: Count
    """Recent leads that make up the share: with this value, or with any unknown one."""
    leads: Count
    """Recent leads that have the field."""
    share: Share
    """Of the recent leads that have the field."""
    share_before: Share
    """Of the leads before that had it."""
    leads_before: Count
    """Leads before that had it."""
    since: Instant | None
    """When the first of them came in; None: it is not known."""
    lead_id: Id
    """The first of them."""

    @property
    def rule(self) -> str:
        """What was found, as a sentence without a full stop."""
        many = (f"{self.num_values:,} values that are not known, mostly this one"
                if self.num_values > 1 else "this value, which is not known")
        since = "" if self.since is None else f", since {self.since.isoformat()}"
        return (f"{self.unknown_leads:,} of the last {self.leads:,} leads with {self.field} have "
                f"{many}: {self.share:.0%} now, {self.share_before:.0%} of {self.leads_before:,} "
                f"before{since}")

    @property
    def remedy(self) -> str:
        """What to do, as a sentence without a full stop."""
        return "See whether a form or an export changed; teach the new values or change it back"


class Arrival(NamedTuple):
    """What a rush is looked for in: one lead's fields."""

    created_at: datetime | None
    lead_id: str
    there: Pattern
    """Fields that have a value, recognised or not."""
    unknown: Mapping[str, str]
    """Values that were not recognised, by field."""


def arrival(lead: Lead, unknown: Mapping[str, str], there: Pattern | None = None) -> Arrival:
    """Return what a rush is looked for in; `there` is worked out where it is not given."""
    cut = {name: value[:MAX_KEY] for name, value in unknown.items()
           if name in POSITIONS and name not in lead.assumed}
    return Arrival(lead.created_at, lead.lead_id,
                   pattern_there(lead, unknown) if there is None else there, cut)


class UnknownHistory:
    """How often each field was there and not recognised, in bounded memory."""

    def __init__(self) -> None:
        self.leads = PatternCounter()
        """Leads that had the field, by field."""
        self._unknown: dict[str, TopCounter] = {}

    def add(self, seen: Arrival) -> None:
        """Count one lead."""
        self.leads.add(seen.there)
        for name, value in seen.unknown.items():
            self._unknown.setdefault(name, TopCounter(_VALUES_KEPT)).add(value)

    def unknown(self, field: str, value: str | None = None) -> int:
        """Return how many leads had an unknown value in a field: this one, or any."""
        if field not in self._unknown:
            return 0
        counter = self._unknown[field]
        return counter.total if value is None else counter[value] + counter.shortfall


class RushWatch:
    """Splits leads that come in any order into the latest ``rush_window`` and a history.

    Leads of unknown created_at count with the history. Memory is bounded.

    Parameters
    ----------
    rules
        The policy's section.
    """

    def __init__(self, rules: Checking) -> None:
        self._rules = rules
        self._history = UnknownHistory()
        self._recent: list[tuple[datetime, str, int, Arrival]] = []
        self._num_seen = 0

    def add(self, lead: Lead, unknown: Mapping[str, str], there: Pattern | None = None) -> None:
        """Take in one lead; `there` is what its quality says is there."""
        self._add(arrival(lead, unknown, there))

    def rushes(self) -> tuple[UnknownRush, ...]:
        """Return the rushes among the latest leads, by field and value."""
        ordered = sorted(self._recent, key=lambda entry: entry[:3])
        return _rushes(self._history, [seen for *_, seen in ordered], self._rules)

    def _add(self, seen: Arrival) -> None:
        if seen.created_at is None:
            self._history.add(seen)
            return
        self._num_seen += 1  # so that no two entries compare by what they hold
        entry = (seen.created_at, seen.lead_id, self._num_seen, seen)
        if len(self._recent) < self._rules.rush_window:
            heapq.heappush(self._recent, entry)
        else:
            self._history.add(heapq.heappushpop(self._recent, entry)[3])


def _rushes(history: UnknownHistory, recent: Sequence[Arrival], rules: Checking
            ) -> tuple[UnknownRush, ...]:
    fields = sorted({name for seen in recent for name in seen.unknown})
    return tuple(rush for name in fields for rush in _rushes_of(name, history, recent, rules))


def _rushes_of(field: str, history: UnknownHistory, recent: Sequence[Arrival], rules: Checking
               ) -> Iterator[UnknownRush]:
    having = [seen for seen in recent if seen.there[POSITIONS[field]]]
    if len(having) < rules.rush_leads:
        return
    counts = Counter(seen.unknown[field] for seen in having if field in seen.unknown)
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    before, num_before = history.unknown(field), history.leads[field]
    if _is_rush(counts.total(), len(having), before, num_before, rules):
        yield _rush(field, ranked[0], having, [field in seen.unknown for seen in having],
                    (before, num_before))
        return
    for value in ranked:
        before = min(history.unknown(field, value), num_before)
        if _is_rush(counts[value], len(having), before, num_before, rules):
            yield _rush(field, value, having,
                        [seen.unknown.get(field) == value for seen in having],
                        (before, num_before))


def _is_rush(unknown: int, leads: int, before: int, num_before: int, rules: Checking) -> bool:
    rise = unknown / leads - (before / num_before if num_before else 0.0)
    return (rise >= rules.rush_share
            and _wilson(unknown, leads, -1) > _wilson(before, num_before, +1))


def _wilson(hits: int, tries: int, side: int) -> float:
    """Return the one-sided bound of a share: below it (side -1) or above it (side +1)."""
    if not tries:
        return 1.0 if side > 0 else 0.0
    share, z2 = hits / tries, _Z * _Z
    spread = _Z * math.sqrt(share * (1 - share) / tries + z2 / (4 * tries * tries))
    return (share + z2 / (2 * tries) + side * spread) / (1 + z2 / tries)


def _rush(field: str, value: str, having: Sequence[Arrival], hits: Sequence[bool],
          before: tuple[int, int]) -> UnknownRush:
    values = {seen.unknown[field] for seen, hit in zip(having, hits, strict=True) if hit}
    share, share_before = sum(hits) / len(hits), before[0] / before[1]
    first = having[_start(hits, (share + share_before) / 2)]
    return UnknownRush(
        field=field, value=value, num_values=len(values),
        value_leads=sum(seen.unknown.get(field) == value for seen in having),
        unknown_leads=sum(hits), leads=len(hits), share=share, share_before=share_before,
        leads_before=before[1], since=first.created_at, lead_id=first.lead_id)


def _start(hits: Sequence[bool], middle: float) -> int:
    """Return the position from which on the hits exceed a share by most; it is a hit."""
    best, start, surplus = -math.inf, 0, 0.0
    for position in range(len(hits) - 1, -1, -1):
        surplus += hits[position] - middle
        if surplus > best:
            best, start = surplus, position
    return start
