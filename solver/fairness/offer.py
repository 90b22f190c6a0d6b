"""The leads of a window and who may have them; what each rep could get alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Offer:
    """The leads of a window and who may have them; C columns in compressed rows."""

    indptr: _Ints
    """(U + 1,) lead u has the columns ``indptr[u]:indptr[u + 1]``."""
    rep: NDArray[np.int32]
    """(C,) rep of each column, each once within a lead."""
    slots: _Ints
    """(C,) slots that the column takes of its rep, above 0."""
    amount: _Ints
    """(C,) what it counts in the measure of fairness: 1, its slots or its worth; 0 or more."""
    capacity: _Ints
    """(R,) free slots."""

    @property
    def is_plain(self) -> bool:
        """Whether every lead takes one slot and counts one."""
        return bool((self.slots == 1).all() and (self.amount == 1).all())

    @property
    def offered(self) -> _Ints:
        """(R,) sum of the amounts of each rep's columns."""
        total = np.zeros(len(self.capacity), np.int64)
        np.add.at(total, self.rep, self.amount)
        return total


def most_amounts(offer: Offer) -> _Ints:
    """Return (R,) the most each rep could get if all others stood back.

    Best amount for its slots first, the last lead as if divisible: exact where every lead takes
    one slot, else an upper end less than one lead away.
    """
    most = np.zeros(len(offer.capacity), np.int64)
    order = np.lexsort((-offer.amount / offer.slots, offer.rep))
    ends = np.searchsorted(offer.rep[order], np.arange(len(most) + 1))
    for at, free in enumerate(offer.capacity.tolist()):
        own = order[ends[at]:ends[at + 1]]
        used = np.cumsum(offer.slots[own])
        fits = int(np.searchsorted(used, free, side="right"))
        most[at] = offer.amount[own[:fits]].sum()
        if fits < len(own):
            left = free - (int(used[fits - 1]) if fits else 0)
            most[at] += int(offer.amount[own[fits]]) * left // int(offer.slots[own[fits]])
    return most


def lead_classes(offer: Offer) -> tuple[_Ints, _Ints, _Ints]:
    """Put leads with the same reps together: heads and classes of arcs, supply of each class.

    A lead supplies the least that it counts with any of its reps.
    """
    found: dict[bytes, int] = {}
    supply: list[int] = []
    heads: list[NDArray[np.int32]] = []
    for start, stop in zip(offer.indptr[:-1].tolist(), offer.indptr[1:].tolist(), strict=True):
        if start == stop:
            continue
        reps = offer.rep[start:stop]
        at = found.setdefault(reps.tobytes(), len(supply))
        if at == len(supply):
            supply.append(0)
            heads.append(reps)
        supply[at] += int(offer.amount[start:stop].min())
    members = np.repeat(np.arange(len(supply)), [len(reps) for reps in heads])
    return (np.concatenate([np.zeros(0, np.int32), *heads]).astype(np.int64), members,
            np.array(supply, dtype=np.int64))
