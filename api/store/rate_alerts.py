"""Rates that are outside their usual range; each is a row for as long as it is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import delete, select

from api.store.database import Reading, Writing
from api.store.many import insert_missing
from api.store.schema import rate_alerts


@dataclass(frozen=True, slots=True, order=True)
class Watched:
    """A rate of the whole, or of one team or source."""

    rate: str
    scope: str
    name: str
    """Blank for the whole."""


_KEY = [rate_alerts.c[field.name] for field in fields(Watched)]


def outside_now(tx: Reading) -> set[Watched]:
    """Return the rates that were outside when last looked at."""
    return {Watched(*row) for row in tx.connection.execute(select(*_KEY))}


def note_outside(tx: Writing, one: Watched, now: datetime) -> bool:
    """Note that a rate is outside; return False where somebody noted it before."""
    done = tx.connection.execute(insert_missing(tx, rate_alerts).values(
        rate=one.rate, scope=one.scope, name=one.name, since=now).returning(rate_alerts.c.rate))
    return done.one_or_none() is not None


def forget_outside(tx: Writing, one: Watched) -> bool:
    """Note that a rate is back; return False where somebody noted it before."""
    done = tx.connection.execute(delete(rate_alerts).where(
        rate_alerts.c.rate == one.rate, rate_alerts.c.scope == one.scope,
        rate_alerts.c.name == one.name))
    return done.rowcount == 1
