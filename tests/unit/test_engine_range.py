"""The engine's cost limit, measured on the engine itself with graphs like ours."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from solver.errors import EngineError, InvalidInputError
from solver.matrix import pairs
from solver.matrix.money import (
    MAX_SUM,
    check_engine_range,
    check_sum_range,
    engine_takes,
    to_minor_units,
)
from solver.matrix.rows import ValueRows
from solver.models import Lead, Policy, Rep, Window
from solver.optimise.flow import solve_flow

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


def _lead_rep_graph(cost: int, num_leads: int, num_reps: int) -> NDArray[np.int64]:
    """Solve a window in which every pair and every held lead has this cost."""
    lead, rep = np.divmod(np.arange(num_leads * num_reps), num_reps)
    reps, nobody = num_leads + np.arange(num_reps), num_leads + num_reps
    num_single = num_leads + num_reps
    return solve_flow(
        tail=np.concatenate([lead, np.arange(num_leads), reps]),
        head=np.concatenate([num_leads + rep, np.full(num_single, nobody)]),
        capacity=np.ones(len(lead) + num_single, np.int64),
        cost=np.concatenate([np.full(len(lead) + num_leads, cost), np.zeros(num_reps, np.int64)]),
        supply=np.concatenate([np.ones(num_leads, np.int64), np.zeros(num_reps, np.int64),
                               [-num_leads]]))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("num_leads", "num_reps"), [(1, 1), (3, 1), (20, 5), (5, 20), (300, 100)])
def test_the_engine_takes_what_our_limit_lets_through(num_leads: int, num_reps: int,
                                                      sign: int) -> None:
    """The largest cost that the check accepts is solved; four times as much need not be."""
    num_nodes = num_leads + num_reps + 1
    largest = (2**63 - 1) // (5 * num_nodes + 10)
    assert engine_takes(largest, num_nodes)
    assert not engine_takes(largest + 1, num_nodes)
    assert len(_lead_rep_graph(sign * largest, num_leads, num_reps)) > 0
    with pytest.raises(InvalidInputError, match="VALUE_RANGE"):
        check_engine_range(largest + 1, num_nodes, "a value")


def test_the_engine_has_a_limit() -> None:
    """Costs far above ours are refused by the engine, so the check is needed."""
    with pytest.raises(EngineError, match="BAD_COST_RANGE"):
        _lead_rep_graph(2**60, 300, 100)


def test_sums_stay_below_two_to_the_62() -> None:
    """Leads times the largest value may reach 2**62 and not pass it."""
    check_sum_range(MAX_SUM // 8, 8, "a value")
    with pytest.raises(InvalidInputError, match="exact in 64 bits"):
        check_sum_range(MAX_SUM // 8 + 1, 8, "a value")


def test_money_rounds_ties_to_even() -> None:
    """Half a minor unit goes to the even neighbour."""
    assert to_minor_units(np.array([0.005, 0.015, 0.025, 1.0])).tolist() == [0, 2, 2, 100]


@pytest.mark.parametrize("amount", [np.inf, np.nan, 1e17])
def test_money_that_does_not_fit_is_refused(amount: float) -> None:
    """Infinite, undefined and too large amounts never become integers, and are named."""
    with pytest.raises(InvalidInputError, match="the value of lead 1"):
        to_minor_units(np.array([3.0, amount]), name=lambda at: f"the value of lead {at}")


@pytest.mark.parametrize("exponent", [1.0, 1.32, 2.0])
def test_a_large_window_out_of_range_stores_no_pairs(monkeypatch: pytest.MonkeyPatch,
                                                     exponent: float) -> None:
    """The pair is named as storing names it, from blocks of rows of which none is kept."""
    leads = tuple(Lead(lead_id=f"l{at}", created_at=_AT, deal_value=1e12 if at == 7 else 100.0,
                       score=100.0) for at in range(9_000))
    reps = (Rep(rep_id="a", capacity=1), Rep(rep_id="b", capacity=1, performance=5.0))
    window = Window(at=_AT, leads=leads, reps=reps, policy=Policy.model_validate(
        {"worth": {"deal_value": exponent}}))
    with pytest.raises(InvalidInputError) as stored:
        pairs.build_problem(ValueRows(window))
    monkeypatch.setattr(pairs, "_FACTORED_CELLS", 1)
    monkeypatch.setattr(pairs, "problem_of", None)
    with pytest.raises(InvalidInputError) as worked_out:
        pairs.build_problem(ValueRows(window))
    assert worked_out.value.issues == stored.value.issues
    assert "l7" in str(worked_out.value)
