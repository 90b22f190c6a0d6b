"""One lead outside any window: as filters see it, what it is worth, what an owner spends on it."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from solver.filters import (
    About,
    LeadContext,
    LeadTable,
    RepTable,
    lead_mask,
    pair_mask,
    parse_filter,
)
from solver.matrix.territories import TerritoryFinder
from solver.matrix.triage import hours_between
from solver.matrix.worths import lead_worths
from solver.models import Account, Lead, Policy, Rep

#: More than any lead is worth: deal values end there.
_MOST_WORTH = 10**12
_ALL = "true"


def lone_table(lead: Lead, policy: Policy, at: datetime, account: Account | None = None
               ) -> LeadTable:
    """Return one lead as a table of one row.

    Parameters
    ----------
    lead
        The lead as prepared.
    policy
        What filters may name: territories, worth, freshness.
    at
        Aware instant at which ages are taken.
    account
        The lead's account; None: there is none.
    """
    return LeadTable([lead], LeadContext(
        at=at, accounts=lambda: {} if account is None else {account.account_id: account},
        territory=lambda: [TerritoryFinder(policy).find(lead)],
        worth=lambda: [_worth(lead, policy, at)]))


def whole_worth(lead: Lead, policy: Policy, at: datetime) -> int:
    """Return what a lead is worth, in whole units; 0 where what it is made of is blank.

    Parameters
    ----------
    lead
        The lead as prepared.
    policy
        Its ``worth`` and ``freshness``.
    at
        Aware instant at which its age is taken.

    Raises
    ------
    InvalidInputError
        If the worth is past what a float can hold.
    """
    return min(_MOST_WORTH, round(_worth(lead, policy, at) or 0.0))


def slots_taken(lead: Lead, rep: Rep, table: LeadTable, policy: Policy) -> int:
    """Return the slots that a lead takes of a rep, as a window would count them.

    Parameters
    ----------
    lead
        The lead.
    rep
        Its owner to be.
    table
        The lead's :func:`lone_table`. Filters that rank the leads of a window match it: it is the
        first of one.
    policy
        Its ``use``; the first rule that matches counts, else the lead's ``effort``, else one.
    """
    reps, zero = RepTable([rep]), np.zeros(1, dtype=np.int32)
    for rule in policy.use:
        if not lead_mask(parse_filter(rule.leads or _ALL), table)[0]:
            continue
        pairs = pair_mask(parse_filter(rule.reps or _ALL, About.REP), table, reps)
        if pairs.pairs(zero, zero)[0]:
            return rule.slots
    return lead.effort or 1


def _worth(lead: Lead, policy: Policy, at: datetime) -> float | None:
    """Return the worth of a lead, None where what it is made of is blank."""
    if lead.created_at is None or lead.deal_value is None or lead.score is None:
        return None
    return lead_worths([lead], [hours_between(lead.created_at, at)], policy)[0]
