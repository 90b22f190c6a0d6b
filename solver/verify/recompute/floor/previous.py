"""Who owned each lead in the previous plan, and what it costs to change that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.models import Lead, Window
from solver.verify.recompute.arrays import BoolArray, IntArray
from solver.verify.recompute.filters.asked import Asked
from solver.verify.recompute.reps import RepColumns

#: Position of no rep.
NOBODY = -1


@dataclass(frozen=True)
class Previous:
    """Former owners of the routed leads; arrays of shape (leads,)."""

    rep: IntArray
    """Position of the former owner, ``NOBODY`` where there was none or the rep file lacks it."""
    locked: BoolArray
    """Who stays with the former owner."""
    price: int
    """Of each move, minor units."""

    @property
    def num_owned(self) -> int:
        """Leads that had an owner."""
        return int(np.count_nonzero(self.rep != NOBODY))


def previous_owners(window: Window, routed: tuple[Lead, ...], reps: RepColumns, asked: Asked
                    ) -> Previous:
    """Look up the former owners of the routed leads."""
    stability = window.policy.stability
    named = {one.lead_id: one.rep_id for one in window.previous}
    rep = np.array([reps.idx.get(named.get(lead.lead_id, ""), NOBODY) for lead in routed],
                   dtype=np.int64)
    locked = np.zeros(len(routed), dtype=bool)
    if stability.lock is not None:
        locked = asked.leads(stability.lock) & (rep != NOBODY)
    return Previous(rep=rep, locked=locked, price=int(np.rint(stability.price * 100)))
