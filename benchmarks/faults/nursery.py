"""Workers that start in an instant: forked from a process that has imported all they need.

Starting an interpreter takes two seconds of a processor for the worker and two for its solving
child; workers that are to be killed every second would never get anything done. So both are forked
here; all else is as `fairlead worker` does it. Linux only.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn, Self

_PAUSE_SECONDS = 0.02
_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["api.cli.app", "api.cli.service", "api.cli.working",
                               "api.solving.child", "api.worker.worker", "psycopg",
                               "benchmarks.faults.verdict",
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
    _end_with_parent()
    os.environ.update(env)
    with Path(log).open("wb", buffering=0) as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.argv = ["fairlead", "worker"]
    from api.cli.app import main  # noqa: PLC0415 - in the forked process alone
    from api.solving import process  # noqa: PLC0415
    process._Child._start = staticmethod(_Children().start)  # type: ignore[assignment, method-assign]
    main()


class _Children:
    """Forks solving children from a process without threads, which ends with its worker."""

    def __init__(self) -> None:
        self._asking, asked = socket.socketpair()
        if os.fork() == 0:
            self._asking.close()
            _fork_children(asked)
        asked.close()

    def start(self, theirs: socket.socket) -> _Child:
        """Start a child that answers on a channel."""
        with theirs:
            socket.send_fds(self._asking, [b"?"], [theirs.fileno()])
        return _Child(int(self._asking.recv(32)))


class _Child:
    """A solving child, as far as its parent asks after it."""

    def __init__(self, pid: int) -> None:
        self._handle = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Return 0 once it has ended."""
        return 0 if select.select([self._handle], [], [], 0)[0] else None

    def kill(self) -> None:
        """End it at this instant."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def wait(self) -> int:
        """Return once it has ended."""
        select.select([self._handle], [], [])
        return 0


def _fork_children(asked: socket.socket) -> NoReturn:
    """Fork a child for each channel that comes."""
    _end_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    while True:
        _, (channel,), _, _ = socket.recv_fds(asked, 1, 1)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sys.argv = ["child", str(channel), str(os.getppid())]
            from api.solving.child import main  # noqa: PLC0415
            main()
            os._exit(0)
        os.close(channel)
        asked.send(str(pid).encode())


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
