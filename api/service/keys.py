"""API keys: made, shown once, kept as hashes, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

from api.service.context import Actor, Context, Scope
from api.service.errors import NoKeyError, UnknownError
from api.store.keys import KeyRow, add_key, find_key, list_keys, revoke_key

_PREFIX = "fl"
#: Compared against where there is no such key, so that the answer takes as long.
_NO_HASH = "0" * 64


def create_key(context: Context, name: str, scopes: Iterable[Scope], *,
               expires_at: datetime | None = None, rep_id: str | None = None
               ) -> tuple[KeyRow, str]:
    """Make a key and return it with the text that its holder sends, which is not stored."""
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    row = KeyRow(key_id=key_id, name=name, hash=_hash(context, secret),
                 scopes=" ".join(sorted(set(scopes))), rep_id=rep_id, created_at=context.now,
                 expires_at=expires_at, revoked_at=None)
    with context.database.write() as tx:
        add_key(tx, row)
    return row, f"{_PREFIX}_{key_id}_{secret}"


def authenticate(context: Context, text: str | None) -> Actor:
    """Return who sends this key.

    Raises
    ------
    NoKeyError
        There is none, it is not known, has expired or was revoked; all look the same.
    """
    prefix, _, rest = (text or "").partition("_")
    key_id, _, secret = rest.partition("_")
    row = None
    if prefix == _PREFIX and key_id:
        with context.database.peek() as tx:
            row = find_key(tx, key_id)
    fits = hmac.compare_digest(_hash(context, secret), row.hash if row else _NO_HASH)
    if row is None or not fits or not _is_valid(row, context.now):
        raise NoKeyError("no valid API key; send one as 'Authorization: Bearer KEY', made by "
                         "'fairlead keys create'")
    return Actor(key_id, frozenset(map(Scope, row.scopes.split())), row.rep_id)


def keys(context: Context) -> list[KeyRow]:
    """Return all keys."""
    with context.database.read() as tx:
        return list_keys(tx)


def revoke(context: Context, key_id: str) -> None:
    """Make a key void at once.

    Raises
    ------
    UnknownError
        There is no such key.
    """
    with context.database.write() as tx:
        if not revoke_key(tx, key_id, context.now):
            raise UnknownError(f"there is no API key {key_id!r}")


def _is_valid(row: KeyRow, now: datetime) -> bool:
    return row.revoked_at is None and (row.expires_at is None or now < row.expires_at)


def _hash(context: Context, secret: str) -> str:
    pepper = context.settings.secret.get_secret_value()
    return hmac.new(pepper.encode(), secret.encode("utf-8", "surrogatepass"),
                    hashlib.sha256).hexdigest()
