"""The engine's cost limit, measured on the engine itself."""

from __future__ import annotations

import numpy as np
import pytest
from ortools.graph.python import min_cost_flow

from solver.errors import InvalidInputError
from solver.matrix.money import MAX_SUM, check_engine_range, check_sum_range, to_minor_units


def _engine_takes(cost: int, num_nodes: int) -> bool:
    """Ask the engine for a flow along a chain whose arcs all have this cost."""
    engine = min_cost_flow.SimpleMinCostFlow()
    chain = np.arange(num_nodes)
    engine.add_arcs_with_capacity_and_unit_cost(
        chain[:-1], chain[1:], np.ones(num_nodes - 1, np.int64),
        np.full(num_nodes - 1, -cost, np.int64))
    engine.set_nodes_supplies(chain[[0, -1]], np.array([1, -1]))
    return bool(engine.solve() == engine.OPTIMAL)


@pytest.mark.parametrize("num_nodes", [3, 10, 257, 1000])
def test_our_limit_is_the_engine_s(num_nodes: int) -> None:
    """The largest cost that our check lets through is solved; twice as much is refused by both."""
    largest = (2**63 - 1) // (2 * num_nodes + 6)
    check_engine_range(largest, num_nodes, "a value")
    assert _engine_takes(largest, num_nodes)
    with pytest.raises(InvalidInputError, match="VALUE_RANGE"):
        check_engine_range(largest + 1, num_nodes, "a value")
    assert not _engine_takes(2 * largest, num_nodes)


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
    """Infinite, undefined and too large amounts never become integers."""
    with pytest.raises(InvalidInputError, match="VALUE_RANGE"):
        to_minor_units(np.array([amount]))
