"""A window spread over a cluster: the same answers, nothing moves, workers may die."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from distributed import Client

from api import dask_shards
from api.dask_parts import Part
from api.dask_shards import DaskShards, shards_on_dask
from benchmarks.dask_cluster import Cluster, cluster_of
from solver.errors import UsageError, WorkersLostError
from solver.matrix.parts import even_parts
from solver.prices_first.loop import prices_first
from solver.prices_first.shards import LocalShards, Shards
from solver.prices_first.transportation import Optimum, Transportation
from tests.array_windows import array_window
from tests.shard_questions import (
    add,
    all_of,
    best_net,
    incoming,
    killer,
    made_up_pairs,
    refuse_to_make,
    shape_part,
    total,
    total_or_wait,
    waiting_part,
)

_REPS = 40
_SIZES = (300, 200, 250)
_PARTS = [Part(made_up_pairs, (size, _REPS, size)) for size in _SIZES]
_PRICE = np.arange(_REPS, dtype=np.int64) * 10
_BEST = [best_net(made_up_pairs(size, _REPS, size), _PRICE) for size in _SIZES]
_TOTALS = [int(2 * best.sum()) + 7 * len(best) + 1_000_000 * len(best) for best in _BEST]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A scheduler with two workers."""
    with cluster_of(2) as found:
        yield found


def test_parts_answer_in_the_order_of_leads(cluster: Cluster) -> None:
    """Three parts on two workers; each part's own kept answers come to its questions."""
    with shards_on_dask(cluster.address, _PARTS) as shards:
        assert (shards.num_leads, shards.num_reps) == (sum(_SIZES), _REPS)
        assert tuple(shards.firsts) == (0, 300, 500)
        best = shards.keep(best_net, _PRICE)
        more = shards.keep(add, best, 7, best)
        assert shards.ask(total, more) == _TOTALS
        for found, expected in zip(shards.ask(all_of, best), _BEST, strict=True):
            np.testing.assert_array_equal(found, expected)


def test_nothing_but_questions_and_answers_travels(cluster: Cluster) -> None:
    """Workers take nothing from each other, and the bytes counted are those of R numbers."""
    with Client(cluster.address, set_as_default=False) as client:
        before = client.run(incoming)
        with shards_on_dask(cluster.address, _PARTS) as shards:
            built = shards.traffic
            for plus in range(10):
                more = shards.keep(add, shards.keep(best_net, _PRICE), plus, shards.keep(
                    best_net, _PRICE))
                shards.ask(total, more)
            traffic = shards.traffic
        assert client.run(incoming) == before
    numbers = 20 * _PRICE.nbytes * len(_PARTS)
    asked = traffic.questions - built.questions
    assert asked == 40
    assert numbers < traffic.sent - built.sent < numbers + asked * 300 * len(_PARTS)
    assert traffic.received - built.received < 10 * 30 * len(_PARTS)


def test_answers_are_counted_as_long_as_they_are(cluster: Cluster) -> None:
    """Whoever asked for rows would be seen to."""
    with shards_on_dask(cluster.address, _PARTS) as shards:
        best = shards.keep(best_net, _PRICE)
        before = shards.traffic.received
        shards.ask(all_of, best)
        assert shards.traffic.received - before >= 8 * sum(_SIZES)


def test_a_worker_that_dies_costs_time_and_no_answer(cluster: Cluster, tmp_path: Path) -> None:
    """SIGKILL in the middle of a question: its parts and all they kept are made again elsewhere."""
    with killer(tmp_path), shards_on_dask(cluster.address, _PARTS) as shards:
        best = shards.keep(best_net, _PRICE)
        more = shards.keep(add, shards.keep(add, best, 3, best), 4, shards.keep(
            best_net, np.full(_REPS, 10_000)))
        assert shards.ask(total_or_wait, more, str(tmp_path), _SIZES[0]) == _TOTALS
        assert shards.traffic.made_again == 2  # the first and the third part
        assert shards.ask(total, more) == _TOTALS
        assert shards.traffic.made_again == 2
    cluster.add_worker()


