"""What the estimate rests on, measured on this machine in this run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from unittest.mock import patch

import numpy as np

from benchmarks.array_windows.factored import draw_factored
from benchmarks.processes import timed
from benchmarks.sharded.clocked import Clocked, Clocks, clocked_core
from benchmarks.sharded.runs import Beside
from benchmarks.sharded.windows import parts_here, solve_spread
from solver.prices_first import loop
from solver.prices_first.core import Core, CorePlan, best_plan
from solver.prices_first.local_parts import LocalParts
from solver.prices_first.questions import check, near_core
from solver.prices_first.spread import demand, part_prices
from solver.prices_first.start import Tuning
from solver.prices_first.transportation import Optimum

_START = ("typical_worth", "demand", "counts_of", "part_prices")
_PASSES = ("near_core", "check")
_NUM_PARTS = 2
#: Leads of the smaller windows over those of the window, for what grows faster than it.
_SHARES = (8, 4, 2, 1)
#: Of the auction whose memory is measured: least rise of a price, every lead, bids per lead.
_HOW = (1_000, 1, 60)


@dataclass(frozen=True, slots=True)
class Flow:
    """Flows of one size."""

    arcs: int
    """Core pairs."""
    seconds: float
    """Of one flow."""
    rounds: int
    pairs_per_lead: float


@dataclass(frozen=True, slots=True)
class Constants:
    """What a solve takes, by what it grows with; a worker is a process on all cores here."""

    pass_ns: float
    """Nanoseconds of a pass by cell, a lead with a rep."""
    passes: int
    start_ns: float
    """Nanoseconds of all auctions by cell."""
    bids_per_lead: float
    rounds: int
    flows: Sequence[Flow]
    """From few core pairs to many."""
    paths_ns: float
    """Nanoseconds of the slot prices by core pair and round."""
    canonical_ns: float
    """Nanoseconds of the canonical choice by lead."""
    join_ns: float
    """Nanoseconds of joining the parts' answers by core pair and round."""
    bytes_per_pair: float
    """Bytes that travel by core pair and round."""
    bytes_per_rep: float
    """Bytes that travel by rep, part and round, both ways."""
    bytes_per_owner: float
    """Bytes that travel by lead once it is proven."""
    round_trip: float
    """Seconds."""
    questions_per_round: float
    core_bytes: float
    """Memory of the flow by core pair."""
    lead_bytes: float
    """Memory of a worker by lead, its core included."""
    rep_bytes: float
    """Memory of a worker by rep, for the tables."""

    @property
    def pairs_per_lead(self) -> float:
        """Core pairs per lead in the largest window."""
        return self.flows[-1].pairs_per_lead

    @property
    def exponent(self) -> float:
        """How the flow grows: seconds are a power of the arcs, by least squares of logarithms."""
        arcs, seconds = (np.array([log(max(number, 1e-9)) for number in numbers]) for numbers in (
            [flow.arcs for flow in self.flows], [flow.seconds for flow in self.flows]))
        return max(1.0, float(np.polyfit(arcs, seconds, 1)[0]))


def measure(num_leads: int, num_reps: int, run: Beside, to_reps: int) -> Constants:
    """Measure on windows of up to so many leads; what travels is known from a run on a cluster.

    Parameters
    ----------
    num_leads, num_reps
        Size of the largest window.
    run
        Its solve on a cluster.
    to_reps
        Reps for which the memory of tables is measured.
    """
    solves = [_solve(num_leads // share, num_reps) for share in _SHARES]
    found, clocks, core = solves[-1]
    cells, effort = num_leads * num_reps, found.effort
    traffic, rounds = run.traffic, run.spread_found.effort.rounds
    by = traffic.received_by
    core_bytes, owner_bytes = by["open_leads"], by["tight_of"]
    flows = [_flow(one, clock) for one, _, clock in solves]
    per_pair = 1e9 / (effort.core_pairs * effort.rounds)
    return Constants(
        pass_ns=1e9 * clocks.of(*_PASSES) / (cells * effort.passes), passes=effort.passes,
        start_ns=1e9 * clocks.of(*_START) / cells, bids_per_lead=effort.bids / num_leads,
        rounds=effort.rounds, flows=flows,
        paths_ns=per_pair * core.of("gains", "losses"),
        canonical_ns=1e9 * core.of("canonical_choice") / num_leads,
        join_ns=per_pair * core.of("core_of_parts"),
        bytes_per_pair=core_bytes / (rounds * run.spread_found.effort.core_pairs),
        bytes_per_rep=(traffic.sent + traffic.received - core_bytes - owner_bytes)
        / (num_reps * _NUM_PARTS * rounds),
        bytes_per_owner=owner_bytes / num_leads, round_trip=run.round_trip,
        questions_per_round=traffic.questions / rounds,
        core_bytes=_flow_bytes(num_leads, num_reps), lead_bytes=_lead_bytes(num_leads, num_reps),
        rep_bytes=timed(lambda: draw_factored(1, to_reps).source())[1].own_bytes / to_reps)


def _solve(num_leads: int, num_reps: int) -> tuple[Optimum, Clocks, Clocks]:
    """Solve a window in parts of this process; return the times of questions and of the core."""
    window = draw_factored(num_leads, num_reps)
    clocks = Clocks()
    with clocked_core() as core:
        found = solve_spread(Clocked(LocalParts(parts_here(window, _NUM_PARTS)), clocks), window)
    return found, clocks, core


def _flow(found: Optimum, core: Clocks) -> Flow:
    effort = found.effort
    return Flow(effort.core_pairs, core.of("best_plan") / core.calls["best_plan"], effort.rounds,
                effort.core_pairs / len(found.owner))


def _flow_bytes(num_leads: int, num_reps: int) -> float:
    """Return the memory that a flow takes by core pair, the largest of a solve."""
    most = 0.0

    def watched(core: Core) -> CorePlan:
        nonlocal most
        plan, taken = timed(lambda: best_plan(core))
        most = max(most, taken.own_bytes / len(core.rows.rep))
        return plan

    with patch.object(loop, "best_plan", watched):
        _solve(num_leads, num_reps)
    return most


def _lead_bytes(num_leads: int, num_reps: int) -> float:
    """Return the memory that a worker takes by lead: the slope from half of the leads to all."""
    half, whole = (_part_bytes(size, num_reps) for size in (num_leads // 2, num_leads))
    return max(0.0, (whole - half) / (num_leads - num_leads // 2))


def _part_bytes(num_leads: int, num_reps: int) -> int:
    """Return the peak of building a part, auctioning it, choosing its core and a pass."""
    window = draw_factored(num_leads, num_reps)
    price = np.zeros(num_reps, np.int64)

    def work() -> object:
        (source,) = parts_here(window, 1)
        slots = demand(source, price, 1)
        found = part_prices(source, slots, slots, window.capacity, price, _HOW)
        prices = np.minimum(found.price, np.int64(2**40))
        core = near_core(source, prices, _HOW[0], Tuning().most_near)
        return check(source, core, (prices, prices), window.capacity == 0, Tuning().most_joining)

    return timed(work)[1].own_bytes
