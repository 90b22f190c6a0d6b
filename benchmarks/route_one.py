"""Decide leads one by one and print the times beside a bare numpy argmax.

Run ``python -m benchmarks.route_one`` from the project's root. Before anything is timed, decisions
on a sample are asserted equal to the plans of one-lead windows, and all of them equal to
themselves after every slot was taken and released in place. Times gate nothing.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.markdown import markdown_table
from solver.generate import generate_window
from solver.instant import RoutingState, route_one
from solver.models import Lead, Window
from solver.solving import solve, solve_exactly
from solver.versions import versions

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
_SEED = 7
#: Leads whose decisions are compared with plans, and for which a plan is timed.
_SAMPLE = 50
#: How often all slots are taken and released before the decisions are compared.
_ROUNDS = 5
_ARGMAX = "numpy argmax of a ready row"
_CHOOSE = "choose (owner only)"
_ROUTE_ONE = "route_one (owner and words)"
_SOLVE = "solve of the one-lead window"
_Ints = NDArray[np.int64]
#: Seconds by what was done; one entry per lead.
Times = dict[str, list[float]]


@dataclass(frozen=True)
class Case:
    """A window whose leads come one by one."""

    window: Window
    leads: tuple[Lead, ...]
    """The leads that the window routes."""
    state: RoutingState
    values: _Ints
    """(L, R) minor units; 0 where a pair is refused."""
    floors: _Ints
    """(R,) what the slots are worth to the whole window, minor units."""
    free: NDArray[np.bool_]
    """(R,) whether a slot is free."""
    reserve: int
    """Minor units."""

    @property
    def by_rep(self) -> dict[str, int]:
        """rep_id to floor."""
        return {rep.rep_id: floor for rep, floor
                in zip(self.window.reps, self.floors.tolist(), strict=True)}

    def alone(self, lead: Lead) -> Window:
        """Return the window of one lead."""
        return Window(at=_AT, leads=(lead,), reps=self.window.reps, policy=self.window.policy)

    def argmax(self, row: _Ints) -> int | None:
        """Return the position of the best rep for a ready row of values: the yardstick."""
        net = np.where(self.free, row - self.floors, -1)
        best = int(net.argmax())
        return best if net[best] > self.reserve else None


def main() -> None:
    """Check, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.route_one", description=__doc__)
    parser.add_argument("--reps", type=int, default=500, metavar="R", help="500 by default")
    parser.add_argument("--leads", type=int, default=1000, metavar="L", help="1000 by default")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the single times go")
    arguments = parser.parse_args()
    if min(arguments.reps, arguments.leads) < 1:
        parser.error("--reps and --leads must be 1 or more")
    case = make_case(arguments.leads, arguments.reps)
    changes = check(case)
    print(f"{len(case.leads):,} leads x {arguments.reps:,} reps: answers as of solve, also after "
          f"{changes:,} slots taken and released", file=sys.stderr, flush=True)
    times = measure(case)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(render_json(arguments.reps, times), encoding="utf-8")
    print(render_table(times))


def make_case(num_leads: int, num_reps: int) -> Case:
    """Make a window; its own optimal prices serve as floors."""
    window = generate_window(num_leads, num_reps, _SEED, _AT)
    solution = solve_exactly(window)
    rows, floors = solution.problem.rows, solution.prices.gain
    by_rep = dict(zip(rows.reps.rep_ids, floors.tolist(), strict=True))
    state = RoutingState(window.reps, at=_AT, policy=window.policy, floors=by_rep)
    values = [rows.rows(block).value for block in rows.blocks()]
    return Case(window, rows.leads.leads, state, np.concatenate(values), floors,
                rows.reps.free_slots > 0, solution.problem.reserve)


def check(case: Case) -> int:
    """Assert the answers; return how many slots were taken and released on the way."""
    floors = case.by_rep
    for lead in _sample(case.leads):
        decision, plan = route_one(lead, case.state), solve(case.alone(lead), floors=floors)
        if (decision.assignment or decision.held,) != (*plan.assignments, *plan.held):
            sys.exit(f"lead {lead.lead_id}: route_one is not what solve says")
    owners = [case.state.choose(lead) for lead in case.leads]
    position = {rep_id: at for at, rep_id in enumerate(floors)}
    for owner, row in zip(owners, case.values, strict=True):
        best, at = case.argmax(row), None if owner is None else position[owner]
        if best != at and (best is None or at is None
                           or row[best] - case.floors[best] != row[at] - case.floors[at]):
            sys.exit(f"choose names rep {owner!r}, the argmax one of another net value")
    changes = _use_every_slot(case.state)
    if owners != [case.state.choose(lead) for lead in case.leads]:
        sys.exit("choose names others after slots were taken and released")
    return changes


def measure(case: Case) -> Times:
    """Time each lead's decision in every way, one right after the other."""
    floors = case.by_rep
    sample = {lead.lead_id for lead in _sample(case.leads)}
    times: Times = {_ARGMAX: [], _CHOOSE: [], _ROUTE_ONE: [], _SOLVE: []}
    gc.collect()
    for lead, row in zip(case.leads, case.values, strict=True):
        _time(times[_ARGMAX], partial(case.argmax, row))
        _time(times[_CHOOSE], partial(case.state.choose, lead))
        _time(times[_ROUTE_ONE], partial(route_one, lead, case.state))
        if lead.lead_id in sample:
            _time(times[_SOLVE], partial(solve, case.alone(lead), floors=floors))
    return times


def render_table(times: Times) -> str:
    """Return medians, 95th percentiles and ratios of the medians as a Markdown table."""
    yardstick = median(times[_ARGMAX])
    return markdown_table(
        ("one lead", "median, ms", "95 % below, ms", "ratio"),
        [(name, f"{median(seconds) * 1e3:.3f}", f"{_high(seconds) * 1e3:.3f}",
          f"{median(seconds) / yardstick:,.0f}") for name, seconds in times.items()])


def _high(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]


def render_json(num_reps: int, times: Times) -> str:
    """Return every single time, in seconds."""
    return json.dumps({
        "schema_version": "1.0",
        "versions": versions() | {"python": platform.python_version()},
        "machine": {"architecture": platform.machine(), "cores": os.cpu_count()},
        "num_leads": len(times[_ARGMAX]), "num_reps": num_reps, "seconds": times,
    }, indent=1) + "\n"


def _sample(leads: Sequence[Lead]) -> Sequence[Lead]:
    return leads[::max(1, len(leads) // _SAMPLE)]


def _use_every_slot(state: RoutingState) -> int:
    """Take every free slot and release it again, in rounds."""
    slots = [rep_id for rep_id, free in state.free_slots.items() for _ in range(free)]
    for _ in range(_ROUNDS):
        for rep_id in slots:
            state.take(rep_id)
        for rep_id in slots:
            state.release(rep_id, refused=True)
    return _ROUNDS * len(slots)


def _time(seconds: list[float], act: Callable[[], object]) -> None:
    start = perf_counter()
    act()
    seconds.append(perf_counter() - start)


if __name__ == "__main__":
    main()
