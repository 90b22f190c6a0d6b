"""Large programs: prices from samples first, then a core of the columns that can matter.

The program is never searched as it is. Prices come from subgradients over a sixteenth of the units,
then a quarter, then all of them, each time over the few columns of a unit that lose least; only the
passes between look at every column, in integers. What stays near at the best prices is the core
that the rest of the engine works on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.program.clock import Clock
from solver.program.columns import use_per_column
from solver.program.core import Core, restrict
from solver.program.descent import market_of
from solver.program.fixing import column_losses
from solver.program.linear import Relaxation, near_columns, priced, relax
from solver.program.price_kernels import Market, descend
from solver.program.program import NONE, Effort, Ints, Program
from solver.program.segments import slope_after
from solver.program.sparse_model import Floats
from solver.program.structure import most_use


@dataclass(frozen=True, slots=True)
class Phase:
    """Steps over a core to which the columns near the last prices have been added."""

    near: int
    """Columns of a unit that join."""
    steps: int
    reach: float
    """Share of the bound that a step aims to win."""


#: Of every so many units one, and what is done with them. A price that a sample has found is a few
#: per cent off, so that the whole needs few columns and steps: 17,141 after 15 s where the same
#: steps from nothing ended at 17,431 after 51 s (50,000 x 1,000; the relaxation is near 17,050).
_LEVELS = (
    (16, (Phase(30, 200, 1.0), Phase(10, 200, 0.1), Phase(10, 200, 0.05))),
    (4, (Phase(12, 200, 0.05), Phase(8, 200, 0.03), Phase(6, 200, 0.02))),
    (1, (Phase(8, 200, 0.03), Phase(6, 200, 0.02), Phase(6, 200, 0.02), Phase(6, 200, 0.01),
         Phase(4, 300, 0.005), Phase(4, 300, 0.003))),
)
#: Columns of each unit near its best at the end.
_NEAR = 8
#: Columns up to which the linear relaxation is solved where enough seconds for prices are left, and
#: columns of each unit to begin it with.
_RELAXED, _LONG_ENOUGH, _FIRST = 1_000_000, 40.0, 4
#: Losses are below this: what :func:`solver.program.bound.net_gains` keeps to.
_FAR = 2**62


@dataclass(frozen=True, slots=True)
class PricedCore:
    """A core of a large program with prices and bound of the whole."""

    core: Core
    relaxation: Relaxation
    """Its bound is that of all columns of the program; shares are those of the core, all 0."""
    spared: int
    """The least that a column outside the core loses, in 1/``PRICE_SCALE``: where it is above
    what is still to win, the core holds every better choice."""
    effort: Effort


def priced_core(program: Program, clock: Clock, start: Ints | None = None) -> PricedCore:
    """Find prices of a large program, and the columns near its units' best at them.

    Parameters
    ----------
    program
        All of whose columns a choice may take.
    clock
        When to stop looking for better prices: after each phase.
    start
        (U,) a choice whose columns stay in the core.
    """
    steps, passes = 0, 1
    search = _Search(program, _first_prices(program))
    for every, phases in _LEVELS:
        search = _Search(sample(program, every), search.best_prices)
        search.run(phases, clock)
        steps, passes = steps + search.steps, passes + search.passes
    best = _refined(program, search.best, clock)
    losses = column_losses(program, best.prices)
    kept = search.kept | _near(program, losses, _NEAR) | (best.share > 0)
    if start is not None:
        kept[start[start != NONE]] = True
    core = restrict(program, kept)
    outside = losses[~kept]
    spared = int(outside.min()) if len(outside) else _FAR
    relaxation = replace(best, share=best.share[core.columns])
    return PricedCore(core, relaxation, spared, Effort(
        columns=program.num_columns, core_columns=core.program.num_columns,
        mip_columns=0, steps=steps, passes=passes))


def _refined(program: Program, best: Relaxation, clock: Clock) -> Relaxation:
    """Let GLOP end what the subgradients began, where there is time for it.

    Without a clock it runs to its end, so that the same program always ends at the same prices.
    """
    best = replace(best, share=np.zeros(program.num_columns))
    if program.num_columns > _RELAXED or clock.left < _LONG_ENOUGH:
        return best
    first = _near(program, column_losses(program, best.prices), _FIRST)
    return relax(program, first, best, clock)


class _Search:
    """Phases of subgradients over one program."""

    def __init__(self, program: Program, start: Floats) -> None:
        self._program, self._prices = program, start
        self.kept = np.zeros(program.num_columns, dtype=np.bool_)
        self.best = Relaxation(*priced(program, start), np.zeros(0), False)
        self.best_prices, self._found = start, self.best.prices
        self.steps, self.passes = 0, 1

    def run(self, phases: tuple[Phase, ...], clock: Clock) -> None:
        """Run phases until the clock ends."""
        for phase in phases:
            if clock.left <= 0:
                return
            losses = column_losses(self._program, self._found)
            self.kept |= _near(self._program, losses, phase.near)
            core = restrict(self._program, self.kept).program
            self._prices = descend(_market(core), self._prices, 0.0, phase.reach, phase.steps)
            self._found, bound = priced(self._program, self._prices)
            self.steps, self.passes = self.steps + phase.steps, self.passes + 2
            if bound < self.best.bound:
                self.best = Relaxation(self._found, bound, self.best.share, False)
                self.best_prices = self._prices


def _market(core: Program) -> Market:
    """Return the arrays to step over, with sizes of limits that count the reps' slots.

    A share without an end of its own is no larger than its rep. And prices of limits without
    columns stay where they are: nobody can answer to such a price, and as its use never comes
    nearer to what is wanted, it would take all the steps for itself.
    """
    market, is_empty = market_of(core), np.diff(core.limits.indptr) == 0
    size = np.minimum(market.size, np.maximum(most_use(core), 1) * use_per_column(core))
    return market._replace(size=np.where(is_empty, np.inf, size))


def _first_prices(program: Program) -> Floats:
    """Return (K,) 0, and of limits without columns the price that is best: nothing is used.

    It is the slope of the cost of the first unit: below 0 where too little use costs.
    """
    limits = program.limits
    is_empty = np.diff(limits.indptr) == 0
    first: Floats = np.where(is_empty, np.minimum(slope_after(limits, limits.lower), 0), 0.0)
    return first


def sample(program: Program, every: int) -> Program:
    """Return the program of one of so many units, each counted so many times.

    Gain and use are multiplied, so that ends and hinges stay what they are and no end is rounded:
    its bound is what a sample says of the whole's. Groups stay together.
    """
    if every == 1:
        return program
    alone = program.group == NONE
    taken = np.zeros(program.num_units, dtype=np.bool_)
    taken[np.flatnonzero(alone)[::every]] = True
    taken |= ~alone & (program.group % every == 0)
    some = restrict(program, np.repeat(taken, np.diff(program.indptr))).program
    limits = program.limits
    return replace(
        some, indptr=np.append(some.indptr[:-1][taken], some.indptr[-1]), gain=some.gain * every,
        must=program.must[taken], group=_renumbered(program.group[taken]),
        limits=replace(some.limits, use=some.limits.use * every, upper=limits.upper,
                       lower=limits.lower))


def _renumbered(group: NDArray[np.int32]) -> NDArray[np.int32]:
    found = group.copy()
    found[group != NONE] = np.unique(group[group != NONE], return_inverse=True)[1]
    return found


def _near(program: Program, losses: NDArray[Any], count: int) -> NDArray[np.bool_]:
    """Return (C,) the ``count`` columns of each unit that lose least; ties by position."""
    return near_columns(program, np.minimum(losses, _FAR - 1).astype(np.int64), count)
