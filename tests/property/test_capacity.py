"""What slots are worth, against trying every way to have so many of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations_with_replacement, product

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from solver.capacity import (
    best_slots_to_add,
    best_slots_to_move,
    best_slots_within,
    rank_slots,
    value_curve,
    value_of_hire,
    value_of_training,
)
from solver.models import Rep, Window
from solver.names import name_key
from solver.planning import Solution, certify
from solver.scenarios.present import Present
from solver.solving import solve, solve_exactly
from tests import oracle
from tests.property.strategies import degenerate_windows, floors, windows, windows_with_floors

Case = tuple[Window, dict[str, int]]
Slots = dict[str, int]


def _with_somebody(case: Case) -> bool:
    return any(rep.active for rep in case[0].reps)


#: Half of them with massive ties.
_CASES: SearchStrategy[Case] = st.one_of(
    windows_with_floors(),
    degenerate_windows().flatmap(lambda window: st.tuples(st.just(window), floors(window))),
).filter(_with_somebody)


def _total(numbers: oracle.Problem, slots: Mapping[str, int]) -> int:
    """Return the best objective with these slots and the floors of all of them."""
    return oracle.best(numbers, slots) + sum(
        numbers.floors[rep] * count for rep, count in slots.items())


def _objective(solution: Solution) -> int:
    return certify(solution, solution.owner).objective


def _active(numbers: oracle.Problem) -> list[str]:
    return [rep for rep in numbers.reps if numbers.active[rep]]


def _more(slots: Slots, reps: list[str], count: int) -> Iterator[Slots]:
    """Yield every way to add so many slots."""
    for chosen in combinations_with_replacement(reps, count):
        yield {rep: have + chosen.count(rep) for rep, have in slots.items()}


def _fewer(slots: Slots, reps: list[str], count: int) -> Iterator[Slots]:
    for chosen in combinations_with_replacement(reps, count):
        left = {rep: have - chosen.count(rep) for rep, have in slots.items()}
        if min(left.values()) >= 0:
            yield left


def _moved(slots: Slots, reps: list[str], count: int) -> Iterator[Slots]:
    """Yield every way to move up to so many slots."""
    for number in range(count + 1):
        for less in _fewer(slots, reps, number):
            yield from _more(less, reps, number)


@settings(max_examples=50)
@given(_CASES)
def test_the_ranking_is_what_solving_with_one_slot_more_or_fewer_gives(case: Case) -> None:
    """Floor + gain and floor + loss are differences of totals; the largest stands first."""
    window, given_floors = case
    numbers = oracle.problem(window, given_floors)
    here = _total(numbers, numbers.slots)
    ranking = rank_slots(solve(window, floors=given_floors), window)
    assert {row.name for row in ranking.reps} == set(numbers.reps)
    for row in ranking.reps:
        have = numbers.slots[row.name]
        assert row.more == (_total(numbers, {**numbers.slots, row.name: have + 1}) - here
                            if numbers.active[row.name] else None)
        assert row.fewer == (here - _total(numbers, {**numbers.slots, row.name: have - 1})
                             if have else None)
    mores = [row.more for row in ranking.reps if row.more is not None]
    assert mores == sorted(mores, reverse=True)


@settings(max_examples=40)
@given(_CASES, st.data())
def test_every_point_of_a_curve_is_the_best_with_so_many_slots(case: Case, data: st.DataObject
                                                               ) -> None:
    """No other way to give slots to the set, or to take them, brings more; it bends down."""
    window, given_floors = case
    numbers = oracle.problem(window, given_floors)
    reps = data.draw(st.lists(st.sampled_from(_active(numbers)), min_size=1, unique=True))
    curve = value_curve(window, reps, fewer=2, more=3, floors=given_floors)
    have = sum(numbers.slots[rep] for rep in reps)
    assert [point.slots for point in curve.points] == list(range(max(0, have - 2), have + 4))
    here = _total(numbers, numbers.slots)
    for point in curve.points:
        ways = (_more if point.slots > have else _fewer)(numbers.slots, reps,
                                                         abs(point.slots - have))
        assert point.total == max(_total(numbers, slots) for slots in ways)
        assert point.change == point.total - here
    for side in ([one for one in curve.points if one.slots < have],
                 [one for one in curve.points if one.slots > have]):
        steps = [abs(point.step) for point in side]
        assert steps == sorted(steps, reverse=True)


@settings(max_examples=40)
@given(_CASES)
def test_the_best_slots_to_add_are_the_best_for_each_number(case: Case) -> None:
    """No other n slots win more than the first n."""
    window, given_floors = case
    numbers = oracle.problem(window, given_floors)
    here = _total(numbers, numbers.slots)
    best = best_slots_to_add(window, 3, floors=given_floors)
    slots = dict(numbers.slots)
    for count in range(4):
        assert best.change(count) == max(
            _total(numbers, ways) for ways in _more(numbers.slots, _active(numbers), count)) - here
    for added in best.slots:
        slots[added.rep_id] += 1
        assert _total(numbers, slots) - here == added.change


@settings(max_examples=60)
@given(_CASES, st.data())
def test_the_best_slots_to_move_are_the_best_for_each_number(case: Case, data: st.DataObject
                                                             ) -> None:
    """No other way to move up to n slots among the reps wins more than the first n moves."""
    window, given_floors = case
    numbers = oracle.problem(window, given_floors)
    reps = data.draw(st.lists(st.sampled_from(_active(numbers)), min_size=1, unique=True))
    here = _total(numbers, numbers.slots)
    best = best_slots_to_move(window, 3, reps=reps, floors=given_floors)
    for count in range(4):
        ways = _moved(numbers.slots, reps, count)
        assert best.change(count) == max(_total(numbers, slots) for slots in ways) - here
    slots = dict(numbers.slots)
    for moved in best.slots:
        slots[moved.from_rep_id] -= 1
        slots[moved.to_rep_id] += 1
        assert _total(numbers, slots) - here == moved.change


def _affordable(numbers: oracle.Problem, cost: Mapping[str, int], budget: int) -> Iterator[Slots]:
    for counts in product(*(range(budget // one + 1) for one in cost.values())):
        if sum(count * one for count, one in zip(counts, cost.values(), strict=True)) <= budget:
            chosen = dict(zip(cost, counts, strict=True))
            yield {rep: have + chosen.get(rep, 0) for rep, have in numbers.slots.items()}


@settings(max_examples=60)
@given(_CASES, st.data())
def test_slots_within_a_budget_lie_below_the_bound(case: Case, data: st.DataObject) -> None:
    """What they win is what solving gives; the best there is lies between that and the bound."""
    window, given_floors = case
    numbers = oracle.problem(window, given_floors)
    names = data.draw(st.lists(st.sampled_from(_active(numbers)), min_size=1, unique=True))
    cost = {name: data.draw(st.integers(2, 7)) for name in names}
    budget = data.draw(st.integers(0, 12))
    bought = best_slots_within(window, budget, cost, floors=given_floors)
    here = _total(numbers, numbers.slots)
    chosen = {one.rep_id: one.slots for one in bought.slots}
    assert bought.spent == sum(cost[rep] * count for rep, count in chosen.items()) <= budget
    assert bought.change == _total(numbers, {
        rep: have + chosen.get(rep, 0) for rep, have in numbers.slots.items()}) - here
    best = max(_total(numbers, slots) for slots in _affordable(numbers, cost, budget)) - here
    assert bought.change <= best <= bought.bound == bought.change + bought.gap


@settings(max_examples=40)
@given(_CASES, st.integers(1, 3), st.integers(0, 7))
def test_where_all_slots_cost_the_same_the_budget_is_spent_best(case: Case, one: int, budget: int
                                                                ) -> None:
    """It buys the best slots to add, and the gap is 0."""
    window, given_floors = case
    cost = dict.fromkeys(_active(oracle.problem(window, given_floors)), one)
    bought = best_slots_within(window, budget, cost, floors=given_floors)
    added = best_slots_to_add(window, budget // one, floors=given_floors)
    assert bought.gap == 0
    assert bought.change == added.change(budget // one)


@settings(max_examples=40)
@given(st.one_of(windows(), degenerate_windows()), st.data())
def test_a_hire_is_worth_what_solving_with_the_hire_gives(window: Window, data: st.DataObject
                                                          ) -> None:
    """At every number of slots, whatever the candidate changes for the others."""
    given_floors = data.draw(floors(window))
    profile: Rep = data.draw(st.sampled_from(data.draw(windows()).reps)).model_copy(
        update={"rep_id": "new"})
    floor = data.draw(st.sampled_from([0, 5, 20_000]))
    hire = value_of_hire(window, profile, 3, floors=given_floors, floor=floor)
    here = _objective(solve_exactly(window, floors=given_floors))
    for point in hire.points:
        rep = profile.model_copy(update={
            "active": True, "capacity": point.slots, "open_leads": 0, "daily_cap": None,
            "assigned_today": 0})
        edited = window.model_copy(update={
            "reps": tuple(sorted((*window.reps, rep), key=lambda one: one.rep_id))})
        assert point.objective == _objective(solve_exactly(
            edited, floors={**(given_floors or {}), "new": floor}))
        assert point.change == point.objective + point.slots * floor - here


@settings(max_examples=40)
@given(windows_with_floors(), st.data())
def test_a_training_is_worth_what_solving_with_it_gives(case: Case, data: st.DataObject) -> None:
    """Total and leads of the rep are those of a cold solve of the window with the skill."""
    window, given_floors = case
    rep = data.draw(st.sampled_from(window.reps))
    skill = data.draw(st.sampled_from(("crm", "STRASSE", "a", "new")))
    level = data.draw(st.sampled_from([0.0, 0.4, 1.0]))
    assume(name_key(skill) in set(map(name_key, Present(window).skills)))
    found = value_of_training(window, rep.rep_id, skill, level, floors=given_floors)
    trained = rep.model_copy(update={"skills": {**rep.skills, found.skill: level}})
    edited = window.model_copy(update={"reps": tuple(
        trained if one is rep else one for one in window.reps)})
    before, after = (solve_exactly(one, floors=given_floors) for one in (window, edited))
    assert found.change == _objective(after) - _objective(before)
    at = window.reps.index(rep)
    assert (found.leads_before, found.leads) == tuple(
        (one.owner == at).sum() for one in (before, after))
