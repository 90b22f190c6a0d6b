"""Compiled single moves of the local search, and what they change.

An *item* is a unit that stands alone, or a whole group; an *option* of an item is one column of the
unit, or one rep with the group's columns of that rep. The search sees one number, the *level*:

    gain of the chosen columns - hinge costs - sum over limits of weight x units beyond an end

so that it may pass through choices that break limits; weights rise where it stays among them.
"""

from __future__ import annotations

import numpy as np

from solver.compiling import compiled, inlined
from solver.program.program import NONE, Ints
from solver.program.search_board import (
    LOG_SIZE,
    Board,
    Position,
)
from solver.program.sparse_model import Floats


@compiled
def random_below(position: Position, below: int) -> int:
    """Return a number from 0 up to ``below`` (splitmix64: Steele, Lea and Flood 2014)."""
    state = position.seed[0] + np.uint64(0x9E3779B97F4A7C15)
    position.seed[0] = state
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state = state ^ (state >> np.uint64(31))
    return int(np.int64(state >> np.uint64(1)) % below)


@inlined
def cost_at(ends: Ints, bend: Ints, weight: Floats, limit: int, used: int) -> float:
    """What a use of a limit costs: hinges, and weight for what lies beyond its ends."""
    total = 0.0
    if used > ends[limit, 1]:
        total += weight[limit] * (used - ends[limit, 1])
    elif used < ends[limit, 0]:
        total += weight[limit] * (ends[limit, 0] - used)
    for hinge in range(ends[limit, 2], ends[limit, 3]):
        amount = (used - bend[hinge, 0]) * bend[hinge, 1]
        if amount > 0 and (used > bend[hinge, 0]) == (bend[hinge, 1] > 0):
            total += amount
    return total


@compiled
def book(board: Board, position: Position, column: int, sign: int) -> float:
    """Take (1) or drop (-1) a column; return the change of level."""
    change: float = sign * board.gain[column]
    for at in range(board.entry[column], board.entry[column + 1]):
        limit = board.cell[at, 0]
        position.used[limit] += sign * board.cell[at, 1]
        cost = cost_at(board.ends, board.bend, position.weight, limit, position.used[limit])
        change -= cost - position.cost[limit]
        position.cost[limit] = cost
    position.taken[column] = sign > 0
    return change


@compiled
def column_change(board: Board, position: Position, column: int) -> float:
    """Return what taking a column would change."""
    change: float = board.gain[column]
    for at in range(board.entry[column], board.entry[column + 1]):
        limit = board.cell[at, 0]
        change -= cost_at(board.ends, board.bend, position.weight, limit,
                          position.used[limit] + board.cell[at, 1]) - position.cost[limit]
    return change


@compiled
def lift(board: Board, position: Position, item: int) -> float:
    """Take an item's columns off, remembering them; return the change of level."""
    option = position.chosen[item]
    change = 0.0
    if option != NONE:
        for place in range(board.part[option], board.part[option + 1]):
            column = board.column[place]
            position.lifted[column] = position.taken[column]
            if position.taken[column]:
                change += book(board, position, column, -1)
    return change


@compiled
def lay_back(board: Board, position: Position, item: int) -> None:
    """Undo `lift`."""
    option = position.chosen[item]
    if option != NONE:
        for place in range(board.part[option], board.part[option + 1]):
            if position.lifted[board.column[place]]:
                book(board, position, board.column[place], 1)


@compiled
def put(board: Board, position: Position, option: int) -> float:
    """Take the columns of an option that must be or that pay; return the change of level."""
    change = 0.0
    for place in range(board.part[option], board.part[option + 1]):
        column = board.column[place]
        if board.forced[column] or column_change(board, position, column) > 0:
            change += book(board, position, column, 1)
    return change


@compiled
def _put_change(board: Board, position: Position, option: int) -> float:
    """Return what `put` would change, and leave everything as it is."""
    change = put(board, position, option)
    for place in range(board.part[option], board.part[option + 1]):
        if position.taken[board.column[place]]:
            book(board, position, board.column[place], -1)
    return change


@inlined
def net_of(board: Board, option: int) -> float:
    """Return the net value of an option, 0 for rest."""
    return 0.0 if option == NONE else board.net[option]


