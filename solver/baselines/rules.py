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
#: Picks one of the open pairs of a lead (positions, at least one), given the (R,) slots left; may
#: keep state between leads.
Pick = Callable[[Problem, _Ints, _Ints], int]


def first_match(problem: Problem) -> _Ints:
    """Give each lead to the first rep, by rep_id, who may have it."""
    return _one_by_one(problem, lambda _, open_pairs, __: int(open_pairs[0]))


def greedy(problem: Problem) -> _Ints:
    """Give each lead to the rep with whom it is worth the most."""
    return _one_by_one(problem, lambda p, open_pairs, _: int(
        open_pairs[p.pairs.value[open_pairs].argmax()]))


def most_free_slots(problem: Problem) -> _Ints:
    """Give each lead to the rep with the most slots left."""
    return _one_by_one(problem, lambda p, open_pairs, free: int(
        open_pairs[free[p.pairs.rep[open_pairs]].argmax()]))


def weighted_round_robin(problem: Problem) -> _Ints:
    """Give each lead to the rep with the least ``(assigned + 1) / weight``.

    Assigned are the rep's leads of today, those of this window included.
    """
    reps, slots = problem.rows.window.reps, problem.rows.reps.free_slots
    before = np.array([rep.assigned_today for rep in reps], dtype=np.int64)
    weights = np.array([rep.weight for rep in reps], dtype=np.float64)

    def pick(problem: Problem, open_pairs: _Ints, free: _Ints) -> int:
        turns = (before + slots - free + 1) / weights
        return int(open_pairs[turns[problem.pairs.rep[open_pairs]].argmin()])

    return _one_by_one(problem, pick)


def round_robin(problem: Problem) -> _Ints:
    """Give each lead to the first rep at or after the pointer, which moves past that rep."""
    owner, _ = take_turns(problem, 0)
    return owner


def take_turns(problem: Problem, pointer: int) -> tuple[_Ints, int]:
    """Route by round robin from a pointer, a rep position; return the owners and where it ends."""
    def pick(problem: Problem, open_pairs: _Ints, _: _Ints) -> int:
        nonlocal pointer
        reps = problem.pairs.rep[open_pairs]
        at_or_after = np.searchsorted(reps, pointer)
        chosen = int(open_pairs[at_or_after % len(open_pairs)])
        pointer = int(problem.pairs.rep[chosen]) + 1
        return chosen

    return _one_by_one(problem, pick), pointer


def _one_by_one(problem: Problem, pick: Pick) -> _Ints:
    pairs, leads = problem.pairs, problem.rows.leads.leads
    free = problem.rows.reps.free_slots.copy()
    owner = np.full(pairs.num_leads, NOBODY, dtype=np.int64)
    for lead in sorted(range(len(leads)), key=lambda i: (leads[i].created_at, leads[i].lead_id)):
        own = pairs.of(lead)
        open_pairs = np.flatnonzero(free[pairs.rep[own]] > 0) + own.start
        if len(open_pairs):
            rep = int(pairs.rep[pick(problem, open_pairs, free)])
            owner[lead] = rep
            free[rep] -= 1
    return owner
