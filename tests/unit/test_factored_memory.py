"""Pairs worked out from factors are never whole: memory is linear in leads, reps and tables."""

from __future__ import annotations

import pickle
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest

from solver.certify.bound import price_bound
from solver.certify.exchange import SlotPrices
from solver.generate import generate_window
from solver.matrix import pairs as pairs_module
from solver.matrix import source as source_module
from solver.matrix.factored import FactoredPairs
from solver.matrix.pairs import Problem, build_problem
from solver.matrix.rows import ValueRows
from solver.models import Engine, StoppedBy
from solver.planning import Solution, make_plan

AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
NUM_LEADS, NUM_REPS = 6_000, 600


@pytest.fixture(scope="module")
def rows() -> ValueRows:
    return ValueRows(generate_window(NUM_LEADS, NUM_REPS, 3, AT))


@pytest.fixture
def problem(rows: ValueRows, monkeypatch: pytest.MonkeyPatch) -> Problem:
    monkeypatch.setattr(pairs_module, "_FACTORED_CELLS", 0)
    monkeypatch.setattr(source_module, "_SPAN_PAIRS", 1 << 14)
    return build_problem(rows)


def _peak(work: Callable[[], object]) -> int:
    """Return the most bytes that a piece of work holds at a time, once all is compiled."""
    work()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_counting_and_passing_over_all_pairs_holds_no_byte_per_cell(
        rows: ValueRows, problem: Problem) -> None:
    """Building, counting and bounding a window of 3 million cells takes less than a byte each."""
    prices = np.zeros(NUM_REPS, dtype=np.int64)
    cells = rows.num_leads * rows.num_reps
    assert _peak(lambda: price_bound(build_problem(rows), prices)) < cells
    assert _peak(lambda: price_bound(problem, prices)) < cells / 4
    assert "pairs" not in vars(problem)


def test_words_of_a_plan_hold_no_pairs(problem: Problem) -> None:
    """A plan is certified and explained piece by piece; nobody collects the pairs."""
    num_leads = problem.source.num_leads
    prices = SlotPrices(np.zeros(NUM_REPS, dtype=np.int64), (0,) * NUM_REPS)
    owner = np.full(num_leads, -1, dtype=np.int64)
    for lead in range(0, num_leads, 50):
        piece = problem.source.piece(slice(lead, lead + 1))
        owner[lead] = piece.rep[0] if len(piece.rep) else -1
    plan = make_plan(Solution(problem, owner, prices, StoppedBy.PROOF), owner,
                     engine=Engine.MIN_COST_FLOW, engine_reason="a test",
                     stopped_by=StoppedBy.PROOF)
    assert len(plan.assignments) == np.count_nonzero(owner >= 0)
    assert "pairs" not in vars(problem)


def test_a_pickled_source_is_compact(problem: Problem) -> None:
    """What travels is far smaller than the pairs."""
    assert isinstance(problem.source, FactoredPairs)
    assert len(pickle.dumps(problem.source)) < 2 * len(problem.source)
