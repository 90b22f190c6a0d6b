"""``fairlead serve``, ``db`` and ``keys``."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.markup import escape

from api.cli.exits import say
from api.cli.instants import parse_at
from api.logs import set_up_logs
from api.service.context import Context, Scope
from api.service.keys import create_key as make_key
from api.service.keys import keys, revoke
from api.service.opening import opened
from api.settings import Settings, read_settings
from api.store.keys import KeyRow
from solver.errors import UsageError

_COLUMNS = ("key_id", "name", "scopes", "rep_id", "created_at", "expires_at", "revoked_at")


def serve(host: str | None, port: int | None, *, worker: bool) -> None:
    """Run the server until it is told to end."""
    from api.serving import serve as run

    settings = read_settings()
    given = {"host": host, "port": port}
    settings = settings.model_copy(update={key: one for key, one in given.items()
                                           if one is not None})
    set_up_logs(settings)
    run(settings, worker=worker)


def upgrade() -> None:
    """Upgrade the tables."""
    with _context(read_settings(), migrate=True):
        say("the database has the tables of this version")


def create_key(name: str, scopes: list[str], expires: str | None, rep_id: str | None, *,
               as_json: bool) -> None:
    """Make a key; its text goes to stdout, what it is to stderr."""
    if not name.strip() or len(name) > 100:
        raise UsageError(f"--name has {len(name)} characters; it must have 1 to 100")
    expires_at = None if expires is None else parse_at(expires)
    with _context(read_settings()) as context:
        if expires_at is not None and expires_at <= context.now:
            raise UsageError(f"--expires {expires} is over already")
        row, text = make_key(context, name, map(Scope, scopes), expires_at=expires_at,
                             rep_id=rep_id)
    if as_json:
        print(json.dumps({**_shown(row), "key": text}, indent=2))
        return
    print(text)
    say(f"key {row.key_id} for {row.name!r} may: {row.scopes}; it is shown this once")


def list_keys(format_: str) -> None:
    """Print all keys, without what their holders send."""
    with _context(read_settings()) as context:
        rows = [_shown(row) for row in keys(context)]
    match format_:
        case "json":
            print(json.dumps(rows, indent=2))
        case "csv":
            lines = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
            lines.writeheader()
            lines.writerows(rows)
        case _:
            from api.cli.tables import new_console, new_table

            table = new_table("API keys", _COLUMNS[0])
            for name in _COLUMNS[1:]:
                table.add_column(name, overflow="fold")
            for row in rows:
                table.add_row(*(escape(row[name] or "") for name in _COLUMNS))
            new_console().print(table)


def revoke_key(key_id: str) -> None:
    """Make a key void."""
    with _context(read_settings()) as context:
        revoke(context, key_id)
    say(f"key {key_id} is void")


@contextmanager
def _context(settings: Settings, *, migrate: bool = False) -> Iterator[Context]:
    set_up_logs(settings)
    with opened(settings, migrate=migrate) as context:
        yield context


def _shown(row: KeyRow) -> dict[str, str | None]:
    def text(value: str | datetime | None) -> str | None:
        return value.isoformat() if isinstance(value, datetime) else value

    return {name: text(getattr(row, name)) for name in _COLUMNS}
