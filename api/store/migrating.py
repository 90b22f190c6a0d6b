"""Migrations: what the database has, what the code needs, and the way from one to the other."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from api.store.database import Database

_FOLDER = Path(__file__).parent / "migrations"
#: Any number that nobody else takes an advisory lock with.
_LOCK = 7_240_191



def upgrade(database: Database) -> None:
    """Bring the tables to what the code needs; nothing happens where they are."""
    config = alembic_config()
    with database.write() as tx:
        if not database.is_sqlite:  # two processes that start together take turns
            tx.connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = tx.connection
        command.upgrade(config, "head")


def at_head(database: Database) -> bool:
    """Return whether the tables are those that the code needs."""
    with database.read() as tx:
        current = MigrationContext.configure(tx.connection).get_current_revision()
    return bool(current == _head())


@cache
def _head() -> str | None:
    """Return the last step; the files are those that the process began with."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def alembic_config() -> Config:
    """Return where the migrations lie."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return config
