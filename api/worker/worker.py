"""The worker's main loop: which tasks it has, how often, and how it ends."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time

import structlog

from api.service.context import Context
from api.service.floors import refresh_floors
from api.service.windows.due import begun, due
from api.solving.process import Solving
from api.store.workers import note_alive
from api.worker.scenarios import Comparisons
from api.worker.tasks import Stopwatch, Task, run_tasks
from api.worker.upkeep import upkeep
from api.worker.windows import How, Windows

_log = structlog.get_logger()
#: Seconds between two looks at whether floors are due.
_FLOORS = 20.0
#: And at whether scenarios wait to be compared: people do, but not as leads do.
_SCENARIOS = 1.0
#: How long a window at hand may still take once the worker is asked to end.
_GRACE_SECONDS = 10.0


def run_worker(context: Context, stop: threading.Event, *, embedded: bool = False) -> None:
    """Work until told to stop; then the window at hand is finished, or given up after a while.

    Parameters
    ----------
    context
        The service; its tables are there.
    stop
        Set by whoever wants the worker to end.
    embedded
        Whether it runs beside a server, which the log says.
    """
    worker_id = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(3)}"
    solving, learning, comparing = Solving(), Solving(), Solving()
    try:
        solving.start()
        _log.info("worker.started", worker_id=worker_id, embedded=embedded)
        with upkeep(context) as tasks:
            run_tasks([*_own_tasks(context, worker_id, (solving, learning), stop),
                       _comparing(context, comparing, worker_id, stop), *tasks], stop)
    finally:
        solving.close()
        learning.close()
        comparing.close()
        _log.info("worker.ended", worker_id=worker_id)


def _own_tasks(context: Context, worker_id: str, processes: tuple[Solving, Solving],
               stop: threading.Event) -> list[Task]:
    solving, learning = processes
    stopping = _Grace(stop)
    windows = Windows(context, solving, worker_id, stopping.is_over)
    watch = Stopwatch()

    def close_if_due() -> bool:
        with context.database.read() as tx:
            since = begun(tx, context.now)
        trigger = due(context, watch.since(since))
        return trigger is not None and windows.run(trigger).how is How.COMMITTED

    def refresh() -> bool:
        try:
            return refresh_floors(context, learning, stop.is_set)
        finally:
            learning.close()

    settings = context.settings
    return [
        Task("windows", close_if_due, settings.worker_idle_seconds),
        Task("alive", lambda: _note_alive(context, worker_id), settings.lease_seconds / 4),
        Task("floors", refresh, _FLOORS),
    ]


def _comparing(context: Context, solving: Solving, worker_id: str, stop: threading.Event) -> Task:
    comparisons = Comparisons(context, solving, worker_id, stop.is_set)

    def compare() -> bool:
        try:
            return comparisons.run()
        finally:
            solving.close()  # its memory is free between two comparisons

    return Task("scenarios", compare, max(context.settings.worker_idle_seconds, _SCENARIOS))


class _Grace:
    """Time that is left once the worker is asked to end."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._asked_at: float | None = None

    def is_over(self) -> bool:
        """Return whether the worker was asked to end, and has had time to finish."""
        if not self._stop.is_set():
            return False
        if self._asked_at is None:
            self._asked_at = time.monotonic()
        return time.monotonic() - self._asked_at > _GRACE_SECONDS


def _note_alive(context: Context, worker_id: str) -> None:
    with context.database.write() as tx:
        note_alive(tx, worker_id, context.now)
