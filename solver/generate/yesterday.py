"""The plan before a made-up window: what a greedy router gave out a day earlier."""

from __future__ import annotations

from datetime import timedelta

from solver.baselines import baseline_plan
from solver.certify.exchange import slot_prices
from solver.matrix.pairs import build_problem
from solver.matrix.rows import ValueRows
from solver.models import Engine, Plan, PreviousOwner, StoppedBy, Window
from solver.optimise.canonical import canonical_owners
from solver.optimise.flow import optimal_owners
from solver.planning import Solution

_DAY = timedelta(days=1)


def plan_of_yesterday(window: Window) -> Plan:
    """Route the leads that were there a day before, greedily.

    Parameters
    ----------
    window
        A plain one: without rules beyond capacities.
    """
    then = window.at - _DAY
    problem = build_problem(ValueRows(window.model_copy(update={"at": then, "leads": tuple(
        lead for lead in window.leads if lead.created_at is not None
        and lead.created_at <= then)})))
    prices = slot_prices(problem, optimal_owners(problem))
    owner = canonical_owners(problem, prices.gain)
    return baseline_plan(Solution(problem, owner, prices, StoppedBy.PROOF), Engine.GREEDY)


def owners_of(plan: Plan) -> tuple[PreviousOwner, ...]:
    """Return who owned what in a plan, sorted by lead."""
    return tuple(sorted((PreviousOwner(lead_id=one.lead_id, rep_id=one.rep_id)
                         for one in plan.assignments), key=lambda one: one.lead_id))
