"""One lead as a manager, its owner and a colleague see it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter
from sqlalchemy import insert

from api.service.context import Scope
from api.service.happenings import Happening, tell
from api.store.leads import update_lead
from api.store.ownerships import end_ownerships, owner_of
from api.store.schema import activities
from solver.models import Activity, Hold, Lead, Policy, Queue, Reason, ReasonCode
from solver.models.scoring import BehaviourRule, FitRule, Scoring
from solver.prepare.scoring.points import Score, Scorer
from tests.service.builders import OFFICE, add_lead, add_rep, give, lead_of, set_policy
from tests.service.deciding import route
from tests.service.serving import Service

_SECRETS = ("Jane", "Doe", "jane@acme.example", "+44 20 7946 0001", "Chief", "loves tea",
            "/pricing?user=jane")
_PERSON: dict[str, Any] = {
    "first_name": "Jane", "last_name": "Doe", "email": "jane@acme.example",
    "phone": "+44 20 7946 0001", "title": "Chief Buyer", "attributes": {"Hobby": "loves tea"}}
_OWED = Policy.model_validate({"hand_off": {"accept_within_minutes": 60,
                                            "contact_within_minutes": 240}})


def _desk(service: Service) -> None:
    """Store two reps, and three leads of one account; the first is Ana's."""
    context = service.context
    set_policy(context, _OWED)
    add_rep(context, "ana", name="Ana", **OFFICE)
    add_rep(context, "ben", name="Ben", **OFFICE)
    add_lead(context, "L1", account_id="acme", **_PERSON)
    add_lead(context, "L2", account_id="acme", first_name="Cy", title="CEO")
    add_lead(context, "L3", account_id="other", first_name="Dee")
    give(context, "L1", "ana")
    give(context, "L2", "ben")
    with context.database.write() as tx:
        tx.connection.execute(insert(activities).values(
            lead_id="L1", at=service.clock.now - timedelta(hours=2), kind="visit",
            detail="/pricing?user=jane", received_at=service.clock.now))


def _seen(service: Service, lead_id: str = "L1", rep_id: str | None = None,
          *scopes: Scope) -> dict[str, Any]:
    headers = service.key(*(scopes or (Scope.READ,)), rep_id=rep_id)
    found = service.client.get(f"/v1/leads/{lead_id}", headers=headers)
    assert found.status_code == 200, found.text
    body: dict[str, Any] = found.json()
    return body


def test_the_owner_sees_all_that_a_call_needs(service: Service) -> None:
    """Contact data, deadlines in business minutes, activities, history, the account's others."""
    _desk(service)
    service.clock.move(minutes=30)
    found = _seen(service, rep_id="ana")
    assert found["contact_shown"]
    assert (found["lead"]["email"], found["lead"]["phone"]) == (
        "jane@acme.example", "+44 20 7946 0001")
    assert (found["state"], found["owner"]["rep_id"], found["owner"]["name"]) == (
        "assigned", "ana", "Ana")
    # 15:30 on a Wednesday; the office closes at 17:00.
    assert [(one["kind"], one["by"], one["business_minutes_left"], one["overdue"])
            for one in found["owner"]["deadlines"]] == [
        ("accept", "2026-11-18T16:00:00Z", 30.0, False),
        ("contact", "2026-11-19T11:00:00Z", 210.0, False)]
    assert found["activities"][0]["detail"] == "/pricing?user=jane"
    assert [one["kind"] for one in found["history"]] == ["lead.assigned"]
    assert [(one["rep_id"], one["ended_at"]) for one in found["ownerships"]] == [("ana", None)]
    assert [one["lead_id"] for one in found["contacts"]] == ["L2", "L1"]  # the CEO first
    assert found["contacts"][1] == {
        "lead_id": "L1", "name": "Jane Doe", "title": "Chief Buyer", "state": "assigned",
        "queue": None, "owner_id": "ana"}
    service.clock.move(hours=1)
    late = _seen(service, rep_id="ana")["owner"]["deadlines"][0]
    assert (late["overdue"], late["business_minutes_left"]) == (True, 0.0)


@pytest.mark.parametrize("lead_id", ["L1", "L2"])
def test_a_colleague_sees_no_contact_data(service: Service, lead_id: str) -> None:
    """Not in the lead, its activities, or among the contacts of the account."""
    _desk(service)
    add_rep(service.context, "cid")
    found = _seen(service, lead_id, "cid")
    assert not found["contact_shown"]
    assert found["lead"]["company"] == f"Company of {lead_id}"
    assert found["owner"]["rep_id"] == {"L1": "ana", "L2": "ben"}[lead_id]
    text = json.dumps(found)
    assert not [one for one in (*_SECRETS, "Cy", "CEO") if f'"{one}' in text]


def test_a_reader_that_is_no_rep_sees_contact_data(service: Service) -> None:
    """A CRM syncs with such a key; figures of reps it does not see."""
    _desk(service)
    found = _seen(service)
    assert found["contact_shown"]
    assert found["lead"]["first_name"] == "Jane"
    assert "why" not in found["history"][0]["detail"]
    assert "why" in _seen(service, "L1", None, Scope.READ, Scope.OPERATE)["history"][0]["detail"]


