"""Pairs worked out from factors are those of the rows, bit by bit, on windows of every feature."""

from __future__ import annotations

import pickle
from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from solver.matrix import factored
from solver.matrix import pairs as pairs_module
from solver.matrix.factored import FactoredPairs
from solver.matrix.floors import floor_array
from solver.matrix.pairs import Problem, build_problem
from solver.matrix.rows import ValueRows
from solver.matrix.source import PairSource
from solver.matrix.window_factors import window_factors
from solver.models import Window
from tests.property import rich_strategies, strategies

_ANY_WINDOW = st.one_of(strategies.windows(), strategies.degenerate_windows(),
                        rich_strategies.rich_windows(), rich_strategies.who_may_windows())


@st.composite
def _sources(draw: st.DrawFn) -> tuple[Problem, FactoredPairs]:
    window: Window = draw(_ANY_WINDOW)
    rows = ValueRows(window)
    floors = {rep.rep_id: draw(st.sampled_from([0, 0, 1, 5000, 12345])) for rep in window.reps}
    problem = build_problem(rows, floors)
    with patch.object(factored, "_MAX_LISTS", draw(st.sampled_from([0, 1 << 20]))), \
            patch.object(factored, "_MAX_SKILL_FIT", draw(st.sampled_from([0, 1 << 20]))):
        factors = window_factors(rows, floor_array(rows.reps.rep_ids, floors) + problem.reserve)
        assert factors is not None
        return problem, FactoredPairs(factors)


def _assert_same(stored: PairSource, worked_out: PairSource, leads: slice | NDArray[np.int64]
                 ) -> None:
    one, other = stored.piece(leads), worked_out.piece(leads)
    own = slice(int(one.indptr[0]), int(one.indptr[-1]))
    np.testing.assert_array_equal(one.indptr - one.indptr[0], other.indptr - other.indptr[0])
    there = slice(int(other.indptr[0]), int(other.indptr[-1]))
    np.testing.assert_array_equal(one.rep[own], other.rep[there])
    np.testing.assert_array_equal(one.surplus[own], other.surplus[there])


@given(_sources(), st.data())
def test_pieces_are_those_of_the_rows(sources: tuple[Problem, FactoredPairs], data: st.DataObject
                                      ) -> None:
    """Of all leads, of a slice, of chosen leads in any order with repeats."""
    problem, pairs = sources
    num_leads = problem.pairs.num_leads
    assert pairs.num_eligible == problem.pairs.num_eligible
    assert len(pairs) == len(problem.pairs)
    assert pairs.counted.largest == int(problem.pairs.value.max(initial=0))
    _assert_same(problem.pairs, pairs, slice(0, num_leads))
    first = data.draw(st.integers(0, num_leads))
    _assert_same(problem.pairs, pairs, slice(first, data.draw(st.integers(first, num_leads))))
    if num_leads:
        chosen = data.draw(st.lists(st.integers(0, num_leads - 1), max_size=8))
        _assert_same(problem.pairs, pairs, np.array(chosen, dtype=np.int64))


@given(_sources())
def test_a_source_survives_pickling(sources: tuple[Problem, FactoredPairs]) -> None:
    """What another process unpickles gives the same pieces, without counting again."""
    problem, pairs = sources
    with patch.object(FactoredPairs, "_count", side_effect=AssertionError):
        again = pickle.loads(pickle.dumps(pairs))  # noqa: S301 - our own
    _assert_same(problem.pairs, again, slice(0, problem.pairs.num_leads))


@given(_ANY_WINDOW)
def test_collected_pairs_are_the_stored_ones(window: Window) -> None:
    """Who needs all pairs of a large window gets what a small one stores, values too."""
    stored = build_problem(ValueRows(window))
    with patch.object(pairs_module, "_FACTORED_CELLS", 0):
        problem = build_problem(ValueRows(window))
    assert isinstance(problem.source, FactoredPairs)
    for name in ("indptr", "lead", "rep", "value", "surplus", "use"):
        np.testing.assert_array_equal(getattr(problem.pairs, name), getattr(stored.pairs, name))
    assert problem.pairs.num_eligible == stored.pairs.num_eligible
