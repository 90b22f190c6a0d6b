"""A flow that every choice of a program obeys: where it fails, the program fails.

Uses become 1 each (so many units at most, so many at least), groups come apart, and of the limits
stay those that are nested with the reps' capacities: within one rep, or of whole reps.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from solver.program.program import NONE, Program
from solver.program.structure import nested_limits


def nested_relaxation(program: Program) -> Program:
    """Return the relaxation, over the same units, columns and limits; costs stay as they are."""
    limits = program.limits
    entry = np.repeat(np.arange(limits.count), np.diff(limits.indptr))
    most, least = np.ones((2, limits.count), dtype=np.int64)
    np.maximum.at(most, entry, limits.use)
    some = np.diff(limits.indptr) > 0
    least[some] = np.minimum.reduceat(limits.use, limits.indptr[:-1][some])
    size = np.diff(limits.indptr)
    kept = nested_limits(program, _suits_reps(program))
    return replace(program, group=np.full_like(program.group, NONE), limits=replace(
        limits, use=np.ones_like(limits.use),
        lower=np.where(kept, -(-limits.lower // most), 0),
        upper=np.where(kept, np.minimum(limits.upper // least, size), size)))


def _suits_reps(program: Program) -> NDArray[np.bool_]:
    """Return (K,) whether each limit has columns of one rep only, or all columns of its reps."""
    limits, num_reps = program.limits, int(program.rep.max(initial=0)) + 1
    entry = np.repeat(np.arange(limits.count), np.diff(limits.indptr))
    key, count = np.unique(entry * num_reps + program.rep[limits.column], return_counts=True)
    limit, rep = np.divmod(key, num_reps)
    partly = np.bincount(program.rep, minlength=num_reps)[rep] > count
    one_rep = np.bincount(limit, minlength=limits.count) <= 1
    whole_reps: NDArray[np.bool_] = np.bincount(limit[partly], minlength=limits.count) == 0
    return one_rep | whole_reps
