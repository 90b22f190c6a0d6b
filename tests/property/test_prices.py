"""What a slot more and a slot fewer are worth, against re-solves by trying every plan."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.models import Window
from solver.solving import solve
from tests import oracle
from tests.property.strategies import degenerate_windows, floors, windows_with_floors

Case = tuple[Window, dict[str, int]]


def _check_gain_and_loss(case: Case) -> None:
    window, given_floors = case
    numbers = oracle.problem(window, given_floors)
    for slot in solve(window, floors=given_floors).slots:
        assert slot.gain == oracle.gain(numbers, slot.rep_id)
        assert slot.loss == oracle.loss(numbers, slot.rep_id)
        assert slot.price == slot.gain


@settings(max_examples=200)
@given(windows_with_floors())
def test_gain_and_loss_equal_re_solves(case: Case) -> None:
    """Each rep's gain and loss are the differences of two optima, one slot apart."""
    _check_gain_and_loss(case)


@settings(max_examples=200)
@given(degenerate_windows().flatmap(lambda window: st.tuples(st.just(window), floors(window))))
def test_gain_and_loss_equal_re_solves_where_values_tie(case: Case) -> None:
    """Ties, where many prices prove the optimum, change nothing about gain and loss."""
    _check_gain_and_loss(case)


@settings(max_examples=200)
@given(windows_with_floors())
def test_each_owner_has_the_highest_net_value(case: Case) -> None:
    """No other usable rep has a higher net value; the runners-up are the next three, in order."""
    window, given_floors = case
    numbers = oracle.problem(window, given_floors)
    plan = solve(window, floors=given_floors)
    prices = {slot.rep_id: slot.price for slot in plan.slots}
    for row in plan.assignments:
        nets = {rep: numbers.net(row.lead_id, rep) - prices[rep]
                for rep in numbers.usable_reps(row.lead_id)}
        assert row.price == prices[row.rep_id]
        assert row.net_value == nets.pop(row.rep_id)
        others = sorted(((net, rep) for rep, net in nets.items()),
                        key=lambda other: (-other[0], other[1]))
        assert all(net <= row.net_value for net, _ in others)
        assert [(up.net_value, up.rep_id) for up in row.runners_up] == others[:3]
        assert (row.runner_up_net_value, row.runner_up_rep_id) == (
            others[0] if others else (None, None))


@settings(max_examples=120)
@given(windows_with_floors())
def test_no_held_lead_is_worth_more_than_it_would_pay(case: Case) -> None:
    """At the prices, a held lead has no usable rep above the reserve."""
    window, given_floors = case
    numbers = oracle.problem(window, given_floors)
    plan = solve(window, floors=given_floors)
    prices = {slot.rep_id: slot.price for slot in plan.slots}
    for held in plan.held:
        if held.lead_id in numbers.leads:
            assert all(numbers.net(held.lead_id, rep) - prices[rep] <= numbers.reserve
                       for rep in numbers.usable_reps(held.lead_id))


@settings(max_examples=120)
@given(windows_with_floors(), st.data())
def test_any_prices_give_a_bound(case: Case, data: st.DataObject) -> None:
    """Whatever the prices, the bound is no smaller than the objective; at the plan's it is equal.

    Gain, loss and their rounded midpoint are all optimal duals.
    """
    window, given_floors = case
    numbers = oracle.problem(window, given_floors)
    plan = solve(window, floors=given_floors)
    objective = plan.certificate.objective
    any_prices = {rep: data.draw(st.integers(0, 2_000_000)) for rep in numbers.reps}
    assert oracle.bound(numbers, any_prices) >= objective
    gains = {slot.rep_id: slot.gain for slot in plan.slots}
    # A rep without a slot may cost anything: no plan uses it.
    losses = {slot.rep_id: 10**9 if slot.loss is None else slot.loss for slot in plan.slots}
    assert plan.certificate.bound == oracle.bound(numbers, gains) == objective
    assert oracle.bound(numbers, losses) == objective
    assert oracle.bound(numbers, {rep: (gains[rep] + losses[rep]) // 2
                                  for rep in numbers.reps}) == objective
