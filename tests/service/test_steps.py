"""Steps of people: who may take which, what follows, and that no slot leaks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api.service.context import Context, Scope
from api.service.owning import Source
from api.store.control import read_entries
from api.store.leads import excluded_reps, update_lead
from api.store.ownerships import history_of
from api.store.reps import update_rep
from api.store.schema import activities, lead_keys
from solver.hand_off import NEEDED_WITH, STEPS_OF_PEOPLE, TRANSITIONS, LeadState, Step
from solver.models import Queue
from solver.models.ledger import EntryKind
from tests.service.builders import (
    add_lead,
    add_rep,
    give,
    kinds_of,
    lead_of,
    owner,
    rep_of,
    set_policy,
)
from tests.service.invariants import check_invariants
from tests.service.posting import ANA, all_ids, details, other, post
from tests.service.serving import START, Service

_LEDGER = {"limits": [{"name": "month", "period": "month", "upper": 100}]}
_WITH: dict[str, Any] = {"reason": "not my region", "amount": 4120.5, "rep_id": "ben",
                         "contact": {"email": "Ben.Roe@Acme.com"}}


def _step(service: Service, step: str, lead_id: str = "L1", **body: Any) -> Any:
    """Report a step with what it needs."""
    needed = NEEDED_WITH.get(Step(step))
    found = {needed: _WITH[needed]} if needed else {}
    return service.client.post(f"/v1/leads/{lead_id}/events",
                               json={"step": step, **found, **body})


def _owned(service: Service, *steps: str, slots: int = 1, **policy: Any) -> Context:
    """Return a service in which ana owns L1 and has taken some steps, and ben is free."""
    context = service.context
    if policy:
        set_policy(context, **policy)
    for rep_id in ("ana", "ben"):
        add_rep(context, rep_id, capacity=3)
    add_lead(context)
    give(context, slots=slots)
    for step in steps:
        assert _step(service, step).status_code == 200
    return context


def test_a_lead_is_worked_until_it_is_won(service: Service) -> None:
    """Each step moves the state and notes when; the slot is free at the end."""
    context = _owned(service)
    assert rep_of(context).used == 1
    for step in ("accepted", "contacted", "qualified"):
        service.clock.move(minutes=10)
        answer = _step(service, step)
        assert answer.status_code == 200, answer.text
        assert answer.json() | {"event_id": 0} == {
            "lead_id": "L1", "state": step, "queue": None, "not_before": None, "rep_id": "ana",
            "accept_by": None, "contact_by": None, "work_by": None, "event_id": 0,
            "new_lead_id": None}
    owned = owner(context)
    assert [at - START for at in (owned.accepted_at, owned.contacted_at, owned.qualified_at)
            if at] == [timedelta(minutes=10 * times) for times in (1, 2, 3)]
    answer = _step(service, "won").json()
    assert (answer["state"], answer["rep_id"]) == ("won", None)
    assert lead_of(context).won_amount == 4120.5
    assert rep_of(context).used == 0
    assert kinds_of(context, "L1") == ["lead.assigned", "lead.accepted", "lead.contacted",
                                       "lead.qualified", "lead.won"]
    check_invariants(context, ["L1"])


def test_every_step_from_every_state_goes_by_the_table(service: Service) -> None:
    """What the table allows is done, anything else is 409 with the reason, and nothing leaks."""
    allowed = {(state, row.step): row for row in TRANSITIONS for state in row.before}
    ways = {LeadState.ASSIGNED: (), LeadState.ACCEPTED: ("accepted",),
            LeadState.CONTACTED: ("contacted",), LeadState.QUALIFIED: ("accepted", "qualified"),
            LeadState.WON: ("contacted", "won"), LeadState.LOST: ("contacted", "lost"),
            LeadState.CLOSED: ("accepted", "referred"),
            LeadState.WAITING: ("accepted", "recycled")}
    for rep_id in ("ana", "ben"):
        add_rep(service.context, rep_id, capacity=500)
    for state, way in ways.items():
        for step in sorted(STEPS_OF_PEOPLE):
            lead_id = f"{state.value}-{step.value}"
            add_lead(service.context, lead_id)
            give(service.context, lead_id)
            for one in way:
                assert _step(service, one, lead_id).status_code == 200
            answer = _step(service, step, lead_id)
            row = allowed.get((state, step))
            assert answer.status_code == (409 if row is None else 200), answer.text
            if row is None:
                assert answer.json()["code"] == "impossible_step"
            else:
                assert lead_of(service.context, lead_id).state == (row.after or state)
    check_invariants(service.context)


def test_a_rejected_lead_goes_back_without_its_owner(service: Service) -> None:
    """To the next window, that rep excluded, as if never given; too often, to the manager."""
    context = _owned(service, hand_off={"max_returns": 1}, **_LEDGER)
    assert rep_of(context).used_today(START) == 1
    answer = _step(service, "rejected")
    assert answer.json()["queue"] == "next_window"
    lead, rep = lead_of(context), rep_of(context)
    assert (lead.returns, lead.reasons, rep.used, rep.used_today(START)) == (1, None, 0, 0)
    with context.database.read() as tx:
        assert excluded_reps(tx, ["L1"]) == {"L1": ("ana",)}
        assert [entry.kind for entry in read_entries(tx).values()] == [EntryKind.RETURNED]
    give(context, rep_id="ben")
    assert _step(service, "rejected", reason="no budget").json()["queue"] == "manager"
    held = service.client.get("/v1/queues/manager").json()["items"][0]
    assert held["returns"] == 2
    assert held["reasons"][0]["code"] == "RETURNED"
    assert "hand_off.max_returns is 1" in held["reasons"][0]["detail"]
    check_invariants(context)


def test_a_recycled_lead_rests_until_its_date(service: Service) -> None:
    """The date that is named, or the policy's days; a date that has passed is refused."""
    context = _owned(service, "accepted", hand_off={"nurture_days": 10})
    assert _step(service, "recycled", until=START.isoformat()).json()["errors"][0][
        "pointer"] == "/until"
    answer = _step(service, "recycled", until="2027-01-07T09:00:00+01:00").json()
    assert (answer["queue"], answer["not_before"]) == ("nurture", "2027-01-07T08:00:00Z")
    add_lead(context, "L2")
    give(context, "L2")
    _step(service, "accepted", "L2")
    _step(service, "recycled", "L2", reason="next year")
    assert lead_of(context, "L2").not_before == START + timedelta(days=10)
    assert "next year" in (lead_of(context, "L2").reasons or "")
    check_invariants(context)


