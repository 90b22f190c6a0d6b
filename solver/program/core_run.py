"""One run on a program all of whose columns a choice may take: search and MIP side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.program.beside import Beside
from solver.program.bound import bound, net_gains, sensible_prices
from solver.program.clock import Clock
from solver.program.core import Core, restrict
from solver.program.descent import descend_prices
from solver.program.fixing import column_losses, columns_that_matter
from solver.program.greedy import greedy_choice
from solver.program.incumbent import Incumbent
from solver.program.linear import Relaxation, near_columns, priced, relax
from solver.program.local_search import LocalSearch
from solver.program.mip import MipLimits, solve_as_mip
from solver.program.neighbourhoods import improve_by_parts
from solver.program.program import (
    NONE,
    PRICE_SCALE,
    Choice,
    Conflict,
    Effort,
    InfeasibleError,
    Ints,
    Method,
    Program,
    SolveLimits,
    Stop,
)
from solver.program.structure import structure

#: Columns up to which the linear relaxation is solved from all of them at once.
_SMALL = 150_000
#: Seconds that GLOP may need for a larger one: with less left, the subgradients' prices do.
_LONG_ENOUGH = 60.0
#: Columns up to which one MIP takes the whole core.
WHOLE = 40_000
#: Columns of each unit near its best that the local search plays with.
_NEAR = 8
#: Share of the time for prices, and for the local search before the MIP starts.
_FOR_PRICES, _FOR_SEARCH = 0.35, 0.1
#: Seconds of local search before the MIP for each column of the program, at most.
_SECONDS_PER_COLUMN = 1e-4
#: Slices take turns in how much a move may lose at the prices, and a kick in all, in units of
#: what a second best column usually loses.
_MARGINS, _THRESHOLDS = (0.3, 1.0, 2.0), (0.3, 1.0, 3.0, 6.0)
#: A column of which the relaxation takes less counts as not taken.
_SOME = 1e-6
_SEED = 20_250
#: Share of the limit after which nothing new begins: the last slice and part take a while.
_IN_TIME = 0.97
#: Seconds between two looks at whether the search has found a first choice.
_PAUSE = 0.05
#: Kicks of one slice of the local search, and slices in a run that counts rounds.
_KICKS = 50
_SLICES = 20
#: Nodes of the MIP in a run without any limit on rounds and without a clock.
_NODES = 100_000
#: What is at fault is asked of the whole program, once.
_UNNAMED = Conflict((), (), irreducible=False)



class NoChoiceFoundError(Exception):
    """No choice that keeps all limits was found within the limits of the run; there may be one."""

    def __init__(self, limits: SolveLimits) -> None:
        super().__init__(
            f"no choice that keeps all limits was found in {limits.seconds} seconds and "
            f"{limits.rounds} rounds, and none was proven impossible: allow more time, or give "
            "lower ends a price instead of making them hard")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known where the program is a core of a larger one."""

    relaxation: Relaxation
    """Of the larger one; shares are of the core."""
    spared: int
    """The least that a column outside the core loses, in 1/``PRICE_SCALE``."""


