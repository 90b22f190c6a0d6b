"""Windows with a sales floor's rules, small enough to be solved by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solver import PolicyConflictError, UsageError, solve, why_not
from solver.models import (
    Account,
    Engine,
    Lead,
    Plan,
    Policy,
    PreviousOwner,
    Queue,
    ReasonCode,
    Rep,
    StoppedBy,
    Window,
)

AT = datetime(2026, 1, 5, 10, tzinfo=UTC)


def _lead(lead_id: str, worth: float, **fields: Any) -> Lead:
    return Lead(lead_id=lead_id, created_at=AT - timedelta(hours=1), deal_value=worth, score=100,
                **fields)


def _rep(rep_id: str, slots: int = 9, **fields: Any) -> Rep:
    return Rep(rep_id=rep_id, name=rep_id.title(), capacity=slots, **fields)


def _window(leads: list[Lead], reps: list[Rep], previous: tuple[tuple[str, str], ...] = (),
            accounts: tuple[Account, ...] = (), **policy: Any) -> Window:
    return Window(at=AT, leads=tuple(leads), reps=tuple(reps), policy=Policy(**policy),
                  accounts=accounts, previous=tuple(
                      PreviousOwner(lead_id=lead, rep_id=rep) for lead, rep in previous))


def _owners(plan: Plan) -> dict[str, str]:
    return {one.lead_id: one.rep_id for one in plan.assignments}


def _reason(plan: Plan, lead_id: str) -> tuple[ReasonCode, str, Queue]:
    held = next(one for one in plan.held if one.lead_id == lead_id)
    return held.reasons[0].code, held.reasons[0].detail, held.queue


def _three_of_one_account() -> list[Lead]:
    return [_lead("a1", 300, account_id="A"), _lead("a2", 200, account_id="A"),
            _lead("a3", 100, account_id="A"), _lead("b", 250)]


def test_an_account_stays_whole_and_takes_the_slots_of_all_its_leads() -> None:
    """Two reps with three slots: the account fills one, however good single leads would be."""
    reps = [_rep("ana", 3, performance=1.0), _rep("ben", 3, performance=0.9)]
    plan = solve(_window(_three_of_one_account(), reps, groups={"by": "account"}))
    owners = _owners(plan)
    assert owners["a1"] == owners["a2"] == owners["a3"] != owners["b"]
    assert "Kept together with 2 more of A." in plan.assignments[0].why
    assert plan.assignments[0].group == "A"


def test_a_group_too_large_for_everybody_is_held_whole() -> None:
    """Three leads, two slots: nobody can take all, so the account waits for a person."""
    plan = solve(_window(_three_of_one_account(), [_rep("ana", 2)], groups={"by": "account"}))
    assert _owners(plan) == {"b": "ana"}
    code, detail, queue = _reason(plan, "a1")
    assert (code, queue) == (ReasonCode.GROUP_TOO_LARGE, Queue.REVIEW)
    assert "takes 3 slots of Ana" in detail


def test_as_many_of_a_group_as_fit_go_to_one_rep() -> None:
    """The best two leads of the account fill the rep; the third names who has the others."""
    plan = solve(_window(_three_of_one_account(), [_rep("ana", 2), _rep("ben", 1, performance=0.5)],
                         groups={"by": "account", "mode": "as_many_as_fit"}))
    assert _owners(plan) == {"a1": "ana", "a2": "ana", "b": "ben"}
    code, detail, _ = _reason(plan, "a3")
    assert code is ReasonCode.GROUP
    assert "Ana, who has others of them" in detail


def test_a_family_is_one_group() -> None:
    """Two accounts under one parent go to one rep by family, and may part by account."""
    leads = [_lead("x", 100, account_id="sub1"), _lead("y", 100, account_id="sub2")]
    accounts = (Account(account_id="sub1", parent_id="top"),
                Account(account_id="sub2", parent_id="top"), Account(account_id="top"))
    reps = [_rep("ana", 1), _rep("ben", 1)]
    apart = solve(_window(leads, reps, accounts=accounts, groups={"by": "account"}))
    whole = solve(_window(leads, reps, accounts=accounts, groups={"by": "family"}))
    assert len(apart.assignments) == 2
    assert not whole.assignments


def test_free_mail_makes_no_group() -> None:
    """Two people of one company go together; two customers of one mail provider need not."""
    reps = [_rep("ana", 1), _rep("ben", 1)]
    company, free = ([_lead(name, 100, email=f"{name}@{domain}") for name in ("x", "y")]
                     for domain in ("acme.example.com", "gmail.com"))
    assert not solve(_window(company, reps, groups={"by": "domain"})).assignments
    assert len(solve(_window(free, reps, groups={"by": "domain"})).assignments) == 2


def test_use_comes_from_the_first_rule_then_the_effort_then_one() -> None:
    """A large deal takes three slots of one rep and two of another, a lead with effort its own."""
    leads = [_lead("big", 1_000), _lead("slow", 300, effort=2), _lead("small", 100)]
    plan = solve(_window(leads, [_rep("ana", 4)], use=[
        {"leads": "deal_value > 900", "reps": "rep_id = 'ben'", "slots": 2},
        {"leads": "deal_value > 900", "slots": 3}]))
    assert {one.lead_id: one.use for one in plan.assignments} == {"big": 3, "small": 1}
    assert (plan.slots[0].assigned, plan.slots[0].used) == (2, 4)


def test_nested_caps_stay_a_flow_with_exact_prices() -> None:
    """A team's cap of two: the third lead would be worth what the held one brings."""
    leads = [_lead(f"l{n}", 100 * n) for n in (1, 2, 3)]
    plan = solve(_window(leads, [_rep("ana", team="West"), _rep("ben", team="West")],
                         limits=[{"name": "West", "reps": "team = 'West'", "upper": 2}]))
    assert plan.engine is Engine.MIN_COST_FLOW
    assert (plan.certificate.gap, plan.stopped_by) == (0, StoppedBy.PROOF)
    limit, = plan.limits
    assert (limit.used, limit.upper, limit.price) == (2, 2, 7_000)
    code, detail, queue = _reason(plan, "l1")
    assert (code, queue) == (ReasonCode.LIMIT, Queue.NEXT_WINDOW)
    assert detail == "West was at 2 of 2 leads; the next one is worth 70.00"


