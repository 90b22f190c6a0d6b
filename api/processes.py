"""Processes to run many things on; it imports nothing heavy, so that they begin to load at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext

from api.collecting import collect_rarely

#: What workers need, loaded once for all of them.
_LOADED = ("api.processes", "solver.quarter.playing", "solver.what_if.comparing")


def num_processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Processes(ProcessPoolExecutor):
    """Processes on a leash, forked from one that has loaded the library and nothing else.

    A fork of this process, whose threads may hold locks, might hang. They end with this process,
    however that ends, and in the middle of their work where it is cancelled. Ctrl-C is for this
    process alone.

    Parameters
    ----------
    jobs
        How many.
    """

    def __init__(self, jobs: int) -> None:
        context = _context()
        load_early()
        held, self._leash = context.Pipe(duplex=False)
        super().__init__(jobs, context, initializer=_hold, initargs=(held,))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; at once where what is not done is cancelled."""
        if cancel_futures:
            self._leash.close()
        super().shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            self._leash.close()


def load_early() -> None:
    """Begin to load what workers need, beside whatever this process does meanwhile."""
    if not isinstance(_context(), ForkServerContext):
        return
    with _deaf_children():
        forkserver.ensure_running()


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Let processes that are started here not hear of Ctrl-C, not even while they load."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _context() -> ForkServerContext | SpawnContext:
    """Return how workers are started; where there is no fork, each loads the library itself."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_LOADED))
    return context


def _hold(leash: Connection) -> None:
    """Begin as a worker, which ends when nobody holds the other end of the leash any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_rarely()
    threading.Thread(target=_end_with, args=(leash,), daemon=True).start()


def _end_with(leash: Connection) -> None:
    leash.poll(None)  # nothing is ever sent: only the end of the other side wakes it
    os._exit(1)
