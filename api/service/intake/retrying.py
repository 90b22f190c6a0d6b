"""Transactions that others may cross: begun again until they go through."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

from api.service.context import Context
from api.service.errors import ConflictError
from api.store.database import Writing

_Result = TypeVar("_Result")
_MOST_TRIES = 10
#: Deadlock, serialisation failure.
_CROSSED = frozenset(("40P01", "40001"))


class AgainError(Exception):
    """What was read before the locks has changed since."""


def in_one(context: Context, work: Callable[[Writing, int], _Result]) -> _Result:
    """Return what the work returns, all of it written in one transaction.

    Parameters
    ----------
    context
        The service.
    work
        Called with the transaction and how often it was tried before.

    Raises
    ------
    ConflictError
        If others change the same leads all the time.
    """
    crossed: Exception | None = None
    for tries in range(_MOST_TRIES):
        try:
            with context.database.write() as tx:
                return work(tx, tries)
        except (AgainError, IntegrityError) as error:  # others changed or stored a lead first
            crossed = error
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _CROSSED:
                raise
            crossed = error
    raise ConflictError("other requests change the same leads all the time; try again",
                        code="too_much_contention") from crossed
