"""Processes to run many things on; it imports nothing heavy, so that they begin to load at once."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any

from api.collecting import collect_rarely

#: What workers need, loaded once for all of them.
_LOADED = ("api.processes", "api.preloaded")
_Work = tuple[Future[Any], tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]]


def num_processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load_early() -> None:
    """Begin to load what workers need, beside whatever this process does meanwhile."""
    if isinstance(_context(), ForkServerContext):
        with _deaf_children():
            forkserver.ensure_running()


class Processes(Executor):
    """Processes, each with a line of its own to this one: one that dies takes nothing else along.

    They are forked from a process that has loaded the library and nothing else: a fork of this one,
    whose threads may hold locks, might hang. They end with this process, however that ends, and in
    the middle of their work where it is cancelled. Ctrl-C is for this process alone. What a process
    had in hand when it died is a ``BrokenExecutor``; another takes its place.

    Parameters
    ----------
    jobs
        How many.
    """

    def __init__(self, jobs: int) -> None:
        load_early()
        self._waiting: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._workers = [_Worker(self._waiting) for _ in range(jobs)]

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Let the next idle process call a function that it finds by module and name."""
        future: Future[Any] = Future()
        self._waiting.put((future, (fn, args, kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; at once where what is not done is cancelled."""
        if cancel_futures:
            self._cancel_waiting()
        for _ in self._workers:
            self._waiting.put(None)
        for worker in self._workers:
            worker.end(wait=wait, at_once=cancel_futures)

    def _cancel_waiting(self) -> None:
        while True:
            try:
                work = self._waiting.get_nowait()
            except queue.Empty:
                return
            if work is not None:
                work[0].cancel()
                work[0].set_running_or_notify_cancel()


class _Worker:
    """A process and the thread that hands it work, one piece after the other."""

    def __init__(self, waiting: queue.SimpleQueue[_Work | None]) -> None:
        self._waiting = waiting
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._over = False
        self._thread = threading.Thread(target=self._serve, name="worker", daemon=True)
        self._thread.start()

    def end(self, *, wait: bool, at_once: bool) -> None:
        """End the process once its work is done, or at once."""
        if at_once:
            with self._lock:
                self._over = True
                if self._process is not None:
                    self._process.kill()
        if wait or at_once:
            self._thread.join()

    def _serve(self) -> None:
        line: Connection | None = None
        while (work := self._waiting.get()) is not None:
            future, call = work
            if not future.set_running_or_notify_cancel():
                continue
            line = line or self._start()
            try:
                done, result = _asked(line, call)
            except (EOFError, OSError) as error:
                line.close()
                line = None
                future.set_exception(_died(error))
            except Exception as error:  # what it is called with, or what came, cannot be pickled
                future.set_exception(error)
            else:
                (future.set_result if done else future.set_exception)(result)
        if line is not None:
            line.close()  # it ends by itself then

    def _start(self) -> Connection:
        context = _context()
        ours, theirs = context.Pipe()
        with self._lock:
            if not self._over:
                self._process = context.Process(target=_work, args=(theirs,), daemon=True)
                self._process.start()
        theirs.close()
        return ours


def _asked(line: Connection, call: Any) -> tuple[bool, Any]:
    """Send a call; return whether it was done, and the result or else the error."""
    line.send(call)
    done, result = line.recv()
    return done, result


def _died(cause: Exception) -> BrokenExecutor:
    error = BrokenExecutor("a process died while it worked")
    error.__cause__ = cause
    return error


def _work(line: Connection) -> None:
    """Answer calls until nobody is there any more; in the worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_rarely()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            function, args, kwargs = line.recv()
        except (EOFError, OSError):
            return
        try:
            answer = (True, function(*args, **kwargs))
        except Exception as error:
            answer = (False, error)
        line.send(answer)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _context() -> ForkServerContext | SpawnContext:
    """Return how workers are started; where there is no fork, each loads the library itself."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_LOADED))
    return context


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Let processes that are started here not hear of Ctrl-C, not even while they load.

    This one hears of it when they are started: it waits meanwhile, and is not lost.
    """
    resource_tracker.ensure_running()  # deaf by itself; started later it would end the waiting
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
