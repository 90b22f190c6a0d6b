"""Work spread over the workers of an executor; a worker that dies costs time, not the run."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

from solver.errors import WorkersLostError
from solver.running.runner import Done, Item, Partial, Progress, Result, Shared

#: Several a worker; but each carries what items share.
_CHUNKS = 32


class Pooled:
    """Runs items side by side, on any executor of ``concurrent.futures``; a context manager.

    Parameters
    ----------
    make_executor
        Makes an executor; called for the first items, and again whenever one is broken; one that
        cannot be made may raise what `lost` names. One executor serves all calls of :meth:`run`
        until :meth:`close`.
    retries
        So many executors in a row may break without finishing anything; one more ends the run.
    progress, partial
        As of :class:`solver.running.Serial`; called in the thread that runs, in the order in which
        results come.
    lost
        Errors by which the executor says that workers died.
    chunks
        Part of what is left that goes into one piece, 1 / chunks: what items share is not sent for
        each item, and at the end pieces are single items, so that all workers end together.

    Notes
    -----
    Where an executor breaks (a worker was killed, ran out of memory, its machine went away), all
    items without a result are run again in a new one, in smaller parts and from the other end. An
    item that kills every worker therefore ends up alone, after all others are done, and the error
    names it. What is done was told to `partial` whatever happens later: an error, or Ctrl-C, which
    closes the executor.
    """

    def __init__(self, make_executor: Callable[[], Executor], *, retries: int = 2,
                 progress: Progress | None = None, partial: Partial | None = None,
                 lost: tuple[type[BaseException], ...] = (BrokenExecutor,),
                 chunks: int = _CHUNKS) -> None:
        self._make, self._retries, self._lost, self._chunks = make_executor, retries, lost, chunks
        self._progress, self._partial = progress, partial
        self._executor: Executor | None = None

    def run(self, function: Callable[[Shared, Item], Result], shared: Shared,
            items: Sequence[Item]) -> tuple[Result, ...]:
        """Return the results in the order of the items; as of :meth:`solver.running.Runner.run`.

        Raises
        ------
        WorkersLostError
            If executors broke again and again.
        Exception
            What the function raises for an item; where it does for several, for one of them.
        """
        done = Done(len(items), self._progress, self._partial)
        packed = pickle.dumps((function, shared), pickle.HIGHEST_PROTOCOL)
        broken = in_vain = 0
        while left := done.left():
            before = len(done)
            try:
                for positions, results in self._attempt(packed, items, self._parts(left, broken)):
                    done.add(positions, results)
            except self._lost as error:
                self.close()
                broken += 1
                in_vain = 0 if len(done) > before else in_vain + 1
                if in_vain > self._retries:
                    raise _lost_error(in_vain, done.left(), len(items)) from error
            except BaseException:
                self.close()
                raise
        return done.in_order()

    def close(self) -> None:
        """End the executor without waiting for what it still works on."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def _parts(self, left: Sequence[int], broken: int) -> list[Sequence[int]]:
        """Divide positions: the smaller, and turned round, the more executors broke."""
        order = left[::-1] if broken % 2 else left
        parts, start = [], 0
        while start < len(order):
            size = max(1, -(-(len(order) - start) // self._chunks) >> broken)
            parts.append(order[start:start + size])
            start += size
        return parts

    def _attempt(self, packed: bytes, items: Sequence[Any], parts: Sequence[Sequence[int]]
                 ) -> Iterator[tuple[Sequence[int], list[Any]]]:
        """Yield parts with their results as they come; those of a broken executor too."""
        futures: dict[Future[list[Any]], Sequence[int]] = {}
        broken: BaseException | None = None
        if self._executor is None:
            self._executor = self._make()
        try:
            for part in parts:
                futures[self._executor.submit(_work, packed, [items[at] for at in part])] = part
        except self._lost as error:
            broken = error
        for future in as_completed(futures):
            try:
                results = future.result()
            except self._lost as error:  # others may have been done before it broke
                broken = error
            else:
                yield futures[future], results
        if broken is not None:
            raise broken


def _work(packed: bytes, items: Sequence[Any]) -> list[Any]:
    """Run the function over some items; in the worker."""
    function, shared = _unpacked(packed)
    return [function(shared, item) for item in items]


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> tuple[Callable[[Any, Any], Any], Any]:
    """Return function and what is shared; the parts that one worker runs share one copy."""
    function, shared = pickle.loads(packed)  # noqa: S301 - our own bytes, from the same run
    return function, shared


def _lost_error(in_vain: int, left: Sequence[int], total: int) -> WorkersLostError:
    shown = ", ".join(f"{position + 1}" for position in left[:5])
    more = f" and {len(left) - 5:,} more" if len(left) > 5 else ""
    return WorkersLostError(
        f"workers died {in_vain} times in a row without finishing anything; {total - len(left):,} "
        f"of {total:,} items are done, but not number {shown}{more}. Where memory ran out, use "
        "fewer processes, or a machine with more; where a cluster has lost its workers or its "
        "scheduler, start them again")
