"""A window solved on a cluster in one call: the plan of one process; what travels with ties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from api.dask_parts import Part
from api.dask_shards import shards_on_dask
from api.dask_solving import optimum_on_dask, solve_on_dask
from benchmarks.dask_cluster import Cluster, cluster_of
from solver import solving
from solver.errors import UsageError
from solver.generate import generate_window
from solver.matrix.parts import even_parts
from solver.prices_first.loop import prices_first
from solver.prices_first.shards import LocalShards
from solver.prices_first.transportation import Transportation
from tests.array_windows import array_window
from tests.command_line import ROOT
from tests.shard_questions import refuse_to_make, shape_part

_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
_SIZE = (5_000, 400)
#: What travels where all pairs are tight, over the bytes of the matrix, is less than this.
_SHARE = 0.25


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A scheduler with two workers."""
    with cluster_of(2) as found:
        yield found


def test_the_plan_is_that_of_one_process(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last byte, of a window that one process solves prices first."""
    window = generate_window(400, 30, seed=3, at=_AT)
    for least in (solving.PRICES_FIRST_PAIRS, 1):
        monkeypatch.setattr(solving, "PRICES_FIRST_PAIRS", least)
        alone = solving.solve(window, time_limit=None)
        for num_parts in (None, 5):
            found = solve_on_dask(window, cluster.address, num_parts=num_parts)
            assert found.model_dump_json() == alone.model_dump_json()
    assert found.certificate.gap == 0
    assert any(slots.price for slots in found.slots)


def test_the_example_of_the_readme_runs(cluster: Cluster) -> None:
    """Every line of it, on a cluster that is there."""
    text = (ROOT / "api" / "README.md").read_text(encoding="utf-8")
    section = text.split("## Windows past one machine")[1].split("\n## ")[0]
    (example,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    names: dict[str, Any] = {"window": generate_window(60, 8, seed=2, at=_AT)}
    exec(example.replace("tcp://127.0.0.1:8786", cluster.address), names)  # noqa: S102 - our own
    assert names["plan"].certificate.gap == 0


def test_windows_of_other_rules_and_no_scheduler_are_refused(cluster: Cluster) -> None:
    """Before anything is sent."""
    window = generate_window(20, 4, seed=2, at=_AT)
    with pytest.raises(UsageError, match="no Dask scheduler answers"):
        solve_on_dask(window, "tcp://127.0.0.1:9")
    with pytest.raises(FileNotFoundError, match="leads-3"):
        optimum_on_dask([Part(refuse_to_make)], cluster.address, np.ones(3, np.int64),
                        np.zeros(3, np.int64), np.arange(3))


@pytest.mark.parametrize("shape", ["ties", "all_equal"])
def test_with_ties_less_than_the_matrix_travels(cluster: Cluster, shape: str) -> None:
    """Tight pairs come once, in a bit for each lead and rep at most; cores in a few bytes a pair.

    Where all pairs are as good, the bytes of the core still grow with the rounds.
    """
    pairs, capacity = array_window(shape, *_SIZE)
    load, created = np.zeros(_SIZE[1], np.int64), np.arange(_SIZE[0])
    parts = [Part(shape_part, (shape, _SIZE, (leads.start, leads.stop)))
             for leads in even_parts(_SIZE[0], 3)]
    with shards_on_dask(cluster.address, parts) as shards:
        found = prices_first(Transportation(shards, capacity, load, created))
        traffic = shards.traffic
    alone = prices_first(Transportation(LocalShards(pairs), capacity, load, created))
    assert found.owner.tobytes() == alone.owner.tobytes()
    matrix, by, rounds = 12 * len(pairs), traffic.received_by, found.effort.rounds
    assert by["tight_of"] < _SIZE[0] * _SIZE[1] / 8 + _SIZE[0] + 3_000
    assert by["open_leads"] < rounds * (
        6 * found.effort.core_pairs + 3 * 3 * 8 * _SIZE[1] + 9_000)
    assert by["core_rows"] < 5 * 13 * _SIZE[0] + 9_000
    assert traffic.received + traffic.sent < _SHARE * matrix
