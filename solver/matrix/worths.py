"""What leads are worth, whoever wins them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from solver.matrix.money import value_range_error
from solver.models import Lead, Policy


def lead_worths(leads: Iterable[Lead], age_hours: Iterable[float], policy: Policy) -> list[float]:
    """Return deal_value**b * (score/100)**a * freshness of each lead, in major units.

    Powers are taken lead by lead with the C library's ``pow``: vectorised powers may differ in
    the last bit from machine to machine, and plans must repeat.

    Parameters
    ----------
    leads
        Leads with a deal value and a score.
    age_hours
        Hours since each came in.
    policy
        Its ``worth`` and ``freshness``.

    Raises
    ------
    InvalidInputError
        If a power is past what a float can hold.
    """
    b, a = policy.worth.deal_value, policy.worth.score
    half_life = policy.freshness.half_life_hours
    worths: list[float] = []
    for lead, age in zip(leads, age_hours, strict=True):
        deal_value, score = lead.deal_value, lead.score
        assert deal_value is not None
        assert score is not None
        try:
            worth = deal_value ** b * (score / 100) ** a
        except OverflowError:
            raise value_range_error(math.inf, f"the worth of lead {lead.lead_id!r}") from None
        if half_life is not None:
            worth *= 0.5 ** (age / half_life)
        worths.append(worth)
    return worths
