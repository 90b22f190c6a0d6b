"""Progress on stderr: a bar with the time left in a terminal, else a line now and then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
#: What the items of a run are in words: the same in all of them, or by the number of the run, from
#: 0, and how many items it has.
Words = str | Callable[[int, int], str]


@contextmanager
def progress_of(what: Words) -> Iterator[Tell]:
    """Give what is told of items that are done.

    Parameters
    ----------
    what
        The items in words; where several runs follow each other these may differ.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(what)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task, names = bar.add_task("", total=None), _Names(what)

        def tell(done: int, total: int) -> None:
            if done == 0:
                bar.reset(task, total=total, description=names.next(total))
            bar.update(task, completed=done)
        yield tell


class _Names:
    """Names one run after the other."""

    def __init__(self, what: Words) -> None:
        self._what, self._num_runs = what, 0

    def next(self, total: int) -> str:
        """Return the words for the items of the next run."""
        nth = self._num_runs
        self._num_runs += 1
        return self._what if isinstance(self._what, str) else self._what(nth, total)


class _Lines:
    """Says how many are done, at each tenth of them."""

    def __init__(self, what: Words) -> None:
        self._names, self._name, self._said = _Names(what), "", 0

    def __call__(self, done: int, total: int) -> None:
        """Say it where another tenth is done."""
        tenth = _LINES * done // total if total else _LINES
        if done == 0:
            self._name, self._said = self._names.next(total), 0
        elif tenth > self._said:
            self._said = tenth
            say(f"{self._name}: {done:,} of {total:,} done")