def test_errors_come_back_as_they_are(cluster: Cluster) -> None:
    """Of a part that cannot be made, of a question, of an address."""
    with pytest.raises(FileNotFoundError, match="leads-3"), shards_on_dask(
            cluster.address, [*_PARTS, Part(refuse_to_make)]):
        pass
    with shards_on_dask(cluster.address, _PARTS) as shards:
        with pytest.raises(IndexError, match="out of bounds"):
            shards.ask(total, shards.keep(best_net, _PRICE[:2]))
        assert len(shards.ask(total, shards.keep(best_net, _PRICE))) == len(_SIZES)
    with pytest.raises(UsageError, match="no Dask scheduler answers"), shards_on_dask(
            "tcp://127.0.0.1:9", _PARTS):
        pass


def test_a_cluster_whose_last_worker_dies_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is waited for for ever; where the scheduler is gone neither."""
    monkeypatch.setattr(dask_shards, "_PATIENCE", 0.5)
    monkeypatch.setattr(dask_shards, "_STEP", 0.1)
    with cluster_of(0) as alone:
        worker = alone.add_worker()
        shards = DaskShards(alone.address, _PARTS[:1])
        worker.kill()
        with pytest.raises(WorkersLostError, match="no worker any more"):
            shards.ask(best_net, _PRICE)
        alone.add_worker()
        assert len(shards.ask(best_net, _PRICE)) == 1
        alone.kill()
        with pytest.raises(WorkersLostError, match="scheduler is gone"):
            shards.ask(best_net, _PRICE)
        shards.close()


_SIZE, _WIDE = (3_000, 120), (5_000, 400)


def _solved(shards: Shards, shape: str, size: tuple[int, int] = _SIZE) -> Optimum:
    capacity = array_window(shape, *size)[1]
    return prices_first(Transportation(shards, capacity, np.arange(size[1]) % 3,
                                       np.arange(size[0])[::-1].copy()))


def _bytes(found: Optimum) -> tuple[bytes, bytes, bytes, int, int]:
    return (found.owner.tobytes(), found.gain.tobytes(), found.loss.tobytes(), found.objective,
            found.bound)


def _shape_parts(shape: str, size: tuple[int, int] = _SIZE) -> list[Part]:
    return [Part(shape_part, (shape, size, (leads.start, leads.stop)))
            for leads in even_parts(size[0], 3)]


@pytest.mark.parametrize("shape", ["random", "all_pairs", "ties", "star", "scarce"])
def test_a_spread_window_gives_the_bytes_of_one_process(cluster: Cluster, shape: str) -> None:
    """Owners, gain, loss, objective and bound, each to the last bit."""
    alone = _solved(LocalShards(array_window(shape, *_SIZE)[0]), shape)
    assert alone.bound == alone.objective
    with shards_on_dask(cluster.address, _shape_parts(shape)) as shards:
        assert _bytes(_solved(shards, shape)) == _bytes(alone)


def test_only_numbers_of_reps_and_the_core_travel(cluster: Cluster) -> None:
    """The bytes are bounded by what they are for; a tenth of the matrix would pass that."""
    pairs, _ = array_window("all_pairs", *_WIDE)
    with shards_on_dask(cluster.address, _shape_parts("all_pairs", _WIDE)) as shards:
        found = _solved(shards, "all_pairs", _WIDE)
        traffic = shards.traffic
    per_question = 3 * (3 * 8 * _WIDE[1] + 1_000)  # three parts, at most three numbers a rep
    core = found.effort.rounds * found.effort.core_pairs * 40
    owners = _WIDE[0] * 40
    assert traffic.received < traffic.questions * per_question + core + owners
    assert traffic.sent < traffic.questions * per_question
    assert 10 * (traffic.received + traffic.sent) < len(pairs) * 12
    assert sum(traffic.received_by.values()) == traffic.received


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_a_worker_that_dies_in_a_solve_changes_no_byte(cluster: Cluster, tmp_path: Path, calls: int
                                                       ) -> None:
    """In the auction, in the choice of the core, in the pass that proves it."""
    alone = _solved(LocalShards(array_window("random", *_SIZE)[0]), "random")
    parts = _shape_parts("random")
    parts[1] = Part(waiting_part, (*parts[1].arguments, str(tmp_path), calls))
    with killer(tmp_path), shards_on_dask(cluster.address, parts) as shards:
        assert _bytes(_solved(shards, "random")) == _bytes(alone)
        assert shards.traffic.made_again >= 1
    cluster.add_worker()
