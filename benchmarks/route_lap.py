"""Route the published assignment instances and print cost, optimum and times.

Run ``python -m benchmarks.route_lap`` from the project's root.
"""

from __future__ import annotations

import sys
from time import perf_counter

from benchmarks.datasets.lap import lap_cost, lap_names, lap_window, read_lap
from benchmarks.datasets.locate import MissingDataError
from solver.solving import solve


def main() -> None:
    """Print one row per instance; stop at the first whose cost is not the published optimum."""
    try:
        names = lap_names()
    except MissingDataError as error:
        sys.exit(str(error))
    print("| instance | n | pairs | through the files, s | solve and explain, s | cost "
          "| published | gap |")
    print("| --- " * 8 + "|")
    for name in names:
        instance = read_lap(name)
        start = perf_counter()
        window = lap_window(instance)
        read = perf_counter()
        plan = solve(window)
        end = perf_counter()
        cost = lap_cost(instance, plan)
        print(f"| {name} | {instance.size:,} | {len(instance.pairs):,} | {read - start:.2f} "
              f"| {end - read:.2f} | {cost:,} | {instance.published_optimum:,} "
              f"| {plan.certificate.gap} |", flush=True)
        if cost != instance.published_optimum or plan.certificate.gap:
            sys.exit(f"{name}: the plan is not the published optimum")


if __name__ == "__main__":
    main()
