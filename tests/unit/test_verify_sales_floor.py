"""The checker on a sales floor's plan worked out by hand, honest and tampered with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solver.digests import digest, policy_sha256
from solver.models import (
    Assignment,
    Certificate,
    Engine,
    Factors,
    HeldLead,
    Inputs,
    Lead,
    LimitUse,
    Measure,
    Outcome,
    OwnerChange,
    PairFacts,
    Period,
    Plan,
    Policy,
    PreviousOwner,
    ProvenBy,
    Queue,
    Reason,
    ReasonCode,
    Rep,
    Slots,
    StoppedBy,
    Window,
)
from solver.verify import Check, verify_plan

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
POLICY: dict[str, Any] = {
    "match": {"skill": 0.5, "territory": 0.5, "unknown": 1.0},
    "groups": {"by": "account"},
    "stability": {"price": 10},
    "limits": [
        {"name": "quota", "leads": "deal_value >= 300", "reps": 'team = "East"', "lower": 3,
         "price": 5},
        {"name": "west", "reps": 'team = "West"', "upper": 2},
    ],
}
SCALE = 1 << 20


def _lead(lead_id: str, deal_value: float, **fields: object) -> Lead:
    return Lead.model_validate({"lead_id": lead_id, "created_at": AT - timedelta(hours=1),
                                "deal_value": deal_value, "score": 100.0, **fields})


def two_teams(**changes: object) -> Window:
    """Every lead is worth its deal value with Ana (West, 3 slots), 0.9 of it with Ben (East, 2).

    L1 and L2 are of one account; L3 takes two slots and L6 three; L4 was Ben's; nobody may have
    L5. West takes two leads at most. East is to have three leads of 300 and more, at 5.00 for each
    one short.
    """
    return Window(
        at=AT, policy=Policy.model_validate({**POLICY, **changes}),
        leads=(_lead("L1", 500, account_id="acme"), _lead("L2", 300, account_id="acme"),
               _lead("L3", 400, effort=2), _lead("L4", 200),
               _lead("L5", 100, excluded_rep_ids=("ana", "ben")), _lead("L6", 50, effort=3)),
        reps=(Rep(rep_id="ana", name="Ana", team="West", capacity=3),
              Rep(rep_id="ben", name="Ben", team="East", capacity=2, performance=0.9)),
        previous=(PreviousOwner(lead_id="L4", rep_id="ben"),))


def _facts(rep_id: str, worth: float, use: int, limit_price: int = 0) -> PairFacts:
    performance, slot = {"ana": (1.0, 10_000), "ben": (0.9, 7_500)}[rep_id]
    value = round(worth * performance * 100)
    return PairFacts(
        rep_id=rep_id, value=value, match=1.0, wait_minutes=0, use=use, floor=0, price=use * slot,
        limit_price=limit_price, net_value=value - use * slot - limit_price,
        factors=Factors(worth=worth, skill_fit=1.0, territory_fit=1.0, performance=performance,
                        response=1.0))


def _owned(lead_id: str, owner: PairFacts, other: PairFacts, why: str, **fields: object
           ) -> Assignment:
    return Assignment.model_validate({
        "lead_id": lead_id, **dict(owner), "runner_up_rep_id": other.rep_id,
        "runner_up_net_value": other.net_value, "runners_up": (other,), "why": why, **fields})


def hand_made_plan() -> Plan:
    """A whole to Ben, L3 and L4 to Ana: 450 + 270 + 400 + 200, less 10 for the move, less 5.

    Every slot is taken. With the account at Ana, West is full and Ben can take L3 or L4: 800 + 360
    - 10 - 10 at best.

    At 100.00 for a slot of Ana, 75.00 of Ben, 0 for West and -1.995 for the quota, the account
    brings 600.00 at best, L3 211.995 and L4 115.00 with the move saved; three slots of Ana cost
    300.00, two of Ben 150.00, the quota is best at three, -5.985; less the 10.00 of the move that
    all plans start with: 1361.01.
    """
    window, together = two_teams(), {"group": "acme"}
    return Plan(
        at=AT, policy=window.policy,
        inputs=Inputs(leads=digest(window.leads), reps=digest(window.reps), accounts=None,
                      previous=digest(window.previous), policy_sha256=policy_sha256(window.policy),
                      window_leads=6, eligible_pairs=10, usable_pairs=10, lead_attributes=()),
        outcome=Outcome.OPTIMAL, stopped_by=StoppedBy.PROOF, engine=Engine.MIP,
        engine_reason="by hand",
        certificate=Certificate(
            objective=130_500, bound=130_500, gap=0, price_bound=136_101, engine_bound=130_500,
            proven_by=ProvenBy.ENGINE, value=132_000, value_kept=0, moves=1_000, penalties=500),
        assignments=(
            _owned("L1", _facts("ben", 500, 1, -200), _facts("ana", 500, 1),
                   "L1: Ben 450.00, quota, net 377.00, Ana 500.00, net 400.00; whole acme",
                   **together),
            _owned("L2", _facts("ben", 300, 1, -200), _facts("ana", 300, 1),
                   "L2: Ben 270.00, quota, net 197.00, Ana 300.00, net 200.00; whole acme",
                   **together),
            _owned("L3", _facts("ana", 400, 2), _facts("ben", 400, 2, -200),
                   "L3: Ana 400.00, net 200.00, Ben 360.00, net 212.00"),
            _owned("L4", _facts("ana", 200, 1), _facts("ben", 200, 1),
                   "L4: Ana 200.00, net 100.00, Ben 180.00, net 105.00; moved for 10.00")),
        held=(
            HeldLead(lead_id="L5", queue=Queue.REVIEW, reasons=(Reason(
                code=ReasonCode.EXCLUDED, count=2, rep_id="ana",
                detail="refuses 2 of 2 active reps, as Ana"),)),
            HeldLead(lead_id="L6", queue=Queue.NEXT_WINDOW, reasons=(Reason(
                code=ReasonCode.OUTBID, rep_id="ben", detail="Ben is closest, net -180.00"),))),
        kept=(),
        slots=(Slots(rep_id="ana", free_slots=3, assigned=2, used=3, floor=0, price=10_000,
                     gain=None, loss=None),
               Slots(rep_id="ben", free_slots=2, assigned=2, used=2, floor=0, price=7_500,
                     gain=None, loss=None)),
        limits=(LimitUse(name="quota", measure=Measure.LEADS, period=Period.WINDOW, used_before=0,
                         used=2, lower=3, upper=None, price=-200,
                         price_parts=-200 * SCALE + SCALE // 2, penalty=500),
                LimitUse(name="west", measure=Measure.LEADS, period=Period.WINDOW, used_before=0,
                         used=2, lower=0, upper=2, price=0, penalty=0)),
        moves=(OwnerChange(lead_id="L4", from_rep_id="ben", to_rep_id="ana", value_before=18_000,
                           value_after=20_000, price=1_000),),
        versions={"fairlead": "0"})


def _failed(checks: tuple[Check, ...]) -> dict[int | None, str]:
    return {check.number: " | ".join(check.faults) for check in checks if not check.passed}


def _replace(plan: Plan, field: str, position: int, **changes: object) -> Plan:
    rows = list(getattr(plan, field))
    rows[position] = rows[position].model_copy(update=changes)
    return plan.model_copy(update={field: tuple(rows)})


def _with(plan: Plan, **changes: object) -> Plan:
    return plan.model_copy(update={"certificate": plan.certificate.model_copy(update=changes)})


def _held(plan: Plan, *lead_ids: str) -> Plan:
    """Take owners away, without reasons."""
    freed = tuple(HeldLead(lead_id=one, queue=Queue.REVIEW, reasons=()) for one in lead_ids)
    return plan.model_copy(update={
        "assignments": tuple(a for a in plan.assignments if a.lead_id not in lead_ids),
        "held": tuple(sorted((*plan.held, *freed), key=lambda one: one.lead_id))})


def test_a_plan_made_by_hand_passes_every_check() -> None:
    """Use, limits, moves, penalties, both bounds and reasons worked out by hand are recomputed."""
    checks = verify_plan(two_teams(), hand_made_plan())
    assert _failed(checks) == {}
    assert [check.number for check in checks] == [1, 2, 3, 4, 5, None]


TAMPERED: dict[str, tuple[Callable[[Plan], Plan], int | None, str]] = {
    "group split": (lambda p: _replace(p, "assignments", 1, rep_id="ana"), 2,
                    "group 'acme': its 2 leads go to one rep, but rep 'ana' and rep 'ben' own"),
    "group halved": (lambda p: _held(p, "L2"), 2, "group 'acme': its 2 leads are owned together "
                     "or not at all, but rep 'ben' lacks lead 'L2'"),
    "slots": (lambda p: _replace(p, "assignments", 2, rep_id="ben"), 2,
              "rep 'ben': 3 leads use 4 slots with 2 free slots"),
    "hard limit": (lambda p: _replace(_replace(p, "assignments", 0, rep_id="ana"), "assignments",
                                      1, rep_id="ana"), 2,
                   "limit 'west': 4 leads in this window, above its most of 2"),
    "unknown owner": (lambda p: _replace(p, "assignments", 0, rep_id="dee"), 2,
                      "rep 'dee' owns 1 leads but is not in the rep file"),
    "ineligible owner": (lambda p: _held(p, "L4").model_copy(update={"assignments": (
        p.assignments[3].model_copy(update={"lead_id": "L5"}),)}), 2,
        "lead 'L5' with rep 'ana': not eligible, refused by EXCLUDED"),
    "use": (lambda p: _replace(p, "assignments", 2, use=1), 3,
            "lead 'L3': use is 1 in the plan and 2 recomputed"),
    "price of two slots": (lambda p: _replace(p, "assignments", 2, price=10_000), 3,
                           "lead 'L3': price is 100.00 in the plan and 200.00 recomputed"),
    "price of limits": (lambda p: _replace(p, "assignments", 0, limit_price=-199), 3,
                        "lead 'L1': limit_price is -1.99 in the plan and -2.00 recomputed"),
    "group": (lambda p: _replace(p, "assignments", 0, group=None), 3,
              "lead 'L1': group is None in the plan and acme recomputed"),
    "group untold": (lambda p: _replace(p, "assignments", 0, why=p.assignments[0].why.replace(
        "whole acme", "")), 3, "lead 'L1': why must name 'acme'"),
    "move untold": (lambda p: _replace(p, "assignments", 3, why=p.assignments[3].why.replace(
        "10.00", "")), 3, "lead 'L4': why must name '10.00'"),
    "decided by": (lambda p: _replace(p, "assignments", 3, decided_by="account_owner"), 3,
                   "lead 'L4': decided_by is account_owner in the plan and None recomputed"),
    "slots used": (lambda p: _replace(p, "slots", 0, used=2), 3, "rep 'ana': used is 2"),
    "slot price": (lambda p: _replace(p, "slots", 0, price=9_999), 4,
                   "price_bound is 1361.01 in the plan and"),
    "slot price below 0": (lambda p: _replace(p, "slots", 0, price=-1), 3, "must be 0 or more"),
    "gain of a MIP": (lambda p: _replace(p, "slots", 0, gain=0), 3,
                      "rep 'ana': gain, where no flow ran is 0 in the plan and None"),
    "limit's use": (lambda p: _replace(p, "limits", 0, used=3), 3,
                    "limit 'quota': used is 3 in the plan and 2 recomputed"),
    "limit's end": (lambda p: _replace(p, "limits", 1, upper=3), 3,
                    "limit 'west': upper is 3 in the plan and 2 recomputed"),
    "limit's past": (lambda p: _replace(p, "limits", 1, used_before=1), 3,
                     "limit 'west': used_before is 1 in the plan and 0 recomputed"),
    "limit's penalty": (lambda p: _replace(p, "limits", 0, penalty=0), 3,
                        "limit 'quota': penalty is 0.00 in the plan and 5.00 recomputed"),
    "limit's price": (lambda p: _replace(p, "limits", 0, price=-199), 3,
                      "limit 'quota': price is -1.99 in the plan and -2.00 recomputed"),
    "limit's parts": (lambda p: _replace(p, "limits", 0, price_parts=-200 * SCALE), 3,
                      "limit 'quota': price_parts stand only where"),
    "limit dropped": (lambda p: p.model_copy(update={"limits": p.limits[:1]}), 3,
                      "the names of the limits is ['quota'] in the plan and ['quota', 'west']"),
    "move dropped": (lambda p: p.model_copy(update={"moves": ()}), 3,
                     "the leads that changed hands is [] in the plan and ['L4'] recomputed"),
    "move's gain": (lambda p: _replace(p, "moves", 0, value_after=20_001), 3,
                    "move of lead 'L4': value_after is 20001 in the plan and 20000 recomputed"),
    "move's price": (lambda p: _replace(p, "moves", 0, price=0), 3, "move of lead 'L4': price"),
    "moves unpaid": (lambda p: _with(p, moves=0), 3,
                     "certificate moves is 0.00 in the plan and 10.00 recomputed"),
    "penalties unpaid": (lambda p: _with(p, penalties=0), 3,
                         "certificate penalties is 0.00 in the plan and 5.00 recomputed"),
    "objective": (lambda p: _with(p, objective=131_000), 3,
                  "objective is 1310.00 in the plan and 1305.00 recomputed"),
    "price bound": (lambda p: _with(p, price_bound=136_100), 4,
                    "price_bound is 1361.00 in the plan and 1361.01 recomputed"),
    "engine bound below": (lambda p: _with(p, engine_bound=130_499, bound=130_499, gap=-1), 4,
                           "engine_bound 1304.99 is below the objective 1305.00"),
    "engine bound gone": (lambda p: _with(p, engine_bound=None), 4,
                          "bound is 1305.00 in the plan and 1361.01 recomputed"),
    "engine bound of a flow": (lambda p: p.model_copy(update={"engine": Engine.MIN_COST_FLOW}), 4,
                               "engine_bound 1305.00 stands with engine ortools_min_cost_flow"),
    "proven by": (lambda p: _with(p, proven_by=ProvenBy.PRICES), 4,
                  "proven_by is prices in the plan and engine recomputed"),
    "larger bound": (lambda p: _with(p, bound=136_101), 4,
                     "bound is 1361.01 in the plan and 1305.00 recomputed"),
    "other engine": (lambda p: p.model_copy(update={"engine": Engine.GREEDY}), 4,
                     "engine greedy knows only capacities"),
    "stopped early": (lambda p: p.model_copy(update={"stopped_by": StoppedBy.TIME_LIMIT}), 4,
                      "stopped by time_limit is claimed with a gap of 0.00"),
    "none needed": (lambda p: _with(p, engine_bound=None).model_copy(
        update={"engine": Engine.NONE_NEEDED}), 4, "engine none_needed is claimed with"),
    "other reason": (lambda p: _replace(p, "held", 1, reasons=(p.held[1].reasons[0].model_copy(
        update={"code": ReasonCode.LIMIT}),)), 5, "LIMIT in the plan and OUTBID recomputed"),
    "other example": (lambda p: _replace(p, "held", 1, reasons=(p.held[1].reasons[0].model_copy(
        update={"rep_id": "ana"}),)), 5, "rep 'ana' is no example of it; rep 'ben' would be"),
    "previous owners": (lambda p: p.model_copy(update={"inputs": p.inputs.model_copy(
        update={"previous": None})}), None, "without previous owners, but 1 are given"),
    "eligible pairs": (lambda p: p.model_copy(update={"inputs": p.inputs.model_copy(
        update={"eligible_pairs": 12})}), None, "eligible pairs is 12 in the plan and 10"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_plan_fails_the_check_that_it_breaks(name: str) -> None:
    """Each way of tampering is found by its invariant, with a sentence that names the fault."""
    tamper, number, sentence = TAMPERED[name]
    failed = _failed(verify_plan(two_teams(), tamper(hand_made_plan())))
    assert sentence in failed.get(number, f"not found by {number}; found: {failed}")


_QUOTA, _WEST = POLICY["limits"]
BROKEN: dict[str, tuple[dict[str, object], str]] = {
    "must be placed": ({"must_place": "effort = 3"},
                       "lead 'L6' must be placed by must_place: effort = 3, but has no owner"),
    "locked": ({"stability": {"lock": "true"}},
               "lead 'L4' is locked to rep 'ben', its owner in the previous plan, but owned by "
               "rep 'ana'"),
    "least": ({"limits": [{**_QUOTA, "price": None}]},
              "limit 'quota': 2 leads in this window, below its least of 3"),
    "slots of a rep": ({"limits": [{"name": "two", "each": "rep", "measure": "slots", "upper": 2}]},
                       "limit 'two:ana': 3 slots in this window, above its most of 2"),
    "worth of a team": ({"limits": [{"name": "half", "each": "team", "measure": "worth",
                                     "upper": "45 %"}]},
                        "limit 'half:East': 800 worth in this window, above its most of 697"),
    "share, rounded up": ({"limits": [{"name": "most", "reps": 'team = "East"',
                                       "lower": "34 %"}]},
                          "limit 'most': 2 leads in this window, below its least of 3"),
    "a rule": ({"rules": [{"name": "no", "kind": "must_not", "leads": "effort = 2",
                           "reps": 'lead.effort = rep.open_leads or rep_id = "ana"'}]},
               "lead 'L3' with rep 'ana': not eligible, refused by RULE"),
    "use by rule": ({"use": [{"leads": "deal_value = 500", "slots": 2}]},
                    "rep 'ben': 2 leads use 3 slots with 2 free slots"),
    "a pair that brings nothing": ({"reserve_value": 250, "stability": {"price": 0}},
                                   "lead 'L4' with rep 'ana': not usable, it brings -5000 minor"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_plan_that_breaks_a_rule_of_its_window_fails(name: str) -> None:
    """The same plan under one more rule: the owner, the rule and both numbers are named."""
    changes, sentence = BROKEN[name]
    failed = _failed(verify_plan(two_teams(**changes), hand_made_plan()))
    assert sentence in failed[2]


def test_a_rule_that_nobody_can_keep_is_no_proof() -> None:
    """Where nobody may have a lead that must be placed, no bound is one."""
    failed = _failed(verify_plan(two_teams(must_place='lead_id = "L5"'), hand_made_plan()))
    assert "no plan keeps the rules of this window" in failed[4]
