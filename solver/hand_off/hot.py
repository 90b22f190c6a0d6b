"""Leads that are routed the moment they come."""

from __future__ import annotations

from datetime import datetime

from solver.filters import LeadContext, LeadTable, lead_mask, parse_filter
from solver.matrix.territories import TerritoryFinder
from solver.matrix.triage import hours_between
from solver.matrix.worths import lead_worths
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
    table = LeadTable([lead], LeadContext(
        at=at, accounts=lambda: {} if account is None else {account.account_id: account},
        territory=lambda: [TerritoryFinder(policy).find(lead)],
        worth=lambda: _worth(lead, policy, at)))
    return bool(lead_mask(parse_filter(policy.hand_off.hot), table)[0])


def _worth(lead: Lead, policy: Policy, at: datetime) -> list[float | None]:
    """Return the worth of a lead, None where what it is made of is blank."""
    if lead.created_at is None or lead.deal_value is None or lead.score is None:
        return [None]
    return [*lead_worths([lead], [hours_between(lead.created_at, at)], policy)]
