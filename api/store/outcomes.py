"""What was won and lost, and when."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from api.store.database import Reading
from api.store.many import in_chunks
from api.store.reports import By, Key, grouped, num, owned
from api.store.schema import events, leads, ownerships
from solver.hand_off import Step

_WON = ownerships.c.end_reason == Step.WON.value
_LOST = ownerships.c.end_reason == Step.LOST.value


@dataclass(frozen=True, slots=True)
class Ended:
    """Wins and losses of a group."""

    won: int = 0
    lost: int = 0
    revenue: float = 0.0


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One lead that was won or lost."""

    lead_id: str
    rep_id: str
    outcome: str
    at: datetime
    amount: float | None


def count_outcomes(tx: Reading, begin: datetime, end: datetime, by: By | None) -> dict[Key, Ended]:
    """Count wins and losses of ``[begin, end)``, whenever the leads came."""
    revenue = func.coalesce(func.sum(case((_WON, leads.c.won_amount))), 0.0)
    statement = owned(num(_WON).label("won"), num(_LOST).label("lost"),
                       revenue.label("revenue"))
    found = {}
    for row in tx.connection.execute(grouped(statement.where(_ended_in(begin, end)), by)):
        values = dict(row._mapping)
        key = values.pop("key")
        found[key] = Ended(**values)
    return found


def list_outcomes(tx: Reading, begin: datetime, end: datetime, rep_id: str | None, most: int
                  ) -> list[OutcomeRow]:
    """Return the first wins and losses of ``[begin, end)``, of one rep or of all."""
    statement = (
        owned(ownerships.c.lead_id, ownerships.c.rep_id, ownerships.c.end_reason,
               ownerships.c.ended_at, case((_WON, leads.c.won_amount)))
        .where(_ended_in(begin, end))
        .order_by(ownerships.c.ended_at, ownerships.c.id).limit(most))
    if rep_id is not None:
        statement = statement.where(ownerships.c.rep_id == rep_id)
    return [OutcomeRow(*row) for row in tx.connection.execute(statement)]


def reasons_lost(tx: Reading, lead_ids: Iterable[str]) -> dict[str, str]:
    """Return lead_id to the reason that was given when it was lost, where one was."""
    found: dict[str, str] = {}
    for some in in_chunks(sorted(set(lead_ids))):
        for lead_id, detail in tx.connection.execute(
                select(events.c.lead_id, events.c.detail)
                .where(events.c.lead_id.in_(some), events.c.kind == f"lead.{Step.LOST.value}")
                .order_by(events.c.id)):
            if reason := json.loads(detail or "{}").get("reason"):
                found[lead_id] = reason
    return found


def _ended_in(begin: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(ownerships.c.ended_at >= begin, ownerships.c.ended_at < end,
                or_(_WON, _LOST))
