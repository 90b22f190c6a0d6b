"""The service as tests use it: the application in this process, on a clock that tests move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.testclient import TestClient

from api.http.app import create_app
from api.service.context import Context, Scope
from api.service.keys import create_key
from api.settings import Settings
from api.store.database import Database
from api.store.migrating import at_head, upgrade

#: A Wednesday, in working hours from London to New York.
START = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """A clock that stands still until a test moves it."""

    now: datetime = START

    def __call__(self) -> datetime:
        """Return the instant."""
        return self.now

    def move(self, **by: float) -> None:
        """Move on, or back: ``minutes=5``."""
        self.now += timedelta(**by)


@dataclass
class Service:
    """One service with a client that has an admin's key."""

    context: Context
    clock: FakeClock
    client: TestClient
    _clients: dict[tuple[tuple[Scope, ...], str | None], dict[str, str]] = field(
        default_factory=dict)

    def key(self, *scopes: Scope, rep_id: str | None = None) -> dict[str, str]:
        """Return the headers of a key with these scopes."""
        found = self._clients.get((scopes, rep_id))
        if found is None:
            _, text = create_key(self.context, "test", scopes, rep_id=rep_id)
            found = self._clients[scopes, rep_id] = {"Authorization": f"Bearer {text}"}
        return found


def settings_of(database_url: str, **changes: Any) -> Settings:
    """Return settings for a database; fast ones where it matters to tests."""
    return Settings(database_url=database_url, log_level="WARNING", **changes)


@contextmanager
def serving(database_url: str, **changes: Any) -> Iterator[Service]:
    """Start a service on a database; without tables it gets them."""
    settings = settings_of(database_url, **changes)
    database = Database(database_url, pool_size=settings.pool_size)
    try:
        if not at_head(database):
            upgrade(database)
        clock = FakeClock()
        context = Context(database, settings, clock)
        _, text = create_key(context, "admin", [Scope.ADMIN])
        headers = {"Authorization": f"Bearer {text}"}
        with TestClient(create_app(context), headers=headers,
                        raise_server_exceptions=False) as client:
            yield Service(context, clock, client)
    finally:
        database.close()
