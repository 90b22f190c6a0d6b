"""Work that is done at once in the child process: small windows that are stored nowhere."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from pydantic import TypeAdapter

from api.service.context import Context
from api.service.errors import RefusedError, TooLargeError, TooManyError
from api.solving.errors import WorkFailedError
from api.solving.packing import pack
from api.solving.process import shared
from api.solving.stateless import LooseInputs, Solved
from solver.errors import (
    InvalidInputError,
    NoPlanInTimeError,
    PolicyConflictError,
    UsageError,
)
from solver.models import Issue, Window

#: Seconds on top of the time limit of a solve: reading, building, words; and, once after an
#: installation, compiling the search, which must not be broken off, or the next one begins anew.
_MARGIN = 180.0
#: Finding a smallest set of rules that conflict may take so long.
_CHECK_SECONDS = 10.0
#: Errors of the library that are the request's, not the service's.
_OF_REQUEST = frozenset({UsageError.code, NoPlanInTimeError.code, InvalidInputError.code,
                         PolicyConflictError.code})
#: Requests that solve, or wait for their turn, on one server.
_MOST_AT_ONCE = 4
_TURNS = threading.BoundedSemaphore(_MOST_AT_ONCE)
_ISSUES = TypeAdapter(list[Issue])


def solve_small(context: Context, window: Window, floors: Mapping[str, int] | None) -> str:
    """Return plan.json of a small window.

    Raises
    ------
    TooLargeError
        More leads times reps than ``FAIRLEAD_SOLVE_MAX_PAIRS``.
    InvalidInputError
        Values too large for exact sums; as :class:`PolicyConflictError`, a smallest set of rules
        that no plan can keep.
    RefusedError
        Floors that cannot be meant; no plan in time.
    """
    check_size(context, len(window.leads), len(window.reps))
    solved = Solved.model_validate_json(work(
        context, "solve", _packed(window, floors, context.settings.solve_seconds)))
    if solved.plan is None:
        kind = (PolicyConflictError if solved.code == PolicyConflictError.code
                else InvalidInputError)
        raise kind(solved.issues)
    return solved.plan


def rule_issues(context: Context, window: Window) -> list[Issue]:
    """Return what the rules of a window's policy make impossible, or say in vain."""
    return _ISSUES.validate_json(work(context, "check", _packed(window, None, _CHECK_SECONDS)))


def work(context: Context, word: str, packed: bytes) -> bytes:
    """Return the result of one piece of work of the child process.

    Raises
    ------
    RefusedError
        If what was asked for cannot be done.
    TooManyError
        If others wait already: they must not take all threads that answer requests.
    """
    if not _TURNS.acquire(blocking=False):
        raise TooManyError(f"{_MOST_AT_ONCE} requests wait for the solver of this server; try "
                           "again in 5 s", retry_after=5)
    try:
        return shared().run(word, packed, seconds=context.settings.solve_seconds + _MARGIN)
    except WorkFailedError as error:
        if error.work_code in _OF_REQUEST:
            raise RefusedError(str(error), code=error.work_code) from None
        raise
    finally:
        _TURNS.release()


def check_size(context: Context, num_leads: int, num_reps: int) -> None:
    """Refuse a window that is too large to be solved while somebody waits.

    Raises
    ------
    TooLargeError
        If it is.
    """
    most = context.settings.solve_max_pairs
    if num_leads * num_reps > most:
        raise TooLargeError(
            f"{num_leads:,} leads times {num_reps:,} reps are above {most:,} pairs "
            "(FAIRLEAD_SOLVE_MAX_PAIRS), the most that is solved while the request waits; take "
            "fewer leads, or close a window")


def _packed(window: Window, floors: Mapping[str, int] | None, seconds: float) -> bytes:
    return pack(LooseInputs(window=window, floors=None if floors is None else dict(floors),
                            time_limit=seconds).model_dump_json().encode())
