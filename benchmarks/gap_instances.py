"""Published generalised assignment instances: this engine beside SCIP and CP-SAT alone.

    python -m benchmarks.gap_instances [--files NAME ...] [--seconds S] [--alone] [--windows]

prints a table in markdown. Costs are the published ones; ``gap`` is against the best known cost,
``bound`` the exact bound of the prices and ``engine`` the lower of it and what the MIP claims, each
as a cost. SCIP and CP-SAT get the same seconds, the whole model and as many threads. The 30 files
gap1 to gap12 get 10 seconds, the others 30, and 120 above 20 x 200, unless ``--seconds`` says else.
With ``--windows`` the instances are windows and go through ``solver.solve``, words and all.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from math import inf
from time import perf_counter

import numpy as np

from benchmarks.datasets.gap import GapInstance, gap_names, read_gap
from benchmarks.datasets.gap_window import gap_window
from benchmarks.markdown import markdown_table
from solver import NoPlanInTimeError, solve
from solver.program.bound import objective, violations
from solver.program.core_run import NoChoiceFoundError
from solver.program.engine import solve_mip
from solver.program.mip import Engine, MipLimits, solve_as_mip
from solver.program.program import Program, SolveLimits, Stop

_THREADS = 2
_HEADER = ["instance", "best known", "cost", "gap %", "bound", "engine", "proven", "s",
           "SCIP alone", "CP-SAT alone"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the engine reached on one instance, in published costs."""

    cost: int | None
    bound: int | None
    engine_bound: int | None
    is_proven: bool
    seconds: float


def seconds_for(instance: GapInstance) -> float:
    """Return the time that the targets give an instance."""
    if instance.name.startswith("gap"):
        return 10.0
    agents, jobs = instance.cost.shape
    return 30.0 if agents <= 20 and jobs <= 200 else 120.0


def run_engine(instance: GapInstance, seconds: float) -> Outcome:
    """Solve an instance and check what came out against the program."""
    program, began = instance.program, perf_counter()
    try:
        choice = solve_mip(program, SolveLimits(seconds=seconds, threads=_THREADS))
    except NoChoiceFoundError:
        return Outcome(None, None, None, False, perf_counter() - began)
    passed = perf_counter() - began
    assert not violations(program, choice.column)
    assert objective(program, choice.column) == choice.objective <= choice.bound
    claimed = choice.engine_bound
    return Outcome(instance.cost_of(choice.objective), instance.cost_of(choice.bound),
                   None if claimed is None else instance.cost_of(claimed),
                   choice.stop is Stop.PROOF, passed)


def run_window(instance: GapInstance, seconds: float) -> Outcome:
    """Solve an instance as a window through the public ``solve``."""
    window, began = gap_window(instance), perf_counter()
    try:
        proof = solve(window, time_limit=seconds).certificate
    except NoPlanInTimeError:
        return Outcome(None, None, None, False, perf_counter() - began)
    passed = perf_counter() - began
    claimed = proof.engine_bound
    return Outcome(instance.cost_of(proof.objective // 100),
                   instance.cost_of(proof.price_bound // 100),
                   None if claimed is None else instance.cost_of(claimed // 100),
                   proof.gap < 100, passed)


def run_alone(instance: GapInstance, program: Program, seconds: float, engine: Engine
              ) -> int | None:
    """Give a MIP engine the whole program and return the cost it reached."""
    answer = solve_as_mip(program, None, MipLimits(seconds, threads=_THREADS), engine)
    return None if answer.column is None else instance.cost_of(objective(program, answer.column))


def row(name: str, seconds: float | None, alone: bool, windows: bool) -> list[str]:
    """Return one row of the table."""
    instance = read_gap(name)
    seconds = seconds or seconds_for(instance)
    found = (run_window if windows else run_engine)(instance, seconds)
    program = instance.program
    others = [run_alone(instance, program, seconds, engine) if alone else None
              for engine in (Engine.SCIP, Engine.CP_SAT)]
    return [name, str(instance.best_known), _whole(found.cost), _gap(instance, found.cost),
            _whole(found.bound), _whole(found.engine_bound), "yes" if found.is_proven else "no",
            f"{found.seconds:.1f}",
            *(f"{_whole(cost)} ({_gap(instance, cost)})" for cost in others)]


def _gap(instance: GapInstance, cost: int | None) -> str:
    gap = inf if cost is None else 100 * abs(cost - instance.best_known) / instance.best_known
    return "–" if np.isinf(gap) else f"{gap:.3f}"


def _whole(cost: int | None) -> str:
    return "–" if cost is None else str(cost)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gap_instances")
    parser.add_argument("--files", nargs="*", default=gap_names(), help="names, all by default")
    parser.add_argument("--seconds", type=float, help="for each instance and engine")
    parser.add_argument("--alone", action="store_true", help="run SCIP and CP-SAT alone, too")
    parser.add_argument("--windows", action="store_true", help="through solver.solve")
    asked = parser.parse_args()
    warm_up()
    rows = [row(name, asked.seconds, asked.alone, asked.windows) for name in asked.files]
    print(markdown_table(_HEADER, rows))


def warm_up() -> None:
    """Compile the kernels before any clock runs."""
    solve_mip(read_gap("gap1-1").program, SolveLimits(seconds=None, rounds=1))


if __name__ == "__main__":
    main()