def test_unreachable_needs_the_touches_of_the_policy(service: Service) -> None:
    """Below `hand_off.min_touches` it is refused, and the answer says how many there are."""
    context = _owned(service, "contacted", hand_off={"min_touches": 2})
    answer = _step(service, "unreachable")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_few_touches")
    assert "this one has 1" in answer.json()["detail"]
    _step(service, "contacted")
    assert owner(context).touches == 2
    assert _step(service, "unreachable").json()["queue"] == "nurture"
    check_invariants(context)


def test_junk_leaves_its_owner_or_its_queue(service: Service) -> None:
    """From an owner and from a queue, with a reason that says whose word it is."""
    context = _owned(service)
    add_lead(context, "L2")
    assert _step(service, "junk").json()["queue"] == "junk"
    assert _step(service, "junk", "L2", reason="spam").json()["queue"] == "junk"
    assert "by rep 'ana'" in (lead_of(context).reasons or "")
    assert "by hand: spam" in (lead_of(context, "L2").reasons or "")
    check_invariants(context)


def test_a_referral_is_a_lead_of_the_same_owner(service: Service) -> None:
    """The lead closes; the contact, normalised, has its company and its owner, and is linked."""
    context = _owned(service, "accepted")
    answer = _step(service, "referred", contact={"email": " Ben.Roe@Acme.com ", "title": "CFO"})
    assert answer.json()["state"] == "closed"
    assert answer.json()["new_lead_id"] == "L1-r1"
    new = lead_of(context, "L1-r1")
    assert new.record is not None
    assert '"email":"ben.roe@acme.com"' in new.record
    assert '"company":"Company of L1"' in new.record
    assert '"function":"finance"' in new.record
    assert owner(context, "L1-r1").source == Source.REFERRED
    assert owner(context, "L1-r1").rep_id == "ana"
    with context.database.read() as tx:
        assert "email:ben.roe@acme.com" in tx.connection.execute(
            select(lead_keys.c.key).where(lead_keys.c.lead_id == "L1-r1")).scalars().all()
    assert kinds_of(context, "L1-r1") == ["lead.received", "lead.assigned"]
    assert rep_of(context).used == 1
    check_invariants(context)


