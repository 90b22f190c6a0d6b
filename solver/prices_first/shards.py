"""Leads in parts, wherever they are: questions go to where the pairs are, only answers travel."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Protocol, TypeVar

from solver.matrix.source import PairSource

_Answer = TypeVar("_Answer")
_Item = TypeVar("_Item")
#: Threads that work on one part; kernels run without the interpreter's lock.
THREADS = 2


class Kept(Protocol):
    """Answers that stay where they were made, one per part; they can be made again when lost."""


class Shards(Protocol):
    """The usable pairs of a window in parts of leads that follow each other.

    A question is a pure function on module level, whose first argument is the part's source. Plain
    arguments go to every part as they are; of a `Kept` each part gets its own answer.
    """

    @property
    def num_leads(self) -> int:
        """Leads of all parts, L."""
        ...

    @property
    def num_reps(self) -> int:
        """Reps, R."""
        ...

    @property
    def firsts(self) -> Sequence[int]:
        """The first lead of each part, ascending from 0."""
        ...

    def keep(self, question: Callable[..., Any], *arguments: Any) -> Kept:
        """Ask every part; the answers stay there."""
        ...

    def ask(self, question: Callable[..., Any], *arguments: Any) -> list[Any]:
        """Ask every part; return the answers in the order of leads."""
        ...


class _LocalKept:
    """The answer of the only part."""

    def __init__(self, answer: object) -> None:
        self.answer = answer


class LocalShards:
    """One part in this process.

    Parameters
    ----------
    source
        Its usable pairs.
    """

    def __init__(self, source: PairSource) -> None:
        self._source = source

    @property
    def num_leads(self) -> int:
        """Leads, L."""
        return self._source.num_leads

    @property
    def num_reps(self) -> int:
        """Reps, R."""
        return self._source.num_reps

    @property
    def firsts(self) -> Sequence[int]:
        """Return 0, where the only part begins."""
        return (0,)

    def keep(self, question: Callable[..., Any], *arguments: Any) -> Kept:
        """Ask the part; nothing is copied."""
        return _LocalKept(self.ask(question, *arguments)[0])

    def ask(self, question: Callable[..., Any], *arguments: Any) -> list[Any]:
        """Return the part's answer, alone in a list."""
        given = [argument.answer if isinstance(argument, _LocalKept) else argument
                 for argument in arguments]
        return [question(self._source, *given)]


def side_by_side(work: Callable[[_Item], _Answer], items: Sequence[_Item]) -> list[_Answer]:
    """Return the answers in the order of the items, worked out on ``THREADS`` threads.

    ``work`` may not come here itself: it would wait for its own thread.
    """
    if len(items) < 2:
        return [work(item) for item in items]
    return list(_threads(os.getpid()).map(work, items))


@cache
def _threads(_: int) -> ThreadPoolExecutor:
    """Return the threads of a process; one that was forked has none of its parent's."""
    return ThreadPoolExecutor(THREADS)
