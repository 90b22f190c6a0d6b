"""Leads that are routed the moment they come."""

from __future__ import annotations

from datetime import datetime

from solver.filters import lead_mask, parse_filter
from solver.hand_off.lone_lead import lone_table
from solver.models import Account, Lead, Policy
from solver.prepare.scoring.points import Score


def is_hot(lead: Lead, policy: Policy, *, at: datetime, account: Account | None = None,
           score: Score | None = None) -> bool:
    """Tell whether a lead is routed at once.

    It is where its points reach ``scoring.alert`` or ``hand_off.hot`` matches it; a disqualified
    lead never is.

    Parameters
    ----------
    lead
        The lead as prepared.
    policy
        Its ``hand_off.hot``, and what that filter may name: territories, worth, freshness.
    at
        Aware instant at which ages are taken.
    account
        The lead's account, for filters that look at it; None: there is none.
    score
        The lead's points; None: the policy scores nothing.

    Raises
    ------
    InvalidInputError
        If the filter asks for a worth that is past what a float can hold.
    """
    if score is not None and score.disqualified is not None:
        return False
    if score is not None and score.hot:
        return True
    if policy.hand_off.hot is None:
        return False
    table = lone_table(lead, policy, at, account)
    return bool(lead_mask(parse_filter(policy.hand_off.hot), table)[0])