def test_a_referral_keeps_its_company_at_the_next_post(service: Service) -> None:
    """What was posted of the old lead counts as posted of the contact, but for the person."""
    context = service.context
    add_rep(context)
    post(service, ANA)
    give(context)
    _step(service, "accepted")
    _step(service, "referred")
    _step(service, "accepted", "L1-r1")
    assert post(service, {"lead_id": "L1-r1", "title": "CFO"}).status_code == 200
    found = json.loads(lead_of(context, "L1-r1").record or "")
    assert (found["company"], found["deal_value"], found["title"]) == ("Acme Inc", 5000, "CFO")
    assert found["email"] == "ben.roe@acme.com"
    assert not found.keys() & {"first_name", "last_name", "phone", "owner_id"}
    assert owner(context, "L1-r1").rep_id == "ana"


def test_a_referral_to_a_known_person_is_that_persons_lead(service: Service) -> None:
    """No second lead with a second owner: the known one is linked, and stays its owner's."""
    context = service.context
    for rep_id in ("ana", "ben"):
        add_rep(context, rep_id)
    for lead in (ANA, other("L2", email="ben.roe@acme.com"), other("L3", email="cy@l3.test")):
        post(service, lead)
    give(context, "L1", "ana")
    give(context, "L2", "ben")
    _step(service, "accepted")
    assert _step(service, "referred").json()["new_lead_id"] == "L2"
    assert all_ids(context) == ["L1", "L2", "L3"]
    assert (owner(context, "L2").rep_id, rep_of(context).used) == ("ben", 0)
    assert details(context, "L2", "lead.updated") == [{"referred_from": "L1"}]
    _step(service, "accepted", "L2")
    answer = _step(service, "referred", "L2", contact={"email": "cy@l3.test"})
    assert answer.json()["new_lead_id"] == "L3"
    assert (owner(context, "L3").rep_id, owner(context, "L3").source) == ("ben", Source.REFERRED)
    check_invariants(context)


def test_a_referral_to_a_full_rep_waits(service: Service) -> None:
    """An owner who gets no leads now does not get the contact either; its id is the next free."""
    context = _owned(service, "accepted", slots=1)
    add_lead(context, "L1-r1")
    with context.database.write() as tx:
        update_rep(tx, "ana", paused_until=START + timedelta(hours=1))
    assert _step(service, "referred").json()["new_lead_id"] == "L1-r2"
    assert lead_of(context, "L1-r2").queue == Queue.NEXT_WINDOW
    check_invariants(context)


def test_a_manager_reassigns_within_capacity_and_exclusions(service: Service) -> None:
    """The former owner's slot is free; a full, excluded, unknown or present owner is refused."""
    context = _owned(service, "accepted")
    add_rep(context, "cy", capacity=0)
    answer = _step(service, "reassigned")
    assert (answer.json()["state"], answer.json()["rep_id"]) == ("assigned", "ben")
    assert [rep_of(context, one).used for one in ("ana", "ben")] == [0, 1]
    assert owner(context).source == Source.MANUAL
    for rep_id, status, code in (("ben", 409, "already_owner"), ("cy", 409, "no_slot"),
                                 ("dee", 409, "unknown_rep")):
        refused = _step(service, "reassigned", rep_id=rep_id)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    _step(service, "rejected")
    refused = _step(service, "reassigned", rep_id="ben")
    assert refused.json()["code"] == "excluded"
    assert "gave it back" in refused.json()["detail"]
    check_invariants(context)


