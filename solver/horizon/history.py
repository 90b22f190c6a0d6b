"""Past leads as arrays: when they came, which segment they are of, what each stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from solver.errors import UsageError
from solver.matrix.moments import micros
from solver.matrix.territories import TerritoryFinder
from solver.matrix.triage import missing_fields
from solver.models import ForecastBasis, Lead

_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]

HOUR = micros(timedelta(hours=1))
DAY = 24 * HOUR
WEEK = 7 * DAY
#: Fewest past leads from which anything is forecast.
FEWEST_LEADS = 20
#: Weeks from which on a week's hour stands for itself, and days from which a day's does.
_WEEKS, _DAYS = 4, 1
#: Shortest history from which a steady rate is taken.
_SHORTEST = HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class History:
    """Complete past leads in the order in which they came."""

    leads: tuple[Lead, ...]
    created: _Ints
    """(H,) microseconds since 1970."""
    segment: NDArray[np.int64]
    """(H,) segment of each: its territory."""
    segments: tuple[str | None, ...]
    """Territory keys by segment."""
    begin: int
    """Begin of the time seen, microseconds since 1970: the first lead."""
    end: int
    """Its end: the instant of learning, or the end of the last lead's day where that is earlier."""

    @property
    def days(self) -> float:
        """Days that the history spans."""
        return (self.end - self.begin) / DAY

    @property
    def last(self) -> datetime:
        """When the last past lead came; only where there is one."""
        return EPOCH + timedelta(microseconds=int(self.created[-1]))

    @property
    def first_midnight(self) -> int:
        """Begin of the first lead's day: weeks and days are counted from it."""
        return self.begin // DAY * DAY

    @property
    def basis(self) -> ForecastBasis:
        """How much the history can say about the time to come."""
        span = self.end - self.begin
        if len(self.leads) < FEWEST_LEADS or span < _SHORTEST:
            return ForecastBasis.NONE
        if self.end - self.first_midnight >= _WEEKS * WEEK:
            return ForecastBasis.HOUR_OF_WEEK
        return ForecastBasis.HOUR_OF_DAY if span >= _DAYS * DAY else ForecastBasis.STEADY


def read_history(leads: Sequence[Lead], at: datetime, finder: TerritoryFinder) -> History:
    """Put past leads into arrays; those that lack what a value needs are left out.

    Raises
    ------
    UsageError
        If a lead was created after ``at``: it cannot be known yet.
    """
    complete = sorted((lead for lead in leads if not missing_fields(lead)),
                      key=lambda lead: (lead.created_at, lead.lead_id))
    created = np.array([instant_micros(lead.created_at or at) for lead in complete], np.int64)
    now = instant_micros(at)
    late = complete[int(np.searchsorted(created, now, "right")):]
    if late:
        raise UsageError(
            f"the history holds {len(late):,} leads created after {at.isoformat()}, the first is "
            f"{late[0].lead_id!r} of {late[0].created_at}; leave them out, give a later instant, "
            "or check the time zone of the history")
    territories = [finder.find(lead) for lead in complete]
    code = {key: n for n, key in enumerate(dict.fromkeys(territories))}
    begin = int(created[0]) if len(created) else now
    return History(
        leads=tuple(complete), created=created, segments=tuple(code),
        segment=np.array([code[key] for key in territories], dtype=np.int64), begin=begin,
        end=min(now, (int(created[-1]) // DAY + 1) * DAY) if len(created) else now)


def segments_of(leads: Sequence[Lead], history: History, finder: TerritoryFinder) -> _Ints:
    """Return (L,) segments of other leads, -1 for one that the history does not know."""
    code = {key: n for n, key in enumerate(history.segments)}
    return np.array([code.get(finder.find(lead), -1) for lead in leads], dtype=np.int64)


def instant_micros(instant: datetime) -> int:
    """Return an instant in microseconds since 1970."""
    return micros(instant - EPOCH)


def day_kinds(days: _Ints) -> NDArray[np.bool_]:
    """Say which days, counted from 1970-01-01 (a Thursday), are Saturdays or Sundays."""
    return (days + 3) % 7 >= 5


