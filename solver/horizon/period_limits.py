"""Limits of days, weeks and months over leads ahead: which pairs count, what is left of ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from solver.fairness.posting import period_end
from solver.horizon.forecast import Forecast
from solver.horizon.history import instant_micros
from solver.horizon.limited import LimitAhead
from solver.matrix.limit_parts import limit_parts
from solver.matrix.rows import ValueRows
from solver.models import Limit, Measure, Period, Policy
from solver.models.money import MINOR_PER_UNIT

_Ints = NDArray[np.int64]
_Bools = NDArray[np.bool_]
#: (N,) whether pairs of (N,) lead and (N,) rep positions count.
_Counts = Callable[[_Ints, _Ints], _Bools]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of one of a limit's periods that lies in the horizon."""

    begin: int
    """Microseconds after now; leads come at or after it."""
    end: int
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class PeriodEnds:
    """One limit, or a part of one, with what is left of its ends."""

    name: str
    limit: Limit
    stretches: tuple[Stretch, ...]
    """The period that runs first."""

    @property
    def slope(self) -> float:
        """Minor units per unit beyond an end; ``inf`` where it may not be passed."""
        price = self.limit.price
        return np.inf if price is None else float(round(price * MINOR_PER_UNIT))


class Members:
    """Which pairs of some encoded leads count for each period limit of their policy.

    Parameters
    ----------
    rows
        The leads against the reps.
    """

    def __init__(self, rows: ValueRows) -> None:
        self.limits: dict[str, Limit] = {}
        self._counts: dict[str, _Counts] = {}
        self._leads: dict[str, _Bools] = {}
        self._amounts = {
            Measure.LEADS: np.ones(rows.num_leads, dtype=np.int64),
            Measure.SLOTS: np.array([lead.effort or 1 for lead in rows.leads.leads], np.int64),
            Measure.WORTH: rows.leads.whole_worth()}
        for limit in rows.policy.limits:
            if limit.period is not Period.WINDOW:
                self._take(limit, rows)

    def _take(self, limit: Limit, rows: ValueRows) -> None:
        leads = rows.filtered.leads(limit.leads)
        if limit.each is None:
            parts: list[tuple[str, _Counts]] = [
                (limit.name, rows.filtered.pairs(limit.reps).pairs)]
        else:
            matching = rows.filtered.reps(limit.reps)
            parts = [(name, _of_reps(reps)) for name, reps
                     in limit_parts(limit, rows.window.reps, matching)]
        for name, counts in parts:
            self.limits[name], self._counts[name], self._leads[name] = limit, counts, leads

    def of(self, name: str, lead: _Ints, rep: _Ints) -> tuple[_Ints, _Ints]:
        """Return positions of the pairs that count for a limit, and what each counts."""
        found = np.flatnonzero(self._leads[name][lead])
        found = found[self._counts[name](lead[found], rep[found])]
        amount = self._amounts[self.limits[name].measure][lead[found]]
        return found[amount > 0], amount[amount > 0]


def _of_reps(reps: _Bools) -> _Counts:
    return lambda _, rep: reps[rep]


def period_ends(limits: Mapping[str, Limit], used: Mapping[str, int], forecast: Forecast,
                now: datetime, until: datetime, policy: Policy) -> tuple[PeriodEnds, ...]:
    """Return what is left of each limit in the periods that the horizon touches.

    Parameters
    ----------
    limits
        Name to limit, parts of limits with ``each`` apart.
    used
        Name to what was used of the period that runs; 0 for what is not named.
    forecast
        Of a period that goes on beyond the horizon the ends count for the part of its expected
        leads that lies within.
    now, until
        The horizon.
    policy
        Its ledger's zone.
    """
    spans: dict[Period, tuple[tuple[int, int, float], ...]] = {}
    found = []
    for name, limit in limits.items():
        if limit.period not in spans:
            spans[limit.period] = tuple(_spans(limit.period, forecast, now, until,
                                               policy.fairness.timezone))
        before = used.get(name, 0)
        stretches = []
        for nth, (begin, end, part) in enumerate(spans[limit.period]):
            lower, upper = (_end(end_, default) for end_, default
                            in ((limit.lower, 0.0), (limit.upper, np.inf)))
            gone = before if nth == 0 else 0
            stretches.append(Stretch(begin, end, max(0.0, lower - gone) * part,
                                     max(0.0, upper - gone) * part))
        found.append(PeriodEnds(name, limit, tuple(stretches)))
    return tuple(found)


def limits_ahead(ends: Sequence[PeriodEnds], members: Sequence[tuple[Members, _Ints, _Ints, _Ints]]
                 ) -> tuple[list[LimitAhead], _Ints]:
    """Return the limits of one plan ahead, and the positions of those of running periods.

    Parameters
    ----------
    ends
        The K limits.
    members
        For leads that wait and for those expected: who counts, and the (N,) lead, rep and instant
        (microseconds after now) of each pair; pairs of the second come after those of the first.
    """
    found: list[LimitAhead] = []
    running = []
    for one in ends:
        running.append(len(found))
        offset, parts = 0, []
        for who, lead, rep, at in members:
            pairs, amount = who.of(one.name, lead, rep)
            parts.append((pairs + offset, amount, at[pairs]))
            offset += len(lead)
        pairs, amount, at = (np.concatenate(column) for column in zip(*parts, strict=True))
        for stretch in one.stretches:
            inside = (at >= stretch.begin) & (at < stretch.end)
            found.append(LimitAhead(pairs[inside], amount[inside], stretch.lower, stretch.upper,
                                    one.slope))
    return found, np.array(running, dtype=np.int64)


def _spans(period: Period, forecast: Forecast, now: datetime, until: datetime, timezone: str
           ) -> Iterator[tuple[int, int, float]]:
    """Yield begin, end (microseconds after now), and which part of a period the horizon sees."""
    begin = now
    while begin < until:
        end = period_end(timezone, period, begin)
        seen = min(end, until)
        part = 1.0
        if end > until:
            whole = forecast.expected(begin, end)
            part = forecast.expected(begin, until) / whole if whole else 0.0
        # the last instant of the horizon is within
        stop = instant_micros(seen) - instant_micros(now) + (seen == until)
        yield instant_micros(begin) - instant_micros(now), stop, part
        begin = end


def _end(end: int | str | None, default: float) -> float:
    return float(end) if isinstance(end, int) else default
