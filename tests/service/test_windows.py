"""Windows: closed over what waits, solved, committed; their stored inputs and plans."""

from __future__ import annotations

import json
from datetime import timedelta

from api.service.windows.asking import inputs_json, one_window, plan_json
from api.service.windows.closing import Trigger, close_window
from api.solving.deciding import WindowInputs
from api.store.leads import exclude
from api.store.schema import accounts, activities
from solver import parse_plan, render_plan, solve, verify_plan
from solver.models import (
    Account,
    CustomRule,
    GroupBy,
    Groups,
    Hold,
    Policy,
    Queue,
    Reason,
    ReasonCode,
    RuleKind,
)
from solver.models.policy import Freshness
from solver.models.scoring import BehaviourRule, Disqualify, Scoring
from tests.service.queueing import (
    activate,
    lead,
    lead_row,
    owner,
    put_leads,
    put_rep,
    rep_rows,
    run,
    take_lease,
    told,
)
from tests.service.serving import START, Service


def test_a_plan_is_that_of_the_stored_inputs(service: Service) -> None:
    """Solving the stored inputs gives the stored plan byte for byte, and the checker agrees."""
    for rep_id in ("ana", "ben"):
        put_rep(service, rep_id, capacity=2)
    put_leads(service, *(lead(f"L{n}", worth=1000.0 + n) for n in range(6)))
    done = run(service)
    inputs = WindowInputs.model_validate_json(inputs_json(service.context, done.window_id))
    plan = solve(inputs.window)
    stored = plan_json(service.context, done.window_id)
    assert stored == render_plan(plan)["plan.json"]
    assert all(check.passed for check in verify_plan(inputs.window, parse_plan(stored)))
    assert (done.num_assigned, done.num_held, done.dropped) == (4, 2, ())


def test_a_commit_is_seen_everywhere(service: Service) -> None:
    """Owners, states, slots, deadlines' sentences, events and counts agree."""
    put_rep(service, "ana", capacity=1)
    put_leads(service, lead("L1", worth=2000.0), lead("L2"))
    done = run(service)
    owned = owner(service, "L1")
    assert owned is not None
    assert (owned.rep_id, owned.source, owned.window_id) == ("ana", "window", done.window_id)
    assert owned.value == 70_000  # cents: 2,000 x 50 % x (0.6 x 0.5 + 0.4 x 1)
    assert json.loads(owned.assignment or "")["why"] == owned.why
    row = lead_row(service, "L1")
    assert (row.state, row.queue, row.window_id, row.revision) == ("assigned", None,
                                                                   done.window_id, 2)
    held = lead_row(service, "L2")
    assert (held.state, held.queue, held.revision) == ("waiting", "next_window", 1)
    assert json.loads(held.reasons or "")[0]["code"] == "OUTBID"
    assert rep_rows(service)["ana"].used == 1
    assert [one.lead_id for one in told(service, "lead.assigned")] == ["L1"]
    assert [one.lead_id for one in told(service, "lead.queued")] == ["L2"]
    [closed] = told(service, "window.closed")
    assert json.loads(closed.detail)["assigned"] == 1


def test_a_held_lead_is_told_once_and_returns_by_itself(service: Service) -> None:
    """The same reason again is no event; a free slot later gives it an owner."""
    put_rep(service, "ana", capacity=1)
    put_leads(service, lead("L1", worth=2000.0), lead("L2"))
    run(service)
    service.clock.move(minutes=1)
    run(service)
    assert len(told(service, "lead.queued")) == 1
    put_rep(service, "ben")
    service.clock.move(minutes=1)
    run(service)
    assert owner(service, "L2") is not None


def test_held_leads_go_to_the_queue_of_their_reason(service: Service) -> None:
    """Too old to the manager with an alert, not worth it to nurture for a while, blank to data."""
    activate(service, Policy(freshness=Freshness(max_age_hours=24), reserve_value=100.0))
    put_rep(service, "ana")
    put_leads(service, lead("old", created_at=START - timedelta(days=2)), lead("poor", worth=1.0),
              lead("blank").model_copy(update={"score": None}))
    run(service)
    queues = {lead_id: lead_row(service, lead_id) for lead_id in ("old", "poor", "blank")}
    assert [row.queue for row in queues.values()] == ["manager", "nurture", "needs_data"]
    assert queues["poor"].not_before == START + timedelta(days=30)
    assert [one.lead_id for one in told(service, "alert.lead_aged")] == ["old"]
    assert [one.lead_id for one in told(service, "lead.aged")] == ["old"]
    assert {one.lead_id for one in told(service, "lead.queued")} == {"poor", "blank"}
    assert close_window(service.context, take_lease(service), Trigger.TIMER) is None


