"""Measure the service and print the tables of RESULTS.md.

    python -m benchmarks.service_speed [--only bulk single windows solving]
                                       [--databases sqlite postgresql] [--small]

Everything is stated as a ratio to the least that could do it, measured by turns in the same run:
bulk intake to validating and bare inserts, a single post to a route that inserts one row, a hot
lead to a single post, a window to its solve, the API while a window closes to the API at rest.
Times gate nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from api.collecting import collect_rarely
from benchmarks.service import report
from benchmarks.service.bulk import measure_bulk
from benchmarks.service.places import LABELS, PLACES, Place
from benchmarks.service.single import measure_single
from benchmarks.service.sizes import FULL, SMALL, Sizes
from benchmarks.service.while_solving import measure_while_solving
from benchmarks.service.windows import measure_windows

#: What is measured, and how it is printed.
MEASURES: Mapping[str, tuple[Callable[[Place, Sizes], Any], Callable[[Any], str]]] = {
    "bulk": (measure_bulk, report.bulk_table), "single": (measure_single, report.single_table),
    "windows": (measure_windows, report.window_table),
    "solving": (measure_while_solving, report.solving_table)}
#: Needs a database that many write to at once.
ONLY_POSTGRES = "solving"


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service_speed", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES),
                        help="which measures; all by default")
    parser.add_argument("--databases", nargs="+", choices=PLACES, default=list(PLACES),
                        help="which databases; all by default")
    parser.add_argument("--small", action="store_true", help="small sizes, to see that all runs")
    asked = parser.parse_args()
    sizes = SMALL if asked.small else FULL
    collect_rarely()  # as the service's own processes do
    print(report.said(sizes, os.getloadavg()[0]), flush=True)
    for name in asked.only:
        print(f"\n{measured(name, asked.databases, sizes)}", flush=True)


def measured(name: str, databases: list[str], sizes: Sizes) -> str:
    """Return the table of one measure, on all databases that it is for."""
    measure, table = MEASURES[name]
    found = []
    for database in databases:
        if name == ONLY_POSTGRES and database != "postgresql":
            continue
        print(f"{name}: {database}", file=sys.stderr, flush=True)
        with PLACES[database]() as place:
            found.append((LABELS[database], measure(place, sizes)))
    return table(found)


if __name__ == "__main__":
    main()
