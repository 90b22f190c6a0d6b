"""From a window in integers to prices first, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from solver.matrix.money import MAX_SUM
from solver.matrix.pairs import Problem
from solver.models import StoppedBy
from solver.optimise.canonical import LeadAges
from solver.prices_first.greedy import fill_free_slots
from solver.prices_first.loop import prices_first
from solver.prices_first.shards import LocalShards, Shards
from solver.prices_first.timing import Timer
from solver.prices_first.transportation import Optimum, Transportation


def solve_problem(problem: Problem, *, clock: Timer | None, rounds: int | None = None,
                  shards: Shards | None = None,
                  last_prices: Mapping[str, int] | None = None) -> Optimum:
    """Solve a window prices first.

    Parameters
    ----------
    problem
        The window.
    clock
        When none is left, the best plan so far is returned.
    rounds
        Flows on cores after which it is returned; None: as many as it takes.
    shards
        Where the leads' pairs are; None: here, as one part.
    last_prices
        rep_id to minor units, prices that may be near.

    Returns
    -------
    Optimum
        If a limit ended it, no held lead has a usable rep with a free slot.
    """
    rows = problem.rows
    load = np.array([rep.assigned_today for rep in rows.window.reps], dtype=np.int64)
    window = Transportation(shards or LocalShards(problem.source), problem.capacity, load,
                            LeadAges(rows.leads.leads))
    found = prices_first(
        window, clock=clock, rounds=rounds,
        start_prices=None if last_prices is None else _by_rep(rows.reps.rep_ids, last_prices))
    if found.stopped_by is StoppedBy.PROOF:
        return found
    owner, brought = fill_free_slots(problem.source, found.owner, problem.capacity)
    if found.objective + brought == found.bound:
        # A plan that is proven goes on to prices that are exact.
        return prices_first(window, start_prices=found.gain)
    return replace(found, owner=owner, objective=found.objective + brought)


def _by_rep(rep_ids: tuple[str, ...], prices: Mapping[str, int]) -> NDArray[np.int64]:
    """Return (R,) prices in range; 0 for reps who are not named."""
    return np.array([min(max(int(prices.get(rep_id, 0)), 0), MAX_SUM // 2)
                     for rep_id in rep_ids], dtype=np.int64)
