"""Published generalised assignment instances through the public solve."""

from __future__ import annotations

import pytest

from benchmarks.datasets.gap import GapInstance, read_gap
from benchmarks.datasets.gap_window import gap_window
from benchmarks.datasets.locate import MissingDataError
from solver import solve, verify_plan


def _instance(name: str) -> GapInstance:
    try:
        return read_gap(name)
    except MissingDataError as error:
        pytest.skip(str(error))


@pytest.mark.data
@pytest.mark.parametrize("name", ["gap1-1", "gap7-3", "a05100", "b10100"])
def test_published_optimum(name: str) -> None:
    """The value of the plan is the published one, and both bounds allow it."""
    instance = _instance(name)
    plan = solve(gap_window(instance), time_limit=60.0)
    assert instance.cost_of(plan.certificate.objective // 100) == instance.best_known
    assert len(plan.assignments) == instance.cost.shape[1]
    assert plan.certificate.price_bound >= plan.certificate.objective


@pytest.mark.data
def test_the_checker_agrees_on_an_instance() -> None:
    """Use by pair, leads that must be placed and both bounds are recomputed."""
    window = gap_window(_instance("gap1-1"))
    checks = verify_plan(window, solve(window))
    assert [check.name for check in checks if not check.passed] == []
