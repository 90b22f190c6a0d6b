"""The checker on a plan small enough to work out by hand, honest and tampered with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from solver.digests import digest, policy_sha256
from solver.models import (
    Assignment,
    Certificate,
    Engine,
    Factors,
    HeldLead,
    Inputs,
    KeptLead,
    Lead,
    Outcome,
    PairFacts,
    Plan,
    Policy,
    Queue,
    Reason,
    ReasonCode,
    Rep,
    Slots,
    StoppedBy,
    Violation,
    Window,
)
from solver.verify import Check, verify_plan

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
ANA, BEN = 0, 1


def _lead(lead_id: str, deal_value: float | None, skill: str, **fields: object) -> Lead:
    return Lead.model_validate({
        "lead_id": lead_id, "created_at": AT - timedelta(hours=1), "deal_value": deal_value,
        "score": 100.0, "needs": {skill: 1.0}, **fields})


def three_leads_two_reps() -> Window:
    """L1 and L2 compete for Ana; L3 is worth less than both; L4 is kept, L5 lacks its value.

    ==== ====== ======
    lead Ana    Ben
    ==== ====== ======
    L1   1000   800
    L2   600    480
    L3   250    200
    ==== ====== ======
    """
    return Window(
        at=AT, policy=Policy.model_validate({"match": {"skill": 1.0, "territory": 0.0}}),
        leads=(_lead("L1", 1000.0, "crm"), _lead("L2", 600.0, "CRM"), _lead("L3", 500.0, "erp"),
               _lead("L4", 900.0, "crm", owner_id="r-gone"), _lead("L5", None, "crm")),
        reps=(Rep(rep_id="ana", name="Ana", capacity=3, open_leads=2,
                  skills={"crm": 1.0, "erp": 0.5}),
              Rep(rep_id="ben", name="Ben", capacity=1, skills={"Crm": 0.8, "erp": 0.4}),
              Rep(rep_id="cy", capacity=5, skills={"crm": 1.0}, active=False)))


def _facts(rep_id: str, worth: float, level: float, price: int) -> PairFacts:
    value = round(worth * level * 100)
    return PairFacts(
        rep_id=rep_id, value=value, match=level, wait_minutes=0, floor=0, price=price,
        net_value=value - price,
        factors=Factors(worth=worth, skill_fit=level, territory_fit=1.0, performance=1.0,
                        response=1.0))


def _owned(lead_id: str, owner: PairFacts, other: PairFacts, why: str) -> Assignment:
    return Assignment(lead_id=lead_id, **dict(owner), runner_up_rep_id=other.rep_id,
                      runner_up_net_value=other.net_value, runners_up=(other,), why=why)


def hand_made_plan() -> Plan:
    """L1 to Ana and L2 to Ben: 1,480.00, against 1,400.00 the other way round.

    One more slot of Ana: L2 moves up to her and L3 goes to Ben, +320.00; of Ben: L3, +200.00. One
    slot fewer of Ana: only L1 stays, with Ben, -680.00; of Ben: L2 is held, -480.00.
    """
    window = three_leads_two_reps()
    return Plan(
        at=AT, policy=window.policy,
        inputs=Inputs(leads=digest(window.leads), reps=digest(window.reps), accounts=None,
                      policy_sha256=policy_sha256(window.policy), window_leads=3,
                      eligible_pairs=6, usable_pairs=6, lead_attributes=()),
        outcome=Outcome.OPTIMAL, stopped_by=StoppedBy.PROOF, engine=Engine.MIN_COST_FLOW,
        engine_reason="by hand",
        certificate=Certificate(objective=148_000, bound=148_000, gap=0, price_bound=148_000,
                                value=148_000, value_kept=0),
        assignments=(
            _owned("L1", _facts("ana", 1000.0, 1.0, 32_000), _facts("ben", 1000.0, 0.8, 20_000),
                   "L1: Ana 1,000.00, net 680.00; Ben 800.00, net 600.00"),
            _owned("L2", _facts("ben", 600.0, 0.8, 20_000), _facts("ana", 600.0, 1.0, 32_000),
                   "L2: Ben 480.00, net 280.00; Ana 600.00, net 280.00")),
        held=(
            HeldLead(lead_id="L3", queue=Queue.NEXT_WINDOW, reasons=(
                Reason(code=ReasonCode.OUTBID, rep_id="ben", detail="Ben's slot costs 200.00"),)),
            HeldLead(lead_id="L5", queue=Queue.NEEDS_DATA, reasons=(
                Reason(code=ReasonCode.NEEDS_DATA, detail="deal_value is blank"),))),
        kept=(KeptLead(lead_id="L4", owner_id="r-gone"),),
        slots=(
            Slots(rep_id="ana", free_slots=1, assigned=1, used=1, floor=0, price=32_000,
                  gain=32_000, loss=68_000),
            Slots(rep_id="ben", free_slots=1, assigned=1, used=1, floor=0, price=20_000,
                  gain=20_000, loss=48_000),
            Slots(rep_id="cy", free_slots=0, assigned=0, used=0, floor=0, price=0, gain=0,
                  loss=None)),
        versions={"fairlead": "0"})


def _replace(plan: Plan, field: str, position: int, **changes: object) -> Plan:
    rows = list(getattr(plan, field))
    rows[position] = rows[position].model_copy(update=changes)
    return plan.model_copy(update={field: tuple(rows)})


def _with(plan: Plan, section: str, **changes: object) -> Plan:
    return plan.model_copy(update={section: getattr(plan, section).model_copy(update=changes)})


def _without(plan: Plan, field: str, position: int) -> Plan:
    rows = list(getattr(plan, field))
    del rows[position]
    return plan.model_copy(update={field: tuple(rows)})


def _doubled(plan: Plan, field: str, position: int) -> Plan:
    rows = getattr(plan, field)
    return plan.model_copy(update={field: (*rows[:position + 1], *rows[position:])})


def _reason(plan: Plan, **changes: object) -> Plan:
    return _replace(plan, "held", 0,
                    reasons=(plan.held[0].reasons[0].model_copy(update=changes),))


def _failed(checks: tuple[Check, ...]) -> dict[int | None, str]:
    return {check.number: " | ".join(check.faults) for check in checks if not check.passed}


def test_a_plan_made_by_hand_passes_every_check() -> None:
    """Owners, prices, gain, loss and reasons worked out by hand are those recomputed."""
    checks = verify_plan(three_leads_two_reps(), hand_made_plan())
    assert _failed(checks) == {}
    assert [check.number for check in checks] == [1, 2, 3, 4, 5, None]


TAMPERED: dict[str, tuple[Callable[[Plan], Plan], int | None, str]] = {
    "owner changed": (lambda p: _replace(p, "assignments", 0, rep_id="ben"), 2,
                      "rep 'ben' owns 2 leads with 1 free slots"),
    "owner unknown": (lambda p: _replace(p, "assignments", 0, rep_id="dee"), 2,
                      "'dee' owns 1 leads but is not in the rep file"),
    "owner inactive": (lambda p: _replace(p, "assignments", 0, rep_id="cy"), 2, "not active"),
    "lead lost": (lambda p: _without(p, "held", 0), 1,
                  "'L3' is in the leads file but not in the plan"),
    "lead twice": (lambda p: _doubled(p, "assignments", 0), 1, "'L1' stands 2 times"),
    "lead invented": (lambda p: _replace(p, "held", 1, lead_id="L9"), 1,
                      "'L9' is in the plan but not in the leads file"),
    "kept by another": (lambda p: _replace(p, "kept", 0, owner_id="ana"), 1,
                        "owner who keeps lead 'L4' is ana in the plan and r-gone recomputed"),
    "held lead kept": (lambda p: _without(p, "held", 0).model_copy(update={"kept": (
        KeptLead(lead_id="L3", owner_id="ana"), *p.kept)}), 1, "no rule keeps it"),
    "value": (lambda p: _replace(p, "assignments", 0, value=100_001), 3,
              "lead 'L1': value is 1000.01 in the plan and 1000.00 recomputed"),
    "match": (lambda p: _replace(p, "assignments", 1, match=0.8000000000000002), 3, "match is"),
    "runner-up": (lambda p: _replace(p, "assignments", 0, runner_up_net_value=1), 3,
                  "runner_up_net_value is 0.01 in the plan and 600.00 recomputed"),
    "runners-up dropped": (lambda p: _replace(p, "assignments", 0, runners_up=()), 3,
                           "number of runners_up is 0"),
    "sentence": (lambda p: _replace(p, "assignments", 0, why="L1 likes Ana"), 3,
                 "why must name '1,000.00'"),
    "price": (lambda p: _replace(p, "slots", 1, price=19_999), 3,
              "rep 'ben': price (the same as gain) is 199.99 in the plan and 200.00 recomputed"),
    "price and gain": (lambda p: _replace(p, "slots", 1, price=19_999, gain=19_999), 3,
                       "rep 'ben': gain is 199.99 in the plan and 200.00 recomputed"),
    "loss": (lambda p: _replace(p, "slots", 0, loss=68_001), 3,
             "rep 'ana': loss is 680.01 in the plan and 680.00 recomputed"),
    "loss of an inactive rep": (lambda p: _replace(p, "slots", 2, loss=0), 3, "with 0 free slots"),
    "rep without a row": (lambda p: _without(p, "slots", 2), 3, "'cy' is in the rep file but not"),
    "floor below 0": (lambda p: _replace(p, "slots", 2, floor=-1), 3, "floor -0.01 must be 0"),
    "objective": (lambda p: _with(p, "certificate", objective=147_999, gap=1), 3,
                  "objective is 1479.99 in the plan and 1480.00 recomputed"),
    "bound": (lambda p: _with(p, "certificate", bound=147_999), 4,
              "bound is 1479.99 in the plan and 1480.00 recomputed"),
    "negative price": (lambda p: _replace(p, "slots", 0, price=-1, gain=-1), 4, "prices of 0 or"),
    "outcome": (lambda p: p.model_copy(update={"outcome": Outcome.FEASIBLE}), 4, "outcome is"),
    "engine": (lambda p: p.model_copy(update={"engine": Engine.GREEDY}), 4, "stopped_by of"),
    "no reason": (lambda p: _replace(p, "held", 0, reasons=()), 5, "without a reason"),
    "other reason": (lambda p: _reason(p, code=ReasonCode.AWAY), 5, "AWAY in the plan and OUTBID"),
    "other queue": (lambda p: _replace(p, "held", 0, queue=Queue.REVIEW), 5, "queue is review"),
    "count of nothing": (lambda p: _reason(p, count=1), 5, "count is 1 in the plan and None"),
    "wrong example": (lambda p: _reason(p, rep_id="cy"), 5, "'cy' is no example of it; rep 'ben'"),
    "blank detail": (lambda p: _reason(p, detail=" "), 5, "detail is blank"),
    "instant": (lambda p: p.model_copy(update={"at": AT + timedelta(minutes=1)}), None, "instant"),
    "policy": (lambda p: p.model_copy(update={"policy": Policy()}), None, "the policy of the plan"),
    "hash": (lambda p: _with(p, "inputs", leads=digest(())), None, "the number of leads is 0"),
    "attributes": (lambda p: _replace(p, "assignments", 0, attributes={"x": "1"}), None,
                   "'L1': attributes"),
    "violation": (lambda p: p.model_copy(update={"violations": (Violation(
        lead_id="L3", rep_id="ana", code="NOT_USABLE", detail="none"),)}), 2, "violations stand"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_plan_fails_the_check_that_it_breaks(name: str) -> None:
    """Each way of tampering is found by its invariant, with a sentence that names the fault."""
    tamper, number, sentence = TAMPERED[name]
    failed = _failed(verify_plan(three_leads_two_reps(), tamper(hand_made_plan())))
    assert sentence in failed.get(number, f"not found by {number}; found: {failed}")


def test_swapped_owners_are_told_from_the_best_plan() -> None:
    """Two owners swapped keep every rule, but the sum and the marginal values tell."""
    plan = hand_made_plan()
    swapped = _replace(_replace(plan, "assignments", 0, rep_id="ben"), "assignments", 1,
                       rep_id="ana")
    failed = _failed(verify_plan(three_leads_two_reps(), swapped))
    assert "a better plan exists" in failed[3]
    assert 2 not in failed


def test_a_plan_of_other_inputs_fails() -> None:
    """One cell of the leads file changed after the plan was made is found by the hash."""
    window = three_leads_two_reps()
    leads = (window.leads[0].model_copy(update={"title": "CEO"}), *window.leads[1:])
    failed = _failed(verify_plan(window.model_copy(update={"leads": leads}), hand_made_plan()))
    assert list(failed) == [None]
    assert "sha256 of leads" in failed[None]


def test_values_out_of_range_fail_every_check_and_raise_nothing() -> None:
    """A policy whose values cannot be summed exactly leaves nothing to check."""
    window = three_leads_two_reps()
    policy = Policy.model_validate({"worth": {"deal_value": 10.0}})
    checks = verify_plan(window.model_copy(update={"policy": policy}), hand_made_plan())
    assert not any(check.passed for check in checks)
    assert "not checked" in checks[0].detail


def test_a_reason_must_name_its_example_and_the_figure() -> None:
    """A detail that leaves out the rep or the net value fails, however it is worded."""
    plan, window = hand_made_plan(), three_leads_two_reps()
    held = plan.held[0]
    for detail in ("nonsense", held.reasons[0].detail.replace("200.00", "201.00")):
        reason = held.reasons[0].model_copy(update={"detail": detail})
        tampered = _replace(plan, "held", 0, reasons=(reason,))
        (failed,) = [check for check in verify_plan(window, tampered) if not check.passed]
        assert failed.number == 5
        assert "detail must name" in failed.faults[0]
