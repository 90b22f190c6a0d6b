"""One window from close to commit, under the lease of windows and its heartbeat."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError

from api.service.context import Context
from api.service.sweeps import send_aged_to_manager
from api.service.windows.asking import solve_seconds
from api.service.windows.closing import Closed, Trigger, close_window
from api.service.windows.committing import Committed, commit_plan
from api.service.windows.errors import LostLeaseError, NotRunningError
from api.service.windows.failing import fail_window, is_running
from api.service.windows.leasing import Lease, acquire, release, renew
from api.solving.deciding import Decided
from api.solving.errors import WorkError, WorkFailedError, WorkGivenUpError
from api.solving.process import Solving
from solver.errors import FairleadError


class How(StrEnum):
    """How an attempt at a window ended."""

    COMMITTED = "committed"
    EMPTY = "empty"
    """No lead waits, or nothing changed since a window that only looked."""
    BUSY = "busy"
    """Another worker has a window in hand."""
    DROPPED = "dropped"
    """It was cancelled, or another worker took windows over."""
    FAILED = "failed"
    """It could not be solved; its row says why."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of an attempt at a window."""

    how: How
    window_id: str | None = None
    committed: Committed | None = None


_log = structlog.get_logger()
#: A lease is renewed so many times before it would run out.
_BEATS = 3.0
_MOST_TRIES = 4
_PAUSE_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Windows:
    """What closing windows needs."""

    context: Context
    solving: Solving
    worker_id: str
    stopping: Callable[[], bool] = lambda: False
    """Whether the window at hand is to be given up."""
    pause: Callable[[float], None] = time.sleep
    """Between two tries to commit."""

    def run(self, trigger: Trigger) -> Ran:
        """Close, solve and commit one window, and say what became of it."""
        lease = acquire(self.context, self.worker_id)
        if lease is None:
            return Ran(How.BUSY)
        try:
            with _heartbeat(self.context, lease) as beating:
                while send_aged_to_manager(self.context):
                    pass  # before a window looks at them
                closed = close_window(self.context, lease, trigger)
                return Ran(How.EMPTY) if closed is None else self._solve(closed, lease, beating)
        except (LostLeaseError, NotRunningError) as error:
            _log.warning("window.dropped", reason=error.exact_code, detail=error.detail)
            return Ran(How.DROPPED)
        finally:
            _release(self.context, lease)

    def _solve(self, closed: Closed, lease: Lease, beating: _Heart) -> Ran:
        def given_up() -> bool:
            return self.stopping() or beating.lost

        beating.watch(closed.window_id)
        try:
            answer = self.solving.run("decide", closed.inputs, given_up=given_up,
                                      seconds=solve_seconds(self.context))
        except WorkError as error:
            return self._fail(closed, lease, error)
        try:
            done = self._commit(closed, lease, Decided.from_bytes(answer))
        except (LostLeaseError, NotRunningError):
            raise
        except Exception as error:
            _log.exception("window.not_committed", window_id=closed.window_id)
            return self._fail(closed, lease, error)
        _log.info("window.closed", window_id=done.window_id, assigned=done.num_assigned,
                  held=done.num_held, kept=done.num_kept, dropped=len(done.dropped),
                  shadow=done.shadow)
        return Ran(How.COMMITTED, closed.window_id, done)

    def _commit(self, closed: Closed, lease: Lease, decided: Decided) -> Committed:
        """Commit a plan; once more where others crossed it, or the database was away."""
        for tries in range(1, _MOST_TRIES + 1):
            try:
                return commit_plan(self.context, closed.window_id, lease, decided)
            except DBAPIError as error:
                if tries == _MOST_TRIES or not _passes(error):
                    raise
                _log.warning("window.commit_again", window_id=closed.window_id, tries=tries,
                             error=type(error).__name__)
                self.pause(_PAUSE_SECONDS * tries)
        raise AssertionError("unreachable")

    def _fail(self, closed: Closed, lease: Lease, error: Exception) -> Ran:
        code, detail = _said(error)
        if not fail_window(self.context, closed.window_id, lease, code, detail):
            _log.info("window.dropped", window_id=closed.window_id)
            return Ran(How.DROPPED, closed.window_id)
        _log.error("window.failed", window_id=closed.window_id, code=code)
        return Ran(How.FAILED, closed.window_id)


def _passes(error: DBAPIError) -> bool:
    """Return whether the same may go through later: deadlock, serialisation, lost connection."""
    return (error.connection_invalidated or isinstance(error, OperationalError)
            or getattr(error.orig, "sqlstate", None) in ("40P01", "40001"))


def _said(error: Exception) -> tuple[str, str]:
    if isinstance(error, WorkGivenUpError):
        return error.code, "the worker was asked to end while the window ran"
    if isinstance(error, WorkFailedError):
        return error.work_code, str(error)
    if isinstance(error, FairleadError):
        return error.code, str(error)
    return "not_committed", f"its plan could not be committed ({type(error).__name__})"


class _Heart:
    """Renews a lease from a thread of its own, and sees whether the window is still wanted."""

    def __init__(self, context: Context, lease: Lease) -> None:
        self._context, self._lease = context, lease
        self._over = threading.Event()
        self._window_id: str | None = None
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self.lost = False

    def watch(self, window_id: str) -> None:
        """Look at this window too."""
        self._window_id = window_id

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        pause = min(self._context.settings.lease_seconds / _BEATS, 1.0)
        while not self._over.wait(pause):
            try:
                wanted = self._window_id is None or is_running(self._context, self._window_id)
                if not (wanted and renew(self._context, self._lease)):
                    self.lost = True
            except DBAPIError as error:  # the commit will see whether it is too late
                _log.warning("lease.not_renewed", error=type(error).__name__)


@contextmanager
def _heartbeat(context: Context, lease: Lease) -> Iterator[_Heart]:
    heart = _Heart(context, lease)
    heart.start()
    try:
        yield heart
    finally:
        heart.stop()


def _release(context: Context, lease: Lease) -> None:
    try:
        release(context, lease)
    except DBAPIError as error:  # it runs out by itself
        _log.warning("lease.not_released", error=type(error).__name__)
