"""A call beside others, in a thread of its own, whose error is not lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Thread


class Beside(Thread):
    """A call in a thread of its own, whose error is not lost."""

    def __init__(self, call: Callable[..., None], *args: object) -> None:
        super().__init__()
        self._work = partial(call, *args)
        self._error: BaseException | None = None

    def run(self) -> None:
        """Call."""
        try:
            self._work()
        except BaseException as error:
            self._error = error

    def reraise(self) -> None:
        """Raise what the call raised; after ``join``."""
        if self._error is not None:
            raise self._error
