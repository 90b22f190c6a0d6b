"""Columns that can matter: those whose loss at given prices is not above what is still to win.

At prices ``p`` the bound of every choice that takes a column is ``bound(p)`` less the column's
loss: how much less its unit (in a group: its rep for the whole group) brings than the best one
would. A column whose loss is above ``bound - incumbent`` is in no better choice (reduced-cost
fixing: Dantzig, Fulkerson and Johnson 1954). In integers throughout.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.program.bound import net_gains
from solver.program.program import NONE, PRICE_SCALE, Ints, Program

#: Columns above which a compiled pass is worth loading.
_MANY = 150_000


def column_losses(program: Program, prices: Ints) -> NDArray[Any]:
    """Return (C,) what each column loses against its unit's or group's best, 0 or more.

    In 1/``PRICE_SCALE`` minor units; (K,) ``prices`` too.
    """
    net = net_gains(program, prices)
    if not len(net):
        return net
    if len(net) > _MANY and net.dtype == np.int64 and (program.group == NONE).all():
        from solver.program.passes import lose  # noqa: PLC0415

        lose(program.indptr, net, program.must)
        return net
    unit = np.repeat(np.arange(program.num_units), np.diff(program.indptr))
    some = np.flatnonzero(np.diff(program.indptr))
    best = np.zeros(program.num_units, dtype=net.dtype)
    best[some] = np.maximum.reduceat(net, program.indptr[some])
    best = np.where(program.must, best, np.maximum(best, 0))
    losses: NDArray[Any] = best[unit] - net
    grouped = np.flatnonzero(program.group[unit] != NONE)
    if len(grouped):
        losses[grouped] = _group_losses(program, net[grouped], unit[grouped],
                                        program.rep[grouped])
    return losses


def _group_losses(program: Program, net: NDArray[Any], unit: Ints, rep: NDArray[np.int32]
                  ) -> NDArray[Any]:
    """Loss of the rep for the group, and of a column below 0 that nobody must take."""
    key = program.group[unit] * np.int64(program.num_reps) + rep
    pair, place = np.unique(key, return_inverse=True)
    worth = np.zeros(len(pair), dtype=net.dtype)
    must = program.must[unit]
    np.add.at(worth, place, np.where(must, net, np.maximum(net, 0)))
    group = pair // program.num_reps
    served = np.bincount(place, weights=must, minlength=len(pair)).astype(np.int64)
    members = program.group != NONE
    wanted = np.bincount(program.group[members & program.must],
                         minlength=int(program.group.max()) + 1)
    able = served == wanted[group]
    best = np.zeros(len(wanted), dtype=net.dtype)
    best[wanted > 0] = worth.min() if len(worth) else 0
    np.maximum.at(best, group[able], worth[able])
    losses: NDArray[Any] = (best[group] - worth)[place] + np.where(must, 0, np.maximum(-net, 0))
    # A rep that lacks a member who must be placed is in no choice at all, whatever it loses.
    return losses


def columns_that_matter(losses: NDArray[Any], bound: int, incumbent: int
                        ) -> NDArray[np.bool_]:
    """Return (C,) the columns that a choice better than the incumbent may hold.

    Parameters
    ----------
    losses
        `column_losses`, at the prices of the bound.
    bound, incumbent
        Minor units; the bound as :func:`solver.program.bound.bound` rounds it down.
    """
    # bound was rounded down by less than one, and better means better by at least one.
    return np.asarray(losses <= (bound - incumbent) * PRICE_SCALE, dtype=np.bool_)
