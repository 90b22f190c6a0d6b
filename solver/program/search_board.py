"""What the compiled local search plays on and where it stands, packed for few array accesses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.program.columns import column_entries
from solver.program.program import NONE, Ints, Program
from solver.program.sparse_model import Floats

Flags = NDArray[np.bool_]


class Board(NamedTuple):
    """The program; never changed by the search."""

    gain: Floats
    """(C,)"""
    net: Floats
    """(O,) gain of an option's columns less what they pay at the prices that guide the search."""
    entry: Ints
    """(C + 1,) cells by column."""
    cell: Ints
    """(N, 2) limit and use."""
    ends: Ints
    """(K, 4) lower end, upper end, first hinge, hinge after the last."""
    bend: Ints
    """(H, 2) where a hinge bends; its slope, below 0 where it costs below."""
    option: Ints
    """(I + 1,) options by item."""
    part: Ints
    """(O + 1,) columns by option, those that must be taken first, then by falling gain."""
    column: Ints
    """(C,) columns in the order of ``part``."""
    rep: Ints
    """(O,)"""
    may_rest: Flags
    """(I,) whether the item may have no option."""
    forced: Flags
    """(C,) whether the column is taken whenever its option is."""


class Position(NamedTuple):
    """Where the search stands; changed in place."""

    chosen: Ints
    """(I,) option of each item or ``NONE``."""
    taken: Flags
    """(C,) columns in use."""
    lifted: Flags
    """(C,) columns of an item that is lifted for a moment."""
    used: Ints
    """(K,)"""
    cost: Floats
    """(K,) what the use of each limit costs now."""
    weight: Floats
    """(K,) what a unit of use beyond an end of a limit costs in this search."""
    first: Ints
    """(R,) first item of each rep, linked by ``link``."""
    link: Ints
    """(I, 2) item after and before in the rep's list."""
    seed: NDArray[np.uint64]
    """(1,) state of the random numbers."""
    queue: Ints
    """(I,) ring of items to look at."""
    waiting: Flags
    """(I,) which are in the ring."""
    log: Ints
    """(M, 2) how to undo what was done since the last kick: an item and its option before, or
    -2 - column and whether to take (1) or drop (-1) it."""
    moved: Ints
    """(I,) number of the chain that moved the item last."""
    counts: Ints
    """(5,) start and length of the ring, size of the log, number of the chain, and the most rows
    of the log that one move takes."""


RING_START, RING_SIZE, LOG_SIZE, CHAIN, ROOM = 0, 1, 2, 3, 4


def board_of(program: Program, prices: Floats) -> Board:
    """Return the items, options and limits of a program."""
    entries, limits = column_entries(program), program.limits
    unit = np.repeat(np.arange(program.num_units), np.diff(program.indptr))
    item_of, wanted = _items(program)
    must, item = program.must[unit], item_of[unit]
    column = np.lexsort((-program.gain, ~must, program.rep, item))
    key = item * np.int64(program.num_reps) + program.rep
    starts = np.flatnonzero(np.diff(key[column], prepend=-1))
    sizes = np.diff(starts, append=len(column))
    has = np.add.reduceat(must[column], starts, dtype=np.int64) if len(starts) else starts
    kept = has == wanted[item[column[starts]]]
    net = program.gain - np.bincount(limits.column, minlength=len(column), weights=(
        limits.use * np.repeat(prices, np.diff(limits.indptr))))
    net = np.where(must | (program.group[unit] == NONE), net, np.maximum(net, 0))
    hinges = np.searchsorted(limits.hinge_limit, np.arange(limits.count + 1))
    return Board(
        gain=program.gain.astype(np.float64),
        net=(np.add.reduceat(net[column], starts) if len(starts) else net)[kept],
        entry=entries.indptr,
        cell=np.stack([entries.limit.astype(np.int64), entries.use], axis=1),
        ends=np.stack([limits.lower, limits.upper, hinges[:-1], hinges[1:]], axis=1),
        bend=np.stack([limits.hinge_at, np.where(limits.hinge_over, 1, -1) * limits.hinge_slope],
                      axis=1),
        option=np.searchsorted(item[column[starts[kept]]], np.arange(len(wanted) + 1)),
        part=np.concatenate([[0], np.cumsum(sizes[kept])]),
        column=column[np.repeat(kept, sizes)],
        rep=program.rep[column[starts[kept]]].astype(np.int64), may_rest=wanted == 0,
        forced=must | (program.group[unit] == NONE))


def _items(program: Program) -> tuple[Ints, Ints]:
    """Return (U,) item of each unit, and (I,) how many units of each item must take a column."""
    alone = program.group == NONE
    item = np.empty(program.num_units, dtype=np.int64)
    item[alone] = np.arange(int(alone.sum()))
    item[~alone] = int(alone.sum()) + np.unique(program.group[~alone], return_inverse=True)[1]
    return item, np.bincount(item, weights=program.must).astype(np.int64)


def empty_position(program: Program, board: Board, weight: Floats, seed: int, log: int
                   ) -> Position:
    """Return the position with nothing chosen; the log holds ``log`` moves, in every case."""
    room = 1 + 2 * int(np.diff(board.part).max(initial=1))
    items, limits = len(board.may_rest), program.limits.count
    return Position(
        chosen=np.full(items, NONE, dtype=np.int64),
        taken=np.zeros(program.num_columns, dtype=np.bool_),
        lifted=np.zeros(program.num_columns, dtype=np.bool_),
        used=np.zeros(limits, dtype=np.int64), cost=np.zeros(limits), weight=weight.copy(),
        first=np.full(program.num_reps, NONE, dtype=np.int64),
        link=np.full((items, 2), NONE, dtype=np.int64), seed=np.array([seed], dtype=np.uint64),
        queue=np.zeros(items, dtype=np.int64), waiting=np.zeros(items, dtype=np.bool_),
        log=np.zeros((log * room, 2), dtype=np.int64), moved=np.zeros(items, dtype=np.int64),
        counts=np.array([0, 0, 0, 0, room]))
