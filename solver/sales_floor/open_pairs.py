"""The pairs that a window leaves open: all that no rule refuses, with value, use and gain."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.matrix.filtering import Filtered
from solver.matrix.money import check_sum_range
from solver.matrix.rows import Rows, ValueRows
from solver.models import Lead, UseRule
from solver.sales_floor.previous import NOBODY, Previous

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class OpenPairs:
    """Open pairs in compressed rows: lead i has the pairs ``indptr[i]:indptr[i + 1]``."""

    indptr: Ints
    """(L + 1,)"""
    lead: NDArray[np.int32]
    """(P,) position of the lead, ascending."""
    rep: NDArray[np.int32]
    """(P,) position of the rep, ascending within a lead."""
    value: Ints
    """(P,) minor units."""
    use: Ints
    """(P,) slots of the rep that the lead takes."""
    floor: Ints
    """(P,) what its slots, and the limits of longer periods that it counts for, are expected to
    bring later, minor units; below 0 where such a limit wants more."""
    gain: Ints
    """(P,) what the pair brings against the lead unowned: value - floor - reserve, and the price
    of the move that it saves with the former owner; of either sign."""
    num_eligible: int
    """Eligible pairs; more than P where leads are locked."""

    @property
    def num_leads(self) -> int:
        """Leads that the window routes."""
        return len(self.indptr) - 1

    def __len__(self) -> int:
        return len(self.rep)

    def of_lead(self, lead: int) -> range:
        """Return the positions of the pairs of a lead."""
        return range(int(self.indptr[lead]), int(self.indptr[lead + 1]))

    def by_rep(self, num_reps: int) -> PairsByRep:
        """Return the pairs of each rep."""
        order = np.argsort(self.rep, kind="stable")
        return PairsByRep(order, np.searchsorted(self.rep[order], np.arange(num_reps + 1)))

    def worthwhile(self, reserve: int) -> NDArray[np.bool_]:
        """Return (P,) pairs whose value less floor is above the reserve."""
        usable: NDArray[np.bool_] = self.value - self.floor > reserve
        return usable

    def less_floors(self, floor: Ints) -> OpenPairs:
        """Return the pairs with (P,) further floors."""
        return replace(self, floor=self.floor + floor, gain=self.gain - floor)

    def find(self, lead: Ints, rep: Ints) -> Ints:
        """Return the positions of pairs that are open.

        Raises
        ------
        ValueError
            If one of them is not.
        """
        found = self.seek(lead, rep)
        if (found < 0).any():
            at = int(np.flatnonzero(found < 0)[0])
            raise ValueError(f"lead {int(lead[at])} is not open to rep {int(rep[at])} (positions "
                             "in the window); ask only for pairs that are")
        return found

    def seek(self, lead: Ints, rep: Ints) -> Ints:
        """Return the positions of pairs, -1 where one is not open."""
        if not len(lead):
            return np.empty(0, dtype=np.int64)
        # Keys of the rows asked about alone: those of all pairs, for each lead, would be quadratic.
        first, last = int(self.indptr[lead.min()]), int(self.indptr[lead.max() + 1])
        reps = self.rep[first:last]
        num_reps = int(max(reps.max(initial=0), rep.max(initial=0))) + 1
        keys = self.lead[first:last].astype(np.int64) * num_reps + reps
        wanted = lead.astype(np.int64) * num_reps + rep
        found = np.searchsorted(keys, wanted)
        return np.where(np.append(keys, -1)[found] == wanted, first + found, -1)


@dataclass(frozen=True, slots=True)
class PairsByRep:
    """Positions of pairs by rep."""

    order: Ints
    """(P,) ascending within a rep."""
    indptr: Ints
    """(R + 1,) rep r has the positions ``order[indptr[r]:indptr[r + 1]]``."""

    def of(self, reps: Ints) -> Ints:
        """Return the positions of the pairs of some reps, ascending."""
        parts = [self.order[self.indptr[rep]:self.indptr[rep + 1]] for rep in reps.tolist()]
        if len(parts) == 1:
            return parts[0]
        return np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *parts]))


def open_pairs(rows: ValueRows, filtered: Filtered, floors: Ints, reserve: int,
               previous: Previous, only: Ints) -> OpenPairs:
    """Collect the eligible pairs of a window, block by block.

    Parameters
    ----------
    rows, filtered
        The window.
    floors, reserve
        (R,) minor units, and what every lead is worth left to nurture.
    previous
        Former owners.
    only
        (L,) the one rep whom a lead may go to, ``NOBODY`` where all are open.

    Raises
    ------
    InvalidInputError
        If sums over all leads could pass 2**62 minor units.
    """
    parts = [_eligible(rows.rows(block)) for block in rows.blocks()]
    lead, rep, value = (np.concatenate([np.empty(0, dtype), *(part[at] for part in parts)])
                        for at, dtype in enumerate((np.int32, np.int32, np.int64)))
    num_eligible = len(lead)
    stays = (only[lead] == NOBODY) | (rep == only[lead])
    lead, rep, value = lead[stays], rep[stays], value[stays]
    use = slots_of_pairs(rows.leads.leads, rows.policy.use, filtered, lead, rep)
    # in floats: whole numbers might have gone round already
    check_sum_range(int((use * floors[rep].astype(np.float64)).max(initial=0.0)),
                    2 * rows.num_leads, "the floors of the slots of a lead")
    floor = use * floors[rep]
    if len(value):
        check_sum_range(int((value + floor).max()) + reserve + previous.price,
                        2 * rows.num_leads, "a value with the floors of its slots")
    gain = value - floor - reserve
    had = previous.rep[lead]
    gain += np.where((had != NOBODY) & (had == rep), previous.price, 0)
    counts = np.bincount(lead, minlength=rows.num_leads)
    pairs = OpenPairs(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), lead, rep, value,
                      use, floor, gain, num_eligible)
    for array in (pairs.indptr, lead, rep, value, use, floor, gain):
        array.setflags(write=False)
    return pairs


def _eligible(rows: Rows) -> tuple[NDArray[np.int32], NDArray[np.int32], Ints]:
    found = np.flatnonzero(rows.refused == 0)
    lead, rep = np.divmod(found, rows.refused.shape[1])
    return ((lead + rows.start).astype(np.int32), rep.astype(np.int32), rows.value.ravel()[found])


def slots_of_pairs(leads: tuple[Lead, ...], rules: tuple[UseRule, ...], filtered: Filtered,
                   lead: NDArray[np.int32], rep: NDArray[np.int32]) -> Ints:
    """Return (P,) slots: the first rule that matches, else the lead's effort, else one."""
    use = np.array([one.effort or 1 for one in leads], dtype=np.int64)[lead]
    open_still = np.ones(len(lead), dtype=np.bool_)
    for rule in rules:
        matches = np.flatnonzero(open_still & filtered.leads(rule.leads)[lead])
        matches = matches[filtered.pairs(rule.reps).pairs(lead[matches], rep[matches])]
        use[matches], open_still[matches] = rule.slots, False
    return use
