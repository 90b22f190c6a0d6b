"""All pairs of a core, and a core of all pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.matrix.source import PairSource, Piece
from solver.prices_first.questions import PartCore
from solver.prices_first.rows import joined, rows_of
from solver.prices_first.shards import side_by_side
from solver.prices_first.travelling import SentRows

_Flags = NDArray[np.bool_]


def core_rows(_: PairSource, core: PartCore) -> SentRows:
    """Return all pairs of a core, those of settled leads too."""
    return SentRows(core.rows)


def whole(source: PairSource, closed: _Flags) -> PartCore:
    """Take all pairs for the core, but those of reps without slots; no lead is settled."""
    def work(span: slice) -> Piece:
        rows = rows_of(source, span)
        inside = slice(int(rows.indptr[0]), int(rows.indptr[-1]))
        kept = np.flatnonzero(~closed[rows.rep[inside]])
        ends = np.searchsorted(kept, rows.indptr - inside.start)
        return Piece(ends.astype(np.int64), rows.rep[inside][kept], rows.surplus[inside][kept])

    parts = side_by_side(work, source.spans())
    return PartCore(joined(parts), np.zeros(source.num_leads, np.bool_), 0)
