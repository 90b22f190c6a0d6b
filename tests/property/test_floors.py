"""What floors may do to a plan: keep slots free for later, and nothing else."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from solver.models import Window
from solver.plan_files import render_plan
from solver.solving import solve, solve_exactly
from solver.verify import verify_plan
from tests import oracle
from tests.property.strategies import degenerate_windows, windows

#: A window, floors, and floors that are nowhere lower.
Raised = tuple[Window, dict[str, int], dict[str, int]]
#: Next to nothing, about a value of the strategies' leads, more than any of them.
_RISES = (1, 2500, 5000, 10000, 30000, 10**9)


def _num_owned(window: Window, floors: dict[str, int]) -> NDArray[np.int64]:
    """Return the number of leads that each rep owns, by rep_id."""
    owner = solve_exactly(window, floors=floors).owner
    return np.bincount(owner[owner >= 0], minlength=len(window.reps))


@st.composite
def _raised(draw: st.DrawFn) -> Raised:
    """Draw a window with floors and floors that are nowhere lower."""
    kind = draw(st.sampled_from([degenerate_windows, windows]))
    window = draw(kind())
    rep_ids = [rep.rep_id for rep in window.reps]
    levels = st.sampled_from([0, 0, 1, 2500, 5000, 10000])
    low = {rep_id: draw(levels) for rep_id in rep_ids}
    if draw(st.booleans()):
        rise = draw(st.sampled_from(_RISES))
        return window, low, {rep_id: floor + rise for rep_id, floor in low.items()}
    rises = draw(st.dictionaries(st.sampled_from(rep_ids), st.sampled_from(_RISES), min_size=1))
    return window, low, {rep_id: low[rep_id] + rises.get(rep_id, 0) for rep_id in rep_ids}


@settings(max_examples=100)
@given(st.one_of(windows(), degenerate_windows()))
def test_floors_of_0_give_the_plain_plan(window: Window) -> None:
    """No floors, floors of nobody and floors of 0 for everybody: the same bytes in every file."""
    plain = render_plan(solve(window))
    for floors in ({}, {rep.rep_id: 0 for rep in window.reps}):
        assert render_plan(solve(window, floors=floors)) == plain


@settings(max_examples=300)
@given(_raised())
def test_higher_floors_never_raise_the_number_of_owned_leads(case: Raised) -> None:
    """One rep's floor, some or all of them higher: no lead more is owned.

    Take one floor higher and a lead more owned. Then the plans differ by an alternating path that
    owns one lead more. It did not pay at the lower floor, or the plan there would have taken it;
    undoing it at the higher floor gives back all that and the rise too, and a pair that is no
    longer usable there brings nothing, so leaving it out loses nothing: the plan at the higher
    floor was not the best. Several rises are one after the other.
    """
    window, low, high = case
    assert _num_owned(window, high).sum() <= _num_owned(window, low).sum()


@settings(max_examples=120)
@given(_raised())
def test_a_rep_whose_floor_alone_rises_gets_no_lead_more(case: Raised) -> None:
    """A dearer slot is never wanted more, although the other reps' plans move too."""
    window, low, high = case
    before = _num_owned(window, low)
    for at, rep in enumerate(window.reps):
        after = _num_owned(window, {**low, rep.rep_id: high[rep.rep_id]})
        assert after[at] <= before[at]


@settings(max_examples=120)
@given(_raised())
def test_what_is_kept_for_later_is_paid_now(case: Raised) -> None:
    """Higher floors never raise the objective, and no floors bring more now than none."""
    window, low, high = case
    plain, before, after = (solve(window, floors=floors) for floors in ({}, low, high))
    assert (plain.certificate.objective >= before.certificate.objective
            >= after.certificate.objective)
    reserve = oracle.problem(window).reserve
    num_held = after.inputs.window_leads - len(after.assignments)
    assert plain.certificate.objective >= after.certificate.value + reserve * num_held


@settings(max_examples=120)
@given(_raised())
def test_the_invariants_hold_at_any_floors(case: Raised) -> None:
    """The checker passes every plan, brute force finds no better one, and the gap is 0."""
    window, _, floors = case
    plan, numbers = solve(window, floors=floors), oracle.problem(window, floors)
    assert [check for check in verify_plan(window, plan) if not check.passed] == []
    assert plan.certificate.objective == plan.certificate.bound == oracle.best(numbers)
    for row in plan.assignments:
        assert row.value - floors[row.rep_id] > numbers.reserve


@settings(max_examples=50)
@given(st.one_of(windows(), degenerate_windows()))
def test_floors_above_every_value_hold_every_lead(window: Window) -> None:
    """A slot that is worth more later than any lead now is given to none."""
    assert not solve(window, floors={rep.rep_id: 2**50 for rep in window.reps}).assignments
