"""Scores at the instant of a window: what leads did fades."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic_core import from_json

from api.store.waiting import WaitingLead
from solver.models import Activity, Lead, Policy, ReasonCode
from solver.prepare.arriving import Arrivals


@lru_cache(maxsize=4)
def _arrivals(document: str) -> Arrivals:
    return Arrivals(Policy.model_validate_json(document))


def scores_at(document: str, leads: Iterable[WaitingLead], activities: Iterable[Activity],
              at: datetime) -> tuple[dict[str, float | None], dict[str, dict[str, Any]]]:
    """Return the scores of leads under a policy, and what keeps them out of routing.

    Parameters
    ----------
    document
        The policy's JSON.
    leads
        The leads.
    activities
        What they did; what a clock ahead of ours put later than `at` counts later.
    at
        The instant.

    Returns
    -------
    tuple
        lead_id to score where the policy scores; lead_id to hold. A hold of the scoring is that
        of now, whatever it was when the lead came.
    """
    leads = list(leads)
    holds: dict[str, dict[str, Any]] = {lead.lead_id: from_json(lead.hold) for lead in leads
                                        if lead.hold is not None}
    arrivals = _arrivals(document)
    done = arrivals.rescore([Lead.model_validate_json(lead.record) for lead in leads],
                            [one for one in activities if one.at <= at], at)
    for one in done:
        lead_id = one.lead.lead_id
        if _is_of_scoring(holds.get(lead_id)):
            del holds[lead_id]
        if one.hold is not None and lead_id not in holds:
            holds[lead_id] = one.hold.model_dump(mode="json")
    return {one.lead.lead_id: one.lead.score for one in done}, holds


def _is_of_scoring(hold: Mapping[str, Any] | None) -> bool:
    return hold is not None and hold["reason"]["code"] == ReasonCode.DISQUALIFIED
