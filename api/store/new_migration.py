"""Write the migration from what a fresh database has to what the tables say.

Run as ``python -m api.store.new_migration "What changes"``, then read what it wrote.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from api.store.database import Database
from api.store.migrating import alembic_config, upgrade


def main(message: str) -> None:
    """Compare in a scratch database, and write the difference as the next revision."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'scratch.db'}")
        config = alembic_config()
        if any((Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py")):
            upgrade(database)
        number = len(list((Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py")))
        with database.write() as tx:
            config.attributes["connection"] = tx.connection
            command.revision(config, message, autogenerate=True, rev_id=f"{number + 1:04d}")
        database.close()


if __name__ == "__main__":
    main(sys.argv[1])