def test_crossing_limits_go_to_the_mip_and_the_plan_says_which_cross() -> None:
    """Enterprise leads of a team, and all leads of one of its reps."""
    leads = [_lead(f"l{n}", 100 * n) for n in (1, 2, 3, 4)]
    reps = [_rep("ana", team="West"), _rep("ben", team="West"), _rep("cat", 1, performance=0.1)]
    plan = solve(_window(leads, reps, limits=[
        {"name": "large", "leads": "deal_value > 150", "reps": "team = 'West'", "upper": 2},
        {"name": "ana", "reps": "rep_id = 'ana'", "upper": 1}]))
    assert plan.engine is Engine.MIP
    assert "cross" in plan.engine_reason
    owners = _owners(plan)
    assert (owners["l4"], owners["l3"]) in (("ana", "ben"), ("ben", "ana"), ("ben", "ben"))
    assert sum(rep == "ana" for rep in owners.values()) <= 1
    assert plan.certificate.objective <= plan.certificate.bound


def test_a_least_pulls_in_a_lead_that_brings_less_than_nurturing() -> None:
    """A quota of one for the developing rep is kept though the reserve is worth more."""
    reps = [_rep("ana", attributes={"developing": "yes"}), _rep("ben")]
    plan = solve(_window([_lead("l", 100)], reps, reserve_value=500, limits=[
        {"name": "learn", "reps": "rep.developing = 'yes'", "lower": 1}]))
    assert _owners(plan) == {"l": "ana"}
    assert plan.limits[0].price < 0


def test_a_soft_limit_is_passed_where_that_pays() -> None:
    """Beyond the end each unit costs 150: the lead of 200 pays it, the one of 100 does not."""
    leads = [_lead("l1", 10_000), _lead("l2", 300), _lead("l3", 100)]
    plan = solve(_window(leads, [_rep("ana")], limits=[
        {"name": "soft", "upper": 1, "price": 150}]))
    assert set(_owners(plan)) == {"l1", "l2"}
    assert plan.limits[0].penalty == plan.certificate.penalties == 15_000
    assert _reason(plan, "l3")[0] is ReasonCode.LIMIT


def test_a_lead_that_must_be_placed_is_placed() -> None:
    """It takes the only slot although another lead is worth more."""
    leads = [_lead("vip", 10, source="CEO"), _lead("rich", 1_000)]
    plan = solve(_window(leads, [_rep("ana", 1)], must_place="source = 'CEO'"))
    assert _owners(plan) == {"vip": "ana"}
    assert "It had to be placed." in plan.assignments[0].why


