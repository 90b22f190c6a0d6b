"""Policies in the database: immutable versions, of which one is active."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, insert, select, update

from api.store.control import parse_policy
from api.store.database import Reading, Writing
from api.store.schema import policies
from solver.models import Policy


class PolicyStatus(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"
    """It was active."""


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One version."""

    version: int
    status: str
    document: str
    note: str
    created_at: datetime
    created_by: str
    activated_at: datetime | None

    @property
    def policy(self) -> Policy:
        """What it says."""
        return parse_policy(self.document)


_COLUMNS = (policies.c.version, policies.c.status, policies.c.document, policies.c.note,
            policies.c.created_at, policies.c.created_by, policies.c.activated_at)


def get_policy(tx: Reading, version: int) -> PolicyRow | None:
    """Return a version; None: there is none with this number."""
    row = tx.connection.execute(
        select(*_COLUMNS).where(policies.c.version == version)).one_or_none()
    return None if row is None else PolicyRow(*row)


def page_of_policies(tx: Reading, before: int | None, most: int) -> list[PolicyRow]:
    """Return versions, the newest first, those before a number, at most so many."""
    statement = select(*_COLUMNS).order_by(policies.c.version.desc()).limit(most)
    if before is not None:
        statement = statement.where(policies.c.version < before)
    return [PolicyRow(*row) for row in tx.connection.execute(statement)]


def last_retired(tx: Reading, active: int) -> PolicyRow | None:
    """Return the highest version below the active one that was active once; None: there is none.

    So a second roll back goes further back, and not to the version that was left.
    """
    row = tx.connection.execute(
        select(*_COLUMNS).where(policies.c.status == PolicyStatus.RETIRED.value,
                                policies.c.version < active)
        .order_by(policies.c.version.desc()).limit(1)).one_or_none()
    return None if row is None else PolicyRow(*row)


def next_version(tx: Reading) -> int:
    """Return the number of the next version; whoever asks has locked the control row."""
    highest: int | None = tx.connection.execute(select(func.max(policies.c.version))).scalar_one()
    return (highest or 0) + 1


def add_policy(tx: Writing, row: PolicyRow) -> None:
    """Store a new version."""
    tx.connection.execute(insert(policies).values(
        {name: getattr(row, name) for name in PolicyRow.__slots__}))


def set_active(tx: Writing, version: int, now: datetime) -> None:
    """Make a version the active one, and retire the one that was."""
    tx.connection.execute(update(policies)
                          .where(policies.c.status == PolicyStatus.ACTIVE.value)
                          .values(status=PolicyStatus.RETIRED.value))
    tx.connection.execute(update(policies).where(policies.c.version == version)
                          .values(status=PolicyStatus.ACTIVE.value, activated_at=now))
