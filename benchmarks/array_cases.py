"""Windows of every shape through prices first: what must be counted in each, on every machine.

    python -m benchmarks.array_cases [--write]

Solves each window once, asserts its answer and its counters, and prints the counters as a table;
no clock. Who changes the method on purpose runs it with ``--write`` and reads the difference.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from benchmarks.counters import ArrayCounters
from benchmarks.drivers.smoke import smoke_arrays
from benchmarks.markdown import markdown_table
from benchmarks.registry import ARRAY_CASES, ARRAY_COUNTERS, ArrayCase


def main() -> None:
    """Check or write the counters of all cases."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.array_cases", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write what is counted as expected")
    asked = parser.parse_args()
    counted = [(case, smoke_arrays(case, any_counters=asked.write)) for case in ARRAY_CASES]
    if asked.write:
        write(ARRAY_COUNTERS, counted)
    print(render(counted))


def write(path: Path, counted: Sequence[tuple[ArrayCase, ArrayCounters]]) -> None:
    """Write counters as the registry reads them."""
    path.write_text(json.dumps({case.name: asdict(counters) for case, counters in counted},
                               indent=1) + "\n", encoding="utf-8")


def render(counted: Sequence[tuple[ArrayCase, ArrayCounters]]) -> str:
    """Return a row per case."""
    names = [field.name for field in fields(ArrayCounters)]
    return markdown_table(
        ("window", *(name.replace("_", " ") for name in names)),
        [(case.name, *(f"{getattr(counters, name):,}" for name in names))
         for case, counters in counted])


if __name__ == "__main__":
    main()