def test_a_lead_that_the_crm_gave_to_somebody_is_kept(service: Service) -> None:
    """It leaves the queue and stays with that owner."""
    put_rep(service, "ana")
    put_leads(service, lead("L1", owner_id="005xx"))
    done = run(service)
    row = lead_row(service, "L1")
    assert (done.num_kept, row.state, row.kept_by) == (1, "kept", "005xx")
    assert [one.rep_id for one in told(service, "lead.kept")] == ["005xx"]


def test_a_new_contact_follows_the_owner_of_its_account(service: Service) -> None:
    """Whoever owns an open lead of the account, unless the account's record names an owner."""
    for rep_id in ("ana", "ben", "cem"):
        put_rep(service, rep_id)
    put_leads(service, lead("L1", account_id="acme", excluded_rep_ids=("ana", "cem")),
              lead("L2", account_id="bolt", excluded_rep_ids=("ana", "cem")))
    run(service)
    with service.context.database.write() as tx:
        record = Account(account_id="bolt", owner_id="cem").model_dump_json()
        tx.connection.execute(accounts.insert().values(account_id="bolt", record=record,
                                                       updated_at=START))
    put_leads(service, lead("L3", account_id="acme"), lead("L4", account_id="bolt"))
    run(service)
    owners = {lead_id: owner(service, lead_id) for lead_id in ("L1", "L3", "L4")}
    assert {lead_id: one and one.rep_id for lead_id, one in owners.items()} == {
        "L1": "ben", "L3": "ben", "L4": "cem"}


def test_stored_windows_hold_no_contact_data(service: Service) -> None:
    """Neither inputs nor plan know a name, an address or a number, but what a rule names."""
    rule = CustomRule(name="bosses", kind=RuleKind.SHOULD, leads='lead.title = "CEO"')
    activate(service, Policy(rules=(rule,), groups=Groups(by=GroupBy.DOMAIN)))
    put_rep(service, "ana", email="ana@seller.example")
    put_leads(service, lead(
        "L1", first_name="Eva", last_name="Klein", email="eva@klein.com", phone="+4912345",
        street="Ring 1", city="Bonn", company="Klein GmbH", title="CEO",
        attributes={"note": "likes tea"}))
    done = run(service)
    stored = (inputs_json(service.context, done.window_id)
              + plan_json(service.context, done.window_id)).decode()
    for text in ("Eva", "eva@", "4912345", "Ring 1", "Bonn", "Klein GmbH", "tea", "ana@seller"):
        assert text not in stored
    inputs = WindowInputs.model_validate_json(inputs_json(service.context, done.window_id))
    assert (inputs.window.leads[0].title, inputs.window.leads[0].domain) == ("CEO", "klein.com")


def test_exclusions_reach_the_solve(service: Service) -> None:
    """A rep who gave a lead back does not get it again."""
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    with service.context.database.write() as tx:
        exclude(tx, "L1", "ana", "rejected", START)
    assert run(service).num_assigned == 0
    assert json.loads(lead_row(service, "L1").reasons or "")[0]["code"] == "EXCLUDED"


def test_the_active_policy_decides(service: Service) -> None:
    """It is the one that the window names, and that its inputs hold."""
    activate(service, Policy(reserve_value=10_000.0), version=3)
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    done = run(service)
    assert one_window(service.context, done.window_id).policy_version == 3
    assert json.loads(lead_row(service, "L1").reasons or "")[0]["code"] == "BELOW_RESERVE"


def test_scores_are_those_of_the_window(service: Service) -> None:
    """What leads did counts as of now: a lead that was disqualified is not any more, and back."""
    activate(service, Policy(scoring=Scoring(
        base=10, behaviour=(BehaviourRule(name="visit", kind=("visit",), points=60),),
        disqualify=Disqualify(below=20))))
    put_rep(service, "ana")
    hold = Hold(lead_id="L1", queue=Queue.NURTURE,
                reason=Reason(code=ReasonCode.DISQUALIFIED, detail="too few points"))
    put_leads(service, lead("L1", score=10.0), hold=hold.model_dump_json())
    put_leads(service, lead("L2", score=90.0))
    with service.context.database.write() as tx:
        tx.connection.execute(activities.insert().values(
            lead_id="L1", at=START - timedelta(minutes=1), kind="visit", detail="pricing",
            received_at=START))
    done = run(service)
    stored = WindowInputs.model_validate_json(inputs_json(service.context, done.window_id))
    scores = {one.lead_id: one.score for one in stored.window.leads}
    assert scores["L2"] == 10.0
    assert 69.0 < (scores["L1"] or 0.0) <= 70.0
    assert owner(service, "L1") is not None
    assert lead_row(service, "L2").queue == "nurture"
