"""Deliveries in the database: one message for one receiver, claimed by one worker at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    literal_column,
    or_,
    select,
    update,
)

from api.store.database import Reading, Writing
from api.store.many import insert_missing
from api.store.outbox import COLUMNS as OUTBOX_COLUMNS
from api.store.outbox import OutboxRow
from api.store.schema import deliveries, outbox, targets

QUEUED, DELIVERED, DEAD = "queued", "delivered", "dead"
# Written out, not as a parameter: else no database knows that the partial index holds the rows.
_IS_QUEUED = deliveries.c.status == literal_column(f"'{QUEUED}'")


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery, with what is to be delivered."""

    message: OutboxRow
    id: int
    target_id: str
    recipient: str
    """The rep who is told, of targets of kind ``owner``; else empty."""
    status: str
    attempts: int
    queued_at: datetime
    next_at: datetime
    claimed_until: datetime | None
    last_error: str | None
    delivered_at: datetime | None


_OWN = (deliveries.c.id, deliveries.c.target_id, deliveries.c.recipient, deliveries.c.status,
        deliveries.c.attempts, deliveries.c.queued_at, deliveries.c.next_at,
        deliveries.c.claimed_until, deliveries.c.last_error, deliveries.c.delivered_at)


def _selected() -> Select[Any]:
    return select(*OUTBOX_COLUMNS, *_OWN).join_from(
        deliveries, outbox, deliveries.c.outbox_id == outbox.c.id)


def _rows(tx: Reading, statement: Select[Any]) -> list[DeliveryRow]:
    return [DeliveryRow(OutboxRow(*row[:len(OUTBOX_COLUMNS)]), *row[len(OUTBOX_COLUMNS):])
            for row in tx.connection.execute(statement)]


