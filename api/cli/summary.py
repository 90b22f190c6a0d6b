"""The summary of a plan as plain data: what ``--format json`` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from api.cli.comparison import ComparisonRow
from solver.explanation.passed_over import PassedOver
from solver.models import Plan


def plan_summary(plan: Plan, comparison: Sequence[ComparisonRow], current: Plan | None,
                 passed: PassedOver) -> dict[str, Any]:
    """Return the summary with the certificate of plan.json; money in minor units.

    Parameters
    ----------
    plan
        The optimal plan.
    comparison
        One row per method; empty where no comparison was asked for.
    current
        The plan of the owners that the export names, whose violations are listed.
    passed
        What waits for better leads to come.
    """
    summary: dict[str, Any] = {
        "schema_version": plan.schema_version,
        "at": plan.model_dump(mode="json")["at"],
        "policy": {"version": plan.policy.version, "currency": plan.policy.currency,
                   "sha256": plan.inputs.policy_sha256},
        "outcome": plan.outcome.value,
        "stopped_by": plan.stopped_by.value,
        "engine": plan.engine.value,
        "certificate": plan.certificate.model_dump(),
        "counts": {"leads": plan.inputs.leads.count, "window_leads": plan.inputs.window_leads,
                   "owned": len(plan.assignments), "held": len(plan.held),
                   "kept": len(plan.kept), "reps": plan.inputs.reps.count},
        "held_by_reason": dict(sorted(Counter(
            reason.code.value for lead in plan.held for reason in lead.reasons).items())),
        "held_by_queue": dict(sorted(Counter(lead.queue.value for lead in plan.held).items())),
        "later": _later(plan, passed),
        "versions": plan.versions,
    }
    if plan.limits:
        summary["limits"] = [one.model_dump(mode="json") for one in plan.limits]
    if plan.moves:
        summary["moves"] = [one.model_dump(mode="json") for one in plan.moves]
    if comparison:
        summary["comparison"] = [asdict(row) for row in comparison]
    if current is not None:
        summary["current_violations"] = [v.model_dump() for v in current.violations]
    return summary


def _later(plan: Plan, passed: PassedOver) -> dict[str, Any]:
    """Return what the plan is worth now, what it keeps, and what it passes over for that."""
    made = plan.floors
    return {
        "value_now": plan.certificate.value, "value_kept": plan.certificate.value_kept,
        "passed_over": {
            "leads": passed.num_leads, "value": passed.value,
            "example": None if passed.example is None else {
                "lead_id": passed.example.lead_id,
                "detail": passed.example.reasons[0].detail}},
        "floors": None if made is None else made.model_dump(mode="json", exclude={"floors"}),
    }
