"""A scheduler and workers of this machine, for measurements, and for tests that kill them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.dask_executor import connect_to
from solver.errors import UsageError

_ROOT = Path(__file__).parents[1]
_HOST = "127.0.0.1"
_LATE_SECONDS = 60.0


class Cluster:
    """A scheduler and its workers of one thread each, processes on the loopback."""

    def __init__(self) -> None:
        self._port = str(_free_port())
        self.address = f"tcp://{_HOST}:{self._port}"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.start()

    def start(self) -> None:
        """Start the scheduler, for the first time or again.

        Raises
        ------
        UsageError
            If it does not come.
        """
        self._scheduler = _start("scheduler", "--port", self._port, "--no-show")
        deadline = time.monotonic() + _LATE_SECONDS
        while True:
            try:
                connect_to(self.address).close()
            except UsageError:
                if time.monotonic() > deadline:
                    self.end()
                    raise
            else:
                return

    def add_workers(self, num_workers: int) -> None:
        """Start workers, and wait until the scheduler has them.

        Raises
        ------
        TimeoutError
            If they do not come.
        """
        started = [_start("worker", self.address, "--nthreads", "1", "--no-nanny")
                   for _ in range(num_workers)]
        self.workers += started
        there = sum(worker.poll() is None for worker in self.workers)
        with connect_to(self.address) as client:
            client.wait_for_workers(there, timeout=_LATE_SECONDS)

    def add_worker(self) -> subprocess.Popen[bytes]:
        """Start one more, and wait until the scheduler has it."""
        self.add_workers(1)
        return self.workers[-1]

    def kill(self) -> None:
        """Kill the scheduler."""
        _end(self._scheduler)

    def end(self) -> None:
        """Kill them all."""
        for one in (self._scheduler, *self.workers):
            _end(one)
        self.workers.clear()


@contextmanager
def cluster_of(num_workers: int) -> Iterator[Cluster]:
    """Start a scheduler and workers, and end them."""
    cluster = Cluster()
    try:
        if num_workers:
            cluster.add_workers(num_workers)
        yield cluster
    finally:
        cluster.end()


def _start(what: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{what}", *arguments, "--host", _HOST,
         "--no-dashboard"], env={**os.environ, "PYTHONPATH": str(_ROOT)}, cwd=_ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as free:
        port: int = free.getsockname()[1]
    return port
