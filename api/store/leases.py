"""Leases: who alone may do something now; a token that grows fences off who lost one."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from api.store.database import Reading, Writing
from api.store.schema import leases

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def take_lease(tx: Writing, name: str, holder: str, span: tuple[datetime, datetime, datetime]
               ) -> int | None:
    """Take a lease that nobody holds any more; return its new token, None: somebody holds it.

    Parameters
    ----------
    tx
        The transaction.
    name
        Of what is done alone.
    holder
        Who takes it; its own lease it may take again.
    span
        Now, the instant at which the lease ends, and the latest at which a lease of others can
        end: one that ends later is from before the clock went back.
    """
    now, until, latest = span
    found = tx.connection.execute(
        update(leases).where(leases.c.name == name, or_(
            leases.c.expires_at <= now, leases.c.expires_at > latest, leases.c.holder == holder))
        .values(holder=holder, token=leases.c.token + 1, expires_at=until)
        .returning(leases.c.token)).scalar_one_or_none()
    if found is not None:
        return int(found)
    there = tx.connection.execute(
        select(leases.c.token).where(leases.c.name == name)).one_or_none()
    return None if there is not None else _first(tx, name, holder, until)


def _first(tx: Writing, name: str, holder: str, until: datetime) -> int | None:
    """Take a lease that there never was, unless somebody else does so at this moment."""
    try:
        with tx.connection.begin_nested():
            tx.connection.execute(insert(leases).values(name=name, holder=holder, token=1,
                                                        expires_at=until))
    except IntegrityError:
        return None
    return 1


def renew_lease(tx: Writing, name: str, holder: str, token: int, until: datetime) -> bool:
    """Hold a lease for longer; return whether it still was the holder's."""
    done = tx.connection.execute(
        update(leases).where(leases.c.name == name, leases.c.holder == holder,
                             leases.c.token == token).values(expires_at=until))
    return done.rowcount == 1


def release_lease(tx: Writing, name: str, holder: str, token: int) -> None:
    """Let others have the lease at once."""
    renew_lease(tx, name, holder, token, _LONG_AGO)


def lock_lease(tx: Writing, name: str, holder: str, token: int) -> bool:
    """Return whether the lease is still the holder's; then nobody takes it before this ends.

    Nobody took it since: so it is the holder's even where it has run out.
    """
    return tx.connection.execute(
        select(leases.c.token).where(leases.c.name == name, leases.c.holder == holder,
                                     leases.c.token == token).with_for_update()
    ).one_or_none() is not None


def is_held(tx: Reading, name: str, now: datetime, latest: datetime) -> bool:
    """Return whether somebody holds a lease that has not run out; `latest` as in `take_lease`."""
    return tx.connection.execute(
        select(leases.c.token).where(leases.c.name == name, leases.c.expires_at > now,
                                     leases.c.expires_at <= latest)).one_or_none() is not None
