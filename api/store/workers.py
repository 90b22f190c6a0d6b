"""Workers that are alive, by what they say themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from api.store.database import Reading, Writing
from api.store.schema import workers


def note_alive(tx: Writing, worker_id: str, now: datetime) -> None:
    """Say that a worker is alive."""
    done = tx.connection.execute(
        update(workers).where(workers.c.worker_id == worker_id).values(seen_at=now))
    if not done.rowcount:
        tx.connection.execute(
            insert(workers).values(worker_id=worker_id, started_at=now, seen_at=now))


def forget_workers(tx: Writing, before: datetime) -> None:
    """Forget workers that were last seen before an instant."""
    tx.connection.execute(delete(workers).where(workers.c.seen_at < before))


def last_seen(tx: Reading) -> datetime | None:
    """Return when any worker was last alive; None: never."""
    found: datetime | None = tx.connection.execute(
        select(func.max(workers.c.seen_at))).scalar_one()
    return found
