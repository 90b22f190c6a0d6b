"""Columns that no choice can take, which an engine is spared.

A column that alone takes more than a limit allows (a group of four under a cap of three) is left
out for good. A column that takes of a limit that allows nothing (slots of a rep who is full, a cap
that is used up) is left out of the search; afterwards the limit gets the price at which nobody
wants it, and its own term in the bound is 0 at any price.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.program.bound import net_gains
from solver.program.program import NONE, Ints, Program


def impossible_columns(program: Program) -> NDArray[np.bool_]:
    """Return (C,) whether a column alone takes more than 1 and more than a limit allows."""
    limits = program.limits
    most = np.repeat(np.maximum(limits.upper, 1), np.diff(limits.indptr))
    found = np.zeros(program.num_columns, dtype=np.bool_)
    found[limits.column[limits.use > most]] = True
    return found


def shut_limits(program: Program) -> NDArray[np.bool_]:
    """Return (K,) whether each limit allows nothing, and has columns that want it."""
    limits = program.limits
    shut: NDArray[np.bool_] = (limits.upper == 0) & (np.diff(limits.indptr) > 0)
    return shut


def closed_by(program: Program, shut: NDArray[np.bool_]) -> Ints:
    """Return (C,) the first shut limit that each column takes of, ``NONE`` where it is open."""
    closing = np.full(program.num_columns, NONE, dtype=np.int64)
    limits = program.limits
    for limit in np.flatnonzero(shut)[::-1].tolist():
        closing[limits.column[limits.indptr[limit]:limits.indptr[limit + 1]]] = limit
    return closing


def closing_prices(program: Program, prices: Ints, closing: Ints) -> Ints:
    """Return prices at which no closed column is better than what is open to its unit.

    Parameters
    ----------
    program
        The program, closed columns and all.
    prices
        (K,) of the program without them; 0 for the shut limits.
    closing
        (C,) as :func:`closed_by` gives it.
    """
    net = net_gains(program, prices)
    excess = np.maximum(net - _open_worth(program, net, closing == NONE), 0)
    found, limits = prices.copy(), program.limits
    for limit in np.unique(closing[closing != NONE]).tolist():
        entries = slice(limits.indptr[limit], limits.indptr[limit + 1])
        column, use = limits.column[entries], limits.use[entries]
        ours = closing[column] == limit
        found[limit] = max((-(-int(over) // int(taken)) for over, taken in zip(
            excess[column[ours]].tolist(), use[ours].tolist(), strict=True)), default=0)
    return found


def _open_worth(program: Program, net: NDArray[np.int64], is_open: NDArray[np.bool_]
                ) -> NDArray[np.int64]:
    """Return (C,) what a closed column may be worth at most: its unit's best open one.

    In a group, whose members share a rep, its least: then no rep who is closed is worth more to the
    group than one who is open.
    """
    unit = np.repeat(np.arange(program.num_units), np.diff(program.indptr))
    rest = np.where(program.must, np.iinfo(np.int64).min // 4, 0).astype(net.dtype)
    best = rest.copy()
    np.maximum.at(best, unit[is_open], net[is_open])
    least = np.zeros(program.num_units, dtype=net.dtype)
    np.minimum.at(least, unit[is_open], net[is_open])
    return np.where(program.group == NONE, best, least)[unit]
