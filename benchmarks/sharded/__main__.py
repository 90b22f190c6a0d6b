"""Two local workers beside one process, and on paper what a hundred million leads would take.

    python -m benchmarks.sharded [--leads 40000] [--reps 500] [--repeats 3]
                                 [--to-leads 100000000] [--to-reps 20000] [--workers 16 64 256]

Asserted before any time is told: owners, prices and bound of both are the same bytes and proven.
Every figure on paper comes from constants that this run has measured; the tables say which.
"""

from __future__ import annotations

import argparse

from benchmarks.sharded.constants import measure
from benchmarks.sharded.paper import Paper
from benchmarks.sharded.report import render
from benchmarks.sharded.runs import beside


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leads", type=int, default=40_000, metavar="L")
    parser.add_argument("--reps", type=int, default=500, metavar="R")
    parser.add_argument("--repeats", type=int, default=3, metavar="N")
    parser.add_argument("--to-leads", type=int, default=100_000_000, metavar="L")
    parser.add_argument("--to-reps", type=int, default=20_000, metavar="R")
    parser.add_argument("--workers", type=int, nargs="+", default=[16, 64, 256], metavar="W",
                        help="of the estimate")
    asked = parser.parse_args()
    run = beside(asked.leads, asked.reps, asked.repeats)
    constants = measure(asked.leads, asked.reps, run, asked.to_reps)
    print(render((asked.leads, asked.reps), run,
                 Paper(constants, asked.to_leads, asked.to_reps), asked.workers))


if __name__ == "__main__":
    main()
