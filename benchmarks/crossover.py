"""From how many usable pairs on a window is better solved prices first: ``PRICES_FIRST_PAIRS``.

``python -m benchmarks.crossover`` solves windows of the project's generator both ways, each in
processes of its own. The first solve of a process waits for what is loaded only then, for
prices first numba and kept machine code; those after it do not. Both ways give the same plan,
which is asserted.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from statistics import median

from benchmarks.array_windows.windows import read_size
from benchmarks.markdown import markdown_table
from benchmarks.processes import Limits, Parent, run_apart, timed, timed_often
from benchmarks.registry import AT, SEED
from solver import solving
from solver.generate import generate_window
from solver.matrix.pairs import build_problem
from solver.matrix.rows import ValueRows
from solver.models.limited import PRICES_FIRST_PAIRS

DIRECT, PRICES = "direct", "prices"
#: Usable pairs from which on prices come first, to have it one way or the other.
_FROM = {DIRECT: 2**62, PRICES: 0}
_SIZES = ((1_000, 100), (2_000, 150), (3_000, 250), (5_000, 350), (7_000, 400), (10_000, 500))
_LIMITS = Limits(600.0, 8 * 10**9)
_HEAD = ("leads × reps", "usable pairs", "first solve, direct, s", "prices first, s", "ratio",
         "later solves, direct, s", "prices first, s", "ratio")


class OtherPlanError(AssertionError):
    """The two ways did not give the same owners and prices, or one did not end."""


@dataclass(frozen=True, slots=True)
class Times:
    """What a window takes one way."""

    num_usable: int
    first: float
    """Seconds of the first solve of a process, loading included."""
    later: float
    """Seconds of those after it."""
    plan: str
    """Digest of owners and prices."""


def main() -> None:
    """Print the table; or, in a process of its own, solve one window one way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=read_size, default=_SIZES)
    parser.add_argument("--repeats", type=int, default=3, help="processes of each")
    parser.add_argument("--way", choices=(DIRECT, PRICES), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way is not None:
        _solve_here(asked.sizes[0], asked.way)
        return
    print(f"Prices come first from {PRICES_FIRST_PAIRS:,} usable pairs on.\n")
    print(render([(size, *in_turn(size, asked.repeats)) for size in asked.sizes]))


def in_turn(size: tuple[int, int], repeats: int) -> tuple[Times, Times]:
    """Solve a window direct and prices first, in turn; return the medians.

    Raises
    ------
    OtherPlanError
        If the plans differ.
    """
    runs = [(_apart(size, DIRECT), _apart(size, PRICES)) for _ in range(repeats)]
    if len({times.plan for run in runs for times in run}) != 1:
        raise OtherPlanError(f"{size[0]}x{size[1]}: the two ways gave different plans")
    direct, prices = (Times(way[0].num_usable, median(times.first for times in way),
                            median(times.later for times in way), way[0].plan)
                      for way in zip(*runs, strict=True))
    return direct, prices


def render(rows: Sequence[tuple[tuple[int, int], Times, Times]]) -> str:
    """Return a row per window."""
    return markdown_table(_HEAD, [
        (f"{leads:,} × {reps:,}", f"{direct.num_usable:,}",
         f"{direct.first:.3f}", f"{prices.first:.3f}", f"{prices.first / direct.first:.2f}",
         f"{direct.later:.4f}", f"{prices.later:.4f}", f"{prices.later / direct.later:.2f}")
        for (leads, reps), direct, prices in rows])


def _apart(size: tuple[int, int], way: str) -> Times:
    ended = run_apart("benchmarks.crossover", ["--way", way, "--sizes", f"{size[0]}x{size[1]}"],
                      _LIMITS)
    if ended.message is None:
        raise OtherPlanError(f"{size[0]}x{size[1]} {way}: {ended.why}")
    return Times(**ended.message)


def _solve_here(size: tuple[int, int], way: str) -> None:
    """Solve a window one way and tell the parent."""
    parent = Parent()
    problem = build_problem(ValueRows(generate_window(*size, SEED, AT)))
    setattr(solving, "PRICES_FIRST_PAIRS", _FROM[way])  # noqa: B010 - imported there
    parent.tell({})
    found, first = timed(lambda: solving.optimise(problem))
    _, later, _ = timed_often(lambda: solving.optimise(problem), lambda: None)
    told = repr((found.owner.tolist(), found.prices.gain.tolist(), found.prices.loss))
    parent.tell({"num_usable": len(problem.source), "first": first.seconds,
                 "later": later.seconds, "plan": sha256(told.encode()).hexdigest()})


if __name__ == "__main__":
    main()
