"""Windows in the database: their rows, and the inputs and plans beside them as blobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from api.store.database import Reading, Writing
from api.store.schema import window_revisions, windows


@dataclass(frozen=True, slots=True)
class WindowRow:
    """One window, without its inputs and its plan."""

    window_id: str
    """Ids sort by time."""
    status: str
    trigger: str
    at: datetime
    policy_version: int
    shadow: bool
    holder: str | None
    token: int | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    num_leads: int
    num_assigned: int | None
    num_held: int | None
    num_dropped: int | None
    dropped: str | None
    outcome: str | None
    stopped_by: str | None
    certificate: str | None
    floors_id: int | None
    inputs_sha256: str | None
    plan_sha256: str | None
    error: str | None


_COLUMNS = [windows.c[field.name] for field in fields(WindowRow)]


def get_window(tx: Reading, window_id: str) -> WindowRow | None:
    """Return a window; None: there is none with this id."""
    row = tx.connection.execute(
        select(*_COLUMNS).where(windows.c.window_id == window_id)).one_or_none()
    return None if row is None else WindowRow(*row)


def lock_window(tx: Writing, window_id: str) -> WindowRow | None:
    """Return a window that nobody else changes before this transaction ends."""
    row = tx.connection.execute(
        select(*_COLUMNS).where(windows.c.window_id == window_id).with_for_update()).one_or_none()
    return None if row is None else WindowRow(*row)


def windows_of_status(tx: Reading, *statuses: str) -> list[WindowRow]:
    """Return the windows of some statuses, the oldest first."""
    return [WindowRow(*row) for row in tx.connection.execute(
        select(*_COLUMNS).where(windows.c.status.in_(statuses)).order_by(windows.c.window_id))]


def latest_windows(tx: Reading, most: int, before: str | None = None,
                   statuses: Sequence[str] = ()) -> list[WindowRow]:
    """Return windows, the latest first, before one where it is named."""
    statement = select(*_COLUMNS).order_by(windows.c.window_id.desc()).limit(most)
    if before is not None:
        statement = statement.where(windows.c.window_id < before)
    if statuses:
        statement = statement.where(windows.c.status.in_(statuses))
    return [WindowRow(*row) for row in tx.connection.execute(statement)]


def add_window(tx: Writing, **values: Any) -> bool:
    """Store a new window; False: one of its status, queued or running, is there already."""
    try:
        with tx.connection.begin_nested():
            tx.connection.execute(insert(windows).values(**values))
    except IntegrityError:
        return False
    return True


def update_window(tx: Writing, window_id: str, statuses: Sequence[str], **values: Any) -> bool:
    """Change columns of a window if it has one of the statuses; return whether it had."""
    done = tx.connection.execute(
        update(windows).where(windows.c.window_id == window_id, windows.c.status.in_(statuses))
        .values(**values))
    return done.rowcount == 1


def read_inputs(tx: Reading, window_id: str) -> bytes | None:
    """Return the compressed inputs; None: none are stored."""
    found: bytes | None = tx.connection.execute(
        select(windows.c.inputs).where(windows.c.window_id == window_id)).scalar_one_or_none()
    return found


def read_plan(tx: Reading, window_id: str) -> bytes | None:
    """Return the compressed plan.json; None: none is stored."""
    found: bytes | None = tx.connection.execute(
        select(windows.c.plan).where(windows.c.window_id == window_id)).scalar_one_or_none()
    return found


def add_revisions(tx: Writing, window_id: str, revisions: bytes) -> None:
    """Store what the plan of a window will rely on."""
    tx.connection.execute(insert(window_revisions).values(window_id=window_id,
                                                          revisions=revisions))


def read_revisions(tx: Reading, window_id: str) -> bytes | None:
    """Return what the plan of a window relies on; None: nothing is stored."""
    found: bytes | None = tx.connection.execute(
        select(window_revisions.c.revisions)
        .where(window_revisions.c.window_id == window_id)).scalar_one_or_none()
    return found
