"""Slots given in turn: a plan without a flow, and the slots that a limited plan leaves free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled
from solver.matrix.source import PairSource, Piece
from solver.prices_first.rows import joined, kernel_rows, rows_of

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
    turn = np.argsort(-_most_of(rows), kind="stable")
    return Greedy(*_take_in_turn(rows, turn, price, np.maximum(capacity, 0)))


def fill_free_slots(source: PairSource, owner: _Ints, capacity: _Ints) -> tuple[_Ints, int]:
    """Give each held lead, in their order, the free slot where it brings most.

    Parameters
    ----------
    source
        All usable pairs.
    owner
        (L,) rep positions, -1 for held leads.
    capacity
        (R,) slots.

    Returns
    -------
    tuple of ndarray and int
        (L,) owners, and what the leads that got a slot bring, minor units.
    """
    filled, brought = owner.copy(), 0
    free = np.maximum(capacity - np.bincount(owner[owner >= 0], minlength=len(capacity)), 0)
    at_no_price = np.zeros(len(capacity), np.int64)
    for span in source.spans():
        held = np.flatnonzero(filled[span] < 0) + span.start
        if len(held) and free.any():
            filled[held], more = _take_in_turn(rows_of(source, held), np.arange(len(held)),
                                               at_no_price, free)
            brought += more
    return filled, brought


@compiled
def _most_of(rows: Piece) -> _Ints:
    """Return (n,) the most that each lead brings."""
    most: _Ints = np.zeros(len(rows.indptr) - 1, np.int64)
    for lead in range(len(most)):
        for at in range(rows.indptr[lead], rows.indptr[lead + 1]):
            most[lead] = max(most[lead], rows.surplus[at])
    return most


@compiled
def _take_in_turn(rows: Piece, turn: _Ints, price: _Ints, room: _Ints) -> tuple[_Ints, int]:
    """Give each lead its best slot at prices of those that are left, and take it off the room."""
    own = np.int64(0)
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