def add_deliveries(tx: Writing, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new deliveries; those that there are stay as they are."""
    if not rows:
        return
    tx.connection.execute(insert_missing(tx, deliveries), list(rows))


def targets_with_due(tx: Reading, now: datetime) -> list[str]:
    """Return the targets that something can be sent to now."""
    statement = (select(targets.c.target_id)
                 .where(targets.c.disabled_at.is_(None),
                        or_(targets.c.resting_until.is_(None), targets.c.resting_until <= now),
                        exists().where(_due(targets.c.target_id, now)))
                 .order_by(targets.c.target_id))
    return list(tx.connection.execute(statement).scalars())


def _due(target_id: Any, now: datetime) -> ColumnElement[bool]:
    return and_(deliveries.c.target_id == target_id, _IS_QUEUED,
                deliveries.c.next_at <= now,
                or_(deliveries.c.claimed_until.is_(None), deliveries.c.claimed_until <= now))


def claim_due(tx: Writing, target_id: str, now: datetime, until: datetime, most: int,
              ) -> list[DeliveryRow]:
    """Take deliveries that are due for one worker, until an instant; the oldest first."""
    picked = (select(deliveries.c.id).where(_due(target_id, now))
              .order_by(deliveries.c.next_at, deliveries.c.id).limit(most)
              .with_for_update(skip_locked=True)).cte("picked")
    claimed = tx.connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(select(picked.c.id)), _due(target_id, now))
        .values(claimed_until=until).returning(deliveries.c.id)).scalars().all()
    if not claimed:
        return []
    return _rows(tx, _selected().where(deliveries.c.id.in_(claimed)).order_by(deliveries.c.id))


def mark_delivered(tx: Writing, ids: Sequence[int], now: datetime) -> None:
    """Note that messages arrived, whoever has the claim by now."""
    if ids:
        tx.connection.execute(
            update(deliveries).where(deliveries.c.id.in_(ids))
            .values(status=DELIVERED, delivered_at=now, claimed_until=None, last_error=None,
                    attempts=deliveries.c.attempts + 1))


def mark_failed(tx: Writing, claimed_until: datetime, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note attempts that failed, of ``id, status, next_at, last_error``; where the claim holds."""
    if rows:
        tx.connection.execute(
            update(deliveries)
            .where(deliveries.c.id == bindparam("of_id"), _is_claimed(claimed_until))
            .values(status=bindparam("to_status"), next_at=bindparam("to_next"),
                    last_error=bindparam("to_error"), claimed_until=None,
                    attempts=deliveries.c.attempts + 1),
            [{"of_id": row["id"], "to_status": row["status"], "to_next": row["next_at"],
              "to_error": row["last_error"]} for row in rows])


def release(tx: Writing, claimed_until: datetime, ids: Iterable[int]) -> None:
    """Give back deliveries that were claimed and not tried."""
    if wanted := list(ids):
        tx.connection.execute(
            update(deliveries).where(deliveries.c.id.in_(wanted), _is_claimed(claimed_until))
            .values(claimed_until=None))


def _is_claimed(until: datetime) -> ColumnElement[bool]:
    return and_(_IS_QUEUED, deliveries.c.claimed_until == until)


def bury_queued(tx: Writing, target_id: str, cause: str, *, before: datetime | None = None) -> int:
    """Make what waits for a target dead letters: all of it, or what waits since before."""
    wanted = [deliveries.c.target_id == target_id, _IS_QUEUED]
    if before is not None:
        wanted.append(deliveries.c.queued_at < before)
    done = tx.connection.execute(update(deliveries).where(*wanted).values(
        status=DEAD, last_error=cause, claimed_until=None))
    return int(done.rowcount)


def get_delivery(tx: Reading, delivery_id: int) -> DeliveryRow | None:
    """Return a delivery; None: there is none with this id."""
    found = _rows(tx, _selected().where(deliveries.c.id == delivery_id))
    return found[0] if found else None


def page_of_deliveries(tx: Reading, after: int, most: int, *, status: str | None = None,
                       target_id: str | None = None) -> list[DeliveryRow]:
    """Return deliveries by id after an id, of a status and of a target where these are given."""
    statement = _selected().where(deliveries.c.id > after).order_by(deliveries.c.id).limit(most)
    if status is not None:
        statement = statement.where(deliveries.c.status == status)
    if target_id is not None:
        statement = statement.where(deliveries.c.target_id == target_id)
    return _rows(tx, statement)


def queue_again(tx: Writing, target_id: str, now: datetime, *, delivery_id: int | None = None,
                ) -> int:
    """Let one delivery of a target, or all its dead letters, begin anew; return how many."""
    wanted = [deliveries.c.target_id == target_id,
              deliveries.c.status == DEAD if delivery_id is None
              else deliveries.c.id == delivery_id]
    done = tx.connection.execute(update(deliveries).where(*wanted).values(
        status=QUEUED, attempts=0, queued_at=now, next_at=now, last_error=None, delivered_at=None))
    return int(done.rowcount)


def targets_with_dead(tx: Reading) -> list[str]:
    """Return the targets that are on and have dead letters."""
    return list(tx.connection.execute(
        select(targets.c.target_id)
        .where(targets.c.disabled_at.is_(None),
               exists().where(deliveries.c.target_id == targets.c.target_id,
                              deliveries.c.status == DEAD))
        .order_by(targets.c.target_id)).scalars())


def forget_delivered(tx: Writing, before: datetime, most: int) -> int:
    """Remove what arrived before an instant, and old dead letters of targets switched off."""
    off = select(targets.c.target_id).where(targets.c.disabled_at.is_not(None))
    wanted = (select(deliveries.c.id)
              .where(or_(and_(deliveries.c.status == DELIVERED,
                              deliveries.c.delivered_at < before),
                         and_(deliveries.c.status == DEAD, deliveries.c.queued_at < before,
                              deliveries.c.target_id.in_(off))))
              .order_by(deliveries.c.id).limit(most))
    done = tx.connection.execute(delete(deliveries).where(deliveries.c.id.in_(wanted)))
    return int(done.rowcount)
