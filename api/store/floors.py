"""Floors in the database: what slots are expected to bring later, as they were last made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from api.store.database import Reading, Writing
from api.store.schema import floors, leads

#: States of rows that are no lead of their own.
_NO_LEADS = ("merged", "erased")


@dataclass(frozen=True, slots=True)
class FloorsRow:
    """Floors as they were made once."""

    id: int
    made_at: datetime
    policy_version: int
    floors: str
    """JSON of the Floors."""


def latest_floors(tx: Reading, policy_version: int) -> FloorsRow | None:
    """Return the floors made last under a policy; None: there are none."""
    row = tx.connection.execute(
        select(floors).where(floors.c.policy_version == policy_version)
        .order_by(floors.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else FloorsRow(**row._mapping)


def add_floors(tx: Writing, made_at: datetime, policy_version: int, text: str) -> None:
    """Store new floors."""
    tx.connection.execute(insert(floors).values(made_at=made_at, policy_version=policy_version,
                                                floors=text))


def forget_floors(tx: Writing, before: datetime) -> None:
    """Forget floors made before an instant; windows keep those that they were made with."""
    tx.connection.execute(delete(floors).where(floors.c.made_at < before))


def past_leads(tx: Reading, since: datetime, until: datetime) -> list[str]:
    """Return the records of leads that came in a stretch of time, whatever became of them."""
    return list(tx.connection.execute(
        select(leads.c.record).where(
            leads.c.received_at >= since, leads.c.received_at < until,
            leads.c.record.is_not(None), leads.c.state.not_in(_NO_LEADS))
        .order_by(leads.c.received_at, leads.c.lead_id)).scalars())
