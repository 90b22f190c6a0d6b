"""A scheduler and workers of this machine, for as long as a measurement lasts."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.dask_executor import check_cluster
from solver.errors import UsageError

_ROOT = Path(__file__).parents[1]
_HOST = "127.0.0.1"
_LATE_SECONDS = 60.0


@contextmanager
def local_cluster(num_workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and workers of one thread on the loopback; end them."""
    started: list[subprocess.Popen[bytes]] = []
    address = f"tcp://{_HOST}:{_free_port()}"
    try:
        started.append(_start("scheduler", "--port", address.rpartition(":")[2]))
        started += [_start("worker", address, "--nthreads", "1", "--no-nanny")
                    for _ in range(num_workers)]
        _wait_for(address, num_workers)
        yield address, started[1:]
    finally:
        for one in started:
            one.kill()
            one.wait()


def _start(what: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{what}", *arguments, "--host", _HOST,
         "--no-dashboard"], env={**os.environ, "PYTHONPATH": str(_ROOT)}, cwd=_ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as free:
        port: int = free.getsockname()[1]
    return port


def _wait_for(address: str, num_workers: int) -> None:
    """Return once a cluster has so many workers of one thread."""
    deadline = time.monotonic() + _LATE_SECONDS
    while time.monotonic() < deadline:
        try:
            if check_cluster(address) == num_workers:
                return
        except UsageError:
            time.sleep(0.2)
    raise AssertionError(f"no {num_workers} workers came within {_LATE_SECONDS:g} s")
