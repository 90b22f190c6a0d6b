"""Published generalised assignment problems as windows: agents are reps, jobs leads to be placed.

A job needs one skill of its own; a rep's level in it is the pair's gain in 1/10,000, and a lead is
worth 10,000, so that a value in whole units of the currency is the gain. The use of a pair is a
rule of the policy for each rep and amount, over an attribute of the lead.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from benchmarks.datasets.gap import GapInstance
from solver.models import Lead, Policy, Rep, UseRule, Window

_AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
_WORTH = 10_000


def gap_window(instance: GapInstance) -> Window:
    """Return an instance as a window; its plan's value is the gain in whole units.

    Raises
    ------
    ValueError
        If a gain is above 10,000, which no level says.
    """
    gain = instance.cost if instance.sense == "max" else instance.cost.max() - instance.cost
    if gain.max() > _WORTH:
        raise ValueError(f"{instance.name}: gains up to {gain.max()} pass {_WORTH}")
    agents, jobs = gain.shape
    leads = tuple(
        Lead(lead_id=f"j{job:04d}", created_at=_AT, deal_value=_WORTH, score=100,
             needs={f"s{job}": 1.0},
             attributes={f"use_{agent}": str(instance.use[agent, job]) for agent in range(agents)})
        for job in range(jobs))
    reps = tuple(
        Rep(rep_id=f"a{agent:04d}", capacity=int(instance.capacity[agent]),
            skills={f"s{job}": float(gain[agent, job]) / _WORTH for job in range(jobs)})
        for agent in range(agents))
    use = tuple(
        UseRule(leads=f'lead.use_{agent} = "{slots}"', reps=f'rep_id = "a{agent:04d}"',
                slots=int(slots))
        for agent in range(agents) for slots in np.unique(instance.use[agent]).tolist())
    policy = Policy.model_validate({
        "match": {"skill": 1.0, "territory": 0.0}, "use": use, "must_place": "true"})
    return Window(at=_AT, leads=leads, reps=reps, policy=policy)
