"""The greedy choice: columns by falling gain, each taken if all limits still allow it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled
from solver.program.program import NONE, Ints, Program
from solver.program.search_board import Board, Position, board_of, empty_position
from solver.program.search_kernels import book, column_change


def greedy_choice(program: Program, worth: NDArray[Any] | None = None) -> Ints:
    """Return (U,) columns; upper ends hold, lower ends and units that must be may fall short.

    Units that must take a column come first, then columns that a limit below its lower end needs,
    then all others, each time those first that bring most. One is taken if its group is with no
    other rep, no limit rises above its upper end, and, unless it is needed, it brings more than
    what the hinges cost.

    Parameters
    ----------
    program
        The program.
    worth
        (C,) what "most" is measured by, such as net gains at good prices: then a slot goes to
        whoever loses most without it. None: the gain.
    """
    nothing = np.zeros(program.limits.count)
    board = board_of(program, nothing)
    position = empty_position(program, board, nothing, seed=0, log=1)
    unit = np.repeat(np.arange(program.num_units), np.diff(program.indptr))
    order = np.lexsort((-(program.gain if worth is None else worth), ~program.must[unit]))
    column = np.full(program.num_units, NONE, dtype=np.int64)
    rep_of = np.full(int(program.group.max(initial=NONE)) + 1, NONE, dtype=np.int64)
    _take(board, position, order, np.stack([unit, program.rep], axis=1).astype(np.int64),
          np.stack([program.must, program.group], axis=1).astype(np.int64), column, rep_of)
    return column


@compiled
def _take(board: Board, position: Position, order: Ints, columns: Ints, units: Ints, chosen: Ints,
          rep_of: Ints) -> None:
    """Fill in what is chosen; ``columns`` hold unit and rep, ``units`` must and group."""
    for limit in range(len(board.ends)):
        for hinge in range(board.ends[limit, 2], board.ends[limit, 3]):
            if board.bend[hinge, 1] < 0:
                position.cost[limit] += max(0, board.bend[hinge, 0] * -board.bend[hinge, 1])
    for step in range(2 * len(order)):
        # Once for what is needed, then for everything.
        column, needed = order[step % len(order)], step < len(order)
        unit, rep = columns[column]
        must, group = units[unit]
        if chosen[unit] != NONE or (group != NONE and rep_of[group] not in (NONE, rep)):
            continue
        fits, wanted = True, must != 0
        for at in range(board.entry[column], board.entry[column + 1]):
            limit = board.cell[at, 0]
            fits &= position.used[limit] + board.cell[at, 1] <= board.ends[limit, 1]
            wanted |= position.used[limit] < board.ends[limit, 0]
        if fits and (wanted or (not needed and column_change(board, position, column) > 0)):
            book(board, position, column, 1)
            chosen[unit] = column
            if group != NONE:
                rep_of[group] = rep
