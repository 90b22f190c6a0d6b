"""Owned leads with their reasons: the owner, the runners-up, one sentence."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from solver.explanation.pair_facts import best_pairs, pair_facts
from solver.explanation.sentences import rep_labels, why_owner
from solver.matrix.pairs import Problem
from solver.models import Assignment, PairFacts

#: Runners-up shown for each owned lead.
NUM_RUNNERS_UP = 3
_Ints = NDArray[np.int64]


def assignments(problem: Problem, prices: _Ints, owner: _Ints) -> tuple[Assignment, ...]:
    """Explain every owned lead; ``owner`` is (L,) rep positions, -1 for held leads."""
    owned = np.flatnonzero(owner >= 0)
    facts = pair_facts(problem, prices, owned, owner[owned])
    others = _runners_up(problem, prices, owner)
    labels = rep_labels(problem.rows.window.reps)
    leads = problem.rows.leads.leads
    return tuple(
        _assignment(leads[i].lead_id, own, others[i], labels, leads[i].assumed,
                    leads[i].attributes)
        for i, own in zip(owned.tolist(), facts, strict=True))


def _runners_up(problem: Problem, prices: _Ints, owner: _Ints) -> dict[int, list[PairFacts]]:
    """Return up to three next best usable pairs of each owned lead, best first."""
    pairs = problem.pairs
    ranks = np.stack(best_pairs(pairs, prices, owner, NUM_RUNNERS_UP), axis=1)
    ranks[owner < 0] = -1
    chosen = ranks.ravel()
    chosen = chosen[chosen >= 0]
    facts = pair_facts(problem, prices, pairs.lead[chosen].astype(np.int64),
                       pairs.rep[chosen].astype(np.int64))
    by_lead: dict[int, list[PairFacts]] = defaultdict(list)
    for lead, fact in zip(pairs.lead[chosen].tolist(), facts, strict=True):
        by_lead[lead].append(fact)
    return by_lead


def _assignment(lead_id: str, own: PairFacts, others: list[PairFacts], labels: dict[str, str],
                assumed: tuple[str, ...], attributes: dict[str, str]) -> Assignment:
    return Assignment(
        **vars(own), lead_id=lead_id,
        runner_up_rep_id=others[0].rep_id if others else None,
        runner_up_net_value=others[0].net_value if others else None,
        why=why_owner(lead_id, own, others, labels),
        runners_up=tuple(others), assumed=assumed, attributes=attributes)
