"""Windows that share nine tenths of their leads with the last: from its prices, and without them.

Each window is solved cold and from the prices of the window before, by turns. Owners, prices and
bounds are asserted the same; bids, passes and time are told, as medians over windows and repeats.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.arguments import at_least, share
from benchmarks.array_windows.shapes import SHAPES
from benchmarks.array_windows.solving import solved
from benchmarks.array_windows.window import ArrayWindow
from benchmarks.array_windows.windows import read_size
from benchmarks.markdown import markdown_table
from solver.matrix.pairs import Pairs
from solver.prices_first.transportation import Optimum

_COUNTERS = ("bids", "pairs_scanned", "passes", "rounds")
_HEAD = ("shape", "leads × reps", "cold, s", "warm, s", "time, warm / cold", "least, largest",
         *(f"{name.replace('_', ' ')}, warm / cold" for name in _COUNTERS))


class OtherAnswerError(AssertionError):
    """A warm start that changed the answer."""


@dataclass(frozen=True, slots=True)
class Both:
    """One window, solved cold and warm."""

    cold_seconds: float
    warm_seconds: float
    cold: Optimum
    warm: Optimum

    def counted(self, name: str) -> float | None:
        """Return a counter, warm over cold; None where the engine has none of the name."""
        cold, warm = (asdict(one.effort) for one in (self.cold, self.warm))
        return warm[name] / max(1, cold[name]) if name in cold else None


def rolling(window: ArrayWindow, num_leads: int, shared: float) -> Iterator[ArrayWindow]:
    """Yield windows of so many leads of a larger one, each sharing a part with the last."""
    step = max(1, round(num_leads * (1 - shared)))
    for first in range(0, window.num_leads - num_leads + 1, step):
        indptr = window.indptr[first:first + num_leads + 1]
        pairs = slice(int(indptr[0]), int(indptr[-1]))
        yield ArrayWindow(indptr - indptr[0], window.rep[pairs], window.surplus[pairs],
                          window.capacity)


def draw_rolling(shape: str, size: tuple[int, int], num_windows: int, shared: float
                 ) -> list[ArrayWindow]:
    """Draw windows that follow each other, with the slots of one."""
    num_leads, num_reps = size
    step = max(1, round(num_leads * (1 - shared)))
    pool = SHAPES[shape].draw(num_leads + step * (num_windows - 1), num_reps)
    slots = SHAPES[shape].draw(num_leads, num_reps).capacity
    return list(rolling(ArrayWindow(pool.indptr, pool.rep, pool.surplus, slots), num_leads,
                        shared))


def in_turn(windows: Sequence[ArrayWindow], repeats: int) -> list[Both]:
    """Solve all but the first cold and warm by turns.

    Raises
    ------
    OtherAnswerError
        If owners, prices or bounds differ.
    """
    gain = solved(windows[0].pairs(), windows[0].capacity).gain
    found = []
    for window in windows[1:]:
        pairs = window.pairs()
        for _ in range(repeats):
            cold_seconds, cold = _timed(pairs, window.capacity, None)
            warm_seconds, warm = _timed(pairs, window.capacity, gain)
            _check(cold, warm, window.capacity > 0)
            found.append(Both(cold_seconds, warm_seconds, cold, warm))
        gain = found[-1].cold.gain
    return found


def _timed(pairs: Pairs, capacity: NDArray[np.int64], start: NDArray[np.int64] | None
           ) -> tuple[float, Optimum]:
    begun = perf_counter()
    optimum = solved(pairs, capacity, start)
    return perf_counter() - begun, optimum


def _check(cold: Optimum, warm: Optimum, has_slots: NDArray[np.bool_]) -> None:
    same = (cold.bound == warm.bound == warm.objective and np.array_equal(cold.owner, warm.owner)
            and np.array_equal(cold.gain, warm.gain)
            and np.array_equal(cold.loss[has_slots], warm.loss[has_slots]))
    if not same:
        raise OtherAnswerError(f"cold {cold.objective}, warm {warm.objective}, bounds "
                               f"{cold.bound} and {warm.bound}")


def row(shape: str, size: tuple[int, int], found: Sequence[Both]) -> tuple[str, ...]:
    """Return a row of the table."""
    ratios = [both.warm_seconds / both.cold_seconds for both in found]
    counted = [[both.counted(name) for both in found] for name in _COUNTERS]
    return (shape, f"{size[0]:,} × {size[1]:,}",
            f"{median(both.cold_seconds for both in found):.3g}",
            f"{median(both.warm_seconds for both in found):.3g}", f"{median(ratios):.2f}",
            f"{min(ratios):.2f}, {max(ratios):.2f}",
            *(_median(values) for values in counted))


def _median(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{median(known):.2f}" if known else ""


def main() -> None:
    """Run what the command line asks for."""
    asked = _parser().parse_args()
    in_turn(draw_rolling("usual", (2_000, 50), 2, asked.shared), 1)  # compiles
    print(markdown_table(_HEAD, [
        row(shape, size, in_turn(draw_rolling(shape, size, asked.windows, asked.shared),
                                 asked.repeats))
        for size in asked.sizes for shape in asked.shapes]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.warm_start", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=read_size, metavar="LxR",
                        default=[(10_000, 500), (100_000, 1_000)],
                        help="leads x reps; by default 10000x500 100000x1000")
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=["usual"], metavar="SHAPE",
                        help=f"which of {', '.join(SHAPES)}; usual by default".replace("%", "%%"))
    parser.add_argument("--windows", type=at_least(2), default=5, metavar="N",
                        help="in a row, 2 or more: the first is only solved for its prices; "
                             "5 by default")
    parser.add_argument("--shared", type=share, default=0.9, metavar="SHARE",
                        help="of its leads that a window has in common with the last, below 1; "
                             "0.9 by default")
    parser.add_argument("--repeats", type=at_least(1), default=3, metavar="N",
                        help="solves of each window and kind; 3 by default")
    return parser


if __name__ == "__main__":
    main()
