"""Yesterday's plan: who owned each lead, who may not move, what a move costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.matrix.filtering import Filtered
from solver.matrix.money import to_minor_units
from solver.matrix.rows import ValueRows

#: No rep.
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Previous:
    """Former owners of the routed leads."""

    rep: NDArray[np.int64]
    """(L,) position of the rep, ``NOBODY`` where the lead had no owner in the rep file."""
    locked: NDArray[np.bool_]
    """(L,) leads that stay with their former owner."""
    price: int
    """What each move costs, minor units."""

    @property
    def count(self) -> int:
        """Routed leads that had an owner."""
        return int((self.rep != NOBODY).sum())


def previous_owners(rows: ValueRows, filtered: Filtered) -> Previous:
    """Look up the former owners of the routed leads; owners who are in no rep file are none."""
    stability = rows.policy.stability
    had = {one.lead_id: rows.reps.index.get(one.rep_id, NOBODY) for one in rows.window.previous}
    rep = np.array([had.get(lead.lead_id, NOBODY) for lead in rows.leads.leads], dtype=np.int64)
    locked = (np.zeros(len(rep), dtype=np.bool_) if stability.lock is None
              else filtered.leads(stability.lock) & (rep != NOBODY))
    return Previous(rep, locked, int(to_minor_units(np.array([stability.price]))[0]))