def test_contradictory_rules_name_the_smallest_set() -> None:
    """Three leads must be placed, the cap is two: cap and leads are named, nothing else."""
    leads = [_lead(f"l{n}", 100, source="CEO") for n in (1, 2, 3)] + [_lead("other", 50)]
    with pytest.raises(PolicyConflictError) as raised:
        solve(_window(leads, [_rep("ana"), _rep("ben")], must_place="source = 'CEO'", limits=[
            {"name": "cap", "upper": 2}, {"name": "roomy", "upper": 50}]))
    keys = sorted(issue.column or "" for issue in raised.value.issues)
    assert keys == ["limits.cap", "must_place", "must_place", "must_place"]


def test_a_locked_lead_whose_owner_is_refused_is_a_contradiction() -> None:
    """The lock wants the former owner; the lead excludes that rep now."""
    with pytest.raises(PolicyConflictError, match=r"stay with Ana .*refuse that owner.*EXCLUDED"):
        solve(_window([_lead("l", 100, excluded_rep_ids=("ana",))], [_rep("ana"), _rep("ben")],
                      previous=(("l", "ana"),), stability={"lock": "true"}))


def test_a_lead_moves_only_where_the_move_pays_its_price() -> None:
    """Ben would bring 10 more for one lead and 200 more for the other; a move costs 50."""
    reps = [_rep("ana", performance=0.5), _rep("ben", performance=1.0)]
    leads = [_lead("near", 20), _lead("far", 400)]
    plan = solve(_window(leads, reps, previous=(("near", "ana"), ("far", "ana")),
                         stability={"price": 50}))
    assert _owners(plan) == {"near": "ana", "far": "ben"}
    move, = plan.moves
    assert (move.lead_id, move.from_rep_id, move.to_rep_id) == ("far", "ana", "ben")
    assert (move.value_after - (move.value_before or 0), move.price) == (14_000, 5_000)
    assert plan.certificate.moves == 5_000


def test_rotation_gives_each_rep_its_turn_and_value_decides_only_which() -> None:
    """Four leads, two reps of equal weight: two each, though one sells better."""
    leads = [_lead(f"l{n}", 100 * n) for n in (1, 2, 3, 4)]
    reps = [_rep("ana", performance=1.0), _rep("ben", performance=0.5)]
    plan = solve(_window(leads, reps, fairness={"method": "rotation"}))
    owners = _owners(plan)
    assert sorted(owners.values()) == ["ana", "ana", "ben", "ben"]
    assert (owners["l4"], owners["l3"]) == ("ana", "ana")


def test_why_not_solves_again_with_the_pair_forced() -> None:
    """With a cap of one for the team, forcing the small lead costs what the large one brings."""
    window = _window([_lead("big", 300), _lead("small", 100)], [_rep("ana")], limits=[
        {"name": "cap", "upper": 1}])
    answer = why_not(window, solve(window), "small", "ana")
    assert answer.cost == 14_000
    assert [move.lead_id for move in answer.moves] == ["small", "big"]


def test_why_not_leaves_the_shares_as_they_are() -> None:
    """Ana and Ben are due a lead each; with both leads' rep forced one is held, and both pay.

    The plan is worth 2 x 70. Forced, 70 of the other lead are lost and Ben falls one short: 10.
    """
    leads = [_lead("hers", 100, excluded_rep_ids=("ben",)), _lead("his", 100)]
    window = _window(leads, [_rep("ana", 1), _rep("ben")],
                     fairness={"method": "price", "price": 10})
    assert why_not(window, solve(window), "his", "ana").cost == 7_000 + 1_000


def test_the_effort_of_a_kept_lead_leaves_a_window_plain() -> None:
    """What has an owner takes no slot here, so that the answer is the exchange of a plain plan."""
    leads = [_lead("l", 100), _lead("kept", 100, owner_id="ana", effort=3)]
    window = _window(leads, [_rep("ana"), _rep("ben", performance=0.5)])
    plan = solve(window)
    assert plan.engine is Engine.MIN_COST_FLOW
    assert plan.slots[0].gain == 0
    assert why_not(window, plan, "l", "ben").cost == 3_500
    with pytest.raises(UsageError, match="not proven to be the best"):
        why_not(window, plan.model_copy(update={"assignments": ()}), "l", "ben")
