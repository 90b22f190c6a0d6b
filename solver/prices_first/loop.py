"""Solve a core exactly, look over all pairs for any that beats it, until none does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import mul

import numpy as np
from numpy.typing import NDArray

from solver.models import StoppedBy
from solver.optimise.canonical import TightPairs, canonical_choice
from solver.prices_first import questions
from solver.prices_first.core import Core, CorePlan, Exchange, best_plan, core_of_parts
from solver.prices_first.haste import greedy_plan
from solver.prices_first.questions import Found
from solver.prices_first.shards import Kept
from solver.prices_first.start import Start, Tuning, start
from solver.prices_first.timing import Timer, is_up
from solver.prices_first.transportation import Effort, Optimum, Transportation
from solver.prices_first.whole import core_rows, whole

_Ints = NDArray[np.int64]


def prices_first(problem: Transportation, *, start_prices: _Ints | None = None,
                 clock: Timer | None = None, tuning: Tuning | None = None) -> Optimum:
    """Find the canonical optimum of a window, its slot prices and its bound.

    Parameters
    ----------
    problem
        The window.
    start_prices
        (R,) prices that may be near, as those of the last window; they change no plan.
    clock
        When none is left, the best plan so far is returned.
    tuning
        How prices are found; changes no plan.

    Returns
    -------
    Optimum
        Proven, unless `clock` or the number of rounds ended it.
    """
    return _Loop(problem, clock, tuning or Tuning()).run(start_prices)


@dataclass(frozen=True, slots=True)
class _Solved:
    """An optimal plan of a core and the prices that prove it for the core."""

    core: Core
    plan: CorePlan
    gain: _Ints
    loss: _Ints


class _Loop:
    """One solve."""

    def __init__(self, problem: Transportation, clock: Timer | None, tuning: Tuning) -> None:
        self._problem, self._clock, self._tuning = problem, clock, tuning
        self._shards = problem.shards
        self._closed = problem.capacity <= 0
        self._effort = Effort()

    def run(self, start_prices: _Ints | None) -> Optimum:
        tuning = self._tuning
        first = start(self._shards, self._problem.capacity, start_prices, tuning, self._clock)
        core = near = self._near_core(first)
        best: tuple[int, _Solved] | None = None
        last: tuple[Kept, _Solved] | None = None
        while (done := self._solve(core)) is not None:
            core, solved = last = done
            checked = self._shards.keep(questions.check, core, (solved.gain, solved.loss),
                                        self._closed, tuning.most_joining)
            found = self._shards.ask(questions.found_of, checked)
            scanned = self._count_pass([part.pairs_scanned for part in found])
            bound = self._bound(solved.gain, sum(part.worth[0] for part in found))
            if not sum(part.joined for part in found):
                return self._proven(checked, solved, found, bound)
            if best is None or bound < best[0]:
                best = (bound, solved)
            is_late = self._effort.rounds >= tuning.rounds
            if best[0] <= solved.plan.objective:
                self._clock = None  # A plan that is proven goes on to prices that are exact.
            elif is_late and scanned > tuning.most_whole:
                return self._so_far(last, best, StoppedBy.ROUND_LIMIT)
            core = (self._shards.keep(whole, self._closed)
                    if is_late and scanned <= tuning.most_whole
                    else self._shards.keep(questions.core_of, checked))
        if last is None or best is None:
            return self._in_haste(near, first.price)
        return self._so_far(last, best, StoppedBy.TIME_LIMIT)

    def _near_core(self, first: Start) -> Kept:
        tuning = self._tuning
        self._effort.bids, self._effort.pairs_scanned = first.bids, first.pairs_scanned
        rivals = tuning.rivals + np.minimum(first.empty, tuning.most_empty)
        core = self._shards.keep(questions.near_core, first.price,
                                 int(tuning.width * first.eps), tuning.most_near, rivals)
        self._count_pass(self._shards.ask(questions.scanned_of, core))
        return core

    def _count_pass(self, scanned: list[int]) -> int:
        self._effort.passes += 1
        self._effort.pairs_scanned += sum(scanned)
        return sum(scanned)

    def _bound(self, prices: _Ints, worth: int) -> int:
        slots, each = self._problem.capacity.tolist(), prices.tolist()
        slots_worth: int = sum(map(mul, slots, each))  # may pass 64 bits
        return worth + slots_worth

    def _solve(self, core: Kept) -> tuple[Kept, _Solved] | None:
        """Solve the open leads; settled leads that do not fit are opened first.

        None where the time was up before that.
        """
        while not is_up(self._clock):
            found = core_of_parts(self._shards.ask(questions.open_leads, core),
                                  self._shards.firsts, self._problem.capacity)
            wrong = found.capacity < 0
            if not wrong.any():
                plan = best_plan(found)
                self._effort.rounds += 1
                exchange = Exchange(found, plan)
                gain = exchange.gains()
                wrong = found.settled_least < gain
                if not wrong.any():
                    self._effort.core_pairs = len(found.rows.rep)
                    self._effort.core_leads = len(found.lead)
                    self._effort.settled_leads = int(found.settled_slots.sum())
                    return core, _Solved(found, plan, gain, exchange.losses())
            core = self._shards.keep(questions.reopened, core, wrong)
        return None

    def _proven(self, checked: Kept, solved: _Solved, found: list[Found], bound: int) -> Optimum:
        gain = np.where(self._closed, reduce(np.maximum, (part.closed_gain for part in found)),
                        solved.gain)
        parts = self._shards.ask(questions.tight_of, checked)
        tight = TightPairs(
            np.concatenate([part.lead + first for part, first
                            in zip(parts, self._shards.firsts, strict=True)]),
            np.concatenate([part.rep for part in parts]),
            np.concatenate([part.indifferent for part in parts]))
        problem = self._problem
        owner = canonical_choice(tight, gain, problem.capacity, problem.load, problem.created)
        return Optimum(owner, gain, solved.loss, solved.plan.objective, bound, StoppedBy.PROOF,
                       self._effort)

    def _so_far(self, last: tuple[Kept, _Solved], best: tuple[int, _Solved],
                stopped_by: StoppedBy) -> Optimum:
        core, solved = last
        owner = np.concatenate(self._shards.ask(questions.settled_owners, core))
        owner[solved.core.lead] = solved.plan.owner
        bound, at = best
        return Optimum(owner, at.gain, at.loss, solved.plan.objective, bound, stopped_by,
                       self._effort)

    def _in_haste(self, near: Kept, asked: _Ints) -> Optimum:
        """Return what the first core gives without a flow: its bound is that of all pairs."""
        plan = greedy_plan(self._shards.ask(core_rows, near), asked,
                           self._problem.capacity)
        price = np.where(self._closed, 0, asked)
        return Optimum(plan.owner, price, price, plan.objective, self._bound(price, plan.worth),
                       StoppedBy.TIME_LIMIT, self._effort)
