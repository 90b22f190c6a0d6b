"""Whether the service can work: database, tables, a living worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.service.context import Context
from api.store.database import is_reachable
from api.store.migrating import at_head
from api.store.workers import last_seen


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is there."""

    database: bool = False
    migrations: bool = False
    worker: bool = False


def readiness(context: Context) -> Readiness:
    """Look at everything that the service needs."""
    try:
        if not is_reachable(context.database):
            return Readiness()
        if not at_head(context.database):
            return Readiness(database=True)
        with context.database.read() as tx:
            seen = last_seen(tx)
    except (DBAPIError, PoolTimeoutError):
        return Readiness()
    alive = timedelta(seconds=context.settings.lease_seconds)
    return Readiness(database=True, migrations=True,
                     worker=seen is not None and context.now - seen < alive)
