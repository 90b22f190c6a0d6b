"""Simulate generated days and print the tables of RESULTS.md.

Run ``python -m benchmarks.simulate_days`` from the project's root; name tables to play only those.
"""

from __future__ import annotations

import argparse

from benchmarks.days.plays import play_all
from benchmarks.days.tables import TABLES


def main() -> None:
    """Play the tables that are named, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", choices=[*TABLES, []], default=list(TABLES))
    parser.add_argument("--seeds", type=int, default=8, help="seeds 0 to this, exclusive")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    arguments = parser.parse_args()
    for name in arguments.tables:
        table = TABLES[name](range(arguments.seeds))
        print(f"## {name}, {arguments.seeds} seeds\n\n"
              f"{table.render(play_all(table.plays, arguments.jobs))}\n", flush=True)


if __name__ == "__main__":
    main()
