"""Floors as they are given: checked, and as an array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral

import numpy as np
from numpy.typing import NDArray

from solver.errors import UsageError
from solver.models import Floors, Rep
from solver.models.floors import MAX_FLOOR

#: Floors of a forecast, or rep_id to minor units; reps that are not named have floor 0.
AnyFloors = Floors | Mapping[str, int] | None


def check_floors(reps: Sequence[Rep], floors: AnyFloors) -> None:
    """Refuse floors that cannot be meant.

    Raises
    ------
    UsageError
        If a floor is not an integer from 0 to 2**62 or names a rep that is not in the window.
    """
    known = {rep.rep_id for rep in reps}
    for rep_id, floor in floors_by_rep(floors).items():
        if rep_id not in known:
            raise UsageError(f"floors name rep {rep_id!r}, who is not in the window; leave it out")
        whole = isinstance(floor, Integral) and not isinstance(floor, bool)
        if not whole or not 0 <= floor <= MAX_FLOOR:
            raise UsageError(f"the floor of rep {rep_id!r} is {floor!r}; a floor must be an "
                             "integer of minor units from 0 to 2**62")


def floor_array(rep_ids: Sequence[str], floors: AnyFloors) -> NDArray[np.int64]:
    """Return the floors of all reps in minor units, 0 where none is given."""
    given = floors_by_rep(floors)
    return np.array([given.get(rep_id, 0) for rep_id in rep_ids], dtype=np.int64)


def floors_by_rep(floors: AnyFloors) -> Mapping[str, int]:
    """Return rep_id to floor, minor units, of the reps that are named."""
    return floors.by_rep() if isinstance(floors, Floors) else floors or {}
