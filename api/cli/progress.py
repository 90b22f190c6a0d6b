"""Progress on stderr: a bar with the time left in a terminal, else a line now and then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from api.cli.exits import say
from solver.running import Progress as Tell

#: Lines of a long run where stderr is no terminal.
_LINES = 10


@contextmanager
def progress_of(what: str) -> Iterator[Tell]:
    """Give what is told of items that are done.

    Parameters
    ----------
    what
        The items in words.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(what)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
        yield tell


class _Lines:
    """Says how many are done, at each tenth of them."""

    def __init__(self, what: str) -> None:
        self._what, self._said = what, 0

    def __call__(self, done: int, total: int) -> None:
        """Say it where another tenth is done."""
        tenth = _LINES * done // total if total else _LINES
        if done == 0:
            self._said = 0
        elif tenth > self._said:
            self._said = tenth
            say(f"{self._what}: {done:,} of {total:,} done")
