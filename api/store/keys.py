"""API keys in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, insert, literal, select, update

from api.store.database import Reading, Writing
from api.store.schema import api_keys
from api.store.types import Instant


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One API key, without its secret, which nobody knows."""

    key_id: str
    name: str
    hash: str
    scopes: str
    rep_id: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


_BY_ID = select(api_keys).where(api_keys.c.key_id == bindparam("id"))


def find_key(tx: Reading, key_id: str) -> KeyRow | None:
    """Return the key with this id."""
    row = tx.connection.execute(_BY_ID, {"id": key_id}).one_or_none()
    return None if row is None else KeyRow(**row._mapping)


def list_keys(tx: Reading) -> list[KeyRow]:
    """Return all keys, revoked ones too, by id."""
    rows = tx.connection.execute(select(api_keys).order_by(api_keys.c.key_id))
    return [KeyRow(**row._mapping) for row in rows]


def add_key(tx: Writing, key: KeyRow) -> None:
    """Store a new key."""
    tx.connection.execute(insert(api_keys).values(
        {name: getattr(key, name) for name in KeyRow.__slots__}))


def revoke_key(tx: Writing, key_id: str, now: datetime) -> bool:
    """Make a key void; return whether there is such a key."""
    done = tx.connection.execute(
        update(api_keys).where(api_keys.c.key_id == key_id)
        .values(revoked_at=func.coalesce(api_keys.c.revoked_at, literal(now, Instant))))
    return done.rowcount == 1
