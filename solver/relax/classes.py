"""Units that no rule tells apart, as one class each, with the reps whom they could have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.relax.asked import Asked, Ints
from solver.relax.candidates import Candidates
from solver.relax.capacity import Room
from solver.relax.catalogue import Catalogue, Requirement
from solver.sales_floor.previous import NOBODY

#: More than any slot costs.
_MOST = 2**40


@dataclass(frozen=True, slots=True)
class Option:
    """One rep for the units of a class."""

    rep: int
    use: int
    """Slots that one unit takes."""
    needs: tuple[Requirement, ...]
    amounts: tuple[int, ...]
    """What one unit counts for each limit."""
    fair: int
    """What one unit counts for the rep's fair share."""


@dataclass(frozen=True, slots=True)
class UnitClass:
    """Units that need the same of every rep."""

    units: tuple[tuple[int, ...], ...]
    """Leads of each unit, by position."""
    options: tuple[Option, ...]

    @property
    def size(self) -> int:
        """Units."""
        return len(self.units)


def classes_of(asked: Asked, catalogue: Catalogue, room: Room, kept: NDArray[np.bool_]
               ) -> list[UnitClass]:
    """Put units that no rule tells apart together.

    Parameters
    ----------
    asked
        The units.
    catalogue
        What pairs need.
    room
        What leads count for fair shares.
    kept
        (R,) reps that can matter.
    """
    found = catalogue.candidates
    at_of = {int(lead): at for at, lead in enumerate(found.lead)}
    together: dict[bytes | int, list[int]] = {}
    signatures = _Signatures(catalogue, room)
    for number, (unit, only) in enumerate(zip(asked.units, asked.only.tolist(), strict=True)):
        alone = len(unit) == 1 and only == NOBODY
        key = signatures.of(at_of[unit[0]]) if alone else number
        together.setdefault(key, []).append(number)
    classes = []
    for numbers in together.values():
        units = tuple(asked.units[number] for number in numbers)
        members = [at_of[lead] for lead in units[0]]
        classes.append(UnitClass(units, tuple(_options(
            catalogue, signatures, members, int(asked.only[numbers[0]]), kept))))
    return classes


def _options(catalogue: Catalogue, signatures: _Signatures, members: list[int], only: int,
             kept: NDArray[np.bool_]) -> Iterator[Option]:
    found = catalogue.candidates
    possible = catalogue.possible(members[0]) & (kept if only == NOBODY else
                                                 np.arange(found.num_reps) == only)
    free = np.logical_and.reduce([catalogue.open_to(at) for at in members])
    use = found.use[members].sum(axis=0).tolist()
    amounts = signatures.amounts[members].sum(axis=0)
    possible &= ~_outdone(catalogue, signatures.room, free & possible & ~amounts.any(axis=0),
                          np.array(use))
    fair = None if signatures.fair is None else int(signatures.fair[members].sum())
    for rep in np.flatnonzero(possible).tolist():
        needs: list[Requirement] = []
        if not free[rep]:
            parts = [catalogue.needs(at, rep) for at in members]
            if any(part is None for part in parts):
                continue
            needs = list(dict.fromkeys(one for part in parts for one in part or ()))
        yield Option(rep, use[rep], tuple(needs), tuple(amounts[:, rep].tolist()),
                     use[rep] if fair is None else fair)


def _outdone(catalogue: Catalogue, room: Room, open_reps: NDArray[np.bool_], use: Ints
             ) -> NDArray[np.bool_]:
    """Return (R,) reps whom a unit need not be given: their slots alone cost as much as another's.

    A rep who may have the unit without any change, and whom no limit counts, could take it at the
    cost of its slots, whatever else is given; so a rep without a free slot whose slots cost as
    much can be left out, with every change that it needs.
    """
    nobody = np.zeros(len(use), dtype=np.bool_)
    if room.fair is not None or not open_reps.any():
        return nobody
    cost = use * np.array([_MOST if one is None else one for one in map(
        catalogue.slot_cost, range(len(use)))], dtype=np.int64)
    best = int(np.where(open_reps, cost, _MOST).argmin())
    if cost[best] >= _MOST:
        return nobody
    outdone: NDArray[np.bool_] = (room.free <= 0) & (cost >= cost[best])
    outdone[best] = False
    return outdone


class _Signatures:
    """What tells a lead in question apart, as bytes."""

    def __init__(self, catalogue: Catalogue, room: Room) -> None:
        found, factors = catalogue.candidates, catalogue.rows.leads
        self.amounts, self.room = amounts_of(found), room
        self.fair = None if room.fair_amount is None else room.fair_amount[found.lead]
        rows = [found.bits, found.use, found.worthwhile, found.below, found.above,
                self.amounts.reshape(len(found.lead), -1), *found.rules.values()]
        codes = np.stack([factors.required, factors.languages, factors.territory], axis=1)
        may = [self._membership(found.lead, leads) for leads in
               (*catalogue.offered.rule_leads.values(), catalogue.offered.layer_leads)]
        self._rows = [np.ascontiguousarray(row) for row in
                      (*rows, codes[found.lead], *may,
                       *([] if room.fair is None or self.fair is None else [self.fair[:, None]]))]

    @staticmethod
    def _membership(leads: Ints, some: frozenset[int]) -> NDArray[np.bool_]:
        return np.isin(leads, np.fromiter(some, dtype=np.int64, count=len(some)))

    def of(self, at: int) -> bytes:
        """Return the signature of one lead in question."""
        return b"".join(row[at].tobytes() for row in self._rows)


def amounts_of(found: Candidates) -> Ints:
    """Return (H, limits, R) what each pair counts for each limit."""
    amounts = np.zeros((len(found.limits), len(found.lead) * found.num_reps), dtype=np.int64)
    for row, limit in zip(amounts, found.limits, strict=True):
        row[limit.pairs] = limit.amount
    return np.ascontiguousarray(
        amounts.reshape(len(found.limits), len(found.lead), found.num_reps).transpose(1, 0, 2))
