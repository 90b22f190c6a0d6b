"""A window with all its rules in integers: units, columns, limits, and what they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.matrix.rows import ValueRows
from solver.models import Floors
from solver.program.program import NONE, Program
from solver.sales_floor.limits import WindowLimit
from solver.sales_floor.open_pairs import Ints, OpenPairs
from solver.sales_floor.previous import Previous

_Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class SalesFloor:
    """One window; its program has the reps' capacities first, then ``limits``."""

    rows: ValueRows
    pairs: OpenPairs
    previous: Previous
    groups: tuple[str | None, ...]
    """(L,) name of each lead's group; None where it stands alone."""
    whole: bool
    """Whether groups are owned whole or held whole."""
    must_lead: _Bools
    """(L,) leads that have to be placed."""
    limits: tuple[WindowLimit, ...]
    floors: Ints
    """(R,) minor units."""
    given: Floors | None
    """What the floors rest on, where they come from a forecast."""
    reserve: int
    """Minor units."""
    program: Program
    unit_of_lead: Ints
    """(L,) leads of a whole group share a unit."""
    column_of_pair: Ints
    """(P,) column that the pair belongs to, ``NONE`` where it belongs to none."""

    @property
    def capacity(self) -> Ints:
        """(R,) free slots."""
        return self.rows.reps.free_slots

    @property
    def base(self) -> int:
        """Objective of a plan in which nobody owns anything and no limit costs: minor units."""
        return (self.reserve * self.pairs.num_leads
                - self.previous.price * self.previous.count)

    @cached_property
    def _by_unit(self) -> tuple[Ints, Ints]:
        """(L,) leads by unit, and (U + 1,) where each unit's begin."""
        order = np.argsort(self.unit_of_lead, kind="stable")
        return order, np.searchsorted(self.unit_of_lead[order],
                                      np.arange(self.program.num_units + 1))

    def leads_of_unit(self, unit: int) -> list[int]:
        """Return the positions of the leads of a unit."""
        order, starts = self._by_unit
        found: list[int] = order[starts[unit]:starts[unit + 1]].tolist()
        return found

    @cached_property
    def _by_pair(self) -> tuple[Ints, NDArray[np.int32], Ints]:
        """(P + 1,) where each pair's entries begin; limit and amount of each entry."""
        nothing = np.zeros(0, dtype=np.int64)
        # Positions in int32, as pairs have their leads and reps: there are several entries a pair.
        pair = np.concatenate([nothing.astype(np.int32), *(
            limit.pairs.astype(np.int32) for limit in self.limits)])
        order = np.argsort(pair, kind="stable")
        starts = np.concatenate([nothing, [0], np.cumsum(
            np.bincount(pair, minlength=len(self.pairs)))])
        del pair
        limit = np.repeat(np.arange(len(self.limits), dtype=np.int32),
                          [len(one.pairs) for one in self.limits])[order]
        amount = np.concatenate([nothing, *(limit.amount for limit in self.limits)])
        return starts, limit, amount[order]

    def counts_of(self, pairs: Ints) -> dict[int, int]:
        """Return what some pairs together count for limits, by their position."""
        starts, limit, amount = self._by_pair
        total: dict[int, int] = {}
        for pair in pairs.tolist():
            entries = slice(int(starts[pair]), int(starts[pair + 1]))
            for at, more in zip(limit[entries].tolist(), amount[entries].tolist(), strict=True):
                total[at] = total.get(at, 0) + more
        return total

    def owners(self, column: Ints) -> Ints:
        """Return (L,) rep positions, -1 for leads without an owner, of (U,) chosen columns."""
        chosen = column[self.unit_of_lead]
        if not self.program.num_columns:
            return np.full(len(chosen), NONE, dtype=np.int64)
        return np.where(chosen == NONE, NONE, self.program.rep[chosen]).astype(np.int64)

    def owned_pairs(self, owner: Ints) -> Ints:
        """Return the positions of the pairs that owners make, by lead."""
        owned = np.flatnonzero(owner >= 0)
        return self.pairs.find(owned, owner[owned])
