"""Where many pieces of work run: in this process, in several of this machine, on a Dask cluster."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from api.collecting import collect_rarely
from solver.errors import UsageError
from solver.running import Partial, Pooled, Progress, Runner, Serial

#: Parts that each process gets, so that none is idle for long at the end.
_PARTS = 16


@dataclass(frozen=True, slots=True)
class Places:
    """Where to run."""

    jobs: int | None = None
    """Processes of this machine; None: one for each processor that this one may use."""
    dask: str | None = None
    """Address of a Dask scheduler, in place of processes: ``tcp://HOST:PORT``."""


@contextmanager
def runner_at(places: Places, *, progress: Progress | None = None, partial: Partial | None = None
              ) -> Iterator[Runner]:
    """Give what runs there; when it is left, by whatever way, no process goes on.

    Parameters
    ----------
    places
        Where.
    progress, partial
        As of :class:`solver.running.Serial`.

    Raises
    ------
    UsageError
        If both processes and a cluster are named, no cluster answers at the address, its workers
        have other versions than this process, or the extra ``dask`` is not installed.
    """
    if places.dask is not None:
        if places.jobs is not None:
            raise UsageError(f"--jobs {places.jobs} and --dask {places.dask} both say where to "
                             "run; give one of them")
        with _on_dask(places.dask, progress, partial) as runner:
            yield runner
        return
    jobs = num_processors() if places.jobs is None else places.jobs
    if jobs == 1:
        yield Serial(progress=progress, partial=partial)
        return
    with Pooled(lambda: Processes(jobs), progress=progress, partial=partial,
                chunks=_PARTS * jobs) as pooled:
        yield pooled


def num_processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Processes(ProcessPoolExecutor):
    """Fresh interpreters (a fork of threads that hold locks may hang), on a leash.

    They end with this process, however that ends, and in the middle of their work where it is
    cancelled. Ctrl-C is for this process alone.

    Parameters
    ----------
    jobs
        How many.
    """

    def __init__(self, jobs: int) -> None:
        context = multiprocessing.get_context("spawn")
        held, self._leash = context.Pipe(duplex=False)
        super().__init__(jobs, context, initializer=_hold, initargs=(held,))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; at once where what is not done is cancelled."""
        if cancel_futures:
            self._leash.close()
        super().shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            self._leash.close()


def _hold(leash: Connection) -> None:
    """Begin as a worker, which ends when nobody holds the other end of the leash any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_rarely()
    threading.Thread(target=_end_with, args=(leash,), daemon=True).start()


def _end_with(leash: Connection) -> None:
    leash.poll(None)  # nothing is ever sent: only the end of the other side wakes it
    os._exit(1)


@contextmanager
def _on_dask(address: str, progress: Progress | None, partial: Partial | None) -> Iterator[Runner]:
    try:
        from api.dask_executor import LOST, DaskExecutor, check_cluster  # noqa: PLC0415 - an extra
    except ImportError as error:
        if error.name not in ("dask", "distributed"):
            raise
        raise UsageError(f"--dask {address} needs the extra dask: pip install 'fairlead[dask]'"
                         ) from error
    num_threads = check_cluster(address)
    with Pooled(lambda: DaskExecutor(address), progress=progress, partial=partial, lost=LOST,
                chunks=_PARTS * num_threads) as pooled:
        yield pooled
