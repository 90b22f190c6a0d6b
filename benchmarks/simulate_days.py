"""Simulate generated days and print the tables of RESULTS.md.

Run ``python -m benchmarks.simulate_days`` from the project's root; name tables to play only those.
It ends with 1 where a target of issue 3 is missed, and says which.
"""

from __future__ import annotations

import argparse

from benchmarks.days.plays import play_all
from benchmarks.days.tables import TABLES


def main() -> None:
    """Play the tables that are named, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate_days", description=__doc__)
    parser.add_argument("tables", nargs="*", choices=[*TABLES, []], default=list(TABLES),
                        help="which tables; all by default")
    parser.add_argument("--seeds", type=int, default=8, help="seeds 0 to this, exclusive")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    arguments = parser.parse_args()
    missed: list[str] = []
    for name in arguments.tables:
        table = TABLES[name](range(arguments.seeds))
        outcomes = play_all(table.plays, arguments.jobs)
        print(f"## {name}, {arguments.seeds} seeds\n\n{table.render(outcomes)}\n", flush=True)
        missed += table.shortfalls(outcomes)
    if missed:
        parser.exit(1, "".join(f"missed: {sentence}\n" for sentence in missed))


if __name__ == "__main__":
    main()
