"""A child process that is kept running: started again when it dies, ended with its parent."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

import api

#: The child of ``fairlead serve``; its standard input ends when its parent does.
WORKER = ("-P", "-m", "api.cli.supervised", "worker")
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
#: A child that lived so long did not die of how it was started.
_LIVED_WELL = 60.0
_log = structlog.get_logger()


class Supervisor:
    """Keeps one child running while the block lasts; a context manager that ends it.

    Parameters
    ----------
    arguments
        What the interpreter of this process is started with.
    first_pause
        Seconds before the child is started again; doubled each time that it dies soon.
    end_seconds
        How long the child may take to end by itself.
    """

    def __init__(self, arguments: Sequence[str] = WORKER, *, first_pause: float = _FIRST_PAUSE,
                 end_seconds: float = 30.0) -> None:
        self._arguments = tuple(arguments)
        self._first_pause = first_pause
        self._end_seconds = end_seconds
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._keep, name="supervisor")

    @property
    def pid(self) -> int | None:
        """The child's process; None between two of them."""
        process = self._process
        return None if process is None or process.returncode is not None else process.pid

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.stop_soon()
        self._thread.join(self._end_seconds)
        with self._lock:
            if self._thread.is_alive() and self._process is not None:
                _log.warning("worker_process.killed", waited=self._end_seconds)
                self._process.kill()
        self._thread.join()

    def stop_soon(self) -> None:
        """Ask the child to end, and start no other; twice is fine."""
        self._stop.set()
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                self._process.terminate()

    def _keep(self) -> None:
        pause = self._first_pause
        while not self._stop.is_set():
            began = time.monotonic()
            code = self._run()
            if self._stop.is_set():
                return
            lived = time.monotonic() - began
            if lived >= _LIVED_WELL:
                pause = self._first_pause
            _log.error("worker_process.ended", code=code, lived=round(lived, 1), again_in=pause)
            self._stop.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _run(self) -> int:
        with self._lock:
            if self._stop.is_set():
                return 0
            process = self._process = subprocess.Popen(  # noqa: S603 - the interpreter itself
                [sys.executable, *self._arguments], stdin=subprocess.PIPE, env=_environment())
        _log.info("worker_process.started", pid=process.pid)
        assert process.stdin is not None
        with process.stdin:
            return process.wait()


def _environment() -> dict[str, str]:
    """Return this process's variables; the child finds the package that this process runs."""
    root = str(Path(api.__file__).parent.parent)
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    return {**os.environ, "PYTHONPATH": os.pathsep.join([*paths, root])}
