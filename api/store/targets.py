"""Targets in the database: who is told, and how it went lately."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from api.store.database import Reading, Writing
from api.store.schema import targets


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target; its URL and secrets are not shown."""

    target_id: str
    kind: str
    url: str = field(repr=False)
    secret: str | None = field(repr=False)
    previous_secret: str | None = field(repr=False)
    previous_until: datetime | None
    kinds: str
    include_contact: bool
    templates: str | None
    note: str
    created_at: datetime
    disabled_at: datetime | None
    disabled_reason: str | None
    failures: int
    resting_until: datetime | None


_COLUMNS = [targets.c[one.name] for one in fields(TargetRow)]


def add_target(tx: Writing, values: Mapping[str, Any]) -> None:
    """Store a new target."""
    tx.connection.execute(insert(targets).values(**values))


def get_target(tx: Reading, target_id: str) -> TargetRow | None:
    """Return a target; None: there is none with this id."""
    row = tx.connection.execute(
        select(*_COLUMNS).where(targets.c.target_id == target_id)).one_or_none()
    return None if row is None else TargetRow(*row)


def lock_target(tx: Writing, target_id: str) -> TargetRow | None:
    """Return a target that nobody else changes before this transaction ends.

    Whoever changes several of its deliveries locks it first, so that nobody waits in a circle.
    """
    row = tx.connection.execute(
        select(*_COLUMNS).where(targets.c.target_id == target_id).with_for_update()).one_or_none()
    return None if row is None else TargetRow(*row)


def page_of_targets(tx: Reading, after: str | None, most: int) -> list[TargetRow]:
    """Return targets by id, switched off ones too, after an id."""
    statement = select(*_COLUMNS).order_by(targets.c.target_id).limit(most)
    if after is not None:
        statement = statement.where(targets.c.target_id > after)
    return [TargetRow(*row) for row in tx.connection.execute(statement)]


def hold_enabled_targets(tx: Writing) -> list[TargetRow]:
    """Return the targets that are on, none of which is switched off before the transaction ends."""
    return [TargetRow(*row) for row in tx.connection.execute(
        select(*_COLUMNS).where(targets.c.disabled_at.is_(None)).order_by(targets.c.target_id)
        .with_for_update(read=True))]


def failing_targets(tx: Reading) -> list[str]:
    """Return the targets whose last attempts all failed."""
    return list(tx.connection.execute(
        select(targets.c.target_id).where(targets.c.failures > 0)
        .order_by(targets.c.target_id)).scalars())


def set_target(tx: Writing, target_id: str, **values: Any) -> None:
    """Change columns of a target."""
    tx.connection.execute(update(targets).where(targets.c.target_id == target_id).values(**values))
