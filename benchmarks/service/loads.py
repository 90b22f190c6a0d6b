"""Load on a server: as much as it takes, or so many requests a second whatever it takes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from time import perf_counter, sleep

from benchmarks.service.servers import Client, Served

#: Connections at most.
_CONNECTIONS = 8
Bodies = Iterator[bytes]


def full_rate(server: Served, path: str, bodies: Bodies, seconds: float) -> float:
    """Return how many posts a second a server takes from clients that wait for each answer."""
    counts: list[int] = []
    deadline = perf_counter() + seconds

    def work(client: Client, take: Callable[[], bytes]) -> None:
        count = 0
        while perf_counter() < deadline:
            client.post(path, take())
            count += 1
        counts.append(count)
    _together(server, bodies, work)
    return sum(counts) / seconds


def latencies(server: Served, path: str, bodies: Bodies, rate: float,
              over: Callable[[], bool]) -> list[float]:
    """Return seconds of posts that come at a rate, each from the instant at which it was due.

    Parameters
    ----------
    server
        Where they go.
    path
        Its address there.
    bodies
        What is posted.
    rate
        Posts a second.
    over
        Asked before each post: whether it was the last.
    """
    found: list[float] = []
    began, lock, number = perf_counter(), threading.Lock(), 0

    def work(client: Client, take: Callable[[], bytes]) -> None:
        nonlocal number
        while not over():
            with lock:
                due, number = began + number / rate, number + 1
            sleep(max(0.0, due - perf_counter()))
            client.post(path, take())
            found.append(perf_counter() - due)
    _together(server, bodies, work)
    return found


def _together(server: Served, bodies: Bodies,
              work: Callable[[Client, Callable[[], bytes]], None]) -> None:
    """Let all connections work, and raise what stopped one of them."""
    lock, errors = threading.Lock(), []

    def take() -> bytes:
        with lock:
            return next(bodies)

    def run() -> None:
        try:
            with server.client() as client:
                work(client, take)
        except BaseException as error:
            errors.append(error)
    threads = [threading.Thread(target=run) for _ in range(_CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
