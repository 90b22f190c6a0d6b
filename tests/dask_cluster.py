"""A Dask cluster of this machine for tests: real processes, which tests may kill."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.command_line import ROOT
from tests.service.processes import Process, Processes


class Cluster:
    """A scheduler and its workers, processes of this machine.

    Parameters
    ----------
    started
        Ends them.
    port
        Of the scheduler; 0: any free one.
    """

    def __init__(self, started: Processes, port: int = 0) -> None:
        self._started = started
        self._scheduler = started.python(
            "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port,
            "--no-dashboard", "--no-show")
        self.address = self._scheduler.wait_for_line(r"Scheduler at:\s+(tcp://\S+)")[1]

    def kill(self) -> None:
        """Kill the scheduler."""
        self._scheduler.kill()

    def add_worker(self) -> Process:
        """Start a worker of one thread, and wait until the scheduler has it."""
        worker = self._started.python(
            "-m", "distributed.cli.dask_worker", self.address, "--nthreads", 1, "--no-nanny",
            "--no-dashboard", "--host", "127.0.0.1", env={"PYTHONPATH": str(ROOT)})
        worker.wait_for_line(r"Registered to:\s+tcp://")
        return worker


@contextmanager
def cluster_of(num_workers: int) -> Iterator[Cluster]:
    """Start a scheduler and workers, and end them."""
    with Processes() as started:
        cluster = Cluster(started)
        for _ in range(num_workers):
            cluster.add_worker()
        yield cluster
