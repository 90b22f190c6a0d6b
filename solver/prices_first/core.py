"""The exact optimum of a core, and the slot prices that are exact for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.certify.exchange import NOBODY, UNREACHABLE
from solver.errors import EngineError
from solver.matrix.source import Piece
from solver.optimise.flow import taken_pairs
from solver.prices_first.exchange_kernels import arcs_by_tail, distances
from solver.prices_first.rows import joined
from solver.prices_first.travelling import OpenLeads

_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Core:
    """The open leads of all parts, and what the settled ones come to."""

    lead: _Ints
    """(n,) positions in the window, ascending."""
    rows: Piece
    capacity: _Ints
    """(R,) slots that the settled leads leave; below 0 where they are too many."""
    settled_slots: _Ints
    """(R,)"""
    settled_least: _Ints
    """(R,) the least surplus of a settled lead, ``UNREACHABLE`` where there is none."""
    settled_surplus: int


@dataclass(frozen=True, slots=True)
class CorePlan:
    """An optimal plan of a core."""

    owner: _Ints
    """(n,) rep positions of the open leads, -1 for held ones."""
    own: _Ints
    """(n,) the surplus of each there, 0 for held ones."""
    objective: int
    """Settled leads included."""


def core_of_parts(parts: Sequence[OpenLeads], firsts: Sequence[int], capacity: _Ints) -> Core:
    """Put the open leads of all parts together."""
    slots = sum((part.settled_slots for part in parts), np.zeros_like(capacity))
    least = np.full(len(capacity), UNREACHABLE)
    for part in parts:
        np.minimum(least, part.settled_least, out=least)
    return Core(
        np.concatenate([part.lead + first for part, first in zip(parts, firsts, strict=True)]),
        joined([part.rows for part in parts]), capacity - slots, slots, least,
        sum(part.settled_surplus for part in parts))


def best_plan(core: Core) -> CorePlan:
    """Solve the open leads by min-cost flow; every rep's slots must be 0 or more."""
    owner, own = np.full(len(core.lead), NOBODY), np.zeros(len(core.lead), np.int64)
    if len(core.lead):
        indptr, rep, surplus = core.rows
        taken = taken_pairs(indptr, rep, surplus, core.capacity)
        lead = np.searchsorted(indptr, taken, side="right") - 1
        owner[lead], own[lead] = rep[taken], surplus[taken]
    return CorePlan(owner, own, core.settled_surplus + int(own.sum()))


class Exchange:
    """The exchange graph of an optimal plan of a core; node R is nobody.

    Settled leads have no arcs but those to nobody, which only `losses` needs.
    """

    def __init__(self, core: Core, plan: CorePlan) -> None:
        num_reps = len(core.capacity)
        self._core, self._size = core, num_reps + 1
        node = np.where(plan.owner < 0, num_reps, plan.owner)
        lead = np.repeat(np.arange(len(core.lead)), np.diff(core.rows.indptr))
        owned = np.flatnonzero(plan.owner >= 0)
        free = np.flatnonzero(np.bincount(plan.owner[owned], minlength=num_reps) < core.capacity)
        reps = np.arange(num_reps)
        self._tail = np.concatenate([node[lead], node[owned], free,
                                     np.full(num_reps, num_reps)])
        self._head = np.concatenate([core.rows.rep, np.full(len(owned) + len(free), num_reps),
                                     reps])
        self._cost = np.concatenate([plan.own[lead] - core.rows.surplus, plan.own[owned],
                                     np.zeros(len(free) + num_reps, np.int64)])

    def gains(self) -> _Ints:
        """Return (R,) what one slot more is worth: the smallest optimal prices of the core."""
        return -_distances(self._tail, self._head, self._cost, self._size)

    def losses(self) -> _Ints:
        """Return (R,) what one slot fewer costs, the largest optimal prices of the core.

        Of no meaning where there are no slots.
        """
        reps = np.flatnonzero(self._core.settled_least < UNREACHABLE)
        nobody = np.full(len(reps), self._size - 1)
        return _distances(np.concatenate([self._head, nobody]),
                          np.concatenate([self._tail, reps]),
                          np.concatenate([self._cost, self._core.settled_least[reps]]),
                          self._size)


def _distances(tail: _Ints, head: _Ints, cost: _Ints, size: int) -> _Ints:
    arcs = arcs_by_tail(tail, head, cost, size)
    found, optimal = distances(*arcs, size - 1)
    if not optimal:
        raise EngineError("the exchange graph has a negative cycle: the plan is not optimal")
    reached: _Ints = found[:size - 1]
    return reached
