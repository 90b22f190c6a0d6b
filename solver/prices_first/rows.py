"""Rows of pairs that are stored, as a source of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.matrix.pairs import Pairs
from solver.matrix.source import PairSource, Piece, piece_of

_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class StoredRows:
    """Few leads with their pairs."""

    rows: Piece
    num_reps: int

    @property
    def num_leads(self) -> int:
        """Leads, L."""
        return len(self.rows.indptr) - 1

    def spans(self) -> Sequence[slice]:
        """Return all leads as one slice."""
        return [slice(0, self.num_leads)]

    def piece(self, leads: slice | _Ints) -> Piece:
        """Return the pairs of some leads."""
        return piece_of(*self.rows, leads)


def rows_of(source: PairSource, leads: slice | _Ints) -> Piece:
    """Return pairs of leads, read-only, as kernels are compiled for them."""
    return kernel_rows(source.piece(leads))


def stored_rows(source: PairSource) -> Piece | None:
    """Return the rows of a source that has them all; None of one that works them out."""
    if isinstance(source, StoredRows | Pairs):
        return rows_of(source, slice(0, source.num_leads))
    return None


def kernel_rows(rows: Piece) -> Piece:
    """Return views that nobody can write to: kernels know no other kind."""
    views = Piece(rows.indptr.view(), rows.rep.view(), rows.surplus.view())
    for view in views:
        view.setflags(write=False)
    return views


def joined(parts: Sequence[Piece]) -> Piece:
    """Put rows of leads that follow each other into one."""
    sizes = np.cumsum([0, *(int(part.indptr[-1] - part.indptr[0]) for part in parts)])
    ends = [part.indptr[1:] - part.indptr[0] + size
            for part, size in zip(parts, sizes, strict=False)]
    slices = [slice(int(part.indptr[0]), int(part.indptr[-1])) for part in parts]
    return Piece(
        np.concatenate([np.zeros(1, np.int64), *ends]),
        np.concatenate([np.empty(0, np.int32),
                        *(part.rep[at] for part, at in zip(parts, slices, strict=True))]),
        np.concatenate([np.empty(0, np.int64),
                        *(part.surplus[at] for part, at in zip(parts, slices, strict=True))]))
