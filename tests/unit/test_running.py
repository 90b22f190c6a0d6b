"""Runners: the same results side by side as one after the other, whatever dies in between."""

from __future__ import annotations

import pickle
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest

from solver.errors import WorkersLostError
from solver.running import Pooled, Serial
from tests.running_work import draw, draw_or_fail

_ITEMS = range(70)
_EXPECTED = Serial().run(draw, 2.0, _ITEMS)


class _Breaks(Executor):
    """Works in this thread; certain items break it, and then it takes nothing more."""

    def __init__(self, poison: set[int], made: list[_Breaks]) -> None:
        self._poison, self._broken = poison, False
        self.closed = False
        made.append(self)

    def submit(self, fn: Any, /, *args: Any, **_: Any) -> Future[Any]:
        """Run some items."""
        future: Future[Any] = Future()
        if self._broken:
            raise BrokenExecutor("a worker died before")
        if self._poison & set(args[1]):
            self._broken = True
            future.set_exception(BrokenExecutor("a worker died"))
        else:
            future.set_result(fn(*args))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Say that it was ended, at once."""
        assert not wait
        assert cancel_futures
        self.closed = True


def test_threads_give_the_same_bytes_in_the_same_order() -> None:
    """As one after the other does, to the last bit; one executor serves several runs."""
    made = []

    def make() -> Executor:
        made.append(ThreadPoolExecutor(4))
        return made[-1]

    with Pooled(make, chunks=9) as pooled:
        found = [pooled.run(draw, 2.0, _ITEMS) for _ in range(2)]
    assert pickle.dumps(found[0]) == pickle.dumps(found[1]) == pickle.dumps(_EXPECTED)
    assert len(made) == 1


def test_no_items_need_no_executor() -> None:
    """Nothing to do is done."""
    assert Pooled(lambda: pytest.fail("nothing needs it")).run(draw, 2.0, []) == ()


def test_progress_counts_up_and_each_result_is_told_once() -> None:
    """From 0 to all of them, by both runners; results come with their positions."""
    for runner in (Serial, lambda **told: Pooled(lambda: ThreadPoolExecutor(3), chunks=8, **told)):
        counts: list[tuple[int, int]] = []
        told: dict[int, Any] = {}

        def tell(position: int, result: Any, told: dict[int, Any] = told) -> None:
            assert position not in told
            told[position] = result

        def count(done: int, total: int, counts: list[tuple[int, int]] = counts) -> None:
            counts.append((done, total))
        found = runner(progress=count, partial=tell).run(draw, 2.0, _ITEMS)
        assert counts[0] == (0, len(_ITEMS))
        assert counts[-1] == (len(_ITEMS), len(_ITEMS))
        assert counts == sorted(counts)
        assert tuple(told[position] for position in range(len(_ITEMS))) == found == _EXPECTED


def test_an_executor_that_breaks_costs_a_retry() -> None:
    """Items of a broken one are run again in a new one; what was done before stays done."""
    made: list[_Breaks] = []
    poison = [{40}, {60}, set()]
    told: list[int] = []
    pooled = Pooled(lambda: _Breaks(poison[len(made)], made), retries=0, chunks=7,
                    partial=lambda position, _: told.append(position))
    assert pooled.run(draw, 2.0, _ITEMS) == _EXPECTED
    assert len(made) == 3
    assert [one.closed for one in made] == [True, True, False]
    assert sorted(told) == list(_ITEMS)


def test_an_item_that_kills_its_worker_is_named_once_all_others_are_done() -> None:
    """Not at the first death, nor for ever: the error has its number and a remedy."""
    made: list[_Breaks] = []
    told: list[int] = []
    pooled = Pooled(lambda: _Breaks({33}, made), retries=2, chunks=7,
                    partial=lambda position, _: told.append(position))
    with pytest.raises(WorkersLostError, match=r"died 3 times in a row.*69 of 70 items are done, "
                                               r"but not number 34\. .*fewer processes"):
        pooled.run(draw, 2.0, _ITEMS)
    assert sorted(told) == [position for position in _ITEMS if position != 33]
    assert all(one.closed for one in made)


def test_an_executor_that_cannot_be_made_costs_a_retry() -> None:
    """As one that breaks: its cluster may be there again in a moment; not for ever."""
    tries: list[bool] = []

    def make(there_at: int) -> Executor:
        tries.append(True)
        if len(tries) < there_at:
            raise BrokenExecutor("nobody answers")
        return _Breaks(set(), [])
    assert Pooled(lambda: make(3), retries=2).run(draw, 2.0, _ITEMS) == _EXPECTED
    with pytest.raises(WorkersLostError, match="0 of 70 items are done"):
        Pooled(lambda: make(99), retries=2).run(draw, 2.0, _ITEMS)
    assert len(tries) == 6


@pytest.mark.parametrize("runner", [Serial(), Pooled(lambda: ThreadPoolExecutor(2), chunks=4)])
def test_an_error_of_the_work_is_raised_as_it_is(runner: Serial | Pooled) -> None:
    """It is no death of a worker: nothing is run again."""
    with pytest.raises(ValueError, match="item 3 cannot be drawn"):
        runner.run(draw_or_fail, 2.0, _ITEMS)


def test_an_interrupt_ends_the_executor_and_keeps_what_is_done() -> None:
    """What was told is what was done; the executor is not waited for."""
    made: list[_Breaks] = []
    told: dict[int, Any] = {}

    def tell(position: int, result: Any) -> None:
        told[position] = result
        if len(told) == 20:
            raise KeyboardInterrupt
    pooled = Pooled(lambda: _Breaks(set(), made), chunks=7, partial=tell)
    with pytest.raises(KeyboardInterrupt):
        pooled.run(draw, 2.0, _ITEMS)
    assert made[0].closed
    assert len(told) == 20
    assert all(result == _EXPECTED[position] for position, result in told.items())
