"""What holds for the plan of every window with a sales floor's rules, against every plan there is.

Nothing here ends by the clock: a MIP stops at a proof, or after so many nodes.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.errors import PolicyConflictError
from solver.models import Engine, Outcome, Plan, Window
from solver.plan_files import render_plan
from solver.solving import solve
from solver.verify import verify_plan
from tests.oracle.rich_bound import PARTS, rich_bound
from tests.oracle.rich_optimum import broken, penalties, penalty, rich_best, rich_objective
from tests.oracle.rich_problem import RichProblem, group_key, rich_problem
from tests.property.rich_strategies import rich_windows, rich_windows_with_floors

Case = tuple[Window, dict[str, int]]
ROUNDS = 2_000


def _plan(case: Case) -> Plan | None:
    """Return the plan; None where the rules exclude each other."""
    try:
        return solve(case[0], floors=case[1], time_limit=None, rounds=ROUNDS)
    except PolicyConflictError:
        return None


def _owners(plan: Plan) -> dict[str, str | None]:
    return {one.lead_id: one.rep_id for one in plan.assignments}


def _parts(price: int, parts: int | None) -> int:
    return price * PARTS if parts is None else parts


def _solved(case: Case) -> tuple[RichProblem, Plan, int] | None:
    """Return numbers, plan and the largest objective of all plans; None where there is no plan."""
    numbers, plan = rich_problem(*case), _plan(case)
    best = rich_best(numbers)
    assert (plan is None) == (best is None)
    return None if plan is None or best is None else (numbers, plan, best)


@settings(max_examples=300)
@given(rich_windows_with_floors())
def test_objective_and_bounds_hold_against_every_plan(case: Case) -> None:
    """The objective is the plan's own and at most the best; both bounds are at least the best.

    A conflict is found just where every plan breaks a rule.
    """
    if (solved := _solved(case)) is None:
        return
    numbers, plan, best = solved
    found = plan.certificate
    assert found.objective == rich_objective(numbers, _owners(plan)) <= best
    assert found.price_bound >= best
    assert found.engine_bound is None or found.engine_bound >= best
    assert found.bound == min(bound for bound in (found.price_bound, found.engine_bound)
                              if bound is not None)
    assert found.gap == found.bound - found.objective
    if found.gap == 0:
        assert found.objective == best
        assert plan.outcome is Outcome.OPTIMAL
    if plan.engine is not Engine.MIP:
        assert found.gap == 0


@settings(max_examples=80)
@given(rich_windows_with_floors())
def test_price_bound_is_that_of_the_prices(case: Case) -> None:
    """The bound of the prices shown, worked out lead by lead, is the one in the certificate."""
    if (plan := _plan(case)) is None:
        return
    slot = {one.rep_id: _parts(one.price, one.price_parts) for one in plan.slots}
    limit = {one.name: _parts(one.price, one.price_parts) for one in plan.limits}
    assert rich_bound(rich_problem(*case), slot, limit) == plan.certificate.price_bound


@settings(max_examples=80)
@given(rich_windows_with_floors(), st.randoms(use_true_random=False))
def test_any_prices_bound_every_plan(case: Case, random: Random) -> None:
    """Whatever slots and limits cost, the bound is at least the best of all plans."""
    numbers = rich_problem(*case)
    if (best := rich_best(numbers)) is None:
        return
    slot = {rep: random.choice([0, 2500, 10000, -100]) * PARTS for rep in numbers.reps}
    limit = {count.name: random.choice([0, 1000, 9000, -4000]) * PARTS for count in numbers.counts}
    assert rich_bound(numbers, slot, limit) >= best


@settings(max_examples=80)
@given(rich_windows_with_floors())
def test_no_plan_breaks_a_rule(case: Case) -> None:
    """Owners are eligible, groups whole, limits, locks, capacity and must_place kept."""
    if (plan := _plan(case)) is not None:
        assert broken(rich_problem(*case), _owners(plan)) == []


@settings(max_examples=80)
@given(rich_windows_with_floors())
def test_each_owner_has_the_numbers_of_the_rules(case: Case) -> None:
    """Value, use, floor, match, wait and factors of an owner are the oracle's, bit by bit."""
    if (plan := _plan(case)) is None:
        return
    numbers = rich_problem(*case)
    for row in plan.assignments:
        lead = numbers.lead[row.lead_id]
        pair, use = lead.pairs[row.rep_id], numbers.use[row.lead_id, row.rep_id]
        assert (row.value, row.match, row.wait_minutes) == (pair.value, pair.match, pair.wait)
        assert (row.use, row.floor) == (use, use * numbers.floors[row.rep_id])
        assert (row.factors.worth, row.factors.skill_fit) == (pair.worth, pair.skill_fit)
        assert (row.factors.territory_fit, row.factors.response) == (pair.territory_fit,
                                                                     pair.response)
        assert row.factors.preference == pair.preference


