"""Shapes of benchmarks/array_windows/ under the names by which tests call them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.array_windows.shapes import HARD, USUAL
from solver.matrix.pairs import Pairs

_SHAPES = {
    "random": USUAL, "all_pairs": HARD["eligible-100"], "nearly_equal": HARD["spread-0.01%"],
    "ties": replace(USUAL, distinct=3), "all_equal": HARD["ties-1"], "star": HARD["star-100"],
    "exact": HARD["full-19%"], "scarce": HARD["scarce-5%"],
    "plenty": replace(USUAL, slots_per_lead=2.0), "one_territory": HARD["crowd-90%"],
    "largest": HARD["range-1"]}
SHAPES = tuple(_SHAPES)


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
    window = _SHAPES[shape].draw(num_leads, num_reps, seed)
    return window.pairs(), window.capacity