def test_who_may_not_own_a_lead_is_not_given_it_by_hand(service: Service) -> None:
    """What the lead itself excludes holds for managers too."""
    add_rep(service.context)
    add_lead(service.context, excluded_rep_ids=("ana",))
    refused = _step(service, "reassigned", rep_id="ana")
    assert (refused.status_code, refused.json()["code"]) == (409, "excluded")


def test_reassigning_counts_slots_and_worth_as_a_window_does(service: Service) -> None:
    """The policy's rule of use, else the lead's effort; worth in whole units, up to the largest."""
    context = service.context
    set_policy(context, use=[{"leads": "deal_value >= 1000000", "slots": 3}], **_LEDGER)
    add_rep(context, capacity=6)
    add_lead(context, "big", deal_value=1e12, score=100.0)
    add_lead(context, "mid", effort=2)
    add_lead(context, "dark", deal_value=None)
    for lead_id, slots, worth in (("big", 3, 10**12), ("mid", 2, 500), ("dark", 1, 0)):
        assert _step(service, "reassigned", lead_id, rep_id="ana").status_code == 200
        assert (owner(context, lead_id).slots, owner(context, lead_id).worth) == (slots, worth)
    with context.database.read() as tx:
        assert [(one.kind, one.worth) for one in read_entries(tx).values()] == [
            (EntryKind.MANUAL, 10**12), (EntryKind.MANUAL, 500), (EntryKind.MANUAL, 0)]
    check_invariants(context)


def test_a_lead_is_credited_back_once_per_ownership(service: Service) -> None:
    """Recycled leads were worked: the ledger forgets them only when asked, and only once."""
    context = _owned(service, "accepted", "recycled", **_LEDGER)
    answer = _step(service, "credited_back")
    assert (answer.status_code, answer.json()["queue"]) == (200, "nurture")
    with context.database.read() as tx:
        assert [(one.kind, one.rep_id) for one in read_entries(tx).values()] == [
            (EntryKind.RETURNED, "ana")]
    again = _step(service, "credited_back")
    assert (again.status_code, again.json()["code"]) == (409, "already_credited")
    never = _step(service, "credited_back", rep_id="ben")
    assert (never.status_code, never.json()["code"]) == (409, "never_owned")


def test_a_rejected_lead_is_credited_already(service: Service) -> None:
    """Giving a lead back credits it, so that asking for it again would credit it twice."""
    context = _owned(service, "rejected", **_LEDGER)
    assert _step(service, "credited_back").json()["code"] == "already_credited"
    with context.database.read() as tx:
        assert len(read_entries(tx)) == 1
        assert history_of(tx, "L1")[0].credited_at == START


def test_a_reps_key_steps_only_what_the_rep_owns(service: Service) -> None:
    """And reassigns nothing; a key without the scope steps nothing."""
    _owned(service)
    add_lead(service.context, "L2")
    ana, ben = (service.key(Scope.OPERATE, rep_id=one) for one in ("ana", "ben"))

    def post(lead_id: str, body: dict[str, str], headers: dict[str, str]) -> Any:
        return service.client.post(f"/v1/leads/{lead_id}/events", json=body, headers=headers)

    assert post("L1", {"step": "accepted"}, ben).json()["code"] == "not_the_owner"
    assert post("L2", {"step": "junk"}, ana).json()["code"] == "not_the_owner"
    assert post("L1", {"step": "reassigned", "rep_id": "ben"}, ana).status_code == 403
    assert post("L1", {"step": "accepted"}, service.key(Scope.READ)).status_code == 403
    assert post("L1", {"step": "accepted"}, ana).status_code == 200


@pytest.mark.parametrize(("minutes", "status", "noted"), [
    (-120, 409, None), (-63, 200, -60), (-30, 200, -30), (4, 200, 0), (6, 409, None)])
