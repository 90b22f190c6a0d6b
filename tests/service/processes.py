"""Processes of the service as tests run them: started, watched, killed, and always ended."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import httpx2

from tests.command_line import ROOT, TERMINAL_VARIABLES

_END_SECONDS = 30.0
_SHOWN_LINES = 60


class Process:
    """One running command, a group of processes of its own.

    Attributes
    ----------
    pid : int
        Its process; nobody else is given this number before the test is over.
    """

    def __init__(self, arguments: tuple[str, ...], env: Mapping[str, str]) -> None:
        self._name = " ".join(arguments)
        self._lines: list[str] = []
        self._over = False
        self._changed = threading.Condition()
        plain = {name: value for name, value in os.environ.items()
                 if name not in TERMINAL_VARIABLES}
        self._process = subprocess.Popen(
            arguments, cwd=ROOT, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
            start_new_session=True,
            env={**plain, "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1", **env})
        self.pid = self._process.pid
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._ended() is None

    @property
    def log(self) -> str:
        """What it wrote so far, to stdout and stderr."""
        with self._changed:
            return "".join(self._lines)

    def wait_for_line(self, pattern: str, seconds: float = 30.0) -> re.Match[str]:
        """Return the first match in a line of the log; an AssertionError if none comes.

        Parameters
        ----------
        pattern
            A regular expression, searched for in each line, also in those written before.
        seconds
            How long to wait at most; not longer than the process writes.
        """
        looked_at = 0
        deadline = time.monotonic() + seconds
        while lines := self._lines_after(looked_at, deadline - time.monotonic()):
            for line in lines:
                if found := re.search(pattern, line):
                    return found
            looked_at += len(lines)
        raise self._fault(f"no line has {pattern!r}")

    def wait_until_healthy(self, url: str, seconds: float = 30.0) -> None:
        """Return once an address answers 200; an AssertionError if it does not in these seconds."""
        deadline = time.monotonic() + seconds
        said: object = "nothing"
        with httpx2.Client(trust_env=False, timeout=5.0) as client:
            while self.running and time.monotonic() < deadline:
                try:
                    answer = client.get(url)
                except httpx2.TransportError as error:
                    said = error
                else:
                    if answer.status_code == 200:
                        return
                    said = f"{answer.status_code} {answer.text}"
                time.sleep(0.02)
        raise self._fault(f"{url} does not answer 200 but {said}")

    def terminate(self, seconds: float = _END_SECONDS) -> int:
        """Ask it to end (SIGTERM) and return its exit code; an AssertionError if it does not."""
        self._signal(signal.SIGTERM)
        return self.wait(seconds)

    def kill(self) -> None:
        """End it at this instant (SIGKILL), it alone: its children find out for themselves."""
        self._signal(signal.SIGKILL)
        self.wait()

    def wait(self, seconds: float = _END_SECONDS) -> int:
        """Return its exit code once it has ended, minus the signal where one ended it."""
        deadline = time.monotonic() + seconds
        while (code := self._ended()) is None:
            if time.monotonic() >= deadline:
                raise self._fault(f"it has not ended in {seconds:g} s")
            time.sleep(0.01)
        return code

    def end(self) -> None:
        """End it and all its children at this instant, and collect the log; twice is fine."""
        if self._process.returncode is None:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
        self._reader.join(_END_SECONDS)

    def _signal(self, number: signal.Signals) -> None:
        # Once `end` gave the number of the process back, it may be somebody else's.
        if self._process.returncode is None:
            os.kill(self.pid, number)

    def _ended(self) -> int | None:
        """Return the exit code, None while it runs; the number of the process stays taken."""
        if self._process.returncode is not None:
            return self._process.returncode
        state = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
        if state is None:
            return None
        return state.si_status if state.si_code == os.CLD_EXITED else -state.si_status

    def _lines_after(self, count: int, seconds: float) -> list[str]:
        """Return lines after the first ones; none if none comes in these seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or len(self._lines) > count, seconds)
            return self._lines[count:]

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                with self._changed:
                    self._lines.append(line)
                    self._changed.notify_all()
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _fault(self, what: str) -> AssertionError:
        if self._over:
            # Its output ends an instant before it does.
            deadline = time.monotonic() + 1
            while self.running and time.monotonic() < deadline:
                time.sleep(0.01)
        code = self._ended()
        state = "runs" if code is None else f"ended with {code}"
        tail = "".join(self.log.splitlines(keepends=True)[-_SHOWN_LINES:])
        return AssertionError(f"{self._name}: {what}; it {state}; the end of its log:\n{tail}")


class Processes:
    """All processes of one test; a context manager that ends them."""

    def __init__(self) -> None:
        self._started: list[Process] = []

    def fairlead(self, *arguments: object, env: Mapping[str, str] | None = None) -> Process:
        """Start a command, as in `fairlead("worker")`, with further environment variables."""
        return self.python("-m", "api.cli", *arguments, env=env)

    def python(self, *arguments: object, env: Mapping[str, str] | None = None) -> Process:
        """Start the interpreter of the tests in the root of the repository."""
        return self.command(sys.executable, *arguments, env=env)

    def command(self, *arguments: object, env: Mapping[str, str] | None = None) -> Process:
        """Start any program in the root of the repository."""
        process = Process(tuple(map(str, arguments)), env or {})
        self._started.append(process)
        return process

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        for process in self._started:
            process.end()
