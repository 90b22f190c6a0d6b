"""The lease of windows: one worker at a time closes and commits them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from api.service.context import Context
from api.service.windows.errors import LostLeaseError
from api.store.database import Writing
from api.store.leases import is_held, lock_lease, release_lease, renew_lease, take_lease

_NAME = "windows"


@dataclass(frozen=True, slots=True)
class Lease:
    """What a worker holds while it has a window in hand."""

    holder: str
    token: int
    """Grows with each holder: who has an older one is fenced off."""


def acquire(context: Context, holder: str) -> Lease | None:
    """Take the lease; None: another worker has it."""
    now, span = lease_clock(context), _span(context)
    with context.database.write() as tx:
        token = take_lease(tx, _NAME, holder, (now, now + span, now + 2 * span))
    return None if token is None else Lease(holder, token)


def renew(context: Context, lease: Lease) -> bool:
    """Hold the lease for longer; return whether it was still held."""
    until = lease_clock(context) + _span(context)
    with context.database.write() as tx:
        return renew_lease(tx, _NAME, lease.holder, lease.token, until)


def release(context: Context, lease: Lease) -> None:
    """Let other workers have the lease at once."""
    with context.database.write() as tx:
        release_lease(tx, _NAME, lease.holder, lease.token)


def is_free(context: Context) -> bool:
    """Return whether nobody holds the lease."""
    now = lease_clock(context)  # before the transaction: it may take the only connection
    with context.database.read() as tx:
        return not is_held(tx, _NAME, now, now + 2 * _span(context))


def hold(tx: Writing, lease: Lease) -> None:
    """Make sure that the lease is held until the transaction ends.

    Raises
    ------
    LostLeaseError
        If another worker has taken it.
    """
    if not lock_lease(tx, _NAME, lease.holder, lease.token):
        raise LostLeaseError(f"worker {lease.holder!r} was not heard of for longer than a lease "
                             "lasts (FAIRLEAD_LEASE_SECONDS), and another took windows over")


def lease_clock(context: Context) -> datetime:
    """Return the clock that all workers share: the database's, where it has one."""
    return context.now if context.database.is_sqlite else context.database.clock()


def _span(context: Context) -> timedelta:
    return timedelta(seconds=context.settings.lease_seconds)
