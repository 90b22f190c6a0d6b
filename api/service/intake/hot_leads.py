"""Hot leads: which of those that came, and the way to an owner at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.service.context import Actor, Context
from api.service.happenings import tell
from api.service.hot import lock_all_reps, route_hot
from api.service.intake.kit import Kit
from api.service.intake.standing import Standing, standing_now
from api.store.control import hold_still, read_control
from api.store.database import Writing
from api.store.leads import get_lead, lock_leads
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


@dataclass(frozen=True, slots=True)
class Routed:
    """What became of a hot lead."""

    standing: Standing
    rep_id: str | None = None
    """Its owner; None: it waits."""
    sentences: tuple[str, ...] = ()
    """Why, the reason first."""


def route_at_once(tx: Writing, context: Context, lead_ids: Sequence[str], now: datetime,
                  actor: Actor) -> dict[str, Routed]:
    """Route stored hot leads, one after another in the order in which they came in.

    Parameters
    ----------
    tx
        The transaction in which they were stored.
    context
        The service.
    lead_ids
        Leads that wait for the next window.
    now
        When.
    actor
        Who posted them.
    """
    rows = sorted(lock_leads(tx, lead_ids).values(),
                  key=lambda row: (row.created_at or now, row.lead_id))
    hold_still(tx)
    held = read_control(tx)
    if len(rows) > 1 and not held.shadow:
        lock_all_reps(tx, held)
    found = {}
    for row in rows:
        done = route_hot(tx, context, row, Lead.model_validate_json(row.record or ""), held, now,
                         actor.actor_id)
        tell(tx, done.happenings)
        after = get_lead(tx, row.lead_id)
        assert after is not None
        found[row.lead_id] = Routed(standing_now(after), done.rep_id, done.sentences(actor))
    return found
