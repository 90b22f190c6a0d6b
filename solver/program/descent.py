"""Prices of a large program by subgradients, where its linear relaxation takes too long.

Each step asks all units what they would choose at the prices and each limit what use suits it,
and moves the prices along the difference, averaged over the last steps (volume algorithm: Barahona
and Anbil 2000) and scaled by the limits' sizes. The steps run over the few columns of each unit
that lose least; between phases those near the new prices join them.
"""

from __future__ import annotations

import numpy as np

from solver.program.clock import Clock
from solver.program.columns import column_entries, use_per_column
from solver.program.core import restrict
from solver.program.fixing import column_losses
from solver.program.formulation import limit_pieces
from solver.program.linear import Relaxation, near_columns, priced
from solver.program.price_kernels import Market, descend
from solver.program.program import NONE, Program
from solver.program.sparse_model import Floats

#: Columns of a unit that join in each phase. They stay: with only those near the last prices, each
#: phase undid what the phase before had learnt.
_NEAR = (20, 8, 6, 6)
#: Steps of each phase, and the share of the bound that a step aims to win where the incumbent is
#: poor: 12.97, 2.20, 0.14 and 0.13 % above the relaxation after each phase of the large program.
_STEPS = (300, 400, 500, 400)
_REACH = (1.0, 0.1, 0.05, 0.02)


def descend_prices(program: Program, start: Floats, incumbent: int, clock: Clock) -> Relaxation:
    """Return good prices without a proof that they are the best.

    Parameters
    ----------
    program
        The program.
    start
        (K,) prices in minor units to begin with.
    incumbent
        What a known choice brings: no bound lies below it.
    clock
        When to stop: after each phase.
    """
    best = Relaxation(*priced(program, start), np.zeros(program.num_columns), False)
    prices, found = start, best.prices
    kept = np.zeros(program.num_columns, dtype=np.bool_)
    for near, steps, reach in zip(_NEAR, _STEPS, _REACH, strict=True):
        kept |= near_columns(program, column_losses(program, found), near)
        core = restrict(program, kept).program
        prices = descend(market_of(core), prices, float(incumbent), reach, steps)
        found, exact = priced(program, prices)
        if exact < best.bound:
            best = Relaxation(found, exact, best.share, False)
        if clock.left <= 0:
            break
    return best


def market_of(program: Program) -> Market:
    """Return the arrays that the compiled steps run over."""
    entries, limits = column_entries(program), program.limits
    pieces = limit_pieces(limits)
    members = np.argsort(program.group, kind="stable")
    members = members[program.group[members] != NONE]
    groups = int(program.group.max(initial=NONE)) + 1
    return Market(
        program.gain, program.indptr, program.rep, program.must, program.group, members,
        np.searchsorted(program.group[members], np.arange(groups + 1)), entries.indptr,
        entries.limit, entries.use, limits.lower, limits.upper,
        np.searchsorted(pieces.limit, np.arange(limits.count + 1)), pieces.length, pieces.cost,
        pieces.is_bent, float(pieces.constant), program.num_reps, limit_sizes(program))


def limit_sizes(program: Program) -> Floats:
    """Return (K,) by how much use a price answers for, times the use that a column takes of it.

    Steps in the prices of limits that count slots, leads and money are comparable only so: the
    price of a unit of money is thousands of times smaller than that of a slot.
    """
    limits, per_column = program.limits, use_per_column(program)
    unit = np.repeat(np.arange(program.num_units), np.diff(program.indptr))[limits.column]
    row = np.repeat(np.arange(limits.count), np.diff(limits.indptr))
    first = (np.diff(row, prepend=-1) != 0) | (np.diff(unit, prepend=-1) != 0)
    units = np.bincount(row[first], minlength=limits.count)
    most = np.minimum(limits.upper, np.ceil(units * per_column))
    size: Floats = np.maximum(most, 1.0) * per_column
    return size
