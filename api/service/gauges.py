"""How the service stands, asked of the database when metrics are scraped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from api.metrics import Gauge
from api.service.context import Context
from api.service.invariants import check_invariants
from api.store.control import read_control
from api.store.database import Reading
from api.store.gauges import (
    last_window,
    leads_by_state,
    messages,
    num_rates_outside,
    windows_since,
)
from api.store.invariants import INVARIANTS
from api.store.queues import queue_counts
from api.store.reps import all_reps
from api.store.workers import last_seen
from solver.hand_off import LeadState

_HOUR = timedelta(hours=1)


def database_gauges(context: Context) -> list[Gauge]:
    """Return gauges of leads, queues, reps, windows, delivery and invariants.

    All states, queues and invariants are there, those with nothing as 0; what never happened (a
    window, a worker) is absent.
    """
    now = context.now
    broken = {one.invariant: one.count for one in check_invariants(context)}
    with context.database.read() as tx:
        return [*_of_leads(tx, now), *_of_reps(tx, now), *_of_windows(tx, now),
                *_of_messages(tx, now), *_of_service(tx, now),
                _by("fairlead_invariant_violations",
                    "Leads or reps that break an invariant; anything but 0 is a fault.",
                    "invariant", {name: broken.get(name, 0) for name in INVARIANTS})]


def _of_leads(tx: Reading, now: datetime) -> Iterator[Gauge]:
    states, queues = leads_by_state(tx), queue_counts(tx)
    yield _by("fairlead_leads", "Leads by state.", "state",
              {state.value: states.get(state.value, 0) for state in LeadState})
    yield _by("fairlead_queue_leads", "Leads that wait, by queue.", "queue", {
        queue.value: found.num_leads for queue, found in queues.items()})
    yield _by("fairlead_queue_oldest_seconds",
              "How long the lead that came first into a queue has waited there.", "queue",
              {queue.value: _age(found.oldest, now) for queue, found in queues.items()})


def _of_reps(tx: Reading, now: datetime) -> Iterator[Gauge]:
    reps = all_reps(tx)
    yield _one("fairlead_reps", "Reps who may get leads now.", sum(rep.works(now) for rep in reps))
    yield _one("fairlead_free_slots", "Slots of all reps that are free now.",
               sum(rep.free_slots(now) for rep in reps))


def _of_windows(tx: Reading, now: datetime) -> Iterator[Gauge]:
    yield _by("fairlead_windows_last_hour", "Windows made in the last hour, by status.", "status",
              dict(sorted(windows_since(tx, now - _HOUR).items())))
    last = last_window(tx)
    if last is None:
        return
    yield _one("fairlead_window_age_seconds", "Time since the latest window ended.",
               _age(last.finished_at, now))
    yield _one("fairlead_window_leads", "Leads of the latest window.", last.num_leads)
    if last.started_at is not None:
        yield _one("fairlead_window_seconds", "How long the latest window took.",
                   (last.finished_at - last.started_at).total_seconds())
    if last.gap is not None:
        yield _one("fairlead_window_gap", "Gap of the latest window's plan in minor units of the "
                   "currency; 0: proven to be the best.", last.gap)


def _of_messages(tx: Reading, now: datetime) -> Iterator[Gauge]:
    found = messages(tx)
    yield _one("fairlead_outbox_waiting", "Messages that no delivery was made of yet.",
               found.num_waiting)
    yield _one("fairlead_outbox_oldest_seconds", "Age of the oldest of these.",
               _age(found.oldest_waiting, now))
    yield _by("fairlead_deliveries", "Deliveries that are queued, tried at least once and queued "
              "again, or dead letters.", "status", {
                  "queued": found.num_queued, "retrying": found.num_retrying,
                  "dead": found.num_dead})
    yield _one("fairlead_delivery_lag_seconds", "How long the first delivery that is due has "
               "been due.", _age(found.oldest_due, now))


def _of_service(tx: Reading, now: datetime) -> Iterator[Gauge]:
    held = read_control(tx)
    yield _one("fairlead_policy_version", "Version of the active policy.", held.policy_version)
    yield _one("fairlead_shadow", "1 in shadow mode: windows decide and assign nothing.",
               int(held.shadow))
    yield _one("fairlead_rates_outside", "Rates outside the policy's usual range.",
               num_rates_outside(tx))
    seen = last_seen(tx)
    if seen is not None:
        yield _one("fairlead_worker_age_seconds", "Time since a worker was last heard of.",
                   _age(seen, now))


def _age(since: datetime | None, now: datetime) -> float:
    """Return seconds since an instant; 0 for none, and for one to come."""
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _one(name: str, help_text: str, value: float) -> Gauge:
    return Gauge(name, help_text, {"": value})


def _by(name: str, help_text: str, label: str, values: Mapping[str, float]) -> Gauge:
    return Gauge(name, help_text, values, label)
