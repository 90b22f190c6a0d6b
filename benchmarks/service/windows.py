"""A window from close to committed, beside solving the same inputs in a warm process."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from unittest import mock

from api.service.context import Context
from api.service.windows import closing
from api.service.windows.closing import Trigger, close_window
from api.service.windows.committing import commit_plan
from api.service.windows.gathering import gather
from api.solving.deciding import WindowInputs
from api.solving.process import Solving
from api.store.database import Database
from api.worker import windows as working
from benchmarks.service.bodies import lead_rows, put_floor, window_of
from benchmarks.service.places import Place
from benchmarks.service.servers import served, settings_of
from benchmarks.service.sizes import AT, Sizes
from solver.solving import solve

#: Where time goes, in the order of a window.
PARTS = ("read and build", "compress and store", "child", "commit")


@dataclass(frozen=True, slots=True)
class WindowTimes:
    """Seconds of each repetition."""

    total: list[float]
    """From close to committed."""
    solve: list[float]
    parts: list[dict[str, float]]
    """Of :data:`PARTS`; the child's holds the solve."""
    num_assigned: int
    num_held: int

    @property
    def beside(self) -> list[float]:
        """Of each repetition: what comes on top of the solve."""
        return [total - alone for total, alone in zip(self.total, self.solve, strict=True)]


def measure_windows(place: Place, sizes: Sizes) -> WindowTimes:
    """Close, solve and commit the generated window again and again, each on a copy.

    Raises
    ------
    RuntimeError
        If a window is not committed as a whole.
    """
    ready = _with_leads(place, sizes)
    found = WindowTimes([], [], [], 0, 0)
    solving = Solving()
    try:
        _run(place.copy(ready), solving)  # the child has loaded and compiled everything from here
        for _ in range(sizes.repeats):
            url = place.copy(ready)
            found.solve.append(_time_solve(url))
            total, parts, done = _run(url, solving)
            found.total.append(total)
            found.parts.append(parts)
    finally:
        solving.close()
    return WindowTimes(found.total, found.solve, found.parts, done.num_assigned, done.num_held)


def _with_leads(place: Place, sizes: Sizes) -> str:
    """Return a database with the leads, the reps and the policy of the generated window."""
    url, window = place.copy(), window_of(sizes.num_leads, sizes.num_reps)
    with served(url) as server, server.client() as client:
        put_floor(client, window)
        client.post("/v1/leads/bulk?prepare=false", lead_rows(window))
    return url


@contextmanager
def _context(url: str) -> Iterator[Context]:
    database = Database(url)
    try:
        yield Context(database, settings_of(url), lambda: AT)
    finally:
        database.close()


def _time_solve(url: str) -> float:
    """Time the library's entry point on the inputs that the window will have."""
    with _context(url) as context:
        gathered = gather(context)
    assert gathered is not None
    inputs = WindowInputs.model_validate_json(gathered.inputs)
    gc.collect()
    began = perf_counter()
    solve(inputs.window, floors=inputs.floors, time_limit=inputs.time_limit)
    return perf_counter() - began


def _run(url: str, solving: Solving) -> tuple[float, dict[str, float], Any]:
    """Run the window as the worker does; return the seconds, those of the parts, what became."""
    gc.collect()
    times: dict[str, float] = {}
    with _context(url) as context, _timed(times):
        windows = working.Windows(context, solving, "speed")
        with mock.patch.object(solving, "run", _timing(times, "child", solving.run)):
            began = perf_counter()
            ran = windows.run(Trigger.CRON)
            total = perf_counter() - began
    if ran.committed is None or ran.committed.dropped:
        raise RuntimeError(f"the window was not committed as it was solved: {ran}")
    times["compress and store"] = times.pop("close") - times["read and build"]
    return total, times, ran.committed


@contextmanager
def _timed(times: dict[str, float]) -> Iterator[None]:
    with (mock.patch.object(closing, "gather", _timing(times, "read and build", gather)),
          mock.patch.object(working, "close_window",
                            _timing(times, "close", close_window)),
          mock.patch.object(working, "commit_plan",
                            _timing(times, "commit", commit_plan))):
        yield


def _timing(times: dict[str, float], name: str, function: Callable[..., Any]
            ) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        began = perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            times[name] = perf_counter() - began
    return timed
