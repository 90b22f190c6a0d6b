"""What the estimate rests on, measured on this machine in this run."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.array_windows.factored import draw_factored
from benchmarks.processes import timed
from benchmarks.sharded.clocked import Clocked, Clocks, clocked_core
from benchmarks.sharded.runs import Beside
from benchmarks.sharded.windows import parts_here, solve_spread
from solver.certify.exchange import UNREACHABLE
from solver.matrix.source import Piece
from solver.prices_first.auction import scaled
from solver.prices_first.core import Core, best_plan
from solver.prices_first.local_parts import LocalParts
from solver.prices_first.questions import check, near_core
from solver.prices_first.rows import StoredRows
from solver.prices_first.spread import demand, part_prices
from solver.prices_first.start import Tuning
from solver.prices_first.transportation import Optimum

Ints = NDArray[np.int64]
_START = ("of_sample", "demand", "counts_of", "part_prices")
_PASSES = ("near_core", "check")
_NUM_PARTS = 2
#: The leads of all over those of a flow, from few to all.
_SHARES = (8, 4, 2, 1)
#: Pairs by lead of those windows, and the largest price over how far they may be from the best.
_FLOW_PAIRS, _WIDTH = 4, 20
#: The flow whose memory is measured.
_MANY_PAIRS, _FEW_REPS = 2_000_000, 40
#: Of the auction whose memory is measured: least rise of a price, every lead, bids per lead.
_HOW = (1_000, 1, 60)


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow on core pairs."""

    pairs: int
    seconds: float


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
    """From few pairs to many."""
    pairs_per_lead: float
    """Core pairs in the last round."""
    paths_ns: float
    """Nanoseconds of the slot prices by core pair and round."""
    fine_ns: float
    """Nanoseconds by lead of the auction of near pairs."""
    canonical_ns: float
    """Nanoseconds of the canonical choice by lead."""
    join_ns: float
    """Nanoseconds of joining the parts' answers by core pair and round."""
    bytes_per_pair: float
    """Bytes that travel by core pair and round."""
    near_bytes: float
    """Bytes by lead of the near pairs that travel once."""
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
    def exponent(self) -> float:
        """How flows grow: seconds are a power of the pairs, by least squares of logarithms."""
        pairs, seconds = np.log([(flow.pairs, flow.seconds) for flow in self.flows]).T
        return max(1.0, float(np.polyfit(pairs, seconds, 1)[0]))


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
    found, clocks, core = _solve(num_leads, num_reps)
    cells, effort = num_leads * num_reps, found.effort
    traffic, rounds = run.traffic, run.spread_found.effort.rounds
    by = traffic.received_by
    core_bytes, once = by["open_leads"], by["tight_of"] + by["core_rows"]
    passes = sum(clocks.calls[name] for name in _PASSES)
    per_pair = 1e9 / (effort.core_pairs * effort.rounds)
    return Constants(
        pass_ns=1e9 * clocks.of(*_PASSES) / (cells * passes), passes=passes,
        start_ns=1e9 * clocks.of(*_START) / cells, bids_per_lead=effort.bids / num_leads,
        rounds=effort.rounds,
        flows=_flows(num_leads, num_reps, found.gain),
        pairs_per_lead=effort.core_pairs / num_leads,
        paths_ns=per_pair * core.of("gains", "losses"),
        fine_ns=1e9 * core.of("fine_auction") / num_leads,
        canonical_ns=1e9 * core.of("canonical_choice") / num_leads,
        join_ns=per_pair * core.of("core_of_parts"),
        bytes_per_pair=core_bytes / (rounds * run.spread_found.effort.core_pairs),
        near_bytes=by["core_rows"] / num_leads,
        bytes_per_rep=(traffic.sent + traffic.received - core_bytes - once)
        / (num_reps * _NUM_PARTS * rounds),
        bytes_per_owner=by["tight_of"] / num_leads, round_trip=run.round_trip,
        questions_per_round=traffic.questions / rounds,
        core_bytes=_flow_bytes(_MANY_PAIRS), lead_bytes=_lead_bytes(num_leads, num_reps),
        rep_bytes=timed(lambda: draw_factored(1, to_reps).source())[1].own_bytes / to_reps)


def _solve(num_leads: int, num_reps: int) -> tuple[Optimum, Clocks, Clocks]:
    """Solve a window in parts of this process; return the times of questions and of the core."""
    window = draw_factored(num_leads, num_reps)
    clocks = Clocks()
    with clocked_core() as core:
        found = solve_spread(Clocked(LocalParts(parts_here(window, _NUM_PARTS)), clocks), window)
    return found, clocks, core


def _flows(num_leads: int, num_reps: int, price: Ints) -> list[Flow]:
    """Time flows on near pairs, as many a lead, of some leads and their share of the slots."""
    window = draw_factored(num_leads, num_reps)
    (source,) = parts_here(window, 1)
    near = near_core(source, price, int(price.max()) // _WIDTH, _FLOW_PAIRS, np.ones_like(price))
    pairs = StoredRows(near.rows, num_reps)
    has_pairs = np.flatnonzero(np.diff(near.rows.indptr))
    flows = []
    for share in _SHARES:
        some = has_pairs[::share]
        core = Core(some, Piece(*pairs.piece(some)), scaled(window.capacity, 1, share),
                    np.zeros_like(price), np.full(num_reps, UNREACHABLE), 0)
        _, taken = timed(partial(best_plan, core))
        flows.append(Flow(len(core.rows.rep), taken.seconds))
    return flows


def _flow_bytes(num_pairs: int) -> float:
    """Return the memory that a flow takes by pair, in a process that has never had one as large."""
    num_leads = num_pairs // _FLOW_PAIRS
    rep = np.arange(num_pairs, dtype=np.int32) % _FEW_REPS
    ends = np.arange(0, num_pairs + 1, _FLOW_PAIRS, dtype=np.int64)
    core = Core(np.arange(num_leads), Piece(ends, rep, np.full(num_pairs, 100)),
                np.full(_FEW_REPS, num_leads // _FEW_REPS), np.zeros(_FEW_REPS, np.int64),
                np.full(_FEW_REPS, UNREACHABLE), 0)
    return timed(partial(best_plan, core))[1].own_bytes / num_pairs


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
        core = near_core(source, prices, _HOW[0], Tuning().most_near, np.ones_like(prices))
        return check(source, core, (prices, prices), window.capacity == 0, Tuning().most_joining)

    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
