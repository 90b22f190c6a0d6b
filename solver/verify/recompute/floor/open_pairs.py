"""The open pairs of a window with all its rules: eligible, and not closed by a lock."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from solver.models import Lead, Policy
from solver.verify.recompute.arrays import IntArray
from solver.verify.recompute.floor.previous import NOBODY, Previous
from solver.verify.recompute.rows import Rows
from solver.verify.recompute.worth import MAX_TOTAL, out_of_range


@dataclass(frozen=True)
class OpenPairs:
    """Open pairs, lead after lead; arrays of shape (pairs,), money in minor units."""

    starts: IntArray
    """Shape (leads + 1,), where each lead's pairs begin."""
    lead: IntArray
    """Position of the lead among the routed ones."""
    rep: IntArray
    """Position of the rep in the window."""
    value: IntArray
    use: IntArray
    """Slots of the rep that the lead takes."""
    floor: IntArray
    """What these slots, and the limits of longer periods that it counts for, are expected to bring
    later; below 0 where such a limit wants more."""
    gain: IntArray
    """Value less floor and reserve; with the former owner, the price of the move is saved."""
    worth: IntArray
    """Shape (leads,), worth in whole units of the currency, ties to even."""
    num_eligible: int
    """Eligible pairs, open or not."""

    def less(self, floor: IntArray) -> OpenPairs:
        """Return the pairs with further floors; shape (pairs,)."""
        return replace(self, floor=self.floor + floor, gain=self.gain - floor)

    def num_usable(self, reserve: int) -> int:
        """Return how many pairs have a value less floor above the reserve."""
        return int(np.count_nonzero(self.value - self.floor > reserve))

    def find(self, lead_idx: int, rep_idx: int) -> int | None:
        """Return the position of a pair, None where it is not open."""
        first, last = int(self.starts[lead_idx]), int(self.starts[lead_idx + 1])
        at = first + int(np.searchsorted(self.rep[first:last], rep_idx))
        return at if at < last and self.rep[at] == rep_idx else None

    def of_lead(self, lead_idx: int) -> slice:
        """Return where the pairs of a lead stand."""
        return slice(int(self.starts[lead_idx]), int(self.starts[lead_idx + 1]))


def open_pairs(rows: Rows, routed: tuple[Lead, ...], policy: Policy, floors: IntArray,
               reserve: int, previous: Previous) -> OpenPairs:
    """Collect the open pairs, a lead at a time.

    Raises
    ------
    InvalidInputError
        If a lead is worth so much that worths do not sum exactly.
    """
    uses = _Uses(rows, policy)
    reps: list[IntArray] = []
    values: list[IntArray] = []
    slots: list[IntArray] = []
    worths: list[float] = []
    num_eligible = 0
    for lead_idx, lead in enumerate(routed):
        row = rows.row(lead)
        if not np.rint(row.worth) <= MAX_TOTAL // len(routed):
            raise out_of_range(lead, row.worth)
        found = np.flatnonzero(row.eligible)
        num_eligible += len(found)
        if previous.locked[lead_idx]:
            found = found[found == previous.rep[lead_idx]]
        reps.append(found)
        values.append(row.value[found])
        slots.append(uses.of(lead)[found])
        worths.append(row.worth)
    counts = np.array([len(found) for found in reps], dtype=np.int64)
    none = np.zeros(0, dtype=np.int64)
    lead_of = np.repeat(np.arange(len(routed)), counts)
    rep, value, use = (np.concatenate([none, *parts]) for parts in (reps, values, slots))
    floor = use * floors[rep]
    former = previous.rep[lead_of]
    saved = np.where((former != NOBODY) & (former == rep), previous.price, 0)
    return OpenPairs(
        starts=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)]),
        lead=lead_of, rep=rep, value=value, use=use, floor=floor,
        gain=value - floor - reserve + saved,
        worth=np.rint(np.array(worths, dtype=float)).astype(np.int64),
        num_eligible=num_eligible)


class _Uses:
    """Slots by lead and rep: the first rule that matches, else the lead's effort, else one."""

    def __init__(self, rows: Rows, policy: Policy) -> None:
        self._rows, self._rules = rows, policy.use

    def of(self, lead: Lead) -> IntArray:
        """Return the slots that a lead takes of each rep; shape (reps,)."""
        use = np.full(len(self._rows.reps.ids), lead.effort or 1, dtype=np.int64)
        asked = self._rows.asked
        for rule in reversed(self._rules):
            if asked.lead(rule.leads, lead):
                use[asked.pairs(rule.reps, lead)] = rule.slots
        return use
