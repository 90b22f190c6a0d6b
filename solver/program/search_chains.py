"""Compiled ejection chains of the local search.

A chain moves an item, then ejects another item of the same rep to the place that suits it best, and
so on; its best beginning is kept. Chains of two are swaps. After Yagiura, Ibaraki and Glover, "An
ejection chain approach for the generalized assignment problem", INFORMS Journal on Computing 16
(2004), for any limits instead of capacities alone.
"""

from __future__ import annotations

import numpy as np

from solver.compiling import compiled
from solver.program.program import NONE
from solver.program.search_board import (
    CHAIN,
    LOG_SIZE,
    RING_SIZE,
    RING_START,
    ROOM,
    Board,
    Position,
)
from solver.program.search_kernels import best_option, lay_back, lift, move, net_of, undo

#: Change of level that counts as one: far below a minor unit, far above what floats get wrong.
_LEAST = 1e-3
#: Most moves of one chain, and items of a rep that are asked to make room.
_DEPTH, _WIDTH = 4, 48


@compiled
def enqueue(position: Position, item: int) -> None:
    """Let an item be looked at, unless it waits already."""
    if not position.waiting[item]:
        position.waiting[item] = True
        counts = position.counts
        position.queue[(counts[RING_START] + counts[RING_SIZE]) % len(position.queue)] = item
        counts[RING_SIZE] += 1


@compiled
def _best_ejection(board: Board, position: Position, rep: int, margin: float
                   ) -> tuple[int, int, float]:
    """Return the item of a rep, its new option and the change that is best, of items not moved."""
    best, who, where = -np.inf, NONE, NONE
    item, seen = position.first[rep], 0
    while item != NONE and seen < _WIDTH:
        after = position.link[item, 0]
        if position.moved[item] != position.counts[CHAIN]:
            seen += 1
            gone = lift(board, position, item)
            option, change = best_option(board, position, item, position.chosen[item], margin)
            lay_back(board, position, item)
            if option >= NONE and gone + change > best:
                best, who, where = gone + change, item, option
        item = after
    return who, where, best


@compiled
def chain(board: Board, position: Position, item: int, option: int, least: int,
          margin: float) -> tuple[float, int]:
    """Move an item and then those it displaces; keep the best beginning of at least ``least``.

    Returns
    -------
    tuple of float and int
        The change of level, and how many moves were kept.
    """
    start = position.counts[LOG_SIZE]
    position.counts[CHAIN] += 1
    total, kept, end, spare = 0.0, 0, start, margin
    best = -np.inf if least > 0 else 0.0
    if start + (_DEPTH + 1) * position.counts[ROOM] >= len(position.log):
        return 0.0, 0
    who, where = item, option
    for step in range(1, _DEPTH + 1):
        spare += net_of(board, where) - net_of(board, position.chosen[who])
        total += move(board, position, who, where)
        position.moved[who] = position.counts[CHAIN]
        if step >= least and total > best + _LEAST:
            best, kept, end = total, step, position.counts[LOG_SIZE]
            if best > 0:
                break
        if where == NONE:
            break
        who, where, _ = _best_ejection(board, position, board.rep[where], max(spare, 0.0))
        if who == NONE:
            break
    total += undo(board, position, end)
    return total, kept


@compiled
def wake(position: Position, start: int) -> None:
    """Queue the items that were moved since ``start``."""
    for at in range(start, position.counts[LOG_SIZE]):
        if position.log[at, 0] >= 0:
            enqueue(position, position.log[at, 0])


@compiled
def settle(board: Board, position: Position, most: int, margin: float
           ) -> tuple[float, int]:
    """Take improving chains of queued items until none is left or ``most`` chains were tried."""
    total, tried, counts = 0.0, 0, position.counts
    while counts[RING_SIZE] > 0 and tried < most:
        item = position.queue[counts[RING_START]]
        counts[RING_START] = (counts[RING_START] + 1) % len(position.queue)
        counts[RING_SIZE] -= 1
        position.waiting[item] = False
        option = board.option[item] - 1 if board.may_rest[item] else board.option[item]
        while option < board.option[item + 1]:
            target = NONE if option < board.option[item] else option
            option += 1
            if target == position.chosen[item] or (
                    net_of(board, target) < net_of(board, position.chosen[item]) - margin):
                continue
            tried += 1
            start = counts[LOG_SIZE]
            change, kept = chain(board, position, item, target, 0, margin)
            total += change
            if kept:
                wake(position, start)
    return total, tried
