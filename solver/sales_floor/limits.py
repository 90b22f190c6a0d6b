"""The limits of a policy in one window: which pairs count, how much, between which ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from solver.fairness.periods import check_names_once
from solver.fairness.posting import used_so_far
from solver.matrix.filtering import Filtered
from solver.matrix.limit_parts import limit_parts
from solver.matrix.rows import ValueRows
from solver.models import Ledger, Limit, Measure, Period
from solver.models.money import MINOR_PER_UNIT
from solver.sales_floor.conflicts import crossed_ends
from solver.sales_floor.open_pairs import Ints, OpenPairs, PairsByRep

_Bools = NDArray[np.bool_]
#: Lower and upper end before rounding; None: no such end.
_Ends = tuple[Fraction | int | None, Fraction | int | None]


@dataclass(frozen=True, slots=True)
class Hinge:
    """``slope`` minor units for each unit above ``at`` where ``over``, else below."""

    at: int
    slope: int
    over: bool


@dataclass(frozen=True, slots=True)
class WindowLimit:
    """One limit of one window."""

    name: str
    measure: Measure
    period: Period
    pairs: Ints
    """(N,) positions of the open pairs that count, ascending."""
    amount: Ints
    """(N,) what each counts, above 0."""
    lower: int
    """Least in this window, hard or not."""
    upper: int | None
    """Most in this window, hard or not; None: no end."""
    hard: bool
    """Whether the ends may not be passed; else the hinges say what passing them costs."""
    hinges: tuple[Hinge, ...]
    used_before: int = 0
    """In the period before this window."""

    def less_floor(self, floor: int) -> WindowLimit:
        """Return the limit whose pairs pay a floor for each unit: beyond the end only the rest.

        A unit beyond the upper end of its period takes nothing from later ones, so it costs the
        price and not the floor on top.
        """
        rest = (replace(one, slope=one.slope - max(0, floor)) if one.over else one
                for one in self.hinges)
        return replace(self, hinges=tuple(one for one in rest if one.slope > 0))

    @property
    def wants_more(self) -> bool:
        """Whether it can be worth a loss to count more for it."""
        return (self.hard and self.lower > 0) or any(not hinge.over for hinge in self.hinges)


def counted_amounts(pairs: OpenPairs, at: Ints, measure: Measure, worth: Ints) -> Ints:
    """Return (N,) what pairs count in a measure.

    Parameters
    ----------
    pairs, at
        The pairs, and the positions of N of them.
    measure
        What is counted.
    worth
        (L,) ``LeadFactors.whole_worth``.
    """
    if measure is Measure.SLOTS:
        return pairs.use[at]
    if measure is Measure.WORTH:
        return worth[pairs.lead[at]]
    return np.ones(len(at), dtype=np.int64)


def policy_limits(rows: ValueRows, filtered: Filtered, pairs: OpenPairs, ledger: Ledger | None
                  ) -> tuple[WindowLimit, ...]:
    """Return the limits of the policy, one for each rep or team where it says so.

    Parameters
    ----------
    rows, filtered, pairs
        The window.
    ledger
        As the window finds it; None: limits of longer periods have used nothing.

    Raises
    ------
    PolicyConflictError
        If the lower end of a limit without a price lies above the upper end.
    InvalidInputError
        If two limits have one name, or a lead is worth too much for exact sums.
    """
    maker = _Maker(rows, filtered, pairs, pairs.by_rep(rows.num_reps),
                   rows.leads.whole_worth(), ledger)
    limits = tuple(one for limit in rows.policy.limits for one in maker.make(limit))
    check_names_once(one.name for one in limits)
    return limits


@dataclass(frozen=True, slots=True)
class _Maker:
    rows: ValueRows
    filtered: Filtered
    pairs: OpenPairs
    by_rep: PairsByRep
    worth: Ints
    ledger: Ledger | None

    def make(self, limit: Limit) -> Iterator[WindowLimit]:
        leads = self.filtered.leads(limit.leads)
        of_lead = leads[self.pairs.lead]
        ends = self._end(limit, limit.lower, leads), self._end(limit, limit.upper, leads)
        if limit.each is None:
            counted = np.flatnonzero(of_lead)
            counted = counted[self.filtered.pairs(limit.reps).pairs(
                self.pairs.lead[counted], self.pairs.rep[counted])]
            yield self._limit(limit, limit.name, counted, ends)
            return
        for name, reps in limit_parts(limit, self.rows.window.reps,
                                      self.filtered.reps(limit.reps)):
            counted = self.by_rep.of(np.flatnonzero(reps))
            yield self._limit(limit, name, counted[of_lead[counted]], ends)

    def _end(self, limit: Limit, end: int | str | None, leads: _Bools) -> Fraction | int | None:
        """Return an end in units, not rounded; shares are of this window's leads."""
        if not isinstance(end, str):
            return end
        if limit.measure is Measure.WORTH:
            total = int(self.worth[leads].sum())
        elif limit.measure is Measure.SLOTS:
            total = sum(lead.effort or 1 for lead, counts
                        in zip(self.rows.leads.leads, leads.tolist(), strict=True) if counts)
        else:
            total = int(leads.sum())
        return Fraction(end.removesuffix("%").strip()) / 100 * total

    def _limit(self, limit: Limit, name: str, counted: Ints, ends: _Ends) -> WindowLimit:
        amount = counted_amounts(self.pairs, counted, limit.measure, self.worth)
        counted, amount = counted[amount > 0], amount[amount > 0]
        lower, upper = _whole(ends)
        if limit.price is None and upper is not None and lower > upper:
            raise crossed_ends(name, lower, upper)
        before = 0
        if limit.period is not Period.WINDOW:
            lower = 0
            if self.ledger is not None:
                before = used_so_far(self.ledger, name, limit.period,
                                     self.rows.window.at, measure=limit.measure)
            upper = None if upper is None else max(0, upper - before)
        hinges = () if limit.price is None else tuple(
            _hinges(lower, upper, round(limit.price * MINOR_PER_UNIT)))
        return WindowLimit(name, limit.measure, limit.period, counted, amount, lower, upper,
                           limit.price is None, hinges, before)


def _whole(ends: _Ends) -> tuple[int, int | None]:
    """Round a lower end up and an upper end down, which rounding alone never crosses."""
    lower = ceil(ends[0] or 0)
    if ends[1] is None:
        return lower, None
    upper = floor(ends[1])
    return lower, max(lower, upper) if (ends[0] or 0) <= ends[1] else upper


def _hinges(lower: int, upper: int | None, slope: int) -> Iterator[Hinge]:
    if lower > 0 and slope:
        yield Hinge(lower, slope, over=False)
    if upper is not None and slope:
        yield Hinge(upper, slope, over=True)
