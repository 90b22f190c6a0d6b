"""Comparisons of scenarios, worked on by portions in a child process of their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import structlog
from sqlalchemy.exc import DBAPIError

from api.service.context import Context
from api.service.scenarios.claiming import (
    Lost,
    claim,
    fail,
    finish,
    keep_results,
    put_back,
    renew_claim,
)
from api.service.windows.asking import solve_seconds
from api.solving.comparing import portion
from api.solving.errors import WorkError, WorkFailedError, WorkGivenUpError, WorkLostError
from api.solving.process import Solving
from api.store.comparisons import ComparisonRow
from solver.what_ifs import Comparison

_log = structlog.get_logger()
#: A portion is sized to take so long: between two of them results are stored and can be read.
#: The first one is smaller where workers were lost: with fewer scenarios memory may do.
_PORTION_SECONDS = 5.0
_FIRST_PORTION, _MOST_PORTION = 4, 100
#: A claim is renewed so many times before it would run out, and at least once a second.
_BEATS = 3.0


class Comparisons:
    """What a worker needs to compare scenarios.

    Parameters
    ----------
    context
        The service.
    solving
        Where they are solved.
    worker_id
        Who works.
    stopping
        Whether the worker is to end.
    clock
        Seconds, by a clock that never goes back.
    """

    def __init__(self, context: Context, solving: Solving, worker_id: str,
                 stopping: Callable[[], bool] = lambda: False,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._context, self._solving, self._worker_id = context, solving, worker_id
        self._stopping, self._clock = stopping, clock

    def run(self) -> bool:
        """Take up one comparison and work on it to its end; return whether there was one.

        It goes on where a worker that was lost had stored results. Asked to end, it is put back;
        so it is where its child dies, and where the database, which may be back soon, is away.

        Raises
        ------
        DBAPIError
            If results cannot be stored.
        """
        claimed = claim(self._context, self._worker_id)
        if claimed is None:
            return False
        row, inputs = claimed
        _log.info("comparison.started", comparison_id=row.comparison_id, done=row.num_done,
                  scenarios=row.num_scenarios)
        try:
            self._work(row, inputs)
        except WorkGivenUpError:
            if self._stopping():
                put_back(self._context, row, Lost.NOBODY)
            _log.info("comparison.given_up", comparison_id=row.comparison_id)
        except WorkLostError as error:
            put_back(self._context, row, Lost.CHILD)
            _log.warning("comparison.child_lost", comparison_id=row.comparison_id,
                         error=str(error))
        except DBAPIError:
            with suppress(DBAPIError):  # else the claim runs out
                put_back(self._context, row, Lost.NOBODY)
            raise
        except WorkError as error:
            code = error.work_code if isinstance(error, WorkFailedError) else error.code
            if fail(self._context, row, code, str(error)):
                _log.error("comparison.failed", comparison_id=row.comparison_id, code=code)
        return True

    def _work(self, row: ComparisonRow, inputs: bytes) -> None:
        done, size = row.num_done, max(1, _FIRST_PORTION // row.attempts)
        while done < row.num_scenarios:
            count = min(size, row.num_scenarios - done)
            begun = self._clock()
            answer = self._solving.run(
                "what_if", portion(inputs, done, count), given_up=self._watch(row),
                seconds=(count + 1) * solve_seconds(self._context))
            found = Comparison.model_validate_json(answer)
            if not keep_results(self._context, row, done, found.base, found.results):
                raise WorkGivenUpError("the comparison was cancelled, or taken over")
            done += count
            size = _next_size(count, self._clock() - begun)
        if finish(self._context, row):
            _log.info("comparison.finished", comparison_id=row.comparison_id, scenarios=done)

    def _watch(self, row: ComparisonRow) -> Callable[[], bool]:
        """Return whether the work is to be given up; the claim is renewed on the way."""
        pause = min(self._context.settings.lease_seconds / _BEATS, 1.0)
        renewed = self._clock()

        def given_up() -> bool:
            nonlocal renewed
            if self._stopping():
                return True
            if self._clock() - renewed < pause:
                return False
            renewed = self._clock()
            try:
                return not renew_claim(self._context, row)
            except DBAPIError as error:  # storing the results will see whether it is too late
                _log.warning("claim.not_renewed", error=type(error).__name__)
                return False
        return given_up


def _next_size(count: int, seconds: float) -> int:
    fitting = int(count * _PORTION_SECONDS / max(seconds, 0.01))
    return max(1, min(fitting, _MOST_PORTION, 4 * count))
