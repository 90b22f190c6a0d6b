"""Call lists: whom each rep calls first on each of the rep's own days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from solver.calendar.zones import zone


@dataclass(frozen=True, slots=True)
class Call:
    """One owned lead that its rep is to call."""

    lead_id: str
    rep_id: str
    score: float | None
    """0 to 100."""
    value: int
    """Value with its rep, minor units."""
    stage: str | None = None
    last_activity: datetime | None = None
    """None: nothing is known of it."""
    qualified: bool = False
    hot: bool = False
    due_at: datetime | None = None
    """When the rep is next at work; None: at the instant of the list."""


@dataclass(frozen=True, slots=True)
class CallList:
    """The calls of one rep on one day, the first one first."""

    rep_id: str
    day: date
    """In the rep's own time zone."""
    calls: tuple[Call, ...]


def priorities(calls: Iterable[Call], at: datetime, zones: Mapping[str, str | None] | None = None
               ) -> tuple[CallList, ...]:
    """Return a call list for each rep and day, sorted by rep and day.

    Hot leads come first, then qualified ones; among equals the higher value, then the later
    activity, then the higher score, then the lower lead_id: the order of the input does not matter.

    Parameters
    ----------
    calls
        Owned leads.
    at
        Instant of the list; what was due before it is due then.
    zones
        Rep to IANA time zone; of a rep without one, days are those of UTC.
    """
    names = zones or {}
    days: dict[tuple[str, date], list[Call]] = defaultdict(list)
    for call in calls:
        name = names.get(call.rep_id)
        local = zone(name) if name else UTC
        days[call.rep_id, max(at, call.due_at or at).astimezone(local).date()].append(call)
    return tuple(CallList(rep_id, day, tuple(sorted(days[rep_id, day], key=_order)))
                 for rep_id, day in sorted(days))


def _order(call: Call) -> tuple[bool, bool, int, float, float, str]:
    latest = call.last_activity.timestamp() if call.last_activity else float("-inf")
    score = float("-inf") if call.score is None else call.score
    return not call.hot, not call.qualified, -call.value, -latest, -score, call.lead_id
