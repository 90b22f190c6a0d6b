"""Tasks of a worker: each in a thread of its own, at its own pace, none stopped by another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

_log = structlog.get_logger()
#: Longest pause of a task that fails again and again.
_LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Task:
    """Something that a worker does again and again."""

    name: str
    run: Callable[[], object]
    """Returns something true where there may be more to do at once."""
    every: float
    """Seconds between two runs that find nothing."""


def run_tasks(tasks: Sequence[Task], stop: threading.Event) -> None:
    """Run tasks until told to stop; returns once all have ended."""
    threads = [threading.Thread(target=_repeat, args=(task, stop), name=task.name)
               for task in tasks]
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join()


def _repeat(task: Task, stop: threading.Event) -> None:
    failures = 0
    pause = 0.0
    while not stop.wait(pause):
        try:
            pause = 0.0 if task.run() else task.every
            failures = 0
        except Exception as error:  # whatever it was: the task goes on, and so do the others
            failures += 1
            pause = min(task.every * 2.0 ** min(failures, 20), _LONGEST_PAUSE)
            _log.error("task.failed", task=task.name, failures=failures, pause=round(pause, 1),
                       exc_info=error)


class Stopwatch:
    """Seconds since a value was first seen, by a clock that never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._value: object = None
        self._since = clock()

    def since(self, value: object) -> float:
        """Return how long the value has been this one."""
        if value != self._value:
            self._value, self._since = value, self._clock()
        return self._clock() - self._since
