"""What leads are worth, whoever wins them."""

from __future__ import annotations

import math
from datetime import datetime

from solver.errors import InvalidInputError
from solver.models import Issue, IssueCode, Lead, Policy
from solver.verify.recompute.ages import age_hours

#: Leads times the largest value must stay below this, so that every sum is exact.
MAX_TOTAL = 2 ** 62


def worth_of(lead: Lead, policy: Policy, at: datetime) -> float:
    """Return deal_value**b * (score/100)**a * freshness in major units.

    Raises
    ------
    InvalidInputError
        If a power is past what a float can hold.
    """
    exponents, half_life = policy.worth, policy.freshness.half_life_hours
    deal_value, score = float(lead.deal_value or 0.0), float(lead.score or 0.0)
    try:
        worth: float = deal_value ** exponents.deal_value * (score / 100) ** exponents.score
    except OverflowError:
        raise out_of_range(lead, math.inf) from None
    if half_life is not None and lead.created_at is not None:
        worth = worth * 0.5 ** (age_hours(lead.created_at, at) / half_life)
    return worth


def out_of_range(lead: Lead, largest: float) -> InvalidInputError:
    """Return the error of a lead whose value is too large for exact sums."""
    return InvalidInputError([Issue(
        code=IssueCode.VALUE_RANGE, record_id=lead.lead_id, offending=f"{largest:.6g}",
        rule=f"leads times the largest value must stay below {MAX_TOTAL} minor units",
        remedy="Check the deal value, the exponents of worth and the performance of reps")])