class Run:
    """One run of the engine."""

    def __init__(self, program: Program, limits: SolveLimits, known: Known | None = None) -> None:
        self._program, self._limits, self._known = program, limits, known
        self._clock = Clock(None if limits.seconds is None else _IN_TIME * limits.seconds)
        self.incumbent = Incumbent(program, limits)
        self._start: Ints | None = None
        self._greedy = np.full(program.num_units, NONE, dtype=np.int64)
        self._is_over = False

    def prepare(self, start: Ints | None) -> None:
        """Find a first choice and prices."""
        self._start, program, known = start, self._program, self._known
        self._greedy = greedy_choice(program, None if known is None else net_gains(
            program, known.relaxation.prices))
        self.incumbent.offer(self._greedy)
        self.incumbent.offer(start)
        self.incumbent.price(self._prices() if known is None else known.relaxation)

    def _prices(self) -> Relaxation:
        program = self._program
        known = self.incumbent.objective or 0
        best = Relaxation(*priced(program, np.zeros(program.limits.count)),
                          np.zeros(program.num_columns), False)
        first = np.ones(program.num_columns, dtype=np.bool_)
        if program.num_columns > _SMALL:
            best = descend_prices(program, np.zeros(program.limits.count), known,
                                  Clock(self._clock.part(_FOR_PRICES)))
            if self._clock.left < _LONG_ENOUGH:
                return best
            first = near_columns(program, column_losses(program, best.prices), 4)
        return relax(program, first, best, Clock(self._clock.part(_FOR_PRICES)))

    def improve(self) -> None:
        """Search and solve on the core until the time is over or nothing is left to win."""
        losses = column_losses(self._program, self._relaxation.prices)
        search = self._search(losses)
        if self._limits.seconds is None or self._limits.threads < 2:
            self._search_until(search, self._search_time(), _SLICES)
            self._solve_core(losses)
            return
        self._search_until(search, self._search_time())
        beside = Beside(self._search_until, search, np.inf)
        beside.start()
        try:
            while self._is_large and self.incumbent.column is None and beside.is_alive():
                beside.join(_PAUSE)
            self._solve_core(losses)
        finally:
            self._is_over = True
            beside.join()
        beside.reraise()

    @property
    def _is_large(self) -> bool:
        """Whether only parts go to the MIP, which then needs a choice to begin with."""
        return self._program.num_columns > WHOLE

    def _search_time(self) -> float:
        """Seconds after the start at which the MIP begins."""
        wanted = _SECONDS_PER_COLUMN * self._program.num_columns
        return self._clock.passed + min(wanted, self._clock.part(_FOR_SEARCH) or np.inf)

    @property
    def _relaxation(self) -> Relaxation:
        relaxation = self.incumbent.relaxation
        assert relaxation is not None
        return relaxation

    def _search(self, losses: NDArray[Any]) -> _Search:
        """Return a local search on the columns near their unit's best, from the rounded prices."""
        share = self._relaxation.share
        kept = near_columns(self._program, losses, _NEAR) | (share > _SOME)
        for column in (self.incumbent.column, self._start, self._greedy):
            if column is not None:
                kept[column[column != NONE]] = True
        core = restrict(self._program, kept)
        search = LocalSearch(core.program, self._relaxation.prices / PRICE_SCALE, _SEED)
        found = _Search(core, search, _margin(self._program, losses))
        if self.incumbent.column is None:
            search.begin(core.narrow(self._greedy), only_broken=True)
            self._search_until(found, self._search_time(), _SLICES)
        best = self.incumbent.column
        search.begin(core.narrow(self._rounded(losses) if self._known is None or best is None
                                 else best))
        return found

    def _rounded(self, losses: NDArray[Any]) -> Ints:
        """Return (U,) what the relaxation takes most of, else the column that loses least."""
        program = self._program
        share = self._relaxation.share
        key = share if share.any() else -losses.astype(np.float64)
        unit = np.repeat(np.arange(program.num_units), np.diff(program.indptr))
        order = np.lexsort((-key, unit))
        some = np.diff(program.indptr) > 0
        column = np.full(program.num_units, NONE, dtype=np.int64)
        column[some] = order[program.indptr[:-1][some]]
        taken = column[some]
        rest = (share[taken] < _SOME) if share.any() else np.zeros(len(taken), dtype=np.bool_)
        column[np.flatnonzero(some)[rest]] = NONE
        return column

    def _search_until(self, search: _Search, until: float, slices: int | None = None) -> None:
        """Run slices of the local search until a moment of the clock or the end of the run."""
        limits, clock, done = self._limits, self._clock, 0
        while not self._is_over and not self.incumbent.is_good_enough:
            if limits.seconds is not None and (clock.left <= 0 or clock.passed >= until):
                break
            if slices is not None and done >= min(slices, limits.rounds or slices):
                break
            margin = search.margin * _MARGINS[done % len(_MARGINS)]
            threshold = search.margin * _THRESHOLDS[done // len(_MARGINS) % len(_THRESHOLDS)]
            if search.local.run(_KICKS, threshold, margin):
                best = search.local.best
                self.incumbent.offer(None if best is None else search.core.widen(best))
            done += 1

    def _solve_core(self, losses: NDArray[Any]) -> None:
        """Let the MIP solve what the incumbent leaves open, or improve it part by part."""
        incumbent, program = self.incumbent, self._program
        if incumbent.is_good_enough or self._clock.left <= 0:
            return
        kept = np.ones(program.num_columns, dtype=np.bool_)
        if incumbent.column is not None and incumbent.objective is not None:
            kept = columns_that_matter(losses, self._relaxation.bound,
                                       incumbent.objective)
            kept[incumbent.column[incumbent.column != NONE]] = True
        if kept.sum() <= WHOLE:
            self._solve_whole(restrict(program, kept))
        else:
            improve_by_parts(program, losses, incumbent, self._clock, self._limits,
                             apart=self._known is not None)

    @property
    def _holds_all_better(self) -> bool:
        """Whether every choice better than the incumbent lies within this program."""
        known, objective = self._known, self.incumbent.objective
        if known is None or objective is None:
            return known is None
        return known.spared > (known.relaxation.bound - objective) * PRICE_SCALE

    def _solve_whole(self, core: Core) -> None:
        """Solve a core that is small enough.

        Where it holds all better choices, the engine's bound holds for the whole.
        """
        incumbent, limits = self.incumbent, self._limits
        holds_all = self._holds_all_better
        incumbent.count(core.program.num_columns)
        start = None if incumbent.column is None else core.narrow(incumbent.column)
        seconds = None if limits.seconds is None else self._clock.left
        answer = solve_as_mip(core.program, start, MipLimits(
            seconds, limits.rounds if seconds is not None or limits.rounds else _NODES,
            limits.gap))
        if answer.is_infeasible and incumbent.column is None and self._known is None:
            raise InfeasibleError(_UNNAMED)
        if answer.column is not None:
            incumbent.offer(core.widen(answer.column))
        if answer.bound is not None and holds_all:
            incumbent.claim(max(answer.bound, incumbent.objective or answer.bound))

    def choice(self) -> Choice:
        """Return the best choice with both bounds."""
        incumbent, relaxation = self.incumbent, self._relaxation
        if incumbent.column is None or incumbent.objective is None:
            raise NoChoiceFoundError(self._limits)
        prices = sensible_prices(self._program, relaxation.prices)
        claimed = incumbent.engine_bound
        out_of_time = self._limits.seconds is not None and self._clock.left <= 0
        stop = (Stop.PROOF if incumbent.is_good_enough else
                Stop.TIME_LIMIT if out_of_time else Stop.ROUND_LIMIT)
        return Choice(
            column=incumbent.column, objective=incumbent.objective, prices=prices,
            bound=bound(self._program, prices),
            engine_bound=None if claimed is None else max(claimed, incumbent.objective),
            method=Method.MIP, reason=structure(self._program).sentence(), stop=stop,
            effort=Effort(self._program.num_columns, self._program.num_columns,
                          incumbent.mip_columns, 0, 0))


@dataclass(frozen=True, slots=True)
class _Search:
    """A local search, the core that it runs on and the scale of its losses."""

    core: Core
    local: LocalSearch
    margin: float
    """Minor units that a move may lose at the prices."""


def _margin(program: Program, losses: NDArray[Any]) -> float:
    """Return what the second best column of a unit usually loses against the best."""
    sizes = np.diff(program.indptr)
    some = np.flatnonzero(sizes > 1)
    if not len(some):
        return 1.0
    unit = np.repeat(np.arange(program.num_units), sizes)
    sorted_losses = losses[np.lexsort((losses, unit))].astype(np.float64) / PRICE_SCALE
    return max(1.0, float(np.mean(sorted_losses[program.indptr[some] + 1])))
