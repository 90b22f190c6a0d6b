"""What can be chosen: each lead, or whole group, with each rep whom all its leads may have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.verify.recompute.arrays import BoolArray, IntArray
from solver.verify.recompute.floor.floor import Floor

#: Group of leads that may be left out one by one.
NO_KIN = -1


@dataclass(frozen=True)
class Choices:
    """Units and their choices.

    A choice that brings nothing is left out unless its unit has to be placed or a limit wants more
    of it: no plan is better for it. So is one that alone takes more than one, and more than a rep
    has free or a hard upper end allows: no plan has it.
    """

    unit: IntArray
    """Shape (choices,), ascending."""
    rep: IntArray
    """Shape (choices,), ascending within a unit."""
    of_pair: IntArray
    """Shape (pairs,), choice that each open pair belongs to; -1 where it is left out."""
    must: BoolArray
    """Shape (units,), who has to be placed."""
    kin: IntArray
    """Shape (units,), number of the group whose owned members have one rep; ``NO_KIN``."""

    @property
    def kept(self) -> BoolArray:
        """Shape (pairs,), pairs that belong to a choice."""
        kept: BoolArray = self.of_pair >= 0
        return kept


def choices_of(floor: Floor, free_slots: IntArray) -> Choices:
    """Return the choices of a window whose (reps,) have so many free slots."""
    num_reps = len(free_slots)
    unit_of, kin = _units(floor)
    must = np.zeros(len(kin), dtype=bool)
    must[unit_of[floor.must]] = True
    pairs = floor.pairs
    key, which, count = np.unique(unit_of[pairs.lead] * num_reps + pairs.rep,
                                  return_inverse=True, return_counts=True)
    unit, rep = np.divmod(key, max(1, num_reps))
    gain = np.zeros(len(key), dtype=np.int64)
    np.add.at(gain, which, pairs.gain)
    asked = np.zeros(len(key), dtype=bool)
    asked[which[floor.wanted_pairs]] = True
    size = np.bincount(unit_of, minlength=len(kin))
    kept = (count == size[unit]) & ((gain > 0) | must[unit] | asked)
    kept &= ~_too_much(floor, which, rep, free_slots)
    number = np.where(kept, np.cumsum(kept) - 1, -1)
    return Choices(unit=unit[kept], rep=rep[kept], of_pair=number[which], must=must, kin=kin)


def _too_much(floor: Floor, which: IntArray, rep: IntArray, free_slots: IntArray) -> BoolArray:
    """Return, by choice, whether it alone passes a rep's slots or the end of a limit."""
    def passes(pairs: IntArray, amount: IntArray, most: IntArray) -> BoolArray:
        total = np.zeros(len(rep), dtype=np.int64)
        np.add.at(total, which[pairs], amount)
        passed: BoolArray = total > np.maximum(most, 1)
        return passed

    found = passes(np.arange(len(which)), floor.pairs.use, free_slots[rep])
    for limit in floor.limits:
        if limit.hard and limit.upper is not None:
            found |= passes(limit.pairs, limit.amount, np.full(len(rep), limit.upper))
    return found


def _units(floor: Floor) -> tuple[IntArray, IntArray]:
    """Return the unit of each lead, and the group of each unit whose members may be left out."""
    unit_of: list[int] = []
    kin: list[int] = []
    unit_of_group: dict[str, int] = {}
    number: dict[str, int] = {}
    for name in floor.groups:
        if name is not None and floor.whole and name in unit_of_group:
            unit_of.append(unit_of_group[name])
            continue
        if name is not None:
            unit_of_group[name] = len(kin)
        unit_of.append(len(kin))
        kin.append(NO_KIN if name is None or floor.whole
                   else number.setdefault(name, len(number)))
    return np.array(unit_of, dtype=np.int64), np.array(kin, dtype=np.int64)
