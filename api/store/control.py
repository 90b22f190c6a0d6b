"""What holds for the whole service: the active policy, shadow mode, the ledger, revisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from api.store.database import Reading, Writing
from api.store.many import add_missing, in_chunks
from api.store.schema import control, ledger_entries, policies
from solver.models import Policy
from solver.models.ledger import Entry, Ledger

#: Number of the lock that stands for the active policy and shadow mode.
_STILL = 0x_FA1E_57A1


@dataclass(frozen=True, slots=True)
class Control:
    """The one row, with the active policy."""

    policy_version: int
    policy: Policy
    shadow: bool
    floor_revision: int
    """Grows whenever reps, accounts or the active policy change."""
    last_window_at: datetime | None
    ledger: Ledger | None


def read_control(tx: Reading) -> Control:
    """Return what holds now; version 0 is the default policy, before any was activated."""
    row = tx.connection.execute(select(
        control.c.shadow, control.c.floor_revision, control.c.last_window_at, control.c.ledger
    )).one_or_none()
    active = tx.connection.execute(
        select(policies.c.version, policies.c.document).where(policies.c.status == "active")
    ).one_or_none()
    version, policy = (0, Policy()) if active is None else (active[0], parse_policy(active[1]))
    if row is None:
        return Control(version, policy, False, 1, None, None)
    ledger = None if row.ledger is None else Ledger.model_validate_json(row.ledger)
    return Control(version, policy, row.shadow, row.floor_revision, row.last_window_at, ledger)


@dataclass(frozen=True, slots=True)
class WindowClock:
    """When the last window closed."""

    at: datetime | None
    shadow: bool


def window_clock(tx: Reading) -> WindowClock:
    """Return when the last window closed, and whether windows only look."""
    row = tx.connection.execute(select(control.c.last_window_at, control.c.shadow)).one_or_none()
    return WindowClock(None, False) if row is None else WindowClock(*row)


@lru_cache(maxsize=64)
def parse_policy(document: str) -> Policy:
    """Return the policy that a stored document is."""
    return Policy.model_validate_json(document)


def set_control(tx: Writing, **values: Any) -> None:
    """Change columns of the one row."""
    if not tx.connection.execute(update(control).values(**values)).rowcount:
        add_missing(tx, control, [{"id": 1}])
        tx.connection.execute(update(control).values(**values))


def bump_floor(tx: Writing) -> None:
    """Note that reps, accounts or the active policy changed: what was built on them is stale."""
    set_control(tx, floor_revision=control.c.floor_revision + 1)


def hold_still(tx: Writing) -> None:
    """Let neither the active policy nor shadow mode change before this transaction ends.

    By a lock of its own: the row changes with every rep, which is no reason to wait.
    """
    if tx.connection.dialect.name != "sqlite":  # there only one writes at a time
        tx.connection.execute(select(func.pg_advisory_xact_lock_shared(_STILL)))


def change_what_holds(tx: Writing) -> None:
    """Wait until no transaction relies on policy and shadow mode; then lock the row.

    Called before any other lock is taken.
    """
    if tx.connection.dialect.name != "sqlite":
        tx.connection.execute(select(func.pg_advisory_xact_lock(_STILL)))
    lock_control(tx)


def lock_control(tx: Writing) -> None:
    """Let nobody else change what holds for the whole service before this transaction ends."""
    set_control(tx, id=1)


def add_entries(tx: Writing, entries: Iterable[Entry]) -> None:
    """Note leads given or given back between windows."""
    rows = [{"entry": one.model_dump_json()} for one in entries]
    if rows:
        tx.connection.execute(insert(ledger_entries), rows)


def read_entries(tx: Reading) -> dict[int, Entry]:
    """Return what was given or given back since the last window, by number, in that order."""
    rows = tx.connection.execute(
        select(ledger_entries.c.id, ledger_entries.c.entry).order_by(ledger_entries.c.id))
    return {row.id: Entry.model_validate_json(row.entry) for row in rows}


def drop_entries(tx: Writing, numbers: Sequence[int]) -> None:
    """Forget entries that are in the ledger now.

    By number, one by one: a transaction that began earlier may bring a lower one later.
    """
    for some in in_chunks(numbers):
        tx.connection.execute(delete(ledger_entries).where(ledger_entries.c.id.in_(some)))
