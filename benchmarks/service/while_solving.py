"""The API under a fifth of its full load: idle, and while a worker closes a window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from statistics import median
from time import perf_counter, sleep
from typing import Any

from sqlalchemy import text

from api.store.database import Database
from api.store.windows import get_window
from benchmarks.service.bodies import body_of, lead_rows, put_floor, raw_leads, window_of
from benchmarks.service.loads import full_rate, latencies
from benchmarks.service.places import Place
from benchmarks.service.servers import Served, served
from benchmarks.service.single import flat, p99
from benchmarks.service.sizes import AT, SEED, Sizes

_SHARE = 0.2
_LOOK_SECONDS = 0.1
_MOST_SECONDS = 120.0
#: Puts leads and reps back to where they stood before any window.
_RESTORE = ("TRUNCATE leads, events, outbox CASCADE", "INSERT INTO leads SELECT * FROM saved_leads",
            "UPDATE reps SET used = 0, day_used = 0")


@dataclass(slots=True)
class SolvingTimes:
    """Seconds of single posts."""

    full: float = 0.0
    """Posts a second."""
    idle: list[list[float]] = field(default_factory=list)
    """Round by round."""
    solving: list[list[float]] = field(default_factory=list)
    window: list[float] = field(default_factory=list)
    """From the instant at which the window was asked for to its end."""

    @property
    def median_ratio(self) -> float:
        """Of all posts, while it solves over idle."""
        return median(flat(self.solving)) / median(flat(self.idle))

    @property
    def p99_ratio(self) -> float:
        """Of all posts, while it solves over idle."""
        return p99(flat(self.solving)) / p99(flat(self.idle))


def measure_while_solving(place: Place, sizes: Sizes) -> SolvingTimes:
    """Post at a fifth of the full rate, by turns with nothing else and while a window closes.

    Raises
    ------
    RuntimeError
        If a post is refused, or a window does not succeed.
    """
    url, times = place.copy(), SolvingTimes()
    window = window_of(sizes.num_leads, sizes.num_reps)
    bodies = _bodies()
    database = Database(url)
    with served(url, worker=True) as server:
        with server.client() as client:
            put_floor(client, window)
            client.post("/v1/leads/bulk?prepare=false", body_of(_fresh(lead_rows(window))))
        _execute(database, "CREATE TABLE saved_leads AS SELECT * FROM leads")
        times.full = full_rate(server, "/v1/leads", bodies, sizes.seconds)
        load = _Load(server, database, bodies, _SHARE * times.full)
        load.while_a_window()  # the child has loaded and compiled everything from here
        for _ in range(sizes.repeats):
            load.restore()
            times.idle.append(load.during(sizes.seconds))
            seconds, found = load.while_a_window()
            times.window.append(seconds)
            times.solving.append(found)
    database.close()
    return times


@dataclass(frozen=True, slots=True)
class _Load:
    server: Served
    database: Database
    bodies: Iterator[bytes]
    rate: float

    def during(self, seconds: float) -> list[float]:
        """Return latencies of some seconds."""
        until = perf_counter() + seconds
        return latencies(self.server, "/v1/leads", self.bodies, self.rate,
                         lambda: perf_counter() >= until)

    def while_a_window(self) -> tuple[float, list[float]]:
        """Ask for a window; return how long it took, and latencies until it ended."""
        self.restore()
        ended, found = threading.Event(), list[float]()
        thread = threading.Thread(target=lambda: found.extend(
            latencies(self.server, "/v1/leads", self.bodies, self.rate, ended.is_set)))
        began = perf_counter()
        with self.server.client() as client:
            window_id = client.post("/v1/windows", b"").json["window_id"]
        thread.start()
        try:
            self._wait(window_id)
            return perf_counter() - began, found
        finally:
            ended.set()
            thread.join()

    def restore(self) -> None:
        """Let all leads of the window wait again, and only these."""
        _execute(self.database, *_RESTORE)

    def _wait(self, window_id: str) -> None:
        deadline = perf_counter() + _MOST_SECONDS
        while perf_counter() < deadline:
            sleep(_LOOK_SECONDS)
            with self.database.read() as tx:
                row = get_window(tx, window_id)
            status = None if row is None else row.status
            if status == "succeeded":
                return
            if status not in ("queued", "running"):
                raise RuntimeError(f"window {window_id}: {status}")
        raise RuntimeError(f"window {window_id} has not ended in {_MOST_SECONDS:g} s")


def _fresh(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return leads that came as long before now as they came before the window's instant."""
    shift = datetime.now(UTC) - AT
    return [{**row, "created_at": (datetime.fromisoformat(row["created_at"]) + shift).isoformat()}
            if "created_at" in row else row for row in rows]


def _bodies() -> Iterator[bytes]:
    """Yield bodies of leads, each another."""
    for seed in count(SEED + 1000):
        yield from map(body_of, raw_leads(500, seed))


def _execute(database: Database, *statements: str) -> None:
    with database.write() as tx:
        for one in statements:
            tx.connection.execute(text(one))
