"""Some leads of a window as a source of their own, and parts of a window in one process."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from api.dask_parts import parts_of
from benchmarks.array_windows.factored import draw_factored
from solver.matrix.factored import FactoredPairs
from solver.matrix.parts import even_parts, factors_of, stored_part
from solver.matrix.source import PairSource
from solver.prices_first.local_parts import LocalParts
from solver.prices_first.loop import prices_first
from solver.prices_first.shards import LocalShards, Shards
from solver.prices_first.transportation import Optimum, Transportation
from tests.array_windows import array_window

_LEADS, _REPS = 1_200, 40


def _rows(source: PairSource) -> list[tuple[list[int], list[int]]]:
    piece = source.piece(slice(0, source.num_leads))
    bounds = zip(piece.indptr[:-1].tolist(), piece.indptr[1:].tolist(), strict=True)
    return [(piece.rep[at:end].tolist(), piece.surplus[at:end].tolist()) for at, end in bounds]


@pytest.mark.parametrize("num_parts", [1, 3, 7])
def test_parts_cover_the_leads_evenly(num_parts: int) -> None:
    """Each lead once, in order, and no part more than one lead longer than another."""
    parts = even_parts(100, num_parts)
    assert [lead for part in parts for lead in range(part.start, part.stop)] == [*range(100)]
    sizes = {part.stop - part.start for part in parts}
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("source", [array_window("random", _LEADS, _REPS)[0],
                                    draw_factored(_LEADS, _REPS).source()],
                         ids=["stored", "factored"])
def test_parts_have_the_pairs_of_the_whole(source: PairSource) -> None:
    """Stored or made of factors, after a journey as bytes, row by row."""
    travelled = [pickle.loads(pickle.dumps(part)) for part in parts_of(source, 3)]  # noqa: S301
    made = [part.make(*part.arguments) for part in travelled]
    assert [row for part in made for row in _rows(part)] == _rows(source)
    assert {part.num_reps for part in made} == {_REPS}


def test_factors_travel_in_a_few_bytes_a_lead() -> None:
    """And never the pairs that workers make of them."""
    source = draw_factored(_LEADS, _REPS).source()
    one, two = (len(pickle.dumps(parts_of(source, num)[0])) for num in (1, 2))
    assert (one - two) / (_LEADS / 2) < 40 < 12 * len(source) / _LEADS


def test_excluded_pairs_follow_their_leads() -> None:
    """Columns that few leads have are cut like the others."""
    factors = draw_factored(6, 5).factors
    factors = factors._replace(leads=factors.leads._replace(
        excluded_start=np.array([0, 1, 1, 3, 3, 4, 4]),
        excluded_rep=np.array([4, 0, 2, 1], dtype=np.int32)))
    whole = FactoredPairs(factors)
    parts = [FactoredPairs(factors_of(factors, leads)) for leads in even_parts(6, 2)]
    assert [row for part in parts for row in _rows(part)] == _rows(whole)


def _solved(shards: Shards, capacity: np.ndarray) -> Optimum:
    return prices_first(Transportation(shards, capacity, np.zeros_like(capacity),
                                       np.arange(shards.num_leads)))


@pytest.mark.parametrize("shape", ["random", "all_pairs", "nearly_equal", "ties", "star", "scarce",
                                   "exact", "plenty", "one_territory", "largest"])
@pytest.mark.parametrize("num_parts", [2, 5])
def test_parts_give_the_optimum_of_the_whole(shape: str, num_parts: int) -> None:
    """Owners, prices and bound, on hard shapes too; also where no rep has a slot."""
    pairs, capacity = array_window(shape, _LEADS, _REPS)
    parts = LocalParts([stored_part(pairs, leads) for leads in even_parts(_LEADS, num_parts)])
    for slots in (capacity, np.zeros_like(capacity)):
        alone, found = _solved(LocalShards(pairs), slots), _solved(parts, slots)
        assert found.bound == found.objective == alone.objective
        for ours, theirs in ((found.owner, alone.owner), (found.gain, alone.gain),
                             (found.loss[slots > 0], alone.loss[slots > 0])):
            np.testing.assert_array_equal(ours, theirs)


def test_parts_in_the_order_of_their_territories_are_exact_too() -> None:
    """No part is a fair sample: prices to begin with are worse, and the plan is not."""
    pairs, capacity = array_window("one_territory", _LEADS, _REPS)
    order = np.argsort(pairs.rep[np.minimum(pairs.indptr[:-1], len(pairs) - 1)], kind="stable")
    piece = pairs.piece(order)
    counts = np.diff(piece.indptr)
    sorted_pairs = type(pairs)(
        piece.indptr, np.repeat(np.arange(_LEADS, dtype=np.int32), counts), piece.rep,
        piece.surplus, piece.surplus, np.ones_like(piece.surplus), _REPS, len(pairs))
    parts = LocalParts([stored_part(sorted_pairs, leads) for leads in even_parts(_LEADS, 4)])
    alone, found = (_solved(one, capacity) for one in (LocalShards(sorted_pairs), parts))
    np.testing.assert_array_equal(found.owner, alone.owner)
    np.testing.assert_array_equal(found.gain, alone.gain)
