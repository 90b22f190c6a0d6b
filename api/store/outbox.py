"""The outbox in the database: what happened and is to be told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import delete, exists, select, text, update

from api.store.database import Reading, Writing
from api.store.many import in_chunks
from api.store.schema import deliveries, outbox


@dataclass(frozen=True)
class OutboxRow:
    """One thing that happened, as it was written down in the transaction that did it."""

    id: int
    message_id: str
    kind: str
    lead_id: str | None
    payload: str
    created_at: datetime

    @cached_property
    def told(self) -> dict[str, Any]:
        """The payload: ``rep_id``, ``state``, ``queue``, ``detail`` and so on, where known."""
        found: dict[str, Any] = json.loads(self.payload)
        return found

    @property
    def detail(self) -> dict[str, Any]:
        """What else is known of it."""
        found: dict[str, Any] = self.told.get("detail", {})
        return found


# Written as in the partial index: SQLAlchemy's own form for SQLite, "= 0", would not use it.
_IS_WAITING = text("NOT outbox.fanned_out")
COLUMNS = (outbox.c.id, outbox.c.message_id, outbox.c.kind, outbox.c.lead_id, outbox.c.payload,
           outbox.c.created_at)


def has_waiting(tx: Reading) -> bool:
    """Return whether there are rows for which nobody made deliveries yet."""
    return tx.connection.execute(
        select(outbox.c.id).where(_IS_WAITING).limit(1)).one_or_none() is not None


def take_waiting(tx: Writing, most: int) -> list[OutboxRow]:
    """Return rows for which nobody made deliveries yet, the oldest first.

    They are locked: another worker takes others.
    """
    return [OutboxRow(*row) for row in tx.connection.execute(
        select(*COLUMNS).where(_IS_WAITING).order_by(outbox.c.id).limit(most)
        .with_for_update(skip_locked=True))]


def mark_fanned_out(tx: Writing, ids: Sequence[int]) -> None:
    """Note that the deliveries of rows are made."""
    for some in in_chunks(ids):
        tx.connection.execute(
            update(outbox).where(outbox.c.id.in_(some)).values(fanned_out=True))


def forget_told(tx: Writing, before: datetime, most: int) -> int:
    """Remove rows from before an instant that nothing has to be delivered of any more."""
    wanted = (select(outbox.c.id)
              .where(outbox.c.fanned_out, outbox.c.created_at < before,
                     ~exists().where(deliveries.c.outbox_id == outbox.c.id))
              .order_by(outbox.c.id).limit(most))
    done = tx.connection.execute(delete(outbox).where(outbox.c.id.in_(wanted)))
    return int(done.rowcount)
