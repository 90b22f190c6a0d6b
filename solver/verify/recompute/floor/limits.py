"""The limits of a window: which pairs count, how much, between which ends, at which cost."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import chain

import numpy as np

from solver.calendar.zones import zone
from solver.errors import InvalidInputError
from solver.models import Each, Issue, IssueCode, Lead, Limit, Measure, Period, Window
from solver.verify.recompute.arrays import BoolArray, IntArray
from solver.verify.recompute.filters.asked import Asked
from solver.verify.recompute.floor.open_pairs import OpenPairs


@dataclass(frozen=True)
class Hinge:
    """``slope`` minor units for each unit above ``at`` where ``over``, else below it."""

    at: int
    slope: int
    over: bool

    def cost(self, used: int) -> int:
        """Return what a use costs."""
        return self.slope * max(0, used - self.at if self.over else self.at - used)


@dataclass(frozen=True)
class WindowLimit:
    """One limit of one window."""

    name: str
    measure: Measure
    period: Period
    pairs: IntArray
    """Positions of the open pairs that count, ascending."""
    amount: IntArray
    """What each of them counts, above 0."""
    lower: int
    upper: int | None
    """None: no end."""
    hard: bool
    """Whether the ends may not be passed."""
    hinges: tuple[Hinge, ...] = ()
    used_before: int = 0

    @property
    def wants_more(self) -> bool:
        """Whether more use may be worth a loss elsewhere."""
        return (self.hard and self.lower > 0) or any(not hinge.over for hinge in self.hinges)

    def counts(self, pair: int) -> int:
        """Return what a pair counts, by its position; 0 where it does not."""
        at = int(np.searchsorted(self.pairs, pair))
        return int(self.amount[at]) if at < len(self.pairs) and self.pairs[at] == pair else 0

    def cost(self, used: int) -> int:
        """Return what a use costs, minor units."""
        return sum(hinge.cost(used) for hinge in self.hinges)

    def cost_of_more(self, used: int, more: int) -> float:
        """Return what counting more than is used costs; without end where it is forbidden."""
        if self.hard:
            ends = more and self.upper is not None and used + more > self.upper
            return math.inf if ends else 0
        return self.cost(used + more) - self.cost(used)


def without_nothing(pairs: IntArray, amount: IntArray) -> tuple[IntArray, IntArray]:
    """Return pairs and what they count, without those that count nothing."""
    return pairs[amount > 0], amount[amount > 0]


class PolicyLimits:
    """The limits that a policy states, for one window.

    Parameters
    ----------
    window, routed, asked, pairs
        The window, its routed leads, its filters and its open pairs.
    """

    def __init__(self, window: Window, routed: tuple[Lead, ...], asked: Asked, pairs: OpenPairs
                 ) -> None:
        self._window, self._routed = window, routed
        self._asked, self._pairs = asked, pairs

    def all(self) -> tuple[WindowLimit, ...]:
        """Return them in the policy's order.

        Raises
        ------
        InvalidInputError
            If two have one name.
        """
        found = tuple(chain.from_iterable(map(self._of, self._window.policy.limits)))
        names = [limit.name for limit in found]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise InvalidInputError([Issue(
                code=IssueCode.BAD_POLICY, file="policy", column="limits", offending=twice[0],
                rule="a limit's name must stand for one limit, with the rep_id or the team that "
                "each adds to it", remedy="Give one of them another name")])
        return found

    def _of(self, limit: Limit) -> Iterator[WindowLimit]:
        leads = self._asked.leads(limit.leads)
        if limit.each is None:
            yield self._one(limit, limit.name, leads, self._matching_pairs(limit, leads))
            return
        for name, reps in self._parts(limit):
            found = np.flatnonzero(leads[self._pairs.lead] & reps[self._pairs.rep])
            yield self._one(limit, f"{limit.name}:{name}", leads, found)

    def _matching_pairs(self, limit: Limit, leads: BoolArray) -> IntArray:
        if not self._asked.looks_at_leads(limit.reps):
            named = self._asked.reps(limit.reps)
            return np.flatnonzero(leads[self._pairs.lead] & named[self._pairs.rep])
        found: list[IntArray] = [np.zeros(0, dtype=np.int64)]
        for lead_idx in np.flatnonzero(leads).tolist():
            named = self._asked.pairs(limit.reps, self._routed[lead_idx])
            own = self._pairs.of_lead(lead_idx)
            found.append(own.start + np.flatnonzero(named[self._pairs.rep[own]]))
        return np.concatenate(found)

    def _parts(self, limit: Limit) -> Iterator[tuple[str, BoolArray]]:
        """Yield the reps, or the teams, that a limit with ``each`` is made for."""
        matching, reps = self._asked.reps(limit.reps), self._window.reps
        named = [rep.rep_id if limit.each is Each.REP else rep.team for rep in reps]
        for name in sorted({one for one, ours in zip(named, matching.tolist(), strict=True)
                            if one is not None and ours}):
            yield name, matching & np.array([one == name for one in named], dtype=bool)

    def _one(self, limit: Limit, name: str, leads: BoolArray, pairs: IntArray) -> WindowLimit:
        low, high = self._end(limit, limit.lower, leads) or Fraction(), self._end(
            limit, limit.upper, leads)
        lower, upper = math.ceil(low), None if high is None else math.floor(high)
        if high is not None and low <= high < lower:
            upper = lower
        before = 0
        if limit.period is not Period.WINDOW:
            before, lower = self._used_before(limit, name), 0
            upper = None if upper is None else max(0, upper - before)
        pairs, amount = without_nothing(pairs, amounts(self._pairs, pairs, limit.measure))
        hinges = () if limit.price is None else _hinges(
            lower, upper, int(np.rint(limit.price * 100)))
        return WindowLimit(name=name, measure=limit.measure, period=limit.period, pairs=pairs,
                           amount=amount, lower=lower, upper=upper, hard=limit.price is None,
                           hinges=hinges, used_before=before)

    def _end(self, limit: Limit, end: int | str | None, leads: BoolArray) -> Fraction | None:
        """Return an end in units, exactly; a share is one of the leads that the limit counts."""
        if not isinstance(end, str):
            return None if end is None else Fraction(end)
        if limit.measure is Measure.WORTH:
            total = int(self._pairs.worth[leads].sum())
        elif limit.measure is Measure.SLOTS:
            total = sum(self._routed[at].effort or 1 for at in np.flatnonzero(leads).tolist())
        else:
            total = int(np.count_nonzero(leads))
        return Fraction(end.rstrip("% ")) * total / 100

    def _used_before(self, limit: Limit, name: str) -> int:
        """Return what was counted in the period so far, by the ledger and by hand since."""
        ledger = self._window.ledger
        if ledger is None:
            return 0
        here = zone(ledger.timezone)
        begins = _begins(limit.period, self._window.at.astimezone(here).date())
        counted = sum(use.used for use in ledger.periods
                      if (use.limit, use.period, use.measure, use.start)
                      == (name, limit.period, limit.measure, begins))
        since = sum(entry.amount(limit.measure) for entry in ledger.entries
                    if name in entry.limits and entry.at <= self._window.at and begins
                    == _begins(limit.period, entry.counted_at.astimezone(here).date()))
        return max(0, counted + since)


def amounts(pairs: OpenPairs, at: IntArray, measure: Measure) -> IntArray:
    """Return what some of the pairs count in a measure."""
    if measure is Measure.SLOTS:
        return pairs.use[at]
    return np.ones(len(at), dtype=np.int64) if measure is Measure.LEADS else (
        pairs.worth[pairs.lead[at]])


def _begins(period: Period, today: date) -> date:
    if period is Period.MONTH:
        return date(today.year, today.month, 1)
    return today - timedelta(days=today.weekday()) if period is Period.WEEK else today


def _hinges(lower: int, upper: int | None, slope: int) -> tuple[Hinge, ...]:
    below = (Hinge(lower, slope, over=False),) if lower > 0 and slope > 0 else ()
    above = (Hinge(upper, slope, over=True),) if upper is not None and slope > 0 else ()
    return below + above
