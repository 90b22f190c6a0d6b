"""What a spread window does where workers are missing, die late, or a part fails."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from distributed import Client

from api import dask_shards
from api.dask_executor import connect_to
from api.dask_parts import Part
from api.dask_shards import DaskShards, shards_on_dask
from benchmarks.dask_cluster import Cluster, cluster_of
from solver.errors import WorkersLostError
from solver.matrix.parts import even_parts
from solver.prices_first.loop import prices_first
from solver.prices_first.shards import LocalShards
from solver.prices_first.start import Tuning
from solver.prices_first.transportation import Transportation
from tests.array_windows import array_window
from tests.shard_questions import (
    add,
    best_net,
    fail_or_mark,
    killer,
    made_up_pairs,
    shape_part,
    total_or_wait,
    waiting_part,
)

_REPS = 40
_PRICE = np.arange(_REPS, dtype=np.int64) * 10
#: More answers, each made from the one before, than calls may be nested in.
_MANY = 1_100


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A scheduler with two workers."""
    with cluster_of(2) as found:
        yield found


def test_a_cluster_without_workers_and_a_window_without_parts_are_named(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked; the connection is closed again."""
    monkeypatch.setattr(dask_shards, "_PATIENCE", 0.3)
    monkeypatch.setattr(dask_shards, "_STEP", 0.1)
    made: list[Client] = []

    def connect(address: str) -> Client:
        made.append(connect_to(address))
        return made[-1]
    monkeypatch.setattr(dask_shards, "connect_to", connect)
    with cluster_of(0) as alone:
        with pytest.raises(WorkersLostError, match="no worker"):
            DaskShards(alone.address, [Part(made_up_pairs, (9, 3, 1))])
        with pytest.raises(ValueError, match="one part at least"):
            DaskShards(alone.address, [])
    assert [client.status for client in made] == ["closed"]


def test_where_a_part_fails_the_others_do_not_begin(cluster: Cluster, tmp_path: Path) -> None:
    """What waits for a worker is given up; what is asked next is answered."""
    sizes = range(300, 306)
    parts = [Part(made_up_pairs, (size, _REPS, size)) for size in sizes]
    with shards_on_dask(cluster.address, parts) as shards:
        with pytest.raises(ValueError, match="fails"):
            shards.ask(fail_or_mark, str(tmp_path), sizes[0])
        assert len(shards.ask(best_net, _PRICE)) == len(parts)
        time.sleep(2)
        begun = {int(mark.name) for mark in tmp_path.iterdir()}
    assert begun <= {sizes[1], sizes[2], sizes[3]}  # one of each worker, before it was known


def test_a_long_chain_of_answers_is_made_again(cluster: Cluster, tmp_path: Path) -> None:
    """Each from the one before, twice: as often as there are of them, and no deeper."""
    with killer(tmp_path), shards_on_dask(
            cluster.address, [Part(made_up_pairs, (30, _REPS, 5))]) as shards:
        kept = shards.keep(best_net, _PRICE)
        zero = shards.keep(best_net, np.full(_REPS, 10_000))
        for _ in range(_MANY):
            kept = shards.keep(add, kept, 1, zero)
        best = best_net(made_up_pairs(30, _REPS, 5), _PRICE)
        assert shards.ask(total_or_wait, kept, str(tmp_path), 30) == [
            int(best.sum()) + _MANY * 30 + 30 * 1_000_000]
        assert shards.traffic.made_again == 1
    cluster.add_worker()


@pytest.mark.parametrize("calls", [6, 7])
def test_a_worker_that_dies_after_round_two_changes_no_byte(cluster: Cluster, tmp_path: Path,
                                                            calls: int) -> None:
    """In the third pass that looks for pairs, or the fourth: all before it are made again."""
    size, tuning = (3_000, 120), Tuning(coarse=1, fine=1, width=0.1, rivals=1, most_near=2,
                                        most_joining=1)
    pairs, capacity = array_window("random", *size)
    load, created = np.zeros(size[1], np.int64), np.arange(size[0])
    alone = prices_first(Transportation(LocalShards(pairs), capacity, load, created))
    parts = [Part(shape_part, ("random", size, (leads.start, leads.stop)))
             for leads in even_parts(size[0], 3)]
    parts[1] = Part(waiting_part, (*parts[1].arguments, str(tmp_path), calls))
    with killer(tmp_path), shards_on_dask(cluster.address, parts) as shards:
        found = prices_first(Transportation(shards, capacity, load, created), tuning=tuning)
        assert shards.traffic.made_again >= 1
        passes = shards.traffic.received_by["found_of"]
    assert passes
    assert found.effort.rounds >= 4
    assert (found.owner.tobytes(), found.gain.tobytes(), found.bound) == (
        alone.owner.tobytes(), alone.gain.tobytes(), alone.bound)
    cluster.add_worker()
