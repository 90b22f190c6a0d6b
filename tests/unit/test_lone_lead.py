"""What one lead is worth, and takes of an owner, outside a window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from solver.hand_off import lone_table, slots_taken, whole_worth
from solver.models import Account, Lead, Policy, Rep

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
_LEAD = Lead(lead_id="L1", created_at=_AT - timedelta(hours=24), deal_value=1000.0, score=50.0,
             effort=2, account_id="A1")


def _slots(rep: Rep, account: Account | None = None, **use: object) -> int:
    policy = Policy.model_validate({"use": [use]})
    return slots_taken(_LEAD, rep, lone_table(_LEAD, policy, _AT, account), policy)


def test_worth_is_whole_and_falls_with_age() -> None:
    """1000 at 50 % is 500, and half of it after a half-life; without a value it is nothing."""
    assert whole_worth(_LEAD, Policy(), _AT) == 500
    aging = Policy.model_validate({"freshness": {"half_life_hours": 24}})
    assert whole_worth(_LEAD, aging, _AT) == 250
    assert whole_worth(_LEAD.model_copy(update={"score": None}), Policy(), _AT) == 0


def test_the_first_rule_of_use_that_matches_counts() -> None:
    """By lead, rep, account and age; where none matches the lead's effort does."""
    ana, ben = Rep(rep_id="ana", capacity=1, team="west"), Rep(rep_id="ben", capacity=1)
    assert _slots(ana, reps='rep.team = "west"', slots=5) == 5
    assert _slots(ben, reps='rep.team = "west"', slots=5) == 2
    assert _slots(ben, leads="age_hours > 30", slots=5) == 2
    assert _slots(ben, leads="worth >= 500", slots=5) == 5
    customer = Account(account_id="A1", customer=True)
    assert _slots(ben, customer, leads="account.customer = true", slots=4) == 4
    assert _slots(ben, leads="account.customer = true", slots=4) == 2