def test_who_won_a_lead_still_sees_the_person(service: Service) -> None:
    """Its owner when it ended; not who had it before."""
    _desk(service)
    with service.context.database.write() as tx:
        own = owner_of(tx, "L1")
        assert own is not None
        end_ownerships(tx, [own.id], service.clock.now, "won")
        update_lead(tx, "L1", state="won", won_amount=10.0)
    found = _seen(service, rep_id="ana")
    assert (found["contact_shown"], found["owner"], found["won_amount"]) == (True, None, 10.0)
    assert not _seen(service, rep_id="ben")["contact_shown"]


def test_points_say_what_made_them(service: Service) -> None:
    """As of now: two hours ago, then three."""
    scoring = Scoring(fit=(FitRule(name="boss", when={"title": ("Chief",)}, points=10),),
                      behaviour=(BehaviourRule(name="pricing page", kind="visit", points=20),))
    _desk(service)
    score = Scorer(scoring, lambda _: None).score(
        Lead(lead_id="L1", title="Chief Buyer"),
        [Activity(lead_id="L1", at=service.clock.now - timedelta(hours=2), kind="visit")],
        service.clock.now)
    with service.context.database.write() as tx:
        update_lead(tx, "L1", points=TypeAdapter(Score).dump_json(score).decode())
    assert _seen(service)["points"]["why"] == "+20 pricing page 2 h ago, +10 boss"
    service.clock.move(hours=1)
    found = _seen(service)["points"]
    assert found["why"] == "+20 pricing page 3 h ago, +10 boss"
    assert (found["points"], [one["rule"] for one in found["breakdown"]]) == (
        30.0, ["boss", "pricing page"])


def test_reasons_quote_neither_colleagues_nor_persons_to_reps(service: Service) -> None:
    """A manager sees the sentences, a rep the codes, a reader what is about the lead."""
    context = service.context
    hold = Hold(lead_id="L1", queue=Queue.REVIEW, reason=Reason(
        code=ReasonCode.POSSIBLE_DUPLICATE, detail="may be one with lead L9: jane@acme.example"))
    add_lead(context, "L1", hold=hold)
    add_rep(context, "ana", capacity=0, territories=("*",))
    add_lead(context, "L2")
    assert route(service, "L2").rep_id is None
    of_manager = _seen(service, "L2", None, Scope.READ, Scope.OPERATE)["reasons"][0]
    assert of_manager["code"] == "OUTBID"
    assert "ana" in of_manager["detail"]
    assert _seen(service, "L2")["reasons"][0] == {
        "code": "OUTBID", "count": None, "rep_id": None, "detail": None}
    assert _seen(service, "L1")["reasons"][0]["detail"].endswith("jane@acme.example")
    assert _seen(service, "L1", "ana")["reasons"][0]["detail"] is None


def test_lists_show_no_more_of_reasons_than_the_lead_itself(service: Service) -> None:
    """Sentences that compare reps are a manager's, in the list of leads and in queues."""
    set_policy(service.context, hand_off={"contacts": {"manager": "mia"}})
    why = Reason(code=ReasonCode.OUTBID, rep_id="ana", detail="ana is worth 12.00")
    add_lead(service.context, "L1", hold=Hold(lead_id="L1", queue=Queue.MANAGER, reason=why))
    told = service.key(Scope.READ, Scope.OPERATE), ("ana", "ana is worth 12.00")
    for key, seen in (told, (service.key(Scope.READ), (None, None)),
                      (service.key(Scope.READ, Scope.OPERATE, rep_id="mia"), (None, None))):
        for path in ("leads", "queues/manager"):
            listed, = service.client.get(f"/v1/{path}", headers=key).json()["items"]
            reason, = listed["reasons"]
            assert reason["code"] == why.code
            assert (reason["rep_id"], reason["detail"]) == seen


def test_the_history_comes_in_pages_in_order(service: Service) -> None:
    """Each event once, and no cursor of another list is taken."""
    _desk(service)
    for _ in range(4):
        with service.context.database.write() as tx:
            tell(tx, [Happening("lead.updated", service.clock.now, "crm", lead_id="L1",
                                detail={"changed": ["title"]})])
    path, seen, cursor = "/v1/leads/L1/history", [], None
    for _ in range(3):
        page = service.client.get(path, params={"limit": 2} | (
            {"cursor": cursor} if cursor else {})).json()
        seen += [one["event_id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == 5
    assert seen == sorted(set(seen))
    assert cursor is None
    assert service.client.get(path, params={"cursor": "x"}).status_code == 422
    huge = "WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDBd"  # [10**34]
    assert service.client.get(path, params={"cursor": huge}).status_code == 422


def test_merged_and_unknown_leads(service: Service) -> None:
    """A lead that is one with another says so; there is no other lead than those stored."""
    add_lead(service.context, "L1")
    add_lead(service.context, "L2")
    with service.context.database.write() as tx:
        update_lead(tx, "L2", state="merged", queue=None, merged_into="L1")
    assert _seen(service, "L2")["merged_into"] == "L1"
    assert lead_of(service.context, "L1").merged_into is None
    for path in ("/v1/leads/L9", "/v1/leads/L9/history", "/v1/leads/L9/explanation"):
        assert service.client.get(path).status_code == 404
    assert service.client.get("/v1/leads/a b").status_code == 422
    assert service.client.get("/v1/leads/L1", headers=service.key(Scope.INTAKE)).status_code == 403
