"""What runs pieces of work, and the plainest of them: one after the other, in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Result = TypeVar("Result")
#: Told how many items are done, and of how many.
Progress: TypeAlias = Callable[[int, int], None]
#: Told the position of an item among the items, and its result, as soon as it is there.
Partial: TypeAlias = Callable[[int, Any], None]


class Runner(Protocol):
    """Runs one function over many items; the results do not depend on which runner it is."""

    def run(self, function: Callable[[Shared, Item], Result], shared: Shared,
            items: Sequence[Item]) -> tuple[Result, ...]:
        """Return the function's result for every item, in the order of the items.

        Parameters
        ----------
        function
            Of what all items share and one item. It depends on nothing else and changes neither.
            Other processes find it by its module and name.
        shared
            What all items share; other processes get a copy.
        items
            What differs.

        Raises
        ------
        Exception
            What the function raises for an item.
        """
        ...


class Serial:
    """Runs items one after the other, in this process.

    Parameters
    ----------
    progress
        Told of the number of items that are done, first of 0.
    partial
        Told of each result as soon as it is there.
    """

    def __init__(self, *, progress: Progress | None = None, partial: Partial | None = None) -> None:
        self._progress, self._partial = progress, partial

    def run(self, function: Callable[[Shared, Item], Result], shared: Shared,
            items: Sequence[Item]) -> tuple[Result, ...]:
        """Return the results in the order of the items; as of :meth:`Runner.run`."""
        done = Done(len(items), self._progress, self._partial)
        for position, item in enumerate(items):
            done.add([position], [function(shared, item)])
        return done.in_order()


class Done:
    """Results that are there, and who is told of them.

    Parameters
    ----------
    total
        Number of items.
    progress, partial
        As of :class:`Serial`.
    """

    def __init__(self, total: int, progress: Progress | None, partial: Partial | None) -> None:
        self._total, self._progress, self._partial = total, progress, partial
        self._results: dict[int, Any] = {}
        self._tell()

    def __len__(self) -> int:
        return len(self._results)

    def add(self, positions: Sequence[int], results: Sequence[Any]) -> None:
        """Take the results of the items at some positions."""
        for position, result in zip(positions, results, strict=True):
            self._results[position] = result
            if self._partial is not None:
                self._partial(position, result)
        self._tell()

    def left(self) -> list[int]:
        """Return the positions without a result, ascending."""
        return [position for position in range(self._total) if position not in self._results]

    def in_order(self) -> tuple[Any, ...]:
        """Return all results; every item has one."""
        return tuple(self._results[position] for position in range(self._total))

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(len(self._results), self._total)
