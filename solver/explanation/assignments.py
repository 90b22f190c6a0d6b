"""Owned leads with their reasons: the owner, the runners-up, one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from solver.certify.exchange import NOBODY
from solver.collecting import collector_paused
from solver.explanation.pair_facts import Costs, best_reps, pair_facts
from solver.explanation.sentences import rep_labels, why_owner
from solver.explanation.standing import Standing, owner_sentence, standing_of, standings
from solver.matrix.pairs import Problem
from solver.models import Assignment, Lead, PairFacts, Policy

#: Runners-up shown for each owned lead.
NUM_RUNNERS_UP = 3
_Ints = NDArray[np.int64]


@collector_paused()
def assignments(problem: Problem, prices: _Ints, owner: _Ints,
                labels: Mapping[str, str] | None = None) -> tuple[Assignment, ...]:
    """Explain every owned lead.

    Parameters
    ----------
    problem, prices, owner
        The window, (R,) prices and (L,) owners, -1 for held.
    labels
        What the reps are called, where that is known already.
    """
    owned = np.flatnonzero(owner >= 0)
    source = problem.source
    others = [best_reps(source.piece(span), prices, owner[span], NUM_RUNNERS_UP)
              for span in source.spans()]
    nobody = np.empty((0, NUM_RUNNERS_UP), dtype=np.int64)
    reps = np.column_stack([owner[owned], np.concatenate([nobody, *others])[owned]])
    shown = reps != NOBODY
    counts = shown.sum(axis=1)
    facts = iter(pair_facts(problem.rows, np.repeat(owned, counts), reps[shown],
                            Costs.of_one_slot(problem, prices, reps[shown])))
    labels = rep_labels(problem.rows.window.reps) if labels is None else labels
    leads, found = problem.rows.leads.leads, standings(problem.rows)
    return tuple(_assignment(leads[i], tuple(islice(facts, count)), standing_of(found, i), labels,
                             problem.rows.policy)
                 for i, count in zip(owned.tolist(), counts.tolist(), strict=True))


def _assignment(lead: Lead, facts: tuple[PairFacts, ...], standing: Standing,
                labels: Mapping[str, str], policy: Policy) -> Assignment:
    own, *others = facts
    return Assignment(
        **vars(own), lead_id=lead.lead_id, **standing.columns(),
        runner_up_rep_id=others[0].rep_id if others else None,
        runner_up_net_value=others[0].net_value if others else None,
        why=(why_owner(lead.lead_id, own, others, labels)
             + owner_sentence(standing, own.rep_id, labels, policy)),
        runners_up=tuple(others), assumed=lead.assumed, attributes=lead.attributes)
