"""200 scenarios on a window of 2,000 leads and 200 reps: one process, two, and a Dask cluster.

    python -m benchmarks.what_if_speed [--scenarios 200] [--leads 2000] [--reps 200] [--no-dask]

Asserted before any time is told: the same bytes one after the other, on two processes, and on a
cluster of two workers one of which is killed on the way; and that scenarios solved from the plan
that is there are those of a cold solve. Half of the scenarios edit one rep, the others leads,
the floor's time or the policy. Times contain the start of workers, whose library `fairlead whatif`
loads while it reads its files: what it costs where nothing was loaded stands in a row of its own.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.executors import Places, runner_at
from api.processes import num_processors
from benchmarks.dask_cluster import cluster_of
from benchmarks.markdown import markdown_table
from solver import Window, generate_window
from solver.running import Serial
from solver.scenarios import Scenario, apply
from solver.solving import solve_exactly
from solver.what_ifs import Comparison, what_if
from solver.what_ifs.comparing import Base, compared
from solver.what_ifs.outcome import outcome_of

_ROOT = Path(__file__).parents[1]
_SEED, _AT = 7, datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
#: Scenarios of one rep that are timed beside a cold solve.
_ALONE = 20
_LATE_SECONDS = 60.0
#: Runs on one process and on two, by turns.
_REPEATS = 3


def scenarios_of(window: Window, count: int) -> list[Scenario]:
    """Return scenarios of every kind, the first half of the round of one rep each."""
    rounds = [_of_round(window, nth) for nth in range(-(-count // 10))]
    return [one for of_round in rounds for one in of_round][:count]


def _of_round(window: Window, nth: int) -> Iterator[Scenario]:
    """Yield ten scenarios of a round, five of them of one rep."""
    reps = [rep for rep in window.reps if rep.active and rep.skills]
    one, other = (reps[(7 * nth + shift) % len(reps)] for shift in (0, 3))
    skill = next(iter(other.skills))
    day = f"{window.at:%Y-%m-%d}"
    edits: list[tuple[str, dict[str, Any]]] = [
        ("three slots more", {"edit": "capacity", "rep_ids": [one.rep_id], "add": 3}),
        ("half the slots", {"edit": "capacity", "rep_ids": [other.rep_id], "factor": 0.5}),
        ("leaves", {"edit": "remove_reps", "rep_ids": [one.rep_id]}),
        ("hire", {"edit": "add_reps", "like": other.rep_id}),
        ("training", {"edit": "add_skill", "rep_ids": [one.rep_id], "skill": skill,
                      "level": 0.95}),
        ("more leads", {"edit": "scale_leads", "factor": 1.05 + 0.01 * nth}),
        ("fewer leads", {"edit": "scale_leads", "factor": 0.95 - 0.01 * nth}),
        ("two away", {"edit": "time_off", "rep_ids": [one.rep_id, other.rep_id], "from": day,
                      "to": day}),
        ("weights", {"edit": "policy", "set": {"match": {
            "skill": round(0.5 + 0.01 * nth, 2), "territory": round(0.5 - 0.01 * nth, 2)}}}),
        ("reserve", {"edit": "policy", "set": {"reserve_value": 10.0 * (nth + 1)}}),
    ]
    for name, edit in edits:
        yield Scenario.model_validate({"name": f"{name} {nth + 1}", "edits": [edit]})


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.what_if_speed", description=__doc__)
    parser.add_argument("--scenarios", type=int, default=200,
                        help="of a sweep; 200 by default")
    parser.add_argument("--leads", type=int, default=2_000,
                        help="2000 by default")
    parser.add_argument("--reps", type=int, default=200,
                        help="200 by default")
    parser.add_argument("--no-dask", action="store_true", help="without the cluster")
    asked = parser.parse_args()
    window = generate_window(asked.leads, asked.reps, _SEED, _AT)
    scenarios = scenarios_of(window, asked.scenarios)
    what_if(window, scenarios[:1])  # compiles
    rows = _sweeps(window, scenarios, dask=not asked.no_dask)
    print(f"{len(scenarios)} scenarios, {asked.leads:,} x {asked.reps:,}, {num_processors()} "
          f"processors\n\n{markdown_table(('where', 'seconds', 'times faster'), rows)}\n")
    alone = _one_rep(window, scenarios)
    print(markdown_table(("one scenario", "milliseconds, median", "least", "largest"), alone))


def _sweeps(window: Window, scenarios: Sequence[Scenario], *, dask: bool
            ) -> list[tuple[str, str, str]]:
    """Time the sweep everywhere; every answer must be the same bytes."""
    cold, first = _timed(window, scenarios, Places(jobs=2))
    answers = [first]
    seconds: dict[int, list[float]] = {1: [], 2: []}
    for jobs in (1, 2) * _REPEATS:
        took, found = _timed(window, scenarios, Places(jobs=jobs))
        seconds[jobs].append(took)
        answers.append(found)
    serial, pooled = (statistics.median(seconds[jobs]) for jobs in (1, 2))
    rows = [("one process", serial, 1.0), ("two processes", pooled, serial / pooled),
            ("two processes that load the library first", cold, serial / cold)]
    if dask:
        with cluster_of(2) as cluster:
            clustered, third = _timed(window, scenarios, Places(dask=cluster.address))
            killed, fourth = _timed(window, scenarios, Places(dask=cluster.address),
                                    cluster.workers[0])
        rows += [("Dask, two workers", clustered, serial / clustered),
                 ("Dask, one of two killed on the way", killed, serial / killed)]
        answers += [third, fourth]
    texts = {one.model_dump_json() for one in answers}
    if len(texts) != 1:
        raise AssertionError("the answers differ between places")
    return [(name, f"{seconds:.1f}", f"{ratio:.2f}") for name, seconds, ratio in rows]


def _timed(window: Window, scenarios: Sequence[Scenario], places: Places,
           victim: subprocess.Popen[bytes] | None = None) -> tuple[float, Comparison]:
    """Compare at some places; where there is a victim, kill it once a quarter is done."""
    def progress(done: int, total: int) -> None:
        if victim is not None and victim.poll() is None and 4 * done >= total:
            os.kill(victim.pid, signal.SIGKILL)
            victim.wait()
    begun = time.perf_counter()
    with runner_at(places, progress=progress) as runner:
        found = what_if(window, scenarios, runner=runner)
    seconds = time.perf_counter() - begun
    if victim is not None and victim.poll() is None:
        raise AssertionError("nobody was killed")
    return seconds, found


def _one_rep(window: Window, scenarios: Sequence[Scenario]) -> list[tuple[str, str, str, str]]:
    """Time scenarios of one rep from the plan that is there, and cold solves of the same."""
    base = Base(outcome_of(window, None, None), None, None)
    chosen = [one for nth, one in enumerate(scenarios) if nth % 10 < 5][:_ALONE]
    Serial().run(compared, base, chosen[:5])  # what all share is made at the first
    warm, cold, solves = [], [], []
    for scenario in chosen:
        edited = apply(window, scenario)
        begun = time.perf_counter()
        found = compared(base, scenario)
        between = time.perf_counter()
        again = outcome_of(edited, None, None)
        middle = time.perf_counter()
        solve_exactly(edited)
        end = time.perf_counter()
        if found.figures != again.figures:
            raise AssertionError(f"{scenario.name}: figures differ from those of a cold solve")
        warm.append(between - begun)
        cold.append(middle - between)
        solves.append(end - middle)
    return [(name, _milliseconds(statistics.median(seconds)), _milliseconds(min(seconds)),
             _milliseconds(max(seconds)))
            for name, seconds in (("from the plan that is there", warm),
                                  ("cold, with its figures", cold),
                                  ("cold, the solve alone", solves))]


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.0f}"


if __name__ == "__main__":
    main()
