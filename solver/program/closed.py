"""Columns that no choice can take, which an engine is spared.

A column that alone takes more than a limit allows (a group of four under a cap of three) is left
out for good. A column that takes of a limit that allows nothing (slots of a rep who is full, a cap
that is used up) is left out of the search; afterwards the limit gets the price at which nobody
wants it, which its own term in the bound does not depend on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.program.bound import net_gains
from solver.program.core import Core, restrict, total_use
from solver.program.program import NONE, Ints, Program

#: int64, or Python integers where int64 could overflow.
_Exact = NDArray[Any]
#: Largest price: what the relaxation's prices are clipped to, too.
_MOST = 2**62


def impossible_columns(program: Program) -> NDArray[np.bool_]:
    """Return (C,) whether a column alone takes more than 1 and more than a limit allows."""
    limits = program.limits
    most = np.repeat(np.maximum(limits.upper, 1), np.diff(limits.indptr))
    found = np.zeros(program.num_columns, dtype=np.bool_)
    found[limits.column[limits.use > most]] = True
    return found


def possible_part(program: Program) -> Core:
    """Return the program without its impossible columns: what the bound of a window looks at.

    A lower end that only they could reach stays above its upper end, so that it shows.
    """
    core = restrict(program, ~impossible_columns(program))
    limits = core.program.limits
    return _with_upper(core, np.minimum(
        program.limits.upper, total_use(limits.indptr, limits.use)))


def open_part(program: Program, closing: Ints) -> Core:
    """Return the program without its closed columns, (C,) as :func:`closed_by` gives it.

    The upper ends stay as they are, even above what the open columns can take: only then is a price
    that is good here as good where the closed columns are priced out.
    """
    return _with_upper(restrict(program, closing == NONE), program.limits.upper)


def _with_upper(core: Core, upper: Ints) -> Core:
    return replace(core, program=replace(core.program, limits=replace(
        core.program.limits, upper=upper)))


def shut_limits(program: Program) -> NDArray[np.bool_]:
    """Return (K,) whether each limit allows nothing, and has columns that want it."""
    limits = program.limits
    shut: NDArray[np.bool_] = (limits.upper == 0) & (np.diff(limits.indptr) > 0)
    return shut


def closed_by(program: Program) -> Ints:
    """Return (C,) the first shut limit that each column takes of, ``NONE`` where it is open."""
    closing = np.full(program.num_columns, NONE, dtype=np.int64)
    limits = program.limits
    for limit in np.flatnonzero(shut_limits(program))[::-1].tolist():
        closing[limits.column[limits.indptr[limit]:limits.indptr[limit + 1]]] = limit
    return closing


def closing_prices(program: Program, prices: Ints, closing: Ints) -> Ints:
    """Return prices at which closed columns leave the bound as it is without them.

    Parameters
    ----------
    program
        The program, closed columns and all. It has a choice.
    prices
        (K,) of the program without them.
    closing
        (C,) as :func:`closed_by` gives it.
    """
    found, limits = np.where(shut_limits(program), 0, prices), program.limits
    net = net_gains(program, found)
    excess = np.maximum(net - _most_worth(program, net, closing == NONE), 0)
    for limit in np.unique(closing[closing != NONE]).tolist():
        entries = slice(limits.indptr[limit], limits.indptr[limit + 1])
        column, use = limits.column[entries], limits.use[entries]
        ours = closing[column] == limit
        found[limit] = min(_MOST, max(-(-int(over) // int(taken)) for over, taken in zip(
            excess[column[ours]].tolist(), use[ours].tolist(), strict=True)))
    return found


def _most_worth(program: Program, net: _Exact, is_open: NDArray[np.bool_]) -> _Exact:
    """Return (C,) what a closed column may be worth at most, so that its unit prefers an open one.

    The best open one, 0 at least where the unit may stay unowned. In a group a rep with any closed
    column must be worth no more than the least that a rep without one can be: what the members lose
    from their best open column to their least is more than all others can bring beyond it.
    """
    unit = np.repeat(np.arange(program.num_units), np.diff(program.indptr))
    some, best = _extremes(np.maximum, net, unit, is_open, program.num_units)
    _, least = _extremes(np.minimum, net, unit, is_open, program.num_units)
    needed = program.must & some
    best = np.where(needed, best, np.maximum(best, 0))
    least = np.where(needed, least, 0)
    grouped = program.group != NONE
    spread = np.zeros(int(program.group.max(initial=NONE)) + 1, dtype=net.dtype)
    np.add.at(spread, program.group[grouped], (best - least)[grouped])
    alike = np.where(needed, least - np.append(spread, 0)[program.group], 0)
    return np.where(grouped, alike, best)[unit]


def _extremes(which: np.ufunc, net: _Exact, unit: Ints, is_open: NDArray[np.bool_], num_units: int
              ) -> tuple[NDArray[np.bool_], _Exact]:
    """Return (U,) which units have an open column, and the best or least of them, else 0."""
    first = np.flatnonzero(np.diff(unit[is_open], prepend=NONE))
    some = np.zeros(num_units, dtype=np.bool_)
    some[unit[is_open][first]] = True
    found = np.zeros(num_units, dtype=net.dtype)
    if len(first):
        found[some] = which.reduceat(net[is_open], first)
    return some, found