@settings(max_examples=80)
@given(rich_windows_with_floors())
def test_what_decided_before_any_value_is_told(case: Case) -> None:
    """Owned or held, a lead carries its layer, absent owner, step of the relaxation and group."""
    if (plan := _plan(case)) is None:
        return
    numbers, leads = rich_problem(*case), {lead.lead_id: lead for lead in case[0].leads}
    groups = {lead for group in numbers.groups for lead in group}
    for row in (*plan.assignments, *plan.held):
        if row.lead_id in numbers.lead:
            lead = numbers.lead[row.lead_id]
            assert (row.decided_by, row.passed_over_rep_id, row.relaxed_from_minutes) == (
                lead.decided_by, lead.passed_over, lead.step_minutes)
            key = group_key(leads[row.lead_id], case[0])
            assert row.group == (key if row.lead_id in groups else None)


@settings(max_examples=80)
@given(rich_windows_with_floors())
def test_totals_slots_limits_and_moves_are_those_of_the_owners(case: Case) -> None:
    """Every total of the plan follows from its owners and the rules."""
    if (plan := _plan(case)) is None:
        return
    numbers, owners = rich_problem(*case), _owners(plan)
    assigned, found = Counter(owners.values()), plan.certificate
    used = Counter[str]()
    for row in plan.assignments:
        used[row.rep_id] += numbers.use[row.lead_id, row.rep_id]
    assert [(one.rep_id, one.free_slots, one.assigned, one.used) for one in plan.slots] == [
        (rep, numbers.slots[rep], assigned[rep], used[rep]) for rep in numbers.reps]
    assert found.value == sum(row.value for row in plan.assignments)
    assert found.value_kept == sum(numbers.floors[rep] * (numbers.slots[rep] - used[rep])
                                   for rep in numbers.reps)
    assert found.penalties == penalties(numbers, owners)
    moved = {lead: owner for lead, owner in numbers.former.items() if owners.get(lead) != owner}
    assert found.moves == numbers.move_price * len(moved)
    assert [(one.lead_id, one.from_rep_id, one.to_rep_id) for one in plan.moves] == [
        (lead, moved[lead], owners.get(lead)) for lead in sorted(moved)]
    assert [one.name for one in plan.limits] == [one.name for one in numbers.counts]
    for one, count in zip(plan.limits, numbers.counts, strict=True):
        counted = sum(count.amount.get((row.lead_id, row.rep_id), 0) for row in plan.assignments)
        assert (one.used, one.lower, one.upper) == (counted, count.lower, count.upper)
        assert one.penalty == penalty(count, counted)


@settings(max_examples=80)
@given(rich_windows_with_floors())
def test_each_lead_is_owned_held_or_kept(case: Case) -> None:
    """Nothing is lost, and every held lead has a reason."""
    if (plan := _plan(case)) is None:
        return
    rows = [row.lead_id for part in (plan.assignments, plan.held, plan.kept) for row in part]
    assert sorted(rows) == [lead.lead_id for lead in case[0].leads]
    assert all(held.reasons for held in plan.held)


@settings(max_examples=80)
@given(rich_windows_with_floors())
def test_every_plan_is_verified(case: Case) -> None:
    """The checker, which shares nothing with the optimiser, finds nothing wrong."""
    if (plan := _plan(case)) is None:
        return
    assert [check for check in verify_plan(case[0], plan) if not check.passed] == []


@settings(max_examples=50)
@given(rich_windows(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(window: Window, random: Random) -> None:
    """Shuffled leads, reps, accounts and former owners give the same bytes."""
    rows = {name: getattr(window, name) for name in ("leads", "reps", "accounts", "previous")}
    other = Window.model_validate(dict(window) | {
        name: tuple(random.sample(one, len(one))) for name, one in rows.items()})
    plans = [_plan((one, {})) for one in (window, other)]
    if plans[0] is None or plans[1] is None:
        assert plans == [None, None]
        return
    assert render_plan(plans[0]) == render_plan(plans[1])


def test_conflicts_name_what_cannot_be_kept() -> None:
    """A window whose only lead must go to nobody is refused, and the lead is named."""
    window = Window.model_validate({
        "at": "2026-11-18T15:00:00Z", "reps": [{"rep_id": "ana", "capacity": 0}],
        "leads": [{"lead_id": "L1", "deal_value": 1, "score": 1,
                   "created_at": "2026-11-18T14:00:00Z"}],
        "policy": {"must_place": "true"}})
    with pytest.raises(PolicyConflictError, match="L1"):
        solve(window)
