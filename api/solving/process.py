"""The parent's side: one child process, kept warm, that works on one thing at a time."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

from api.solving.errors import WorkFailedError, WorkGivenUpError, WorkLateError, WorkLostError
from api.solving.frames import Watch, receive_frame, send_frame

_ROOT = Path(__file__).parents[2]
_PAUSE_SECONDS = 0.1
_FAILED = "failed"


class Solving:
    """Work in a child process; safe to share between threads, which take turns.

    The solver holds the interpreter's lock for whole seconds; in a process of its own it stalls
    nobody else, and can be ended. The child is started at the first work, or by :meth:`start`, and
    ends with this process, however that ends.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._child: _Child | None = None

    def start(self) -> None:
        """Start the child, so that it is warm when there is work."""
        with self._turn:
            self._living()

    def run(self, word: str, data: bytes, *, seconds: float,
            given_up: Callable[[], bool] = lambda: False) -> bytes:
        """Return the result of one piece of work.

        Parameters
        ----------
        word
            Which work: a key of :data:`api.solving.child.WORK`.
        data
            Its input.
        seconds
            How long it may take; then the child is ended.
        given_up
            Asked ten times a second: whether the work is wanted no more; then the child is ended.

        Raises
        ------
        WorkFailedError
            If the work failed in itself.
        WorkLateError, WorkGivenUpError, WorkLostError
            If its process was ended, or ended.
        """
        with self._turn:
            deadline = time.monotonic() + seconds

            def watch() -> None:
                if given_up():
                    raise WorkGivenUpError("the work was given up")
                if time.monotonic() > deadline:
                    raise WorkLateError(f"the work took longer than {seconds:g} s and was ended")
            return self._run(word, data, watch)

    def close(self) -> None:
        """End the child; work of other threads is lost."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def _run(self, word: str, data: bytes, watch: Watch) -> bytes:
        child = self._living()
        try:
            send_frame(child.channel, word, data, watch)
            how, answer = receive_frame(child.channel, watch)
        except (EOFError, OSError) as error:
            code = self._end()
            raise WorkLostError(f"the process that worked ended ({code})") from error
        except BaseException:
            self._end()
            raise
        if how == _FAILED:
            raise WorkFailedError(*json.loads(answer))
        return answer

    def _living(self) -> _Child:
        if self._child is None or not self._child.lives:
            self._end()
            self._child = _Child()
        return self._child

    def _end(self) -> int | None:
        child, self._child = self._child, None
        return None if child is None else child.end()


class _Child:
    """A running child with the socket to it."""

    def __init__(self) -> None:
        self.channel, theirs = socket.socketpair()
        self.channel.settimeout(_PAUSE_SECONDS)
        # On Linux a child is told of its parent's end when the thread ends that started it.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="solving")
        self._process = self._starter.submit(self._start, theirs).result()

    @staticmethod
    def _start(theirs: socket.socket) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        with theirs:
            return subprocess.Popen(  # noqa: S603 - this interpreter, our own module
                [sys.executable, "-m", "api.solving.child", str(theirs.fileno()),
                 str(os.getpid())], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": path})

    @property
    def lives(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def end(self) -> int:
        """End it at this instant; return its exit code."""
        self._process.kill()
        self.channel.close()
        code = self._process.wait()
        self._starter.shutdown()
        return code


@lru_cache(maxsize=1)
def shared() -> Solving:
    """Return the one child that all requests of this process share."""
    return Solving()
