"""The rules of today's routers: lead by lead, in the order of created_at then lead_id.

Each takes only usable pairs and reps with a free slot, and breaks ties by rep_id.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from solver.certify.exchange import NOBODY
from solver.matrix.pairs import Problem

_Ints = NDArray[np.int64]
#: Picks one of the open pairs of a lead (positions, at least one) or keeps state between leads.
Pick = Callable[[Problem, _Ints], int]


def first_match(problem: Problem) -> _Ints:
    """Give each lead to the first rep, by rep_id, who may have it."""
    return _one_by_one(problem, lambda _, open_pairs: int(open_pairs[0]))


def greedy(problem: Problem) -> _Ints:
    """Give each lead to the rep with whom it is worth the most."""
    return _one_by_one(problem, lambda p, open_pairs: int(
        open_pairs[p.pairs.value[open_pairs].argmax()]))


def round_robin(problem: Problem) -> _Ints:
    """Give each lead to the first rep at or after the pointer, which moves past that rep."""
    pointer = 0

    def pick(problem: Problem, open_pairs: _Ints) -> int:
        nonlocal pointer
        reps = problem.pairs.rep[open_pairs]
        at_or_after = np.searchsorted(reps, pointer)
        chosen = int(open_pairs[at_or_after % len(open_pairs)])
        pointer = int(problem.pairs.rep[chosen]) + 1
        return chosen

    return _one_by_one(problem, pick)


def _one_by_one(problem: Problem, pick: Pick) -> _Ints:
    pairs, leads = problem.pairs, problem.rows.leads.leads
    free = problem.capacity.copy()
    owner = np.full(pairs.num_leads, NOBODY, dtype=np.int64)
    for lead in sorted(range(len(leads)), key=lambda i: (leads[i].created_at, leads[i].lead_id)):
        own = pairs.of(lead)
        open_pairs = np.flatnonzero(free[pairs.rep[own]] > 0) + own.start
        if len(open_pairs):
            rep = int(pairs.rep[pick(problem, open_pairs)])
            owner[lead] = rep
            free[rep] -= 1
    return owner
