"""What a worker does besides windows and floors: the service level, messages, alerts, order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from api.service.context import Context
from api.service.intake import forget_answers
from api.service.invariants import check_invariants
from api.service.relay import forget
from api.service.sweeps.age import send_aged_to_manager
from api.service.sweeps.breaches import return_breached
from api.service.sweeps.nurture import wake_nurtured
from api.service.watching import watch_rates
from api.store.comparisons import drop_comparisons
from api.store.windows import strip_windows
from api.store.workers import forget_workers
from api.worker.relay import Relay
from api.worker.tasks import Task

#: Seconds between two looks that find nothing.
_SWEEPS, _RATES, _INVARIANTS, _HOUSEKEEPING = 5.0, 60.0, 300.0, 600.0
_FORGOTTEN = timedelta(days=1)


@contextmanager
def upkeep(context: Context) -> Iterator[list[Task]]:
    """Yield the tasks; what they opened is closed afterwards."""
    with Relay(context) as relay:
        yield [
            Task("relay", relay.run_once, context.settings.worker_idle_seconds),
            _sweep(context, "service_level", return_breached),
            _sweep(context, "nurture", wake_nurtured),
            _sweep(context, "age", send_aged_to_manager),
            Task("rates", lambda: watch_rates(context) and False, _RATES),
            Task("invariants", lambda: check_invariants(context) and False, _INVARIANTS),
            Task("housekeeping", lambda: _keep_house(context), _HOUSEKEEPING),
        ]


def _sweep(context: Context, name: str, sweep: Callable[[Context], int]) -> Task:
    return Task(name, lambda: sweep(context), _SWEEPS)


def _keep_house(context: Context) -> None:
    """Forget what nobody asks for any more."""
    forget_answers(context)
    forget(context)
    windows = timedelta(days=context.settings.window_days)
    comparisons = timedelta(days=context.settings.scenario_days)
    with context.database.write() as tx:
        strip_windows(tx, context.now - windows)
        drop_comparisons(tx, context.now - comparisons)
        forget_workers(tx, context.now - _FORGOTTEN)
