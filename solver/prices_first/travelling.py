"""What the engine needs to see of pairs elsewhere, and how it is packed on its way.

In this process nothing is packed. On the way, numbers take as few bytes as the largest of them
needs, surplus that has few different values travels as their numbers, and tight pairs as lists of
reps or as one bit for each lead and rep, whichever is shorter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.matrix.source import Piece

_Ints = NDArray[np.int64]
_Shorts = NDArray[np.int32]
_Flags = NDArray[np.bool_]
#: An object as it travels: what makes it again, and of what.
_Packed = tuple[Callable[..., Any], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class SentRows:
    """Pairs of leads that follow each other."""

    rows: Piece

    def __reduce__(self) -> _Packed:
        """Pack the pairs."""
        return _sent_rows, _packed(self.rows)


@dataclass(frozen=True, slots=True)
class OpenLeads:
    """Leads of a part with a choice, and what the settled ones come to."""

    lead: _Ints
    """(n,) positions in the part, ascending."""
    rows: Piece
    settled_slots: _Ints
    """(R,)"""
    settled_least: _Ints
    """(R,) the least surplus of a settled lead, 2**62 where there is none."""
    settled_surplus: int

    def __reduce__(self) -> _Packed:
        """Pack the pairs."""
        return _open_leads, (
            _packed(self.rows), narrow(np.diff(self.lead, prepend=0)), narrow(self.settled_slots),
            *_few_values(self.settled_least), self.settled_surplus)


@dataclass(frozen=True, slots=True)
class Tight:
    """Pairs of zero reduced cost of the n leads of a part."""

    counts: _Shorts
    """(n,) pairs by lead."""
    reps: _Shorts
    """(A,) ascending within a lead."""
    indifferent: _Flags
    """(n,) leads whose best net value is 0."""

    @property
    def lead(self) -> _Ints:
        """(A,) positions in the part, ascending."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    @property
    def rep(self) -> _Ints:
        """(A,) ascending within a lead."""
        return self.reps.astype(np.int64)

    def __reduce__(self) -> _Packed:
        """Pack the pairs, at most one bit for each lead and rep."""
        wide = int(self.reps.max(initial=-1)) + 1
        counts, reps, flags = narrow(self.counts), narrow(self.reps), np.packbits(self.indifferent)
        if wide and len(self.counts) * -(-wide // 8) < counts.nbytes + reps.nbytes:
            return _tight_of_bits, (self._bits(wide), wide, flags)
        return _tight_of_lists, (counts, reps, flags)

    def _bits(self, wide: int) -> NDArray[np.uint8]:
        """Return (n, wide / 8) a bit for each lead and rep; no more than some leads at a time."""
        ends = np.concatenate([[0], np.cumsum(self.counts)])
        step = max(1, _CELLS // wide)
        parts = []
        for first in range(0, len(self.counts), step):
            some = self.counts[first:first + step]
            cells = np.zeros((len(some), wide), np.bool_)
            cells[np.repeat(np.arange(len(some)), some),
                  self.reps[ends[first]:ends[first + len(some)]]] = True
            parts.append(np.packbits(cells, axis=1))
        return np.concatenate(parts)


#: Bits that are unpacked at a time.
_CELLS = 1 << 22


def narrow(numbers: NDArray[Any]) -> NDArray[Any]:
    """Return numbers of 0 or more in as few bytes as the largest needs."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _few_values(numbers: _Ints) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return different values and their numbers, or no values where the numbers are shorter."""
    plain = narrow(numbers)
    values, codes = np.unique(numbers, return_inverse=True)
    short = narrow(codes)
    if values.nbytes + short.nbytes < plain.nbytes:
        return values, short
    return values[:0], plain


def _values(values: NDArray[Any], numbers: NDArray[Any]) -> _Ints:
    wide: _Ints = values[numbers] if len(values) else numbers.astype(np.int64)
    return wide


def _packed(rows: Piece) -> tuple[NDArray[Any], ...]:
    """Return counts by lead, reps, and surplus; the first row begins at 0."""
    return narrow(np.diff(rows.indptr)), narrow(rows.rep), *_few_values(rows.surplus)


def _unpacked(counts: NDArray[Any], rep: NDArray[Any], values: NDArray[Any],
              codes: NDArray[Any]) -> Piece:
    ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])
    return Piece(ends, rep.astype(np.int32), _values(values, codes))


def _sent_rows(*packed: NDArray[Any]) -> SentRows:
    return SentRows(_unpacked(*packed))


def _open_leads(packed: tuple[NDArray[Any], ...], steps: NDArray[Any], slots: NDArray[Any],
                least: NDArray[Any], least_codes: NDArray[Any], surplus: int) -> OpenLeads:
    return OpenLeads(np.cumsum(steps, dtype=np.int64), _unpacked(*packed), slots.astype(np.int64),
                     _values(least, least_codes), surplus)


def _tight_of_lists(counts: NDArray[Any], rep: NDArray[Any], flags: NDArray[np.uint8]) -> Tight:
    return Tight(counts.astype(np.int32), rep.astype(np.int32),
                 np.unpackbits(flags, count=len(counts)).astype(np.bool_))


def _tight_of_bits(bits: NDArray[np.uint8], wide: int, flags: NDArray[np.uint8]) -> Tight:
    step = max(1, _CELLS // wide)
    counts, reps = [], []
    for first in range(0, len(bits), step):
        cells = np.unpackbits(bits[first:first + step], axis=1, count=wide)
        counts.append(cells.sum(axis=1, dtype=np.int32))
        reps.append(np.nonzero(cells)[1].astype(np.int32))
    return Tight(np.concatenate(counts), np.concatenate(reps),
                 np.unpackbits(flags, count=len(bits)).astype(np.bool_))