def test_steps_are_reported_late_but_not_before_their_time(
        service: Service, minutes: int, status: int, noted: int | None) -> None:
    """Clocks that differ by minutes are forgiven; the instant noted is always a possible one."""
    _owned(service)
    service.clock.move(hours=1)
    now = service.clock.now
    answer = _step(service, "accepted", at=(now + timedelta(minutes=minutes)).isoformat())
    assert answer.status_code == status
    if noted is None:
        assert answer.json()["errors"][0]["pointer"] == "/at"
    else:
        assert owner(service.context).accepted_at == now + timedelta(minutes=noted)


def test_a_clock_that_went_back_stops_nobody(service: Service) -> None:
    """A step without an instant is not before the ownership, whatever the clock says."""
    context = _owned(service)
    service.clock.move(hours=-2)
    assert _step(service, "accepted").status_code == 200
    assert owner(context).accepted_at == START
    assert _step(service, "rejected").status_code == 200
    check_invariants(context)


def test_a_note_is_stored_once_with_the_activities(service: Service) -> None:
    """The note is for whoever reads the lead next, and in no event or message."""
    context = _owned(service)
    for _ in range(2):
        assert _step(service, "contacted", note="Asks for Ms Roe").status_code == 200
    with context.database.read() as tx:
        assert tx.connection.execute(select(activities.c.kind, activities.c.detail)).all() == [
            ("note", "Asks for Ms Roe")]


@pytest.mark.parametrize(("body", "pointer"), [
    ({"step": "rejected"}, "/reason"), ({"step": "won"}, "/amount"),
    ({"step": "won", "amount": True}, "/amount"), ({"step": "won", "amount": -1}, "/amount"),
    ({"step": "won", "amount": "12"}, "/amount"), ({"step": "won", "amount": 1e13}, "/amount"),
    ({"step": "referred", "contact": {}}, "/contact"),
    ({"step": "referred", "contact": {"email": None}}, "/contact/email"),
    ({"step": "referred", "contact": {"phone": "\x00"}}, "/contact/phone"),
    ({"step": "accepted", "until": "2027-01-07T09:00:00Z"}, "/until"),
    ({"step": "recycled", "until": 1}, "/until"), ({"step": "returned"}, "/step"), ({}, "/step"),
    ({"step": "accepted", "note": "a\x00"}, "/note"),
    ({"step": "reassigned", "rep_id": "a b"}, "/rep_id")])
def test_what_a_step_needs_is_named(service: Service, body: dict[str, Any], pointer: str) -> None:
    """The pointer names the field, without the name of the alternative."""
    answer = service.client.post("/v1/leads/L1/events", json=body)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("body", [b'{"step": "lost", "reason": "\\ud800"}', b'{"step": NaN}',
                                  b'{"step": "lost", "step": "won"}', b"[" * 100_000, b"\xff"])
def test_what_is_no_json_is_said(service: Service, body: bytes) -> None:
    """Lone surrogates, keys that stand twice, bottomless nesting: 400, never 500."""
    answer = service.client.post("/v1/leads/L1/events", content=body,
                                 headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "not_json")


def test_unknown_and_erased_leads_are_told_apart(service: Service) -> None:
    """404 for what never was, 410 for what was erased."""
    assert _step(service, "accepted").status_code == 404
    add_lead(service.context)
    with service.context.database.write() as tx:
        update_lead(tx, "L1", state="erased", queue=None, record=None)
    assert _step(service, "accepted").status_code == 410


