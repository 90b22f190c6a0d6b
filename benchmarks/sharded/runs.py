"""One process beside a cluster of two local workers, by turns, on the same window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from api.dask_parts import Part
from api.dask_shards import DaskShards, Traffic, shards_on_dask
from benchmarks.array_windows.factored import FactoredWindow, draw_factored
from benchmarks.dask_cluster import cluster_of
from benchmarks.sharded.windows import drawn_part, nothing, same_bytes, solve_spread
from solver.matrix.parts import even_parts
from solver.prices_first.shards import LocalShards, Shards
from solver.prices_first.transportation import Optimum

_ROUND_TRIPS = 30


@dataclass(frozen=True, slots=True)
class Beside:
    """What one process and two workers took for the same bytes."""

    num_pairs: int
    """Usable pairs of the window."""
    alone: Sequence[float]
    """Seconds of each run."""
    spread: Sequence[float]
    alone_found: Optimum
    spread_found: Optimum
    traffic: Traffic
    """Of the last solve on the cluster, without building the parts."""
    round_trip: float
    """Median seconds of a question to all parts that takes no work."""

    @property
    def ratio(self) -> float:
        """Time on two workers over time in one process, medians."""
        return median(self.spread) / median(self.alone)


def beside(num_leads: int, num_reps: int, repeats: int) -> Beside:
    """Solve a window by turns here and on two workers; both have compiled and built before.

    Raises
    ------
    AssertionError
        If any byte differs, or an optimum is not proven.
    """
    window = draw_factored(num_leads, num_reps)
    source = window.source()
    here = LocalShards(source)
    parts = [Part(drawn_part, (num_leads, num_reps, some.start, some.stop))
             for some in even_parts(num_leads, 2)]
    with cluster_of(2) as cluster, shards_on_dask(cluster.address, parts) as there:
        _timed(here, window), _timed(there, window)
        alone_seconds, spread_seconds = [], []
        for _ in range(repeats):
            alone = _timed(here, window)
            before = there.traffic
            spread = _timed(there, window)
            assert same_bytes(alone[1], spread[1]), "two workers gave other bytes"
            alone_seconds.append(alone[0])
            spread_seconds.append(spread[0])
        return Beside(len(source), alone_seconds, spread_seconds, alone[1], spread[1],
                      _since(before, there.traffic), _round_trip(there))


def _timed(shards: Shards, window: FactoredWindow) -> tuple[float, Optimum]:
    begun = perf_counter()
    found = solve_spread(shards, window)
    return perf_counter() - begun, found


def _since(before: Traffic, now: Traffic) -> Traffic:
    by = {name: num - before.received_by.get(name, 0) for name, num in now.received_by.items()}
    return Traffic(now.questions - before.questions, now.sent - before.sent,
                   now.received - before.received, now.made_again - before.made_again, by)


def _round_trip(shards: DaskShards) -> float:
    times = []
    for _ in range(_ROUND_TRIPS):
        begun = perf_counter()
        shards.ask(nothing)
        times.append(perf_counter() - begun)
    return median(times)
