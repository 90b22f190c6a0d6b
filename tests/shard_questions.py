"""Parts of windows, and questions to them, as workers of a cluster find them by name."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.matrix.pairs import Pairs
from solver.matrix.parts import stored_part
from solver.matrix.source import PairSource
from tests.array_windows import array_window

_Ints = NDArray[np.int64]
#: How long a worker waits to be killed.
_LONG = 120.0


def made_up_pairs(num_leads: int, num_reps: int, seed: int) -> Pairs:
    """Draw pairs: a third of all, worth up to a thousand."""
    rng = np.random.Generator(np.random.PCG64(seed))
    lead, rep = np.nonzero(rng.random((num_leads, num_reps)) < 1 / 3)
    worth = rng.integers(1, 1_001, len(lead))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(lead, minlength=num_leads))])
    return Pairs(indptr.astype(np.int64), lead.astype(np.int32), rep.astype(np.int32), worth, worth,
                 np.broadcast_to(np.int64(1), worth.shape), num_reps, len(worth))


def refuse_to_make() -> PairSource:
    """Fail, as a part does whose file is not there."""
    raise FileNotFoundError("leads-3.npz is not there")


def best_net(source: PairSource, price: _Ints) -> _Ints:
    """Return (L,) the best net value of each lead, 0 or more."""
    best = np.zeros(source.num_leads, dtype=np.int64)
    for span in source.spans():
        indptr, rep, surplus = source.piece(span)
        counts = np.diff(indptr)
        pairs = slice(int(indptr[0]), int(indptr[-1]))
        np.maximum.at(best, np.repeat(np.arange(source.num_leads)[span], counts),
                      surplus[pairs] - price[rep[pairs]])
    return best


def add(_: PairSource, kept: _Ints, plus: int, other: _Ints) -> _Ints:
    """Return (L,) the sum of two kept answers and a number."""
    return kept + plus + other


def total(source: PairSource, kept: _Ints) -> int:
    """Return one number."""
    return int(kept.sum()) + 1_000_000 * source.num_leads


def all_of(_: PairSource, kept: _Ints) -> _Ints:
    """Return a kept answer, whole."""
    return kept


def total_or_wait(source: PairSource, kept: _Ints, folder: str, first_seed: int) -> int:
    """Return one number; where a part is the first, say who works, and wait to be killed once."""
    mark = Path(folder) / "pid"
    if source.num_leads == first_seed and not mark.exists():
        _say_who(mark)
    return total(source, kept)


def fail_or_mark(source: PairSource, folder: str, first_size: int) -> int:
    """Fail where a part is the first; elsewhere say that it has begun, and take a while."""
    if source.num_leads == first_size:
        raise ValueError("the first part fails")
    (Path(folder) / str(source.num_leads)).touch()
    time.sleep(1)
    return 0


def incoming(dask_worker: Any) -> int:
    """Return how often a worker took anything from another one."""
    return int(dask_worker.state.transfer_incoming_count_total)


class WaitingPairs:
    """Pairs of a part whose worker waits to be killed once, in the middle of a solve."""

    def __init__(self, pairs: Pairs, folder: str, calls: int) -> None:
        self._pairs, self._folder, self._left = pairs, folder, calls
        self.num_leads, self.num_reps = pairs.num_leads, pairs.num_reps

    def spans(self) -> Any:
        """Return the spans; at the last call that is counted, say who works, and wait."""
        self._left -= 1
        mark = Path(self._folder) / "pid"
        if self._left == 0 and not mark.exists():
            _say_who(mark)
        return self._pairs.spans()

    def piece(self, leads: slice | _Ints) -> Any:
        """Return the pairs of some leads."""
        return self._pairs.piece(leads)


def shape_part(shape: str, size: tuple[int, int], leads: tuple[int, int]) -> Pairs:
    """Draw a window of a shape, and return some of its leads."""
    return stored_part(array_window(shape, *size)[0], slice(*leads))


def waiting_part(shape: str, size: tuple[int, int], leads: tuple[int, int], folder: str,
                 calls: int) -> WaitingPairs:
    """Return the same; its worker waits to be killed."""
    return WaitingPairs(shape_part(shape, size, leads), folder, calls)


@contextmanager
def killer(folder: Path) -> Iterator[None]:
    """Kill the worker that says that it waits."""
    def kill() -> None:
        mark = folder / "pid"
        deadline = time.monotonic() + 60
        while not mark.exists():
            assert time.monotonic() < deadline, "nobody waits"
            time.sleep(0.01)
        os.kill(int(mark.read_text(encoding="utf-8")), signal.SIGKILL)
    thread = threading.Thread(target=kill)
    thread.start()
    yield
    thread.join()


def _say_who(mark: Path) -> None:
    fresh = mark.with_name(f"fresh-{os.getpid()}")
    fresh.write_text(str(os.getpid()), encoding="utf-8")
    fresh.rename(mark)
    time.sleep(_LONG)