def test_merging_joins_what_is_known(service: Service) -> None:
    """The lead that stays gains data and activities and keeps its owner; the other points to it."""
    context = _owned(service)
    add_lead(context, "L2", email="ana@acme.com", source="fair")
    assert _step(service, "junk", "L2", note="the same").status_code == 200
    answer = service.client.post("/v1/leads/L2/merge", json={"into": "L1"})
    assert (answer.status_code, answer.json()["state"]) == (200, "merged")
    stays = lead_of(context)
    assert '"email":"ana@acme.com"' in (stays.record or "")
    assert '"sources":["web","fair"]' in (stays.record or "")
    assert stays.state == "assigned"
    assert lead_of(context, "L2").merged_into == "L1"
    assert kinds_of(context)[-2:] == ["lead.merged", "lead.updated"]
    with context.database.read() as tx:
        assert tx.connection.execute(select(activities.c.lead_id)).scalars().all() == ["L1"]
    check_invariants(context)


def test_what_was_merged_by_hand_survives_the_next_post(service: Service) -> None:
    """The lead that stays counts what it took over as posted."""
    post(service, {**ANA, "phone": None, "country": None})
    post(service, other("L2", phone="+44 20 7946 0999", country="GB", industry="Software"))
    assert service.client.post("/v1/leads/L2/merge", json={"into": "L1"}).status_code == 200
    merged = json.loads(lead_of(service.context).record or "")
    assert merged["phone"] == "+442079460999"
    post(service, {"lead_id": "L1", "title": "CTO"})
    after = json.loads(lead_of(service.context).record or "")
    assert {name: after[name] for name in ("phone", "country", "industry", "company")} == {
        name: merged[name] for name in ("phone", "country", "industry", "company")}


def test_merging_refuses_what_cannot_be_one(service: Service) -> None:
    """Itself, an unknown one, one that is merged, and a lead that has an owner."""
    context = _owned(service)
    add_lead(context, "L2")
    add_lead(context, "L3")

    def merge(lead_id: str, into: str) -> tuple[int, str]:
        answer = service.client.post(f"/v1/leads/{lead_id}/merge", json={"into": into})
        return answer.status_code, answer.json().get("code", "")

    assert merge("L2", "L2") == (409, "same_lead")
    assert merge("L2", "L9") == (404, "unknown")
    assert merge("L1", "L2") == (409, "impossible_step")
    assert merge("L2", "L3") == (200, "")
    assert merge("L1", "L2") == (409, "merged")
    assert merge("L3", "L1") == (200, "")
    assert lead_of(context, "L2").merged_into == "L1"


def _at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Return the answers of calls that begin together."""
    ready = threading.Barrier(len(calls))
    answers: list[Any] = []

    def run(call: Callable[[], Any]) -> None:
        ready.wait()
        answers.append(call())

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_two_who_step_at_once_one_wins(service: Service) -> None:
    """Rejecting and reassigning the same leads from many threads: one each, and no slot leaks."""
    context = service.context
    for rep_id in ("ana", "ben", "cy"):
        add_rep(context, rep_id, capacity=20)
    for number in range(6):
        add_lead(context, f"L{number}")
        give(context, f"L{number}")
        answers = _at_once(
            lambda one=f"L{number}": _step(service, "rejected", one),
            lambda one=f"L{number}": _step(service, "rejected", one),
            lambda one=f"L{number}": _step(service, "accepted", one))
        assert sorted(answer.status_code for answer in answers) in (
            [200, 200, 409], [200, 409, 409])
        answers = _at_once(*(
            lambda one=f"L{number}", to=to: _step(service, "reassigned", one, rep_id=to)
            for to in ("ben", "cy", "ben", "cy")))
        assert {answer.status_code for answer in answers} <= {200, 409}
        check_invariants(context)


def test_reps_who_swap_leads_at_once_do_not_wait_in_a_circle(service: Service) -> None:
    """Two leads change hands crosswise, again and again: all is answered, all slots add up."""
    context = _owned(service)
    add_lead(context, "L2")
    give(context, "L2", "ben")
    for _ in range(6):
        swap = {one: "ben" if owner(context, one).rep_id == "ana" else "ana"
                for one in ("L1", "L2")}
        answers = _at_once(*(lambda one=one, to=to: _step(service, "reassigned", one, rep_id=to)
                             for one, to in swap.items()))
        assert [answer.status_code for answer in answers] == [200, 200]
        check_invariants(context)
