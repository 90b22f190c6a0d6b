"""What decided on a lead before any value did: precedence, relaxation over time, its group."""

from __future__ import annotations

from solver.models import Assignment, HeldLead, Plan
from solver.verify.check import Faults
from solver.verify.recompute.window import Recomputed


def check_standings(plan: Plan, recomputed: Recomputed, faults: Faults) -> None:
    """Compare decided_by, passed_over_rep_id, relaxed_from_minutes and group of every lead."""
    placed_leads: tuple[Assignment | HeldLead, ...] = (*plan.assignments, *plan.held)
    for placed in placed_leads:
        decided_by = passed_over = minutes = group = None
        if (lead := recomputed.routed.get(placed.lead_id)) is not None:
            decision, step = recomputed.rows.decision(lead), recomputed.rows.step(lead)
            decided_by, away = decision.decided_by, decision.passed_over
            passed_over = None if away is None else recomputed.reps.ids[away]
            minutes = None if step is None else step.after_minutes
            group = recomputed.group_of(placed.lead_id)
        place = f"lead {placed.lead_id!r}"
        for field, expected in (("decided_by", decided_by), ("passed_over_rep_id", passed_over),
                                ("relaxed_from_minutes", minutes), ("group", group)):
            faults.compare(f"{place}: {field}", plan=getattr(placed, field), recomputed=expected)
        if isinstance(placed, Assignment):
            told = (None if passed_over is None else recomputed.label(passed_over),
                    None if minutes is None else f"{minutes:,.10g}")
            for part in told:
                if part is not None and part.casefold() not in placed.why.casefold():
                    faults.add(f"{place}: why must name {part!r}")
