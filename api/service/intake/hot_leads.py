"""Hot leads: which of those that came, and the way to an owner at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from api.service.context import Actor, Context
from api.service.intake.kit import Kit
from api.service.intake.results import Owned
from api.store.database import Writing
from solver.hand_off import is_hot
from solver.models import Account, Lead
from solver.prepare.scoring.points import Score


def is_hot_now(lead: Lead, kit: Kit, at: datetime, accounts: Mapping[str, Account],
               score: Score | None = None) -> bool:
    """Tell whether the policy routes a lead at once."""
    if kit.policy.hand_off.hot is None and score is None:
        return False
    account = None if lead.account_id is None else accounts.get(lead.account_id)
    return is_hot(lead, kit.policy, at=at, account=account, score=score)


def route_at_once(context: Context, tx: Writing, lead_ids: Sequence[str], now: datetime,
                  actor: Actor) -> dict[str, Owned]:
    """Route stored hot leads one after another; return the owners of those that found one."""
    return {}
