"""Sends what is due: several targets at once, so that a receiver that is dead holds up no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from random import Random
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.delivery.addresses import Resolver, resolve
from api.delivery.outcomes import Delivered, Failed
from api.service.context import Context
from api.service.relay import FAN_OUT, Batch, claim, due_targets, fan_out, settle
from api.service.sending import Outcome, Ways, attempt, ways_out
from api.store.deliveries import DeliveryRow

#: Targets that are sent to at once, and messages to one of them.
_TARGETS, _AT_ONCE = 16, 8
#: Times that a receiver may take, after which no attempt of a batch begins: all end well before the
#: claim does.
LAST_BEGINNING = 6
#: A target is left to the next run after so long, whatever waits.
_TURN = 30.0
_log = structlog.get_logger()


def run_once(context: Context, *, resolver: Resolver = resolve, seed: int | None = None) -> int:
    """Tell what is due now, wait for it, and return how much was done; 0: nothing is due.

    A target that keeps a run busy for half a minute is left to the next one.

    Parameters
    ----------
    context
        The service.
    resolver
        Resolves the names of receivers.
    seed
        Of the jitter of further attempts.
    """
    with Relay(context, patience=None, resolver=resolver, seed=seed) as relay:
        return relay.run_once()


class Relay:
    """The relay of one worker; a context manager that ends what it began.

    Parameters
    ----------
    context
        The service.
    patience
        Seconds that a run waits for receivers; slower ones go on by themselves. None: for all.
    resolver
        Resolves the names of receivers.
    seed
        Of the jitter of further attempts.
    clock
        Seconds that only grow.
    """

    def __init__(self, context: Context, *, patience: float | None = 1.0,
                 resolver: Resolver = resolve, seed: int | None = None,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._context, self._patience, self._clock = context, patience, clock
        self._resolver, self._rng = resolver, Random(seed)  # noqa: S311 - jitter is no secret
        self._open = ExitStack()
        self._ways: Ways | None = None
        self._pool = ThreadPoolExecutor(_TARGETS, thread_name_prefix="relay")
        self._busy: dict[str, Future[int]] = {}
        self._ending = threading.Event()

    def run_once(self) -> int:
        """Make deliveries, begin to send what is due, and return how much was done.

        Targets that the last run left busy are not waited for again.
        """
        done = 0
        while not self._ending.is_set() and (rows := fan_out(self._context)):
            done += rows
            if rows < FAN_OUT:
                break
        for target_id in due_targets(self._context):
            if target_id not in self._busy:
                self._busy[target_id] = self._pool.submit(self._serve, target_id, self._opened())
        wait(self._busy.values(), self._patience)
        for target_id in [one for one, job in self._busy.items() if job.done()]:
            done += self._busy.pop(target_id).result()
        return done

    def close(self) -> None:
        """Begin nothing more, and return once what is on its way has ended and is marked."""
        self._ending.set()
        self._pool.shutdown()
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def _opened(self) -> Ways:
        """Open the ways out when they are first needed: reading certificates takes a moment."""
        if self._ways is None:
            self._ways = self._open.enter_context(
                ways_out(self._context.settings, resolver=self._resolver))
        return self._ways

    def _serve(self, target_id: str, ways: Ways) -> int:
        """Send to one target until nothing is due, and return how many attempts that took."""
        done, until = 0, self._clock() + _TURN
        try:
            while not self._ending.is_set() and self._clock() < until:
                batch = claim(self._context, target_id)
                if batch is None:
                    break
                outcomes = _Round(self._context, batch, ways, self._may_begin()).run()
                settle(self._context, batch, outcomes, self._rng)
                done += len(outcomes)
        except (DBAPIError, PoolTimeoutError) as error:
            _log.warning("relay.database", target_id=target_id, error=type(error).__name__)
        except Exception as error:  # the other targets go on
            _log.error("relay.faulty", target_id=target_id, exc_info=error)
        return done

    def _may_begin(self) -> Callable[[], bool]:
        last = self._clock() + LAST_BEGINNING * self._context.settings.delivery_timeout_seconds
        return lambda: not self._ending.is_set() and self._clock() < last


class _Round:
    """One batch on its way: leads at once, the messages of one lead one after another."""

    def __init__(self, context: Context, batch: Batch, ways: Ways, may_begin: Callable[[], bool],
                 ) -> None:
        self._context, self._batch, self._ways = context, batch, ways
        self._may_begin = may_begin
        self._outcomes: dict[int, Outcome] = {}

    def run(self) -> dict[int, Outcome]:
        """Try the deliveries, and return what became of those that were tried."""
        chains: dict[str, list[DeliveryRow]] = {}
        for row in self._batch.rows:
            chains.setdefault(row.message.lead_id or row.message.message_id, []).append(row)
        if len(chains) == 1:
            self._send(next(iter(chains.values())))
        else:
            with ThreadPoolExecutor(min(_AT_ONCE, len(chains)), "send") as pool:
                list(pool.map(self._send, chains.values()))
        return self._outcomes

    def _send(self, chain: list[DeliveryRow]) -> None:
        """Send until one fails: what comes after it should not arrive before it."""
        for row in chain:
            if not self._may_begin() or self._is_hopeless():
                return
            outcome = attempt(self._ways, self._batch.target, row, self._batch.facts,
                              self._context.now)
            self._outcomes[row.id] = outcome
            if isinstance(outcome, Failed):
                return

    def _is_hopeless(self) -> bool:
        """Return whether the receiver takes nothing: the others need not be tried on it."""
        known = list(self._outcomes.values())
        return (sum(isinstance(one, Failed) for one in known) >= _AT_ONCE
                and not any(isinstance(one, Delivered) for one in known))
