"""All checks of the rules, in one call."""

from __future__ import annotations

from solver.matrix.rows import ValueRows
from solver.models import Issue, Window
from solver.rule_checks.contradictions import contradictions
from solver.rule_checks.cover import uncovered_hours
from solver.rule_checks.dead import dead_filters
from solver.rule_checks.looked_at import LookedAt
from solver.rule_checks.named import refused_names
from solver.rule_checks.segments import unserved_segments


def rule_findings(window: Window, policy_file: str | None = None) -> tuple[Issue, ...]:
    """Find what the rules of a window's policy say in vain, or make impossible.

    Parameters
    ----------
    window
        Leads, reps, accounts and policy.
    policy_file
        Name of the policy's file, for messages.

    Returns
    -------
    tuple of Issue
        Errors for what cannot hold whatever the reps: ``NEVER_MATCHES``, ``CONTRADICTION``.
        Warnings for what does not hold with these leads and reps: ``DEAD_RULE``,
        ``DEAD_CONDITION``, ``RULES_LEAVE_NOBODY``, ``NAMED_REP_REFUSED``, ``UNSERVED_SEGMENT``,
        ``UNCOVERED_HOURS``. Each with how many leads it concerns and one of them.

    Raises
    ------
    InvalidInputError
        If values are too large for exact sums.
    """
    looked_at = LookedAt(window, ValueRows(window), policy_file)
    dead = dead_filters(looked_at)
    if not looked_at.leads or not looked_at.active.any():
        return tuple(dead.issues)
    clashes = contradictions(looked_at, dead.rules)
    return (*dead.issues, *clashes.issues, *refused_names(looked_at),
            *unserved_segments(looked_at, clashes.leads), *uncovered_hours(looked_at))
