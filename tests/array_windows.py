"""Windows as arrays of pairs, without leads and reps: shapes that are hard for one method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.matrix.pairs import Pairs

SHAPES = ("random", "all_pairs", "nearly_equal", "ties", "all_equal", "star", "exact", "scarce",
          "plenty", "one_territory", "largest")

_SLOTS_PER_LEAD = {"exact": 1.0, "scarce": 0.05, "plenty": 2.0}


def pairs_of(eligible: NDArray[np.bool_], surplus: NDArray[np.int64]) -> Pairs:
    """Return the pairs of an (L, R) matrix that are eligible and worth more than 0."""
    lead, rep = np.nonzero(eligible & (surplus > 0))
    worth = np.ascontiguousarray(surplus[lead, rep])
    counts = np.bincount(lead, minlength=len(eligible))
    return Pairs(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
                 lead.astype(np.int32), rep.astype(np.int32), worth, worth,
                 np.broadcast_to(np.int64(1), worth.shape), eligible.shape[1], len(worth))


def array_window(shape: str, num_leads: int, num_reps: int, seed: int = 0
                 ) -> tuple[Pairs, NDArray[np.int64]]:
    """Return the pairs and the (R,) capacities of one of ``SHAPES``."""
    rng = np.random.default_rng(seed)
    size = (num_leads, num_reps)
    eligible = rng.random(size, dtype=np.float32) < (1.0 if shape == "all_pairs" else 0.19)
    worth = rng.lognormal(0.0, 1.0, (num_leads, 1)) * 100_000
    surplus = np.rint(worth * rng.uniform(0.3, 1.0, size)).astype(np.int64)
    capacity = _split(max(1, int(num_leads * _SLOTS_PER_LEAD.get(shape, 0.8))), num_reps, rng)
    if shape == "nearly_equal":
        surplus = 1_000_000 + rng.integers(0, 100, size)
    elif shape == "ties":
        surplus = rng.integers(1, 4, size) * 10_000
    elif shape == "all_equal":
        surplus[:] = 10_000
    elif shape == "star":
        surplus[:, 0] *= 20
        eligible[:, 0] = True
    elif shape == "one_territory":
        territory = np.where(rng.random(num_leads) < 0.9, 0, rng.integers(1, 5, num_leads))
        eligible = territory[:, None] == rng.integers(0, 5, num_reps)[None, :]
    elif shape == "largest":
        largest = 2**62 // max(num_leads, 5 * (num_leads + num_reps + 1) + 10)
        surplus = np.rint(surplus / surplus.max() * largest * 0.99).astype(np.int64)
    return pairs_of(eligible, surplus), capacity


def _split(slots: int, num_reps: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Share out slots among reps, none more than one away from an even share."""
    capacity = np.full(num_reps, slots // num_reps)
    capacity[rng.permutation(num_reps)[:slots % num_reps]] += 1
    return capacity.astype(np.int64)
