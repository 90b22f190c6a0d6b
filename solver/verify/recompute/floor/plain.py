"""Whether a window is plain: one lead, one slot, and no rule but each rep's capacity."""

from __future__ import annotations

from solver.models import FairnessMethod, GroupBy, Lead, Window


def is_plain(window: Window, routed: tuple[Lead, ...]) -> bool:
    """Say whether nothing ties leads together but the reps' capacities.

    Precedence, the organisation's rules and relaxation leave a window plain: they are of one pair.
    """
    policy = window.policy
    tied = (policy.groups.by is not GroupBy.NONE or policy.use or policy.limits
            or policy.must_place is not None or policy.fairness.method is not FairnessMethod.NONE
            or window.previous)
    return not tied and all((lead.effort or 1) == 1 for lead in routed)
