"""The forecast: leads expected until slots refill, as a weighted sample of past leads.

Every past lead recurs: a week later, a day later, or at any time, as the history allows; each
recurrence is expected to bring ``weight`` leads like it. So deal values, needs, territories and
their hours of arrival come as they go together in reality, and nothing is fitted to a distribution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.errors import UsageError
from solver.horizon.history import (
    DAY,
    EPOCH,
    HOUR,
    WEEK,
    History,
    day_kinds,
    instant_micros,
    read_history,
    segments_of,
)
from solver.horizon.weights import SCEPTICISM, days_seen, recurrence_weights
from solver.matrix.territories import TerritoryFinder
from solver.matrix.triage import missing_fields
from solver.models import ForecastBasis, Lead, Policy

_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]
#: How long arrivals are remembered when the forecast follows them.
_MEMORY = timedelta(hours=24)
#: A surplus that has lasted this long is taken for half lasting.
_LASTING = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Recurrences:
    """Expected arrivals of a span: past lead, instant, how many are expected."""

    lead: _Ints
    """(K,) positions in the history."""
    at: _Ints
    """(K,) microseconds since 1970, ascending."""
    weight: _Floats
    """(K,) expected number."""


@dataclass(frozen=True)
class Forecast:
    """Leads to come, learnt from the past; made by :func:`learn`."""

    history: History
    weights: _Floats
    """(H,) expected number per recurrence; per microsecond where the rate is steady."""
    policy: Policy
    made_at: datetime
    seen: float = 0.0
    """Arrivals observed since it was made, within the last day; of a surplus, what is believed."""
    foreseen: float = 0.0
    """Arrivals that it had expected in that time."""
    num_arrived: int = 0
    """Arrivals observed in that time, all of them."""

    @property
    def basis(self) -> ForecastBasis:
        """How past leads stand for those to come."""
        return self.history.basis

    @property
    def scale(self) -> float:
        """Factor on the forecast from what was observed: the mean of its posterior."""
        return (SCEPTICISM + self.seen) / (SCEPTICISM + self.foreseen)

    def expected(self, start: datetime, end: datetime) -> float:
        """Return how many leads are expected in (start, end]."""
        return float(self.recurrences(start, end).weight.sum() * self.scale)

    def draw(self, rng: np.random.Generator, recurrences: Recurrences) -> tuple[_Ints, _Ints]:
        """Draw one future: positions in the history, instants in microseconds since 1970.

        The day's level is drawn from its posterior (gamma), then each recurrence brings a Poisson
        number of leads.
        """
        level = rng.gamma(SCEPTICISM + self.seen) / (SCEPTICISM + self.foreseen)
        counts = rng.poisson(recurrences.weight * level)
        return np.repeat(recurrences.lead, counts), np.repeat(recurrences.at, counts)

    def sample(self, rng: np.random.Generator, start: datetime, end: datetime
               ) -> tuple[Lead, ...]:
        """Draw one future of (start, end] as leads ``~1``, ``~2``, ... by created_at."""
        lead, at = self.draw(rng, self.recurrences(start, end))
        return tuple(
            self.history.leads[i].model_copy(update={
                "lead_id": f"~{n}", "created_at": EPOCH + timedelta(microseconds=micros),
                "owner_id": None})
            for n, (i, micros) in enumerate(zip(lead.tolist(), at.tolist(), strict=True), 1))

    def scaled_to(self, arrivals: Sequence[Lead], now: datetime) -> Forecast:
        """Follow what has come since the forecast was made.

        Parameters
        ----------
        arrivals
            Leads created since; older ones than a day, and those that lack what a value needs,
            play no part, as in the history.
        now
            The instant up to which they are known.

        Returns
        -------
        Forecast
            With the day's level, and each segment's share, drawn towards what was seen; twenty
            leads weigh as much as what was known before.

        Notes
        -----
        What stays away is believed at once; a surplus only as far as it has lasted (after twelve
        hours, half). Floors that are too high cost more than floors that are too low, and a rush is
        often over soon; benchmarks/RESULTS.md shows both.
        """
        since = max(self.made_at, now - _MEMORY)
        recent = [lead for lead in arrivals
                  if lead.created_at is not None and since <= lead.created_at <= now
                  and not missing_fields(lead)]
        expected = self.recurrences(since, now)
        num_segments = len(self.history.segments)
        foreseen = np.bincount(self.history.segment[expected.lead], weights=expected.weight,
                               minlength=num_segments)
        own = segments_of(recent, self.history, self._finder)
        lasting = (now - since) / (now - since + _LASTING)
        total = float(foreseen.sum())
        seen = float(_believed(np.array(float(len(recent))), np.array(total), lasting))
        counts = np.bincount(own[own >= 0], minlength=num_segments).astype(np.float64)
        by_segment = _believed(counts, foreseen.astype(np.float64), lasting)
        level = (SCEPTICISM + seen) / (SCEPTICISM + total)
        share = (SCEPTICISM + by_segment) / (SCEPTICISM + foreseen * level)
        kept = float((foreseen * share).sum())
        share = share * (total / kept if kept > 0 else 1.0)
        return replace(self, weights=self.weights * share[self.history.segment],
                       seen=seen, foreseen=total, num_arrived=len(recent))

    def recurrences(self, start: datetime, end: datetime) -> Recurrences:
        """Return every recurrence in (start, end], before it is scaled."""
        begin, stop = instant_micros(start), instant_micros(end)
        match self.basis:
            case ForecastBasis.HOUR_OF_WEEK:
                lead, at = _shifted(self.history.created, WEEK, begin, stop)
            case ForecastBasis.HOUR_OF_DAY:
                lead, at = _shifted(self.history.created, DAY, begin, stop)
                same = self._kind_of(at // DAY) == day_kinds(self.history.created // DAY)[lead]
                lead, at = lead[same], at[same]
            case ForecastBasis.STEADY:
                return self._steady(begin, stop)
            case ForecastBasis.NONE:
                lead = at = np.empty(0, dtype=np.int64)
        order = np.lexsort((lead, at))
        lead, at = lead[order], at[order]
        return Recurrences(lead, at, self.weights[lead])

    def _kind_of(self, days: _Ints) -> NDArray[np.bool_]:
        """Kind of day whose leads stand for a day: its own if the history saw such days."""
        kinds = self._kinds_seen
        weekend = day_kinds(days)
        return weekend if len(kinds) == 2 else np.full(len(days), kinds == {True})

    @cached_property
    def _kinds_seen(self) -> set[bool]:
        return set(day_kinds(days_seen(self.history)).tolist())

    @cached_property
    def _finder(self) -> TerritoryFinder:
        return TerritoryFinder(self.policy)

    def _steady(self, begin: int, stop: int) -> Recurrences:
        """Spread every past lead evenly, an instant an hour."""
        edges = np.append(np.arange(begin, stop, HOUR), stop)
        middle, length = (edges[1:] + edges[:-1]) // 2, np.diff(edges)
        num_leads = len(self.history.leads)
        return Recurrences(
            lead=np.tile(np.arange(num_leads), len(middle)), at=np.repeat(middle, num_leads),
            weight=(length[:, None] * self.weights).ravel())


def learn(history: Sequence[Lead], *, at: datetime, policy: Policy) -> Forecast:
    """Learn a forecast from past leads.

    Parameters
    ----------
    history
        Leads created up to ``at``; owners do not matter. Leads without created_at, deal value or
        score are left out.
    at
        The instant up to which the history is known.
    policy
        Its territories are the segments.

    Returns
    -------
    Forecast
        On the basis that the history allows (:class:`ForecastBasis`).

    Raises
    ------
    UsageError
        If ``at`` has no time zone, or a lead was created after it.
    """
    if at.tzinfo is None:
        raise UsageError(f"at {at.isoformat()} has no time zone; add Z or an offset")
    read = read_history(history, at, TerritoryFinder(policy))
    return Forecast(read, recurrence_weights(read), policy, at)


def _believed(seen: _Floats, foreseen: _Floats, lasting: float) -> _Floats:
    """Take of a surplus what lasts, of a deficit all."""
    return np.minimum(seen, foreseen + lasting * np.maximum(seen - foreseen, 0))


def _shifted(created: _Ints, period: int, begin: int, stop: int) -> tuple[_Ints, _Ints]:
    """Shift every past instant by whole periods into (begin, stop]."""
    first = created + ((begin - created) // period + 1) * period
    counts = np.maximum((stop - first) // period + 1, 0)
    lead = np.repeat(np.arange(len(created)), counts)
    nth = np.arange(len(lead)) - np.repeat(np.cumsum(counts) - counts, counts)
    return lead, first[lead] + nth * period
