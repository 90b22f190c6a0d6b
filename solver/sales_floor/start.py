"""A choice for the MIP to begin with: the owners of a plan, with one pair forced into them."""

from __future__ import annotations

import numpy as np

from solver.program.program import NONE, Program
from solver.program.segments import limit_use
from solver.sales_floor.floor import SalesFloor
from solver.sales_floor.open_pairs import Ints


def choice_of(floor: SalesFloor, owner: Ints) -> Ints:
    """Return (U,) columns of (L,) owners; ``NONE`` where a pair is not open in this window."""
    column = np.full(floor.program.num_units, NONE, dtype=np.int64)
    owned = np.flatnonzero(owner >= 0)
    if not len(owned) or not len(floor.pairs):
        return column
    at = floor.pairs.seek(owned, owner[owned])
    is_open = at >= 0
    column[floor.unit_of_lead[owned[is_open]]] = floor.column_of_pair[at[is_open]]
    return column


def forced_start(floor: SalesFloor, owner: Ints, lead_at: int, rep_at: int) -> Ints:
    """Return (U,) columns of owners with a lead given to a rep.

    Its group goes with it. Of each limit that is passed then, units are left out that bring least,
    but never one that must be placed; lower ends may be broken.

    Parameters
    ----------
    floor
        The window in which the lead must go to the rep.
    owner
        (L,) owners of its plan.
    lead_at, rep_at
        The pair, by position.
    """
    owner = owner.copy()
    group = floor.groups[lead_at]
    for member, name in enumerate(floor.groups):
        if group is not None and name == group and (floor.whole or owner[member] >= 0):
            owner[member] = rep_at
    owner[lead_at] = rep_at
    column = choice_of(floor, owner)
    _leave_out(floor.program, column)
    return column


def _leave_out(program: Program, column: Ints) -> None:
    """Leave out units of least gain until no upper end is passed, where that can be."""
    limits = program.limits
    for limit in np.flatnonzero(limit_use(program, column) > limits.upper).tolist():
        of = slice(limits.indptr[limit], limits.indptr[limit + 1])
        unit = np.searchsorted(program.indptr, limits.column[of], side="right") - 1
        taken = np.flatnonzero(column[unit] == limits.column[of])
        over = int(limits.use[of][taken].sum() - limits.upper[limit])
        for at in taken[np.argsort(program.gain[limits.column[of][taken]], kind="stable")].tolist():
            if over > 0 and limits.use[of][at] > 0 and not program.must[unit[at]]:
                column[unit[at]] = NONE
                over -= int(limits.use[of][at])
