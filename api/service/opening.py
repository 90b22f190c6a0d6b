"""From settings to a context to work with: the database answers, its tables are there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.util.exc import CommandError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.service.context import Context
from api.settings import Settings
from api.store.database import Database
from api.store.migrating import at_head, upgrade
from solver.errors import UsageError


@contextmanager
def opened(settings: Settings, *, migrate: bool) -> Iterator[Context]:
    """Give a context on the database of the settings, and close it at the end.

    Parameters
    ----------
    settings
        Where the database is.
    migrate
        Bring its tables to what the code needs; else they must be so already.

    Raises
    ------
    UsageError
        If it does not answer, or has tables of another version; its address is not repeated.
    """
    database = Database(settings.database_url.get_secret_value(), pool_size=settings.pool_size)
    try:
        _check(database, migrate)
        yield Context(database, settings)
    finally:
        database.close()


def _check(database: Database, migrate: bool) -> None:
    try:
        if migrate:
            upgrade(database)
        elif not at_head(database):
            raise UsageError("the database of FAIRLEAD_DATABASE_URL has not the tables of this "
                             "version; run 'fairlead db upgrade'")
    except CommandError:  # Alembic does not know the revision that the database has
        raise UsageError("the database of FAIRLEAD_DATABASE_URL was upgraded by another version "
                         "of Fairlead; run that one, or a newer one") from None
    except (DBAPIError, PoolTimeoutError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise UsageError("the database of FAIRLEAD_DATABASE_URL cannot be used: "
                         f"{_first_line(cause)}") from None


def _first_line(error: BaseException | None) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
