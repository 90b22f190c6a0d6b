"""Workers that start in an instant: forked from a process that has imported all they need.

Starting an interpreter takes longer than a second on a busy machine; workers that are to be killed
every second would never get anything done.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

_PAUSE_SECONDS = 0.02
_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["api.cli.app", "api.cli.service", "api.cli.working",
                               "api.worker.worker", "psycopg", "benchmarks.faults.verdict",
                               "tests.service.processes"])
_PR_SET_PDEATHSIG = 1


class ForkedWorker:
    """One `fairlead worker`.

    Attributes
    ----------
    pid : int
        Its process, which is not anybody else's before it was joined.
    """

    def __init__(self, env: Mapping[str, str], log: Path) -> None:
        self._log = log
        self._process = _FORKS.Process(target=_work, args=(dict(env), str(log)))
        self._process.start()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    def is_up(self, seconds: float) -> bool:
        """Wait until it works; False: it ended, for it found no database, or took too long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._log.exists() and "worker.started" in self._log.read_text(encoding="utf-8"):
                return True
            if not self._process.is_alive():
                return False
            time.sleep(_PAUSE_SECONDS)
        return False

    def kill(self) -> None:
        """End it at this instant (SIGKILL), it alone: its child finds out for itself."""
        self._process.kill()
        self._process.join()


class Nursery:
    """All workers of one run; a context manager that ends those that live."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._folder = TemporaryDirectory(prefix="fairlead-workers-")
        self._workers: list[ForkedWorker] = []

    def worker(self) -> ForkedWorker:
        """Start a worker."""
        found = ForkedWorker(self._env, Path(self._folder.name) / f"{len(self._workers)}.log")
        self._workers.append(found)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.kill()
        self._folder.cleanup()


def _work(env: Mapping[str, str], log: str) -> None:
    """Be `fairlead worker`, in the forked process."""
    os.setsid()
    if sys.platform == "linux":  # the process that forks ends with the run
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ.update(env)
    with Path(log).open("wb", buffering=0) as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.argv = ["fairlead", "worker"]
    from api.cli.app import main  # noqa: PLC0415 - in the forked process alone
    main()
