"""A window whose pairs could never be stored, solved to its proof under a limit of memory.

5 x 10^9 cells by default. The process is watched: at the limit it is ended, and the run exits 1.
"""

from __future__ import annotations

import argparse
import sys

from benchmarks.arguments import above_zero, at_least
from benchmarks.growth.solves import FACTORED, Solve, solve_apart
from benchmarks.markdown import markdown_table
from benchmarks.processes import Limits, gigabytes


def main() -> None:
    """Solve the window and print what it took."""
    asked = _parser().parse_args()
    name = f"{asked.leads:,} x {asked.reps:,}"
    found = solve_apart(asked.leads, asked.reps, FACTORED,
                        Limits(asked.seconds, int(asked.memory * 1e9)),
                        lambda text: print(f"{name}: {text}", file=sys.stderr, flush=True))
    if isinstance(found, str):
        sys.exit(f"{name}: {found}")
    print(render_huge(found))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.huge", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leads", type=at_least(1), default=1_000_000, metavar="L",
                        help="1000000 by default")
    parser.add_argument("--reps", type=at_least(1), default=5_000, metavar="R",
                        help="5000 by default")
    parser.add_argument("--memory", type=above_zero, default=4.0, metavar="GB",
                        help="of the whole process, at which it is ended; 4 by default")
    parser.add_argument("--seconds", type=above_zero, default=7_200.0, metavar="S",
                        help="of the solve alone, after which it is ended; 7200 by default")
    return parser


def render_huge(one: Solve) -> str:
    """Return what a solve took, a figure per row."""
    figures = [
        ("leads × reps", f"{one.num_leads:,} × {one.num_reps:,}"),
        ("cells, never stored", f"{one.num_cells:,}"),
        ("usable pairs", f"{one.num_usable:,}"),
        ("gap", "0"),
        ("seconds", _seconds(one.seconds)),
        ("seconds of all cores", _seconds(one.cpu_seconds)),
        ("ns per cell", f"{one.nanoseconds:.2f}"),
        ("ns per usable pair", f"{one.seconds / max(1, one.num_usable) * 1e9:.2f}"),
        ("peak memory of the process", gigabytes(one.peak_bytes)),
        ("of it imports and compiled code", gigabytes(one.imports_bytes)),
        ("of it the window", gigabytes(max(0, one.base_bytes - one.imports_bytes))),
        *((name.replace("_", " "), f"{number:,}") for name, number in one.counted.items())]
    return markdown_table(("what", "figure"), figures)


def _seconds(seconds: float) -> str:
    return f"{seconds:.3g}" if seconds < 10 else f"{seconds:,.1f}"


if __name__ == "__main__":
    main()
