"""What the database knows of how the service stands; each is a look into an index or a few rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from api.store.database import Reading
from api.store.schema import deliveries, leads, outbox, rate_alerts, windows


@dataclass(frozen=True, slots=True)
class WindowGauge:
    """The latest window that has ended."""

    started_at: datetime | None
    finished_at: datetime
    num_leads: int
    gap: int | None
    """Minor units; None where it has no certificate."""


@dataclass(frozen=True, slots=True)
class DeliveryGauge:
    """Messages on their way."""

    num_waiting: int
    """Outbox messages that have no deliveries yet."""
    oldest_waiting: datetime | None
    num_queued: int
    """Deliveries that were not tried yet."""
    num_retrying: int
    num_dead: int
    oldest_due: datetime | None
    """When the first of all deliveries to be made was, or is, due."""


def leads_by_state(tx: Reading) -> dict[str, int]:
    """Return state to leads."""
    return dict(tx.connection.execute(
        select(leads.c.state, func.count()).group_by(leads.c.state)).all())


def messages(tx: Reading) -> DeliveryGauge:
    """Return how far delivery lags behind."""
    waiting, oldest = tx.connection.execute(
        select(func.count(), func.min(outbox.c.created_at)).where(~outbox.c.fanned_out)).one()
    queued, retrying, due = tx.connection.execute(
        select(func.count(), func.count().filter(deliveries.c.attempts > 0),
               func.min(deliveries.c.next_at)).where(deliveries.c.status == "queued")).one()
    dead = tx.connection.execute(
        select(func.count()).where(deliveries.c.status == "dead")).scalar_one()
    return DeliveryGauge(waiting, oldest, queued - retrying, retrying, dead, due)


def last_window(tx: Reading) -> WindowGauge | None:
    """Return the latest window that has ended; None: none has."""
    row = tx.connection.execute(
        select(windows.c.started_at, windows.c.finished_at, windows.c.num_leads,
               windows.c.certificate)
        .where(windows.c.finished_at.is_not(None)).order_by(windows.c.created_at.desc())
        .limit(1)).one_or_none()
    if row is None:
        return None
    gap = None if row.certificate is None else json.loads(row.certificate).get("gap")
    return WindowGauge(row.started_at, row.finished_at, row.num_leads, gap)


def windows_since(tx: Reading, since: datetime) -> dict[str, int]:
    """Return status to the windows made since an instant."""
    return dict(tx.connection.execute(
        select(windows.c.status, func.count()).where(windows.c.created_at >= since)
        .group_by(windows.c.status)).all())


def num_rates_outside(tx: Reading) -> int:
    """Return how many rates are outside their usual range."""
    return tx.connection.execute(select(func.count()).select_from(rate_alerts)).scalar_one()
