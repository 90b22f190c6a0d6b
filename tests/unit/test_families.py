"""Who owns a family of accounts, and that asking for it does not cost the whole family."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from types import FrameType

import pytest

from solver.matrix.families import Families
from solver.matrix.precedence import Precedence
from solver.models import Account, Lead, Policy

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


def _account(account_id: str, parent_id: str | None = None, owner_id: str | None = None) -> Account:
    return Account(account_id=account_id, parent_id=parent_id, owner_id=owner_id)


@pytest.mark.parametrize(("account_id", "owner"), [
    ("leaf", "near"),  # its parent's owner, not the topmost's
    ("mid", "far"),
    ("top", "own"),  # that of the smallest other account that has one: leaf, before mid
    ("side", "far"),
    ("alone", None),
    ("unknown", None),
])
def test_the_owner_of_a_family(account_id: str, owner: str | None) -> None:
    """The nearest ancestor's, else that of the smallest other account that has one."""
    families = Families([
        _account("top", owner_id="far"), _account("side", "top"), _account("mid", "top", "near"),
        _account("leaf", "mid", "own"), _account("alone", owner_id="own")])
    assert families.owner(account_id) == owner


def _calls(num: int) -> int:
    """Count the calls of Python functions in naming reps for a lead of each of so many sisters."""
    accounts = [_account("top"), *(_account(f"a{n:05}", "top") for n in range(num - 1)),
                _account("z", "top", "ana")]
    leads = [Lead(lead_id=str(n), created_at=_AT, deal_value=1, score=1, account_id=f"a{n:05}")
             for n in range(num - 1)]
    policy = Policy.model_validate({"precedence": {"family_owner": "hard"}})
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        found = Precedence(leads, accounts, policy, {"ana": 0})
    finally:
        sys.setprofile(None)
    assert all((reps == 0).all() for name, reps in found.named() if name == "family_owner")
    return count


def test_a_lead_of_a_large_family_costs_no_look_at_the_whole_family() -> None:
    """Twice the leads and accounts are about twice the calls, not four times."""
    assert _calls(400) < 3 * _calls(200)
