"""Whether a window is plain: one lead, one slot, and no rule but each rep's capacity."""

from __future__ import annotations

from collections.abc import Sequence

from solver.models import GroupBy, Lead, Policy, Window


def is_plain(window: Window, routed: Sequence[Lead]) -> bool:
    """Say whether a min-cost flow with one capacity per rep is all that a window needs.

    Rules that decide who may have a lead (precedence, the organisation's rules, relaxation) leave a
    window plain: they only close pairs or change what pairs bring.
    """
    return (not rules_beyond_capacity(window.policy) and not window.previous
            and all(lead.effort in (None, 1) for lead in routed))


def rules_beyond_capacity(policy: Policy) -> tuple[str, ...]:
    """Return the keys of a policy that look at more than one pair of a window."""
    used = {
        "groups": policy.groups.by is not GroupBy.NONE,
        "use": bool(policy.use),
        "limits": bool(policy.limits),
        "must_place": policy.must_place is not None,
        "fairness": policy.fairness.binds,
    }
    return tuple(key for key, is_used in used.items() if is_used)
