"""What is said of a lead whose account's owner is away."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from solver import explain, solve
from solver.models import Account, Lead, Policy, Rep, Window

AT = datetime(2026, 1, 5, 10, tzinfo=UTC)


def _said(owner_away: str) -> str:
    reps = (Rep(rep_id="ana", name="Ana", capacity=1, timezone="UTC",
                working_hours=("Mon-Fri 09:00-17:00",), time_off=("2026-01-05/2026-02-05",)),
            Rep(rep_id="ben", name="Ben", capacity=1, timezone="UTC",
                working_hours=("Mon-Fri 09:00-17:00",)))
    window = Window(
        at=AT, reps=reps, accounts=(Account(account_id="A", owner_id="ana"),),
        leads=(Lead(lead_id="L", created_at=AT, deal_value=100, score=50, account_id="A"),),
        policy=Policy.model_validate({"precedence": {"owner_away": owner_away}}))
    return " ".join(explain(solve(window), "L").sentences)


@pytest.mark.parametrize(("owner_away", "said"), [
    ("hold", "precedence.owner_away says hold"),
    ("nearest", "First for its account comes Ana, who is away past the longest wait"),
])
def test_the_policys_choice_is_said(owner_away: str, said: str) -> None:
    """Held for the owner, or passed on to the nearest: the plan says which happened."""
    assert said in _said(owner_away)
