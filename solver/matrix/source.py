"""Where usable pairs come from: stored, or worked out anew for the leads that are asked for.

Whoever prices, bounds or explains a window asks for pieces of it and never for all pairs at once;
so the same code serves windows that fit into memory and windows that never could.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

_Ints = NDArray[np.int64]


#: Usable pairs in a span: a megabyte of surplus or so, which a core's cache holds.
_SPAN_PAIRS = 1 << 17


class Piece(NamedTuple):
    """Usable pairs of n leads in compressed rows: the n-th has ``indptr[n]:indptr[n + 1]``."""

    indptr: _Ints
    """(n + 1,) places in `rep` and `surplus`; the first need not be 0, nor the last their end."""
    rep: NDArray[np.int32]
    """Position of the rep; as a source gives them, ascending within a lead."""
    surplus: _Ints
    """``value - floor - reserve`` in minor units, above 0."""


def piece_of(indptr: _Ints, rep: NDArray[np.int32], surplus: _Ints, leads: slice | _Ints) -> Piece:
    """Return some leads' rows of stored ones; of a slice, without copying them."""
    if isinstance(leads, slice):
        return Piece(indptr[leads.start:leads.stop + 1], rep, surplus)
    counts = indptr[leads + 1] - indptr[leads]
    ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    at = np.arange(ends[-1]) + np.repeat(indptr[leads] - ends[:-1], counts)
    return Piece(ends, rep[at], surplus[at])


class PairSource(Protocol):
    """The usable pairs of a window, by lead.

    Every call may come from another thread; what it returns is not written to later.
    """

    @property
    def num_leads(self) -> int:
        """Leads, L."""
        ...

    @property
    def num_reps(self) -> int:
        """Reps, R."""
        ...

    def spans(self) -> Sequence[slice]:
        """Return slices of leads that together cover the window, of a size to be worked on."""
        ...

    def piece(self, leads: slice | _Ints) -> Piece:
        """Return the usable pairs of leads: a slice, or positions in any order, repeats allowed."""
        ...


class UsablePairs(PairSource, Protocol):
    """A source that knows how many pairs it has."""

    @property
    def num_eligible(self) -> int:
        """Eligible pairs, usable or not."""
        ...

    @property
    def usable(self) -> NDArray[np.integer]:
        """(L,) usable pairs by lead."""
        ...

    def __len__(self) -> int:
        """Return the number of usable pairs."""
        ...


def even_spans(indptr: _Ints) -> Sequence[slice]:
    """Return slices of leads of about equally many pairs, by (L + 1,) pairs before each lead."""
    num_leads, num_pairs = len(indptr) - 1, int(indptr[-1])
    wanted = np.arange(_SPAN_PAIRS, num_pairs + _SPAN_PAIRS, _SPAN_PAIRS)
    ends = np.unique(np.append(np.searchsorted(indptr, wanted), num_leads))
    ends = np.minimum(ends, num_leads)
    return [slice(first, last) for first, last
            in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True) if first < last]
