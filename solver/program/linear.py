"""Prices of the linear relaxation by GLOP, on growing sets of columns.

The relaxation over few columns gives prices; the columns that would pay at them join, until none
does (sifting). Nothing is claimed from GLOP: its prices are rounded, and their bound is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt.python import mathopt

from solver.program.bound import bound
from solver.program.clock import Clock
from solver.program.fixing import column_losses
from solver.program.formulation import formulate, limit_pieces
from solver.program.program import NONE, PRICE_SCALE, Ints, Program
from solver.program.sparse_model import Floats

#: Columns of a unit that join in one round, at most.
_JOIN = 4
#: Rounds of sifting; few are needed once the first columns are good.
_ROUNDS = 12
#: Losses that count as none, in 1/``PRICE_SCALE``.
_TOLERANCE = PRICE_SCALE // 64
#: Largest price, minor units, that stays exact in int64 with all that is multiplied by it.
_MOST = 2.0**62 / PRICE_SCALE


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Prices, their bound and a fractional choice."""

    prices: Ints
    """(K,) in 1/``PRICE_SCALE`` minor units."""
    bound: int
    """Exact bound of the prices, minor units."""
    share: Floats
    """(C,) how much of each column the relaxation takes; all 0 where only prices are known."""
    is_optimal: bool
    """Whether no column would still pay: the bound is the relaxation's value."""


def priced(program: Program, prices: Floats) -> tuple[Ints, int]:
    """Round (K,) prices in minor units and return them with their exact bound."""
    whole = np.rint(np.clip(prices, -_MOST, _MOST) * PRICE_SCALE).astype(np.int64)
    return whole, bound(program, whole)


def relax(program: Program, first: NDArray[np.bool_], best: Relaxation, clock: Clock
          ) -> Relaxation:
    """Solve the relaxation as far as the time goes; return it, or ``best`` if that stays better.

    Parameters
    ----------
    program
        The program.
    first
        (C,) the columns to begin with.
    best
        What is known so far.
    clock
        When to stop; GLOP is deterministic otherwise.
    """
    pieces, kept = limit_pieces(program.limits), first.copy()
    for _ in range(_ROUNDS):
        columns = np.flatnonzero(kept)
        written = formulate(program, columns, pieces, _shortfall(program))
        parameters = mathopt.SolveParameters(threads=1)
        if clock.seconds is not None:
            parameters.time_limit = timedelta(seconds=clock.left)
        result = mathopt.solve(written.model.mathopt(relaxed=True), mathopt.SolverType.GLOP,
                               params=parameters)
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return best
        dual = np.fromiter(result.dual_values().values(), np.float64)
        prices, exact = priced(program, dual[written.limit_row])
        losses = column_losses(program, prices)
        joining = _joining(program, losses, kept)
        if exact <= best.bound or not joining.any():
            share = np.zeros(program.num_columns)
            share[columns] = np.fromiter(result.variable_values().values(),
                                         np.float64)[:len(columns)]
            best = Relaxation(prices, exact, share, not joining.any())
        if not joining.any() or clock.left <= 0:
            return best
        kept |= joining
    return best


def _shortfall(program: Program) -> float:
    """More than any unit of use can bring."""
    steepest = float(np.bincount(program.limits.hinge_limit,
                                 weights=program.limits.hinge_slope).max(initial=0.0))
    return 4 * (float(np.abs(program.gain).max(initial=1)) + steepest)


def _joining(program: Program, losses: NDArray[Any], kept: NDArray[np.bool_]
             ) -> NDArray[np.bool_]:
    """Return the columns left out that beat every one of their unit's that is in."""
    unit = np.repeat(np.arange(program.num_units), np.diff(program.indptr))
    loss, least = losses.astype(np.float64), np.full(program.num_units, np.inf)
    np.minimum.at(least, unit[kept], loss[kept])
    # A group's rep brings what all members' columns bring, and so they join together.
    wanted = np.where(program.group[unit] == NONE, least[unit], np.inf)
    wanted = np.where(wanted < np.inf, wanted - _TOLERANCE, _TOLERANCE)
    out = np.flatnonzero(~kept & (loss < wanted))
    order = out[np.lexsort((loss[out], unit[out]))]
    rank = np.arange(len(order)) - np.searchsorted(unit[order], unit[order])
    joining = np.zeros(program.num_columns, dtype=np.bool_)
    joining[order[rank < _JOIN]] = True
    return joining


def near_columns(program: Program, losses: NDArray[Any], count: int) -> NDArray[np.bool_]:
    """Return (C,) the ``count`` columns of each unit that lose least; ties by position."""
    from solver.program.passes import mark_near  # noqa: PLC0415 - compiled, for what is priced

    near = np.zeros(program.num_columns, dtype=np.bool_)
    mark_near(program.indptr, losses if losses.dtype == np.int64 else losses.astype(np.float64),
              count, near)
    return near
