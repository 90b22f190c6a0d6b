"""Measure every phase beside a bare min-cost flow; print the tables of RESULTS.md.

Run ``python -m benchmarks.run`` from the project's root. The answers and counters are asserted
before anything is timed; times are reported and gate nothing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.drivers.measure import measure
from benchmarks.registry import CASES
from benchmarks.report import render_json, render_tables


def main() -> None:
    """Measure the sizes that the command line names."""
    cases = {case.name: case for case in CASES}
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=cases, default=list(cases), metavar="LxR",
                        help=f"which of {', '.join(cases)}; all by default")
    parser.add_argument("--repeats", type=int, default=15, metavar="N",
                        help="interleaved runs of each phase; 15 by default")
    parser.add_argument("--json", type=Path, default=Path("out/benchmarks.json"), metavar="FILE",
                        help="where the single times go; out/benchmarks.json by default")
    arguments = parser.parse_args()
    if arguments.repeats < 1:
        parser.error(f"--repeats {arguments.repeats} must be 1 or more")
    measurements = []
    for name in arguments.sizes:
        print(f"{name}: {arguments.repeats} repeats", file=sys.stderr, flush=True)
        measurements.append(measure(cases[name], arguments.repeats))
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(render_json(measurements), encoding="utf-8")
    print(render_tables(measurements))


if __name__ == "__main__":
    main()