@compiled
def best_option(board: Board, position: Position, item: int, barred: int, margin: float
                ) -> tuple[int, float]:
    """Return the best place for an item that has been lifted from ``barred``, but not that.

    Only places whose net value is not below that of ``barred`` by more than ``margin``.
    """
    best, choice = -np.inf, NONE - 1
    net = board.net
    enough = net[barred] - margin
    if board.may_rest[item] and enough <= 0:
        best, choice = 0.0, NONE
    gain, entry, cell, ends, bend = board.gain, board.entry, board.cell, board.ends, board.bend
    used, cost, weight = position.used, position.cost, position.weight
    part = board.part
    for option in range(board.option[item], board.option[item + 1]):
        if option == barred or net[option] < enough:
            continue
        if part[option + 1] == part[option] + 1:
            column = board.column[part[option]]
            change = gain[column]
            for at in range(entry[column], entry[column + 1]):
                limit = cell[at, 0]
                change -= cost_at(ends, bend, weight, limit,
                                  used[limit] + cell[at, 1]) - cost[limit]
        else:
            change = _put_change(board, position, option)
        if change > best:
            best, choice = change, option
    return choice, best


@compiled
def _relink(board: Board, position: Position, item: int, option: int) -> None:
    """Note an item's option and put it into its rep's list."""
    old, link = position.chosen[item], position.link
    if old != NONE:
        after, before = link[item, 0], link[item, 1]
        if before == NONE:
            position.first[board.rep[old]] = after
        else:
            link[before, 0] = after
        if after != NONE:
            link[after, 1] = before
    position.chosen[item] = option
    if option != NONE:
        rep = board.rep[option]
        head = position.first[rep]
        link[item, 0], link[item, 1] = head, NONE
        position.first[rep] = item
        if head != NONE:
            link[head, 1] = item


@compiled
def _note(position: Position, what: int, old: int) -> None:
    size = position.counts[LOG_SIZE]
    if size < len(position.log):
        position.log[size, 0], position.log[size, 1] = what, old
        position.counts[LOG_SIZE] = size + 1


@compiled
def move(board: Board, position: Position, item: int, option: int) -> float:
    """Move an item to an option or to rest, log how to undo it, return the change of level."""
    old = position.chosen[item]
    change = lift(board, position, item)
    if old != NONE:
        for place in range(board.part[old], board.part[old + 1]):
            if position.lifted[board.column[place]]:
                _note(position, NONE - 1 - board.column[place], 1)
    _note(position, item, old)
    _relink(board, position, item, option)
    if option != NONE:
        change += put(board, position, option)
        for place in range(board.part[option], board.part[option + 1]):
            if position.taken[board.column[place]]:
                _note(position, NONE - 1 - board.column[place], -1)
    return change


@compiled
def undo(board: Board, position: Position, size: int) -> float:
    """Take back the logged moves beyond ``size``; return the change of level."""
    change = 0.0
    for at in range(position.counts[LOG_SIZE] - 1, size - 1, -1):
        what, old = position.log[at, 0], position.log[at, 1]
        if what >= 0:
            _relink(board, position, what, old)
        else:
            change += book(board, position, NONE - 1 - what, old)
    position.counts[LOG_SIZE] = size
    return change


@compiled
def level_of(board: Board, position: Position) -> float:
    """Recompute what each limit costs now, and return the level from scratch."""
    total = 0.0
    for column in range(len(board.gain)):
        if position.taken[column]:
            total += board.gain[column]
    for limit in range(len(board.ends)):
        position.cost[limit] = cost_at(board.ends, board.bend, position.weight, limit,
                                       position.used[limit])
        total -= position.cost[limit]
    return total


@compiled
def broken(board: Board, used: Ints) -> int:
    """Return how many limits are beyond their ends."""
    count = 0
    for limit in range(len(used)):
        if used[limit] > board.ends[limit, 1] or used[limit] < board.ends[limit, 0]:
            count += 1
    return count


@compiled
def reweight(board: Board, position: Position, least: Floats, rise: float, fall: float) -> None:
    """Raise the weight of broken limits, lower that of the others towards ``least``."""
    for limit in range(len(position.used)):
        used = position.used[limit]
        if used > board.ends[limit, 1] or used < board.ends[limit, 0]:
            position.weight[limit] *= rise
        else:
            position.weight[limit] = max(least[limit], position.weight[limit] * fall)
