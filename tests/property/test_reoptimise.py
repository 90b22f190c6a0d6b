"""The optimum of a window with other reps, from the optimum that is there, against a cold solve."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.matrix.floors import AnyFloors
from solver.models import Rep, Window
from solver.planning import Solution
from solver.reoptimise import Exchange, Reoptimiser
from solver.sales_floor.plain import rules_beyond_capacity
from solver.solving import optimal_plan, solve_exactly
from tests.property.rich_strategies import who_may_windows
from tests.property.strategies import degenerate_windows, floors, mostly, windows

Case = tuple[Window, dict[str, int], Window]


@st.composite
def _edited_reps(draw: st.DrawFn, window: Window, others: tuple[Rep, ...]) -> tuple[Rep, ...]:
    """Keep, load, replace and remove reps, and add some."""
    stand_in = {rep.rep_id: rep for rep in others}
    reps: list[Rep] = []
    for rep in window.reps:
        edit = draw(mostly("keep", "load", "replace", "remove", "idle", weight=3))
        other = stand_in.pop(rep.rep_id, None)
        if edit == "load":
            reps.append(rep.model_copy(update={
                "capacity": draw(st.integers(0, 9)), "daily_cap": None,
                "assigned_today": draw(st.integers(0, 2))}))
        elif edit == "idle":
            reps.append(rep.model_copy(update={"active": not rep.active}))
        elif edit == "keep" or (edit == "replace" and other is None):
            reps.append(rep)
        elif edit == "replace" and other is not None:
            reps.append(other)
    reps += [rep for rep in stand_in.values() if draw(st.booleans())]
    return tuple(sorted(reps, key=lambda rep: rep.rep_id))


@st.composite
def edited_windows(draw: st.DrawFn) -> Case:
    """Draw a plain window, floors, and the window with other reps."""
    kind = draw(st.sampled_from([degenerate_windows, windows, who_may_windows]))
    window = draw(kind())
    if kind is who_may_windows:
        window = window.model_copy(update={"previous": (), "leads": tuple(
            lead.model_copy(update={"effort": None}) for lead in window.leads)})
        assert rules_beyond_capacity(window.policy) == ()
    edited = draw(_edited_reps(window, draw(kind()).reps))
    return window, draw(floors(window)), window.model_copy(update={"reps": edited})


def assert_same(warm: Solution, cold: Solution) -> None:
    """Pairs, owners, prices, and so every word of the plan."""
    assert warm.problem.pairs.surplus.tolist() == cold.problem.pairs.surplus.tolist()
    assert warm.problem.pairs.rep.tolist() == cold.problem.pairs.rep.tolist()
    assert warm.owner.tolist() == cold.owner.tolist()
    assert warm.prices.gain.tolist() == cold.prices.gain.tolist()
    assert warm.prices.loss == cold.prices.loss
    assert optimal_plan(warm) == optimal_plan(cold)


@settings(max_examples=120)
@given(edited_windows())
def test_other_reps_give_what_a_cold_solve_gives(case: Case) -> None:
    """Whatever becomes of the reps, owners, prices and words are those of solving anew."""
    window, given_floors, edited = case
    kept = {rep.rep_id: floor for rep in edited.reps
            if (floor := given_floors.get(rep.rep_id)) is not None}
    base = solve_exactly(window, floors=given_floors)
    warm = Reoptimiser(base, most_steps=10**9).solve(edited)
    assert warm is not None
    assert_same(warm, solve_exactly(edited, floors=kept))


@settings(max_examples=25)
@given(edited_windows(), st.data())
def test_other_floors_give_what_a_cold_solve_gives(case: Case, data: st.DataObject) -> None:
    """New floors change what pairs bring, which is found out by comparing them."""
    window, given_floors, _ = case
    other: AnyFloors = data.draw(floors(window))
    warm = Reoptimiser(solve_exactly(window, floors=given_floors),
                       most_steps=10**9).solve(window, floors=other)
    assert warm is not None
    assert_same(warm, solve_exactly(window, floors=other))


@settings(max_examples=50)
@given(edited_windows(), st.data())
def test_leads_that_leave_and_come_back_leave_the_optimum(case: Case, data: st.DataObject) -> None:
    """Slots and leads come and go in any order; the plan stays the best for what is there."""
    window, given_floors, _ = case
    solution = solve_exactly(window, floors=given_floors)
    problem = solution.problem
    exchange = Exchange(problem, solution.owner, problem.capacity)
    gone: set[int] = set()
    for _ in range(data.draw(st.integers(1, 6))):
        step = data.draw(st.sampled_from(["add", "remove", "move", "out", "in"]))
        rep = data.draw(st.integers(0, problem.pairs.num_reps - 1))
        other = data.draw(st.integers(0, problem.pairs.num_reps - 1))
        before = exchange.copy()
        if step == "add":
            exchange.add_slot(rep)
        elif step == "remove" and exchange.slots[rep]:
            exchange.remove_slot(rep)
        elif step == "move" and rep != other and exchange.slots[rep]:
            cost = int(before.move_costs()[rep, other])
            assert exchange.move_slot(rep, other) == cost
            assert before.surplus - exchange.surplus == cost
        elif step == "out" and len(gone) < problem.pairs.num_leads:
            lead = data.draw(st.sampled_from(sorted(set(range(problem.pairs.num_leads)) - gone)))
            exchange.take_out(lead)
            gone.add(lead)
        elif step == "in" and gone:
            exchange.put_in(gone.pop())
    for lead in sorted(gone):
        exchange.put_in(lead)
    slots = exchange.slots
    assert (np.bincount(exchange.owner[exchange.owner >= 0], minlength=len(slots)) <= slots).all()
    fresh = Exchange(problem, np.full(problem.pairs.num_leads, -1), 0 * slots)
    for rep, count in enumerate(slots.tolist()):
        fresh.add_slots(rep, count)
    assert exchange.surplus == fresh.surplus
    assert exchange.gains().tolist() == fresh.gains().tolist()
    assert exchange.losses().tolist() == fresh.losses().tolist()
