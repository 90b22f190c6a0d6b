"""Solve a core exactly, look over all pairs for any that beats it, until none does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import attrgetter, mul

import numpy as np
from numpy.typing import NDArray

from solver.errors import EngineError
from solver.models import StoppedBy
from solver.optimise.canonical import TightPairs, canonical_choice
from solver.prices_first import questions
from solver.prices_first.core import Core, CorePlan, Exchange, best_plan, core_of_parts
from solver.prices_first.greedy import greedy_plan
from solver.prices_first.questions import Found
from solver.prices_first.shards import Kept
from solver.prices_first.start import Start, Tuning, start
from solver.prices_first.timing import Timer, is_up
from solver.prices_first.transportation import Effort, Optimum, Transportation
from solver.prices_first.whole import core_rows, whole

_Ints = NDArray[np.int64]


def prices_first(problem: Transportation, *, start_prices: _Ints | None = None,
                 clock: Timer | None = None, rounds: int | None = None,
                 tuning: Tuning | None = None) -> Optimum:
    """Find the canonical optimum of a window, its slot prices and its bound.

    Parameters
    ----------
    problem
        The window.
    start_prices
        (R,) prices that may be near, as those of the last window; they change no plan.
    clock
        When none is left, the best plan so far is returned.
    rounds
        Flows on cores after which the best plan so far is returned; None: as many as it takes,
        unless the window is too large to be taken whole where it stalls.
    tuning
        How prices are found; changes no plan that is proven.

    Returns
    -------
    Optimum
        Proven, unless `clock` or the number of rounds ended it.
    """
    return _Loop(problem, clock, rounds, tuning or Tuning()).run(start_prices)


@dataclass(frozen=True, slots=True)
class _Solved:
    """An optimal plan of a core and the prices that prove it for the core."""

    core: Core
    plan: CorePlan
    gain: _Ints
    loss: _Ints


@dataclass(frozen=True, slots=True)
class _Bounding:
    """Prices, and the bound that they give over all pairs."""

    gain: _Ints
    """(R,) of which the bound is; reps without slots at what a first one would win."""
    loss: _Ints
    """(R,)"""
    bound: int


class _Loop:
    """One solve."""

    def __init__(self, problem: Transportation, clock: Timer | None, rounds: int | None,
                 tuning: Tuning) -> None:
        self._problem, self._clock, self._tuning = problem, clock, tuning
        self._rounds = rounds
        self._shards = problem.shards
        self._closed = problem.capacity <= 0
        self._effort = Effort()

    def run(self, start_prices: _Ints | None) -> Optimum:
        tuning = self._tuning
        first = start(self._shards, self._problem.capacity, start_prices, tuning, self._clock)
        core = near = self._near_core(first)
        best: _Bounding | None = None
        last: tuple[Kept, _Solved] | None = None
        while (done := self._solve(core)) is not None:
            core, solved = last = done
            checked = self._shards.keep(questions.check, core, (solved.gain, solved.loss),
                                        self._closed, tuning.most_joining)
            found = self._shards.ask(questions.found_of, checked)
            scanned = self._count_pass([part.pairs_scanned for part in found])
            bounding = self._bounding(solved.gain, solved.loss, found)
            if not sum(part.joined for part in found):
                return self._proven(checked, solved, bounding)
            if best is None or bounding.bound < best.bound:
                best = bounding
            is_late = self._effort.rounds >= tuning.rounds
            if best.bound <= solved.plan.objective:
                self._clock = None  # A plan that is proven goes on to prices that are exact.
            elif self._is_last(scanned):
                return self._so_far(last, (near, first.price), best, StoppedBy.ROUND_LIMIT)
            core = (self._shards.keep(whole, self._closed)
                    if is_late and self._may_be_whole(scanned)
                    else self._shards.keep(questions.core_of, checked))
        if last is None or best is None:
            return self._in_haste(near, first.price)
        return self._so_far(last, (near, first.price), best, StoppedBy.TIME_LIMIT)

    def _is_last(self, pairs: int) -> bool:
        """Say whether no round is left."""
        if self._rounds is not None and self._effort.rounds >= self._rounds:
            return True
        return self._effort.rounds >= self._tuning.rounds and not self._may_be_whole(pairs)

    def _may_be_whole(self, pairs: int) -> bool:
        """Say whether all pairs may become the core: they are here, and not too many."""
        return len(self._shards.firsts) == 1 and pairs <= self._tuning.most_whole

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

    def _bounding(self, gain: _Ints, loss: _Ints, found: list[Found]) -> _Bounding:
        """Return prices with what a pass found at them; reps without slots get theirs there."""
        prices = np.where(self._closed,
                          reduce(np.maximum, (part.closed_gain for part in found)), gain)
        slots_worth: int = sum(map(mul, self._problem.capacity.tolist(),
                                   prices.tolist()))  # may pass 64 bits
        worth = sum(part.worth for part in found)
        return _Bounding(prices, loss, worth + slots_worth)

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

    def _proven(self, checked: Kept, solved: _Solved, bounding: _Bounding) -> Optimum:
        if bounding.bound != solved.plan.objective:
            raise EngineError(f"no pair beats the plan of {solved.plan.objective} minor units, but "
                              f"its prices bound it by {bounding.bound}")
        parts = self._shards.ask(questions.tight_of, checked)
        tight = TightPairs(
            np.concatenate([part.lead + first for part, first
                            in zip(parts, self._shards.firsts, strict=True)]),
            np.concatenate([part.rep for part in parts]),
            np.concatenate([part.indifferent for part in parts]))
        problem = self._problem
        owner = canonical_choice(tight, bounding.gain, problem.capacity, problem.load,
                                 problem.created)
        return self._optimum(owner, solved.plan.objective, bounding, StoppedBy.PROOF)

    def _so_far(self, last: tuple[Kept, _Solved], near: tuple[Kept, _Ints], best: _Bounding,
                stopped_by: StoppedBy) -> Optimum:
        """Return the last core's plan with the least bound: of a core, or of the auction."""
        core, solved = last
        owner = np.concatenate(self._shards.ask(questions.settled_owners, core))
        owner[solved.core.lead] = solved.plan.owner
        return self._optimum(owner, solved.plan.objective,
                             min(best, self._asked(*near), key=attrgetter("bound")), stopped_by)

    def _in_haste(self, near: Kept, asked: _Ints) -> Optimum:
        """Return what the first core gives without a flow, and a bound over all pairs."""
        sent = self._shards.ask(core_rows, near)
        plan = greedy_plan([part.rows for part in sent], asked, self._problem.capacity)
        return self._optimum(plan.owner, plan.objective, self._asked(near, asked),
                             StoppedBy.TIME_LIMIT)

    def _asked(self, near: Kept, asked: _Ints) -> _Bounding:
        """Return the bound of the prices that the auction ended with, by one more pass."""
        found = self._shards.ask(questions.found_of, self._shards.keep(
            questions.check, near, (asked, asked), self._closed, 0))
        self._count_pass([part.pairs_scanned for part in found])
        return self._bounding(asked, asked, found)

    def _optimum(self, owner: _Ints, objective: int, bounding: _Bounding, stopped_by: StoppedBy
                 ) -> Optimum:
        return Optimum(owner, bounding.gain, bounding.loss, objective, bounding.bound, stopped_by,
                       self._effort)
