"""The best slots to add, and the best slots to move, for every number of them up to k.

Adding is exact because the total is M-natural-concave (:mod:`solver.capacity.curves`). Moving keeps
the sum of slots, on which the total is M-concave; the best slots within an L1 distance of 2 n
from those that are there come from the best n - 1 moves and the best move then (steepest descent:
Shioura, M-convex function minimization under L1-distance constraint and its application to dock
reallocation in bike-sharing system, Mathematics of Operations Research 47, 2022). What a move
brings is a distance between two reps in the exchange graph.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from solver.capacity.curves import adding
from solver.capacity.records import AddedSlot, BestToAdd, BestToMove, MovedSlot
from solver.capacity.solved import check_count, solved_window
from solver.certify.exchange import UNREACHABLE
from solver.matrix.floors import AnyFloors
from solver.models import Window

_Ints = NDArray[np.int64]


def best_slots_to_add(window: Window, count: int, *, reps: Collection[str] | None = None,
                      floors: AnyFloors = None) -> BestToAdd:
    """Return the best slots to add, exactly, for each number of them up to `count`.

    Parameters
    ----------
    window
        A window whose only limits are capacities.
    count
        How many slots, 0 or more, all at the same cost.
    reps
        Who may get them; None: every active rep.
    floors
        As for :func:`solver.solve`.

    Raises
    ------
    UsageError
        If the window has more rules than capacities, a rep is unknown or not active, or the count
        is below 0.
    InvalidInputError
        If values are too large for exact sums.
    """
    check_count("the number of slots to add", count)
    solved = solved_window(window, floors)
    steps = []
    for step in adding(solved, solved.positions(reps), count):
        if step.total == 0:
            break
        steps.append(step)
    changes = accumulate(step.total for step in steps)
    return BestToAdd(asked=count, slots=tuple(
        AddedSlot(rep_id=solved.rep_ids[step.rep], step=step.total, change=change)
        for step, change in zip(steps, changes, strict=True)))


def best_slots_to_move(window: Window, count: int, *, reps: Collection[str] | None = None,
                       floors: AnyFloors = None) -> BestToMove:
    """Return the best slots to move from rep to rep, exactly, for each number up to `count`.

    Parameters
    ----------
    window
        A window whose only limits are capacities.
    count
        How many slots may move, 0 or more.
    reps
        Among whom they move; None: all active reps.
    floors
        As for :func:`solver.solve`.

    Raises
    ------
    UsageError
        If the window has more rules than capacities, a rep is unknown or not active, or the count
        is below 0.
    InvalidInputError
        If values are too large for exact sums.
    """
    check_count("the number of slots to move", count)
    solved = solved_window(window, floors)
    members = np.array(solved.positions(reps), dtype=np.int64)
    exchange, floor = solved.exchange(), solved.solution.problem.floors[members]
    before = exchange.slots[members]
    moves: list[MovedSlot] = []
    total = 0
    for _ in range(count):
        slots = exchange.slots[members]
        worth = _worth(exchange.move_costs()[np.ix_(members, members)], floor)
        # Whoever has got a slot gives none, and whoever has given one gets none.
        worth[(slots == 0) | (slots > before)] = 0
        worth[:, slots < before] = 0
        source, target = np.unravel_index(worth.argmax(), worth.shape)
        step = int(worth[source, target])
        if step <= 0:
            break
        exchange.move_slot(int(members[source]), int(members[target]))
        total += step
        moves.append(MovedSlot(from_rep_id=solved.rep_ids[members[source]],
                               to_rep_id=solved.rep_ids[members[target]], step=step,
                               change=total))
    return BestToMove(asked=count, slots=tuple(moves))


def _worth(cost: _Ints, floor: _Ints) -> _Ints:
    """Return what each move adds to the total; 0 where the rep has no slot to give."""
    worth = floor[None, :] - floor[:, None] - np.where(cost < UNREACHABLE, cost, 0)
    worth[cost >= UNREACHABLE] = 0
    np.fill_diagonal(worth, 0)
    return worth
