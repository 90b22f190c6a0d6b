"""The facts of chosen pairs: value, costs, net value and every factor of the value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solver.matrix.pairs import Pairs, Problem, net_surplus
from solver.models import Factors, PairFacts

_Ints = NDArray[np.int64]
_NOT_CHOSEN = np.iinfo(np.int64).min


def pair_facts(problem: Problem, prices: _Ints, lead: _Ints, rep: _Ints) -> list[PairFacts]:
    """Return the facts of pairs (lead[n], rep[n]); ``lead`` must be ascending."""
    reps, worth = problem.rows.reps, problem.rows.leads.worth
    facts: list[PairFacts] = []
    for block in problem.rows.blocks():
        first, last = np.searchsorted(lead, (block.start, block.stop))
        if first == last:
            continue
        rows = problem.rows.rows(block)
        at = lead[first:last] - block.start, rep[first:last]
        columns = (lead[first:last], at[1], rows.value[at], rows.match[at], rows.skill_fit[at],
                   rows.territory_fit[at])
        for i, j, value, match, skill, territory in zip(*(c.tolist() for c in columns),
                                                        strict=True):
            floor, price = int(problem.floors[j]), int(prices[j])
            facts.append(PairFacts(
                rep_id=reps.rep_ids[j], value=value, match=match, wait_minutes=reps.wait[j],
                floor=floor, price=price, net_value=value - floor - price,
                factors=Factors(worth=float(worth[i]), skill_fit=skill, territory_fit=territory,
                                performance=float(reps.performance[j]),
                                response=float(reps.response[j]))))
    return facts


def best_pairs(pairs: Pairs, prices: _Ints, but: _Ints, count: int) -> Sequence[_Ints]:
    """Return, for each rank, the pair of each lead with the next highest net value.

    Parameters
    ----------
    pairs, prices
        The usable pairs and the (R,) window prices.
    but
        (L,) rep positions that do not count (the owner), -1 for none.
    count
        How many ranks.

    Returns
    -------
    sequence of ndarray
        ``count`` arrays (L,) of positions in ``pairs``, -1 where there is none; ties go to the rep
        with the smaller id.
    """
    net = net_surplus(pairs, prices)
    net[pairs.rep == but[pairs.lead]] = _NOT_CHOSEN
    starts = pairs.indptr[:-1]
    some = np.flatnonzero(starts < pairs.indptr[1:])
    ranks = []
    for _ in range(count):
        chosen = np.full(pairs.num_leads, -1, dtype=np.int64)
        if len(some):
            best = np.full(pairs.num_leads, _NOT_CHOSEN)
            best[some] = np.maximum.reduceat(net, starts[some])
            winners = np.flatnonzero((net == best[pairs.lead]) & (net != _NOT_CHOSEN))
            # The last of equals stays, so they are written backwards.
            chosen[pairs.lead[winners[::-1]]] = winners[::-1]
            net[chosen[chosen >= 0]] = _NOT_CHOSEN
        ranks.append(chosen)
    return ranks
