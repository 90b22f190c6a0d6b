"""Hot leads: which of those that came, and the way to an owner at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.service.context import Actor, Context
from api.service.happenings import tell
from api.service.hot import HotResult, route_hot
from api.service.intake.kit import Kit
from api.service.intake.results import Owned
from api.service.intake.standing import Standing, standing_now
from api.store.control import read_control
from api.store.database import Writing
from api.store.leads import get_lead, lock_lead
from solver.hand_off import is_hot
from solver.models import Account, Lead, Queue
from solver.prepare.scoring.points import Score


def is_hot_now(lead: Lead, kit: Kit, at: datetime, accounts: Mapping[str, Account],
               score: Score | None = None) -> bool:
    """Tell whether the policy routes a lead at once."""
    if kit.policy.hand_off.hot is None and score is None:
        return False
    account = None if lead.account_id is None else accounts.get(lead.account_id)
    return is_hot(lead, kit.policy, at=at, account=account, score=score)


@dataclass(frozen=True, slots=True)
class AtOnce:
    """What became of a hot lead that was routed at once."""

    owner: Owned | None
    standing: Standing
    """Where it stands now."""


def route_at_once(context: Context, tx: Writing, lead_ids: Sequence[str], now: datetime,
                  actor: Actor) -> dict[str, AtOnce]:
    """Route stored hot leads that wait for a window, one after another, by lead_id."""
    found = {}
    for lead_id in sorted(lead_ids):
        row = lock_lead(tx, lead_id)
        if row is None or row.record is None or row.queue != Queue.NEXT_WINDOW:
            continue
        result = route_hot(tx, context, row, Lead.model_validate_json(row.record),
                           read_control(tx), now, actor.actor_id)
        tell(tx, result.happenings)
        after = get_lead(tx, lead_id)
        assert after is not None
        found[lead_id] = AtOnce(_owned(result, actor), standing_now(after))
    return found


def _owned(result: HotResult, actor: Actor) -> Owned | None:
    if result.rep_id is None:
        return None
    shown = result.assignment if actor.is_manager else None
    return Owned(rep_id=result.rep_id, explanation=result.sentences(actor),
                 assignment=None if shown is None else json.loads(shown))
