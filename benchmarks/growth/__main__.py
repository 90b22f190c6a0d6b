"""Time and memory of prices first from 10^4 to 10^9 cells, each size in a process of its own.

Pairs are stored up to 10^7 cells and worked out from 10^6 cells on, so that two sizes show both.
Every solve is asserted proven, and its objective to be what its owners bring.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median_low

from benchmarks.arguments import above_zero, at_least
from benchmarks.array_windows.windows import read_size
from benchmarks.growth.report import growth_plot, render_growth, render_json
from benchmarks.growth.solves import FACTORED, STORED, Solve, solve_apart
from benchmarks.processes import Limits

_SIZES = ("500x20", "2500x40", "10000x100", "50000x200", "200000x500", "500000x2000")
_MOST_STORED, _LEAST_FACTORED = 10**7, 10**6


def main() -> None:
    """Solve every size and print the table."""
    asked = _parser().parse_args()
    limits = Limits(asked.seconds, int(asked.memory * 1e9))
    solves = []
    for num_leads, num_reps in asked.sizes:
        for source in sources(num_leads * num_reps):
            found = [solve_apart(num_leads, num_reps, source, limits)
                     for _ in range(asked.repeats)]
            done = [one for one in found if isinstance(one, Solve)]
            print(f"{num_leads}x{num_reps} {source}: "
                  + ", ".join(one if isinstance(one, str) else f"{one.seconds:.3g} s"
                              for one in found), file=sys.stderr, flush=True)
            if done:
                middle = median_low([one.seconds for one in done])
                solves.append(next(one for one in done if one.seconds == middle))
    if not solves:
        sys.exit("no size came to its end: raise --seconds or --memory, or ask for smaller --sizes")
    growth_plot(asked.plot, solves)
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(render_json(solves), encoding="utf-8")
    print(render_growth(solves))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=read_size, metavar="LxR",
                        default=[read_size(size) for size in _SIZES],
                        help=f"leads x reps; by default {' '.join(_SIZES)}")
    parser.add_argument("--repeats", type=at_least(1), default=1, metavar="N",
                        help="processes per size, of which the median stands; 1 by default")
    parser.add_argument("--seconds", type=above_zero, default=3_600.0, metavar="S",
                        help="of the solve alone, after which a run is ended; 3600 by default")
    parser.add_argument("--memory", type=above_zero, default=16.0, metavar="GB",
                        help="of the whole process, at which it is ended; 16 by default")
    parser.add_argument("--plot", type=Path, default=Path("out/growth.png"), metavar="FILE",
                        help="where the picture goes; out/growth.png by default")
    parser.add_argument("--json", type=Path, default=Path("out/growth.json"), metavar="FILE",
                        help="where every figure goes; out/growth.json by default")
    return parser


def sources(num_cells: int) -> list[str]:
    """Return how the pairs of a window of so many cells are held."""
    return [source for source, is_fit in ((STORED, num_cells <= _MOST_STORED),
                                          (FACTORED, num_cells >= _LEAST_FACTORED)) if is_fit]


if __name__ == "__main__":
    main()
