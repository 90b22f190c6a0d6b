"""What every use case needs: the database, the clock, the settings, and who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from api.settings import Settings
from api.store.database import Database


class Scope(StrEnum):
    """What an API key may do."""

    INTAKE = "intake"
    """Post leads and activities."""
    READ = "read"
    """Read everything but keys and targets."""
    OPERATE = "operate"
    """Work leads and queues, put reps and accounts, close windows."""
    ADMIN = "admin"
    """Everything: policies, keys, targets, erasing, the kill switch."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks."""

    actor_id: str
    """Id of the API key; ``worker`` for what the service does by itself."""
    scopes: frozenset[Scope]
    rep_id: str | None = None
    """Whose key it is, if it is a rep's own: colleagues' figures are not shown."""

    def may(self, scope: Scope) -> bool:
        """Return whether the scopes cover it; ``admin`` covers all."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    @property
    def is_manager(self) -> bool:
        """Whether colleagues' performance figures are shown."""
        return self.rep_id is None and (self.may(Scope.OPERATE))


WORKER = Actor("worker", frozenset({Scope.ADMIN}))


def wall_clock() -> datetime:
    """Return now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Context:
    """One service: many requests and loops share it."""

    database: Database
    settings: Settings
    clock: Callable[[], datetime] = wall_clock

    @property
    def now(self) -> datetime:
        """The instant by the clock."""
        return self.clock()
