"""Answers kept for requests that are sent again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import zstandard
from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from api.store.database import Reading, Writing
from api.store.schema import idempotency

#: Of a request whose work is not done: no other transaction ever sees it.
_PENDING = 0
_LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer."""

    request: str
    sha256: str
    status: int
    body: bytes
    created_at: datetime


class StillWorkingError(Exception):
    """Another transaction works on the same key, longer than was waited."""


def reserve(tx: Writing, key_id: str, key: str, kept: Kept, expired: datetime,
            wait_seconds: float) -> bool:
    """Take a key for a request; return whether it was free, or its answer older than kept.

    Either way nobody else can take the key until the transaction ends.

    Parameters
    ----------
    tx
        The transaction.
    key_id, key
        Whose key, and the key.
    kept
        The request.
    expired
        Answers of then or before count no more.
    wait_seconds
        How long to wait for another transaction that has the key.

    Raises
    ------
    StillWorkingError
        If another transaction has it, and does not end soon. On SQLite one writes at a time.
    """
    is_sqlite = tx.connection.dialect.name == "sqlite"
    statement = (sqlite.insert(idempotency) if is_sqlite else postgresql.insert(idempotency))
    if not is_sqlite:
        tx.connection.execute(
            text("SELECT set_config('lock_timeout', :wait, true)"),
            {"wait": f"{round(wait_seconds * 1000)}ms"})
    values = {"request": kept.request, "sha256": kept.sha256, "status": _PENDING, "answer": b"",
              "created_at": kept.created_at}
    try:
        taken = tx.connection.execute(
            statement.values(key_id=key_id, key=key, **values).on_conflict_do_update(
                index_elements=[idempotency.c.key_id, idempotency.c.key], set_=values,
                where=idempotency.c.created_at <= expired).returning(idempotency.c.key)).first()
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise StillWorkingError from error
        raise
    if not is_sqlite:
        tx.connection.execute(text("SELECT set_config('lock_timeout', '0', true)"))
    return taken is not None


def find_answer(tx: Reading, key_id: str, key: str, expired: datetime) -> Kept | None:
    """Return the answer kept under a key; None: there is none, or it is of `expired` or before."""
    row = tx.connection.execute(select(idempotency).where(
        idempotency.c.key_id == key_id, idempotency.c.key == key,
        idempotency.c.created_at > expired)).one_or_none()
    return None if row is None else Kept(row.request, row.sha256, row.status,
                                         zstandard.decompress(row.answer), row.created_at)


def kept_answer(tx: Writing, key_id: str, key: str) -> Kept:
    """Return the answer kept under a key that :func:`reserve` found taken."""
    row = tx.connection.execute(select(idempotency).where(
        idempotency.c.key_id == key_id, idempotency.c.key == key)).one()
    return Kept(row.request, row.sha256, row.status, zstandard.decompress(row.answer),
                row.created_at)


def keep(tx: Writing, key_id: str, key: str, kept: Kept) -> None:
    """Keep an answer under a key that is taken."""
    tx.connection.execute(
        update(idempotency).where(idempotency.c.key_id == key_id, idempotency.c.key == key)
        .values(request=kept.request, sha256=kept.sha256, status=kept.status,
                answer=zstandard.compress(kept.body), created_at=kept.created_at))


def forget(tx: Writing, before: datetime) -> int:
    """Forget answers that were given before an instant; return how many."""
    return tx.connection.execute(
        delete(idempotency).where(idempotency.c.created_at < before)).rowcount
