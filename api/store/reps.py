"""Reps in the database: their records, and the slots that leads owned here take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from api.store.database import Reading, Writing
from api.store.many import add_missing, among, change_rows
from api.store.schema import reps
from solver.models import Rep


@dataclass(frozen=True, slots=True)
class RepRow:
    """One rep as the service knows it."""

    rep_id: str
    record: str
    active: bool
    left_at: datetime | None
    paused_until: datetime | None
    pause_reason: str | None
    capacity: int
    open_elsewhere: int
    daily_cap: int | None
    used: int
    day: date | None
    day_used: int
    breaches: int
    timezone: str | None
    name: str | None
    team: str | None
    revision: int
    updated_at: datetime

    def today(self, now: datetime) -> date:
        """Return the date where the rep is; UTC's where that is unknown."""
        return now.astimezone(ZoneInfo(self.timezone or "UTC")).date()

    def counted_day(self, now: datetime) -> date:
        """Return the day whose slots count: today, or a later one that a clock gone back left."""
        today = self.today(now)
        return today if self.day is None else max(self.day, today)

    def used_today(self, now: datetime) -> int:
        """Return slots given to the rep today."""
        return self.day_used if self.day == self.counted_day(now) else 0

    def works(self, now: datetime) -> bool:
        """Return whether the rep may get new leads at all."""
        return (self.active and self.left_at is None
                and (self.paused_until is None or self.paused_until <= now))

    def free_slots(self, now: datetime) -> int:
        """Return slots free now; 0 for who gets no leads."""
        if not self.works(now):
            return 0
        free = self.capacity - self.open_elsewhere - self.used
        if self.daily_cap is not None:
            free = min(free, self.daily_cap - self.used_today(now))
        return max(0, free)

    def live(self, now: datetime) -> Rep:
        """Return the record with the loads and the state of now."""
        return _parsed(self.record).model_copy(update={
            "active": self.works(now), "open_leads": self.open_elsewhere + self.used,
            "assigned_today": self.used_today(now)})

    @property
    def stored(self) -> Rep:
        """The record as it was put."""
        return _parsed(self.record)


_COLUMNS = [reps.c[field.name] for field in fields(RepRow)]


@lru_cache(maxsize=20_000)
def _parsed(record: str) -> Rep:
    return Rep.model_validate_json(record)


def all_reps(tx: Reading) -> list[RepRow]:
    """Return all reps, those who left too, by id."""
    return [RepRow(*row) for row in tx.connection.execute(select(*_COLUMNS)
                                                          .order_by(reps.c.rep_id))]


def get_rep(tx: Reading, rep_id: str) -> RepRow | None:
    """Return a rep; None: there is none with this id."""
    row = tx.connection.execute(select(*_COLUMNS).where(reps.c.rep_id == rep_id)).one_or_none()
    return None if row is None else RepRow(*row)


def get_reps(tx: Reading, rep_ids: Iterable[str]) -> dict[str, RepRow]:
    """Return rep_id to rep, of those that there are."""
    rows = tx.connection.execute(
        select(*_COLUMNS).where(among(tx, reps.c.rep_id, sorted(set(rep_ids)))))
    return {row.rep_id: RepRow(*row) for row in rows}


def lock_reps(tx: Writing, rep_ids: Iterable[str]) -> dict[str, RepRow]:
    """Return reps that nobody else changes before this transaction ends, locked by id.

    Whoever locks leads too locks them before.
    """
    rows = tx.connection.execute(
        select(*_COLUMNS).where(among(tx, reps.c.rep_id, sorted(set(rep_ids))))
        .order_by(reps.c.rep_id).with_for_update())
    return {row.rep_id: RepRow(*row) for row in rows}


def page_of_reps(tx: Reading, after: str | None, most: int, team: str | None = None
                 ) -> list[RepRow]:
    """Return reps by id, those after an id, at most so many; of one team, or of all."""
    statement = select(*_COLUMNS).order_by(reps.c.rep_id).limit(most)
    if after is not None:
        statement = statement.where(reps.c.rep_id > after)
    if team is not None:
        statement = statement.where(reps.c.team == team)
    return [RepRow(*row) for row in tx.connection.execute(statement)]


def add_rep(tx: Writing, values: Mapping[str, Any]) -> None:
    """Store a new rep."""
    tx.connection.execute(insert(reps).values(**values))


def add_missing_reps(tx: Writing, rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Store reps whose id is not known, and return the ids that are new."""
    return add_missing(tx, reps, rows)


def update_rep(tx: Writing, rep_id: str, **values: Any) -> None:
    """Change columns of a rep."""
    tx.connection.execute(update(reps).where(reps.c.rep_id == rep_id).values(**values))


def update_reps(tx: Writing, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change columns of many reps; every row has ``rep_id`` and the same columns besides."""
    change_rows(tx, reps, "rep_id", rows)


def set_used(tx: Writing, rows: Sequence[tuple[str, int, date | None, int]]) -> None:
    """Set, of locked reps, ``(rep_id, used, day, day_used)``."""
    change_rows(tx, reps, "rep_id", [
        {"rep_id": rep_id, "used": used, "day": day, "day_used": day_used}
        for rep_id, used, day, day_used in rows])
