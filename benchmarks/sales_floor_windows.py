"""Large windows with a sales floor's rules through the public ``solve``, beside plain SCIP.

Prints a table in markdown, each window in a process of its own, so that each peak is its own:
columns that a choice may take, those of the core, those of the largest model that the MIP was
given, and the seconds of each step. ``--leads 50000 --reps 1000`` is the largest tried.
``crossing`` has accounts in groups of 2 to 6 (15 % of the leads), use 1 to 3, 30 team and segment
limits that cross, and convex fairness; ``and three a rep`` has besides a limit of three enterprise
leads for every rep. The gap is that of the certificate by its objective; plain SCIP gets the full
model of the same window and the same seconds.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

from benchmarks.arguments import above_zero, at_least
from benchmarks.markdown import markdown_table
from solver import Window
from solver.generate import Feature, FloorOptions, generate_sales_floor
from solver.matrix.rows import ValueRows
from solver.program.bound import objective
from solver.program.mip import Engine, MipLimits, solve_as_mip
from solver.program.program import SolveLimits
from solver.program.warm_up import warm_up
from solver.sales_floor.building import sales_floor
from solver.sales_floor.engine import solve_floor
from solver.sales_floor.plan import floor_plan

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
_NAMES = ("crossing", "and three a rep")
_FEATURES = frozenset((Feature.GROUPS, Feature.USE, Feature.LIMITS, Feature.FAIRNESS))
_HEADER = ("window", "seed", "limits", "seconds asked", "building", "engine", "words",
           "columns", "core", "MIP", "objective", "price bound", "gap", "peak GB", "plain SCIP")
_WORDS = """\
"columns": those that a choice may take. "core": those of them that prices leave to the local
search and the MIP, all in a small window. "MIP": those of the largest model that the MIP was given;
0 where it was not begun: the seconds asked were too short for it, or the choice was good enough
before. Where a flow solved the window, the three are empty."""
#: Kilobytes of ``ru_maxrss`` in a GB.
_KB = 1_000_000


def windows(leads: int, reps: int, seed: int) -> dict[str, Window]:
    """Return the windows by name."""
    whole = generate_sales_floor(leads, reps, seed, _AT, FloorOptions(_FEATURES)).window
    crossing = tuple(limit for limit in whole.policy.limits if limit.each is None)
    return {"crossing": whole.model_copy(update={
        "policy": whole.policy.model_copy(update={"limits": crossing})}),
        "and three a rep": whole}


def row(name: str, seed: int, window: Window, seconds: float, *, scip: bool) -> list[str]:
    """Return one row of the table: the steps of ``solver.solve``, each by itself."""
    warm_up()
    began = perf_counter()
    floor = sales_floor(ValueRows(window))
    built = perf_counter()
    choice, _ = solve_floor(floor, SolveLimits(max(
        seconds - 2 * (built - began), seconds / 2)))
    solved = perf_counter()
    plan = floor_plan(floor, choice, None)
    passed, proof = perf_counter() - solved, plan.certificate
    peak = getrusage(RUSAGE_SELF).ru_maxrss / _KB
    effort = choice.effort
    counts = ["", "", ""] if effort is None else [
        f"{count:,}" for count in (effort.columns, effort.core_columns, effort.mip_columns)]
    return [name, str(seed), str(len(plan.limits)), f"{seconds:g}", f"{built - began:.1f}",
            f"{solved - built:.1f}", f"{passed:.1f}", *counts, f"{proof.objective / 100:,.0f}",
            f"{proof.price_bound / 100:,.0f}", f"{proof.gap / max(1, abs(proof.objective)):.3%}",
            f"{peak:.2f}", _plain_scip(window, seconds) if scip else ""]


def _row(asked: tuple[int, int, int, str, float, bool]) -> list[str]:
    leads, reps, seed, name, seconds, scip = asked
    return row(name, seed, windows(leads, reps, seed)[name], seconds, scip=scip)


def _plain_scip(window: Window, seconds: float) -> str:
    """Give SCIP the whole model; return the objective it reached."""
    floor = sales_floor(ValueRows(window))
    answer = solve_as_mip(floor.program, None, MipLimits(seconds, threads=2), Engine.SCIP)
    if answer.column is None:
        return "nothing"
    return f"{(floor.base + objective(floor.program, answer.column)) / 100:,.0f}"


def main() -> None:
    """Run what the command line asks for."""
    asked = _parser().parse_args()
    runs = [(asked.leads, asked.reps, seed, name, seconds, asked.scip) for seed in asked.seeds
            for name in asked.windows for seconds in asked.seconds]
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as alone:
        rows = list(alone.map(_row, runs))
    print(f"{markdown_table(_HEADER, rows)}\n\n{_WORDS}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sales_floor_windows", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leads", type=at_least(1), default=10_000, metavar="L",
                        help="10000 by default")
    parser.add_argument("--reps", type=at_least(1), default=500, metavar="R",
                        help="500 by default")
    parser.add_argument("--seconds", type=above_zero, nargs="+", default=[30.0, 120.0],
                        metavar="S", help="limits of a solve, a row each; 30 120 by default")
    parser.add_argument("--seeds", type=at_least(0), nargs="+", default=[1], metavar="N",
                        help="of the windows, a row each; 1 by default")
    parser.add_argument("--windows", nargs="+", default=_NAMES, choices=_NAMES, metavar="NAME",
                        help=f"which of {', '.join(map(repr, _NAMES))}; both by default")
    parser.add_argument("--scip", action="store_true", help="run plain SCIP, too")
    return parser


if __name__ == "__main__":
    main()
