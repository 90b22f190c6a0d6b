"""A window as arrays, and what a choice of owners in it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solver.matrix.pairs import Pairs
from solver.matrix.source import PairSource

_Ints = NDArray[np.int64]
#: Owner of a lead that nobody owns.
_NOBODY = -1


class WrongOwnersError(AssertionError):
    """Owners who are no plan: a pair that is not usable, or a rep above capacity."""


@dataclass(frozen=True, slots=True)
class ArrayWindow:
    """Usable pairs in compressed rows, with free slots: all that any peer is given."""

    indptr: _Ints
    """(L + 1,)"""
    rep: NDArray[np.int32]
    """(P,) ascending within a lead."""
    surplus: _Ints
    """(P,) cents, above 0."""
    capacity: _Ints
    """(R,) free slots, at most L + 1."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (self.indptr, self.rep, self.surplus, self.capacity):
            array.setflags(write=False)

    @property
    def num_leads(self) -> int:
        """Leads, L."""
        return len(self.indptr) - 1

    @property
    def num_reps(self) -> int:
        """Reps, R."""
        return len(self.capacity)

    @property
    def num_pairs(self) -> int:
        """Usable pairs, P."""
        return len(self.rep)

    @property
    def num_slots(self) -> int:
        """Free slots of all reps."""
        return int(self.capacity.sum())

    def leads(self) -> NDArray[np.int32]:
        """Return (P,) the lead of each pair."""
        return np.repeat(np.arange(self.num_leads, dtype=np.int32), np.diff(self.indptr))

    def pairs(self) -> Pairs:
        """Return the pairs as the solver holds them; values are the surplus, without a copy."""
        return Pairs(self.indptr, self.leads(), self.rep, self.surplus, self.surplus,
                     np.broadcast_to(np.int64(1), self.rep.shape), self.num_reps, self.num_pairs)

    def save(self, path: Path) -> None:
        """Write the arrays to a file, uncompressed, so that reading one costs no processor."""
        np.savez(path, indptr=self.indptr, rep=self.rep, surplus=self.surplus,
                 capacity=self.capacity)


def load_window(path: Path) -> ArrayWindow:
    """Read the arrays of a window from its file."""
    with np.load(path) as arrays:
        return ArrayWindow(*(arrays[name] for name in ("indptr", "rep", "surplus", "capacity")))


def surplus_of(source: PairSource, capacity: _Ints, owner: _Ints) -> int:
    """Return what a choice of owners is worth, in cents above an empty plan.

    Parameters
    ----------
    source
        The usable pairs.
    capacity
        (R,) free slots.
    owner
        (L,) positions of reps, -1 for held leads.

    Raises
    ------
    WrongOwnersError
        If a lead has a rep without a usable pair, or a rep more leads than slots.
    """
    owned = owner >= 0
    taken = np.bincount(owner[owned], minlength=len(capacity))
    if len(owner) != source.num_leads or len(taken) > len(capacity) or (taken > capacity).any():
        raise WrongOwnersError("a rep owns more leads than it has slots, or leads are missing")
    total = found = 0
    for span in source.spans():
        indptr, rep, surplus = source.piece(span)
        pairs = slice(int(indptr[0]), int(indptr[-1]))
        wanted = np.repeat(owner[span].astype(np.int32), np.diff(indptr))
        chosen = rep[pairs] == wanted
        found += int(np.count_nonzero(chosen))
        total += int(surplus[pairs][chosen].sum())
    if found != int(np.count_nonzero(owned)):
        raise WrongOwnersError("a lead has an owner with whom it has no usable pair")
    return total


def owners_of(num_leads: int, lead: NDArray[np.integer], rep: NDArray[np.integer]) -> _Ints:
    """Return (L,) owners from the positions of the pairs that a peer has chosen."""
    owner = np.full(num_leads, _NOBODY, dtype=np.int64)
    owner[lead] = rep
    return owner
