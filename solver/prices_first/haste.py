"""A plan for a window whose time is up before a flow: greedy, at the prices so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled
from solver.matrix.source import Piece
from solver.prices_first.rows import joined, kernel_rows

_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Greedy:
    """What can be had at once."""

    owner: _Ints
    """(L,) rep positions, -1 for held leads."""
    objective: int


def greedy_plan(parts: Sequence[Piece], price: _Ints, capacity: _Ints) -> Greedy:
    """Let leads take slots in turn, those who bring most first.

    Parameters
    ----------
    parts
        Core pairs of all leads.
    price
        (R,) minor units; above every surplus for reps without slots.
    capacity
        (R,) slots.
    """
    rows = kernel_rows(joined(parts))
    owner, own = _taken_in_turn(rows, np.argsort(-_most_of(rows), kind="stable"), price,
                                np.maximum(capacity, 0))
    return Greedy(owner, own)


@compiled
def _most_of(rows: Piece) -> _Ints:
    """Return (n,) the most that each lead brings."""
    most: _Ints = np.zeros(len(rows.indptr) - 1, np.int64)
    for lead in range(len(most)):
        for at in range(rows.indptr[lead], rows.indptr[lead + 1]):
            most[lead] = max(most[lead], rows.surplus[at])
    return most


@compiled
def _taken_in_turn(rows: Piece, turn: _Ints, price: _Ints, slots: _Ints) -> tuple[_Ints, int]:
    """Give each lead its best slot at prices of those that are left."""
    room, own = slots.copy(), np.int64(0)
    owner: _Ints = np.full(len(turn), -1)
    for lead in turn:
        net, chosen = np.int64(0), -1
        for at in range(rows.indptr[lead], rows.indptr[lead + 1]):
            rep = rows.rep[at]
            worth = rows.surplus[at] - price[rep]
            if room[rep] > 0 and (chosen < 0 or worth > net):
                net, chosen = worth, at
        if chosen >= 0:
            owner[lead] = rows.rep[chosen]
            room[owner[lead]] -= 1
            own += rows.surplus[chosen]
    return owner, int(own)
