"""Windows as factors, for sizes whose pairs could never be stored.

Shaped like the generator's: a lead lies in one of four territories, asks for some level of one
skill and needs a few; a rep sells in one territory, is good at some skills and away for a while.
About 19 % of the pairs are eligible. Only exact operations are used, as for the other shapes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.array_windows.window import ArrayWindow
from solver.matrix.factored import FactoredPairs
from solver.matrix.factors import (
    Bits,
    Factors,
    LeadColumns,
    RepColumns,
    Scalars,
    Tables,
    bits_of,
)

_Ints = NDArray[np.int64]
_NUM_TERRITORIES, _NUM_SKILLS, _NUM_NEEDS, _MOST_NEEDS = 4, 40, 300, 3
#: In 1/10,000.
_LEVEL, _LEAST_LEVEL = 10_000, 2_400
_SLOTS_PER_LEAD = 0.7
#: What leads are worth, in major units: 476 to 10,000, few of them much.
_WORTH, _WORTH_SHIFT = 500.0, 0.05


@dataclass(frozen=True, slots=True)
class FactoredWindow:
    """Pairs that are worked out from factors, with free slots."""

    factors: Factors
    capacity: _Ints
    """(R,) free slots."""

    def source(self) -> FactoredPairs:
        """Return the usable pairs; counting them takes a pass."""
        return FactoredPairs(self.factors)

    def stored(self) -> ArrayWindow:
        """Return the same window with all pairs stored, for small sizes."""
        source = self.source()
        piece = source.piece(slice(0, source.num_leads))
        return ArrayWindow(piece.indptr, piece.rep, piece.surplus, self.capacity)


def draw_factored(num_leads: int, num_reps: int, seed: int = 1) -> FactoredWindow:
    """Draw a window; the same arguments give the same factors."""
    draws = np.random.default_rng([seed, num_leads, num_reps])
    tables = _tables(draws, num_reps)
    nothing, no_codes = np.empty(0), np.empty(0, np.int32)
    # A rep at work now answers at once; one who is away brings less, the longer the less.
    response = np.where(draws.random(num_reps) < 0.6, 1.0, 0.3 + 0.7 * draws.random(num_reps))
    leads = LeadColumns(
        _WORTH / (_WORTH_SHIFT + draws.random(num_leads)), nothing,
        draws.integers(0, len(tables.kinds), num_leads, dtype=np.int32),
        draws.integers(0, _NUM_NEEDS, num_leads, dtype=np.int32),
        no_codes, np.empty(0, np.bool_), no_codes, np.empty(0, np.int64), no_codes)
    reps = RepColumns(0.8 + 0.4 * draws.random(num_reps), response, np.zeros(num_reps, np.int64),
                      nothing, nothing)
    slots = round(_SLOTS_PER_LEAD * num_leads)
    capacity = np.bincount(draws.integers(0, num_reps, slots), minlength=num_reps)
    return FactoredWindow(Factors(reps, leads, tables, Scalars(0.5, 0.5, 0.5, 1.0)),
                          capacity.astype(np.int64))


def _tables(draws: np.random.Generator, num_reps: int) -> Tables:
    """Draw what leads share: a kind is a territory and a skill that is asked for."""
    home = np.arange(num_reps) % _NUM_TERRITORIES == np.arange(_NUM_TERRITORIES)[:, None]
    levels = draws.integers(0, _LEVEL + 1, (_NUM_SKILLS, num_reps), dtype=np.int16)
    kinds = np.zeros((_NUM_TERRITORIES * _NUM_SKILLS, 5), dtype=np.int32)
    kinds[:, 0], kinds[:, 1] = np.divmod(np.arange(len(kinds)), _NUM_SKILLS)
    counts = draws.integers(1, _MOST_NEEDS + 1, _NUM_NEEDS)
    skills = [np.sort(draws.permutation(_NUM_SKILLS)[:count]) for count in counts.tolist()]
    return Tables(
        kinds, np.where(home, 0.5, 0.0), bits_of(home), bits_of(levels >= _LEAST_LEVEL),
        _everybody(num_reps), _everybody(num_reps), np.empty((0, num_reps)), _everybody(num_reps),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        np.concatenate(skills).astype(np.int32),
        (draws.integers(1, 11, int(counts.sum())) * 1_000).astype(np.float64), levels)


def _everybody(num_reps: int) -> Bits:
    return bits_of(np.ones((1, num_reps), dtype=np.bool_))
