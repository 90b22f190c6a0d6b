"""What differs between the integers of two windows that have the same leads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.matrix.pairs import Problem
from solver.reoptimise.kernels import GONE, mark_changes, pair_arrays

_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Changes:
    """From an old problem to a new one."""

    position: _Ints
    """(old R,) position of each rep in the new problem, ``GONE`` where it is not there."""
    reps: _Flags
    """(new R,) reps whose pairs differ, new ones among them."""
    leads: _Ints
    """Leads whose pairs with other reps differ."""

    @property
    def to_empty(self) -> _Ints:
        """Positions in the old problem of reps who lose all slots before the pairs change."""
        stays = self.position != GONE
        emptied = ~stays
        emptied[stays] = self.reps[self.position[stays]]
        return np.flatnonzero(emptied)


def changes(old: Problem, new: Problem) -> Changes:
    """Compare two problems, pair by pair: what is not the same is a change, whatever caused it.

    Parameters
    ----------
    old, new
        The same leads; reps by rep_id. A rep whose record or floor differs is taken as a whole,
        and what differs at other reps lead by lead: a rule that looks at all reps, or an account
        that names an edited one.
    """
    index = new.rows.reps.index
    position = np.array([index.get(rep_id, GONE) for rep_id in old.rows.reps.rep_ids],
                        dtype=np.int64)
    edited = np.ones(len(index), dtype=np.bool_)
    for at, to in enumerate(position.tolist()):
        if to != GONE:
            one, other = old.rows.window.reps[at], new.rows.window.reps[to]
            edited[to] = (old.floors[at] != new.floors[to]
                          or (one is not other and one != other))
    column = np.zeros(len(index), dtype=np.bool_)
    lead = np.zeros(new.pairs.num_leads, dtype=np.bool_)
    mark_changes(pair_arrays(old.pairs), pair_arrays(new.pairs), position, edited, column, lead)
    return Changes(position, column, np.flatnonzero(lead))
