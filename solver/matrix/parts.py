"""Some of a window's leads as a source of their own, to be worked on elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from solver.matrix.factors import Factors, LeadColumns
from solver.matrix.pairs import Pairs
from solver.matrix.source import PairSource

_Array = TypeVar("_Array", bound=NDArray[Any])


def even_parts(num_leads: int, num_parts: int) -> Sequence[slice]:
    """Return slices that together cover the leads, none more than one longer than another."""
    ends = [num_leads * part // num_parts for part in range(num_parts + 1)]
    return [slice(first, last) for first, last in pairwise(ends)]


def factors_of(factors: Factors, leads: slice) -> Factors:
    """Return the factors of some leads; tables and reps are shared with the whole."""
    columns = factors.leads
    start, excluded = columns.excluded_start, columns.excluded_rep
    if len(start):
        excluded = excluded[start[leads.start]:start[leads.stop]]
        start = start[leads.start:leads.stop + 1] - start[leads.start]
    return factors._replace(leads=LeadColumns(
        _some(columns.worth, leads), _some(columns.deal_value, leads), _some(columns.kind, leads),
        _some(columns.needs, leads), _some(columns.decided, leads), _some(columns.waived, leads),
        _some(columns.preferred, leads), start, excluded))


def stored_part(source: PairSource, leads: slice) -> Pairs:
    """Return the usable pairs of some leads, copied; their values are the surplus."""
    piece = source.piece(leads)
    first, last = int(piece.indptr[0]), int(piece.indptr[-1])
    counts = np.diff(piece.indptr)
    surplus = piece.surplus[first:last].copy()
    pairs = Pairs(
        piece.indptr - first, np.repeat(np.arange(len(counts), dtype=np.int32), counts),
        piece.rep[first:last].copy(), surplus, surplus,
        np.broadcast_to(np.int64(1), surplus.shape), source.num_reps, last - first)
    for array in (pairs.indptr, pairs.lead, pairs.rep, surplus):
        array.setflags(write=False)
    return pairs


def _some(column: _Array, leads: slice) -> _Array:
    """Return the entries of some leads; of a column that is empty for all of them, none."""
    return column[leads] if len(column) else column  # type: ignore[return-value]
