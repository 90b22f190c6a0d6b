"""The ledger of a made-up sales floor: who is ahead, who is owed, what limits have used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

import numpy as np

from solver.calendar.zones import zone
from solver.fairness.periods import period_limits
from solver.generate.features import Feature, feature_stream
from solver.models import Ledger, Limit, Period, Rep, Window
from solver.models.ledger import (
    SHARE_SCALE,
    Entry,
    EntryKind,
    PeriodUse,
    RepBalance,
    entry_order,
)

_LAST_WINDOW = timedelta(hours=2)
#: Spread of the balances, in leads; slots and worth of each of these leads.
_SPREAD, _SLOTS, _WORTH = 1.5, 2, 4_000
_NUM_MANUAL = 5
#: Parts of their upper end that limits have used, at most: a day early, a week and a month late.
_USED = {Period.DAY: 0.35, Period.WEEK: 0.9, Period.MONTH: 0.9}


def with_ledger(window: Window, seed: int) -> Window:
    """Return the window with a ledger that ends two hours before it.

    Parameters
    ----------
    window
        With the policy's limits of longer periods; kept leads that came since are assignments by
        hand.
    seed
        Seed of everything.
    """
    rng, at = feature_stream(seed, Feature.FAIRNESS), window.at - _LAST_WINDOW
    timezone = window.policy.fairness.timezone
    return window.model_copy(update={"ledger": Ledger(
        at=at, currency=window.policy.currency, timezone=timezone,
        reps=tuple(_balances(rng, window, at)),
        periods=tuple(sorted(_periods(window, seed, at.astimezone(zone(timezone)).date()),
                             key=lambda use: use.limit)),
        entries=tuple(_manual(window, at)))})


def _balances(rng: np.random.Generator, window: Window, at: datetime) -> Iterator[RepBalance]:
    """Draw balances that sum to 0, and when each rep last got a lead."""
    ahead = np.rint(rng.normal(0, _SPREAD, len(window.reps)) * SHARE_SCALE).astype(np.int64)
    ahead[-1] -= ahead.sum()
    hours = rng.exponential(6, len(window.reps)).tolist()
    for rep, leads, ago in zip(window.reps, ahead.tolist(), hours, strict=True):
        since = _absent_since(rep, at)
        present = at if since is None else since - timedelta(hours=1)
        yield RepBalance(rep_id=rep.rep_id, leads=leads, slots=leads * _SLOTS,
                         worth=leads * _WORTH, last_present_at=present, absent_since=since,
                         last_assigned_at=(present - timedelta(hours=ago)).replace(microsecond=0))


def _absent_since(rep: Rep, at: datetime) -> datetime | None:
    """Return when the absence began that a rep is in, by whole days of its zone."""
    clock = zone(rep.timezone or "UTC")
    today = at.astimezone(clock).date().isoformat()
    for absence in rep.time_off:
        first, last = absence.split("/")
        if len(first) == len(today) and first <= today <= last:
            begin = datetime.combine(date.fromisoformat(first), datetime.min.time(), clock)
            return min(begin + timedelta(hours=9), at)
    return None


def _periods(window: Window, seed: int, today: date) -> Iterator[PeriodUse]:
    """Draw what every limit of a longer period has used of its upper end."""
    rng = feature_stream(seed, Feature.PERIODS)
    limits = {limit.name: limit for limit in window.policy.limits}
    starts: Mapping[Period, date] = {
        Period.DAY: today, Period.WEEK: today - timedelta(days=today.weekday()),
        Period.MONTH: today.replace(day=1)}
    for one in period_limits(window):
        most = _USED[one.period] * _upper(limits, one.name)
        yield PeriodUse(limit=one.name, period=one.period, measure=one.measure,
                        start=starts[one.period], used=int(rng.uniform(0, most)))


def _upper(limits: Mapping[str, Limit], name: str) -> int:
    limit = limits.get(name) or limits[name.rpartition(":")[0]]
    return limit.upper if isinstance(limit.upper, int) else 0


def _manual(window: Window, after: datetime) -> Iterator[Entry]:
    """Yield what people gave out since the last window: leads that have an owner already."""
    reps = {rep.rep_id for rep in window.reps}
    given = [Entry(kind=EntryKind.MANUAL, at=lead.created_at, lead_id=lead.lead_id,
                   rep_id=lead.owner_id, slots=lead.effort or 1,
                   worth=round((lead.deal_value or 0) * (lead.score or 0) / 100))
             for lead in window.leads if lead.owner_id in reps and lead.owner_id is not None
             and lead.created_at is not None and lead.created_at > after]
    yield from sorted(given[:_NUM_MANUAL], key=entry_order)
