"""Crashes at any statement: what the database sees of a process that is killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from api.service.context import Context


class CrashError(Exception):
    """The process is gone at this moment."""


class Crashing:
    """Lets a block crash before one of its statements, or before a commit.

    Parameters
    ----------
    context
        The service.
    """

    def __init__(self, context: Context) -> None:
        self._left: int | None = None
        engine = context.database.engine
        event.listen(engine, "before_cursor_execute", self._count)
        event.listen(engine, "commit", self._count)

    @contextmanager
    def before(self, number: int) -> Iterator[None]:
        """Crash before the statement of this number, if the block has so many."""
        self._left = number
        try:
            yield
        finally:
            self._left = None

    def _count(self, *_: Any) -> None:
        if self._left is None:
            return
        self._left -= 1
        if self._left <= 0:
            raise CrashError
