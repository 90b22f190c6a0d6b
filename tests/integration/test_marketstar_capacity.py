"""MarketStar's backlog: what slots are worth equals solving it again with other slots."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations_with_replacement, permutations

import pytest

from benchmarks.datasets.locate import MissingDataError
from benchmarks.datasets.marketstar import backlog_window
from solver.capacity import (
    best_slots_to_add,
    best_slots_to_move,
    best_slots_within,
    rank_slots,
    value_curve,
)
from solver.models import Window
from solver.planning import certify
from solver.reoptimise import reoptimised
from solver.solving import optimal_plan, solve, solve_exactly

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def backlog() -> Window:
    """The leads that nobody owns, or a skip that says what is missing."""
    try:
        return backlog_window()
    except MissingDataError as error:
        pytest.skip(str(error))


def _with(window: Window, change: Mapping[str, int]) -> Window:
    """Return the window with slots more or fewer."""
    return window.model_copy(update={"reps": tuple(rep.model_copy(update={
        "daily_cap": None, "capacity": rep.open_leads + rep.free_slots + change.get(rep.rep_id, 0)})
        for rep in window.reps)})


def _objective(window: Window, change: Mapping[str, int] | None = None) -> int:
    solution = solve_exactly(_with(window, change or {}))
    return certify(solution, solution.owner).objective


def _counts(rep_ids: tuple[str, ...]) -> dict[str, int]:
    return {rep_id: rep_ids.count(rep_id) for rep_id in rep_ids}


def test_every_slot_value_equals_solving_again(backlog: Window) -> None:
    """One more and one fewer of every rep."""
    here = _objective(backlog)
    for row in rank_slots(solve(backlog), backlog).reps:
        assert row.more == _objective(backlog, {row.name: 1}) - here
        assert row.fewer == here - _objective(backlog, {row.name: -1})


def test_the_best_slots_to_add_equal_trying_all(backlog: Window) -> None:
    """One and two more, all 5 and all 15 ways."""
    here, reps = _objective(backlog), [rep.rep_id for rep in backlog.reps]
    best = best_slots_to_add(backlog, 2)
    for count in (1, 2):
        assert best.change(count) == max(
            _objective(backlog, _counts(chosen)) - here
            for chosen in combinations_with_replacement(reps, count))


def test_the_best_slots_to_move_equal_trying_all(backlog: Window) -> None:
    """One move, all 20 ways; each of ten moves wins what it says."""
    here, reps = _objective(backlog), [rep.rep_id for rep in backlog.reps]
    best = best_slots_to_move(backlog, 10)
    assert best.change(1) == max(0, *(
        _objective(backlog, {a: -1, b: 1}) - here for a, b in permutations(reps, 2)))
    moved = dict.fromkeys(reps, 0)
    for one in best.slots:
        moved[one.from_rep_id] -= 1
        moved[one.to_rep_id] += 1
    assert best.change(10) == _objective(backlog, moved) - here


def test_the_curve_of_two_reps_equals_solving_again(backlog: Window) -> None:
    """At each of nine points, with the slots that the curve names."""
    here = _objective(backlog)
    curve = value_curve(backlog, ["1", "3"], fewer=4, more=4)
    middle = next(at for at, point in enumerate(curve.points) if point.rep_id is None)
    for steps, sign in ((curve.points[:middle][::-1], -1), (curve.points[middle + 1:], 1)):
        assert len(steps) == 4
        change = {"1": 0, "3": 0}
        for point in steps:
            assert point.rep_id is not None
            change[point.rep_id] += sign
            assert point.change == _objective(backlog, change) - here


def test_slots_within_a_budget(backlog: Window) -> None:
    """They win what solving with them gives, and lie within the bound."""
    cost = {"1": 30, "2": 45, "3": 25, "4": 60, "5": 35}
    bought = best_slots_within(backlog, 400, cost)
    assert bought.spent <= 400
    assert bought.change == _objective(
        backlog, {one.rep_id: one.slots for one in bought.slots}) - _objective(backlog)
    assert 0 <= bought.gap <= 0.05 * bought.bound


def test_one_rep_changed_gives_the_plan_of_a_cold_solve(backlog: Window) -> None:
    """Slots, performance or absence of any one rep: the same plan, word for word."""
    solution = solve_exactly(backlog)
    for at, edit in enumerate(({"performance": 0.9}, {"active": False}, {"capacity": 9},
                               {"min_deal": 500.0}, {"daily_cap": 1})):
        reps = list(backlog.reps)
        reps[at] = reps[at].model_copy(update=edit)
        edited = backlog.model_copy(update={"reps": tuple(reps)})
        warm = reoptimised(solution, edited)
        assert warm is not None
        assert optimal_plan(warm) == optimal_plan(solve_exactly(edited))
