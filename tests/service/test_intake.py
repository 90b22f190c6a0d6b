"""Leads posted one by one: where they stand, what was made of them, what a second post does."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.service.context import Scope
from api.store.accounts import add_accounts, set_account_keys
from api.store.control import bump_floor
from api.store.leads import update_lead
from solver.models import Account
from solver.models.matching import Matching
from solver.prepare.match import account_keys
from tests.service.builders import add_rep, give, kinds_of, lead_of, owner, rep_of, set_policy
from tests.service.invariants import check_invariants
from tests.service.posting import ANA, all_ids, details, keys_of, other, post
from tests.service.serving import Service


def test_a_new_lead_waits_for_the_next_window(service: Service) -> None:
    """It is prepared, stored with its keys, and told once."""
    made = post(service, {**ANA, "deal_value": "5 k", "country": "United Kingdom"})
    assert made.status_code == 201
    body = made.json()
    assert (body["lead_id"], body["status"], body["state"], body["queue"]) == (
        "L1", "created", "waiting", "next_window")
    assert {(one["field"], one["after"]) for one in body["changes"]} >= {
        ("deal_value", "5000"), ("country", "GB")}
    row = lead_of(service.context)
    assert json.loads(row.record or "")["deal_value"] == 5000
    assert json.loads(row.posted or "")["deal_value"] == "5 k"
    assert "email:ana@acme.example" in keys_of(service.context, "L1")
    assert kinds_of(service.context) == ["lead.received"]
    check_invariants(service.context, ["L1"])


def test_a_lead_without_an_id_gets_one_and_came_now(service: Service) -> None:
    """The service names it; when it came is when it was posted."""
    body = post(service, {"company": "Acme", "deal_value": 100, "score": 50}).json()
    assert body["lead_id"].startswith("ld_")
    assert lead_of(service.context, body["lead_id"]).created_at == service.clock.now


@pytest.mark.parametrize("prepare", [True, False])
def test_what_a_lead_lacks_is_named(service: Service, prepare: bool) -> None:
    """It waits for data, with the reason; the data lets it go, with an event."""
    body = post(service, {"lead_id": "L1", "company": "Acme", "score": 50},
                prepare=prepare).json()
    assert body["queue"] == "needs_data"
    assert "deal_value" in body["reasons"][0]["detail"]
    after = post(service, {"lead_id": "L1", "deal_value": 100.0}, prepare=prepare)
    assert after.status_code == 200
    assert (after.json()["status"], after.json()["queue"]) == ("updated", "next_window")
    assert after.json()["reasons"] == []
    assert kinds_of(service.context) == ["lead.received", "lead.queued"]
    assert details(service.context, "L1", "lead.queued")[0]["from_queue"] == "needs_data"
    check_invariants(service.context, ["L1"])


def test_an_owner_of_the_crm_keeps_the_lead(service: Service) -> None:
    """An owner named by e-mail address is the rep; a placeholder is nobody."""
    set_policy(service.context, placeholder_owners=["Queue"])
    add_rep(service.context, "ana", email="ana@seller.example")
    kept = post(service, other("L1", owner_id="Ana@Seller.example")).json()
    assert (kept["state"], kept["queue"], kept["kept_by"]) == ("kept", None, "ana")
    assert post(service, other("L2", owner_id="Queue")).json()["state"] == "waiting"
    assert post(service, other("L3", owner_id="ana"), prepare=False).json()["kept_by"] == "ana"
    freed = post(service, {"lead_id": "L1", "owner_id": None}).json()
    assert (freed["state"], freed["queue"]) == ("waiting", "next_window")
    assert kinds_of(service.context, "L1") == ["lead.received", "lead.kept", "lead.queued"]
    check_invariants(service.context, ["L1", "L2", "L3"])


def test_the_same_post_again_changes_nothing(service: Service) -> None:
    """No event, no new revision."""
    post(service, ANA)
    again = post(service, ANA)
    assert (again.status_code, again.json()["status"]) == (200, "unchanged")
    assert kinds_of(service.context) == ["lead.received"]
    assert lead_of(service.context).revision == 1


def test_absent_fields_stay_and_null_clears(service: Service) -> None:
    """The second post is laid over the first, attribute by attribute."""
    post(service, {**ANA, "attributes": {"campaign": "a", "form": "b"}})
    post(service, {"lead_id": "L1", "title": None, "attributes": {"campaign": "c"}})
    record = json.loads(lead_of(service.context).record or "")
    assert "title" not in record
    assert record["attributes"] == {"campaign": "c", "form": "b"}
    assert record["email"] == "ana@acme.example"
    assert details(service.context, "L1", "lead.updated")[0]["fields"] == ["attributes", "title"]


def test_a_change_that_matters_takes_a_lead_from_an_owner_who_has_not_accepted(service: Service
                                                                              ) -> None:
    """Once, with one event; the owner's slot is free again and the day's count forgets it."""
    add_rep(service.context, "ana")
    post(service, ANA)
    give(service.context)
    before = lead_of(service.context).revision
    changed = post(service, {"lead_id": "L1", "deal_value": 9000})
    assert (changed.json()["state"], changed.json()["queue"]) == ("waiting", "next_window")
    assert kinds_of(service.context, "L1") == ["lead.received", "lead.assigned", "lead.queued"]
    told = details(service.context, "L1", "lead.queued")[0]
    assert (told["matter"], told["from_rep_id"]) == (["deal_value"], "ana")
    rep = rep_of(service.context)
    assert (rep.used, rep.used_today(service.clock.now)) == (0, 0)
    assert lead_of(service.context).revision == before + 1
    check_invariants(service.context, ["L1"])


def test_contact_data_does_not_take_a_lead_from_its_owner(service: Service) -> None:
    """The owner is told, and keeps it."""
    add_rep(service.context, "ana")
    post(service, ANA)
    give(service.context)
    body = post(service, {"lead_id": "L1", "phone": "+44 20 7946 0000"}).json()
    assert (body["state"], body["owner_id"]) == ("assigned", "ana")
    assert kinds_of(service.context, "L1")[-1] == "lead.updated"


def test_a_lead_that_is_worked_is_only_updated(service: Service) -> None:
    """Whatever changes: its owner is at it."""
    add_rep(service.context, "ana")
    post(service, ANA)
    give(service.context)
    with service.context.database.write() as tx:
        update_lead(tx, "L1", state="accepted")
    assert post(service, {"lead_id": "L1", "deal_value": 9000}).json()["state"] == "accepted"
    assert json.loads(lead_of(service.context).record or "")["deal_value"] == 9000
    assert owner(service.context).rep_id == "ana"
    assert kinds_of(service.context, "L1")[-1] == "lead.updated"


def test_the_owner_that_the_crm_echoes_is_no_owner_of_its_own(service: Service) -> None:
    """A CRM that writes our owner back neither takes the lead away nor keeps it for the rep."""
    add_rep(service.context, "ana")
    post(service, ANA)
    give(service.context)
    body = post(service, {"lead_id": "L1", "owner_id": "ana"}).json()
    assert body["state"] == "assigned"
    assert "owner_id" not in json.loads(lead_of(service.context).record or "")


def test_a_lead_in_the_queue_stays_there_and_plans_in_flight_no_longer_hold(service: Service
                                                                           ) -> None:
    """Its revision grows, its place in the queue does not change."""
    post(service, ANA)
    queued_at = lead_of(service.context).queued_at
    service.clock.move(minutes=1)
    post(service, {"lead_id": "L1", "deal_value": 9000})
    row = lead_of(service.context)
    assert (row.revision, row.queued_at) == (2, queued_at)
    assert kinds_of(service.context) == ["lead.received", "lead.updated"]


def test_one_person_posted_twice_is_one_lead(service: Service) -> None:
    """The second id is one with the first, which has what it lacked; both are told."""
    post(service, {**ANA, "phone": None})
    body = post(service, {**ANA, "lead_id": "L2"}).json()
    assert (body["status"], body["state"], body["merged_into"]) == ("merged", "merged", "L1")
    assert json.loads(lead_of(service.context).record or "")["phone"] == "+442079460018"
    assert lead_of(service.context, "L2").merged_into == "L1"
    assert kinds_of(service.context) == [
        "lead.received", "lead.updated", "lead.received", "lead.merged"]
    assert details(service.context, "L1", "lead.updated") == [
        {"fields": ["phone"], "merged": ["L2"]}]
    assert keys_of(service.context, "L2") == set()
    check_invariants(service.context, ["L1", "L2"])


def test_news_of_a_merged_lead_are_news_of_the_one_that_stays(service: Service) -> None:
    """What the CRM changes in either of its two records reaches the owner."""
    post(service, ANA)
    post(service, {**ANA, "lead_id": "L2"})
    body = post(service, {"lead_id": "L2", "deal_value": 8000}).json()
    assert (body["status"], body["merged_into"]) == ("updated", "L1")
    assert json.loads(lead_of(service.context).record or "")["deal_value"] == 8000
    assert post(service, {"lead_id": "L2", "deal_value": 8000}).json()["status"] == "unchanged"


def test_what_a_lead_took_over_survives_its_own_updates(service: Service) -> None:
    """Preparing it anew starts from what was posted of both."""
    post(service, {**ANA, "phone": None})
    post(service, {**ANA, "lead_id": "L2"})
    post(service, {"lead_id": "L1", "title": "CTO"})
    assert json.loads(lead_of(service.context).record or "")["phone"] == "+442079460018"


def test_an_update_can_show_that_two_leads_are_one(service: Service) -> None:
    """The one that changed goes into the other, and frees its owner who had not accepted it."""
    add_rep(service.context, "ana")
    post(service, ANA)
    post(service, other("L2"))
    give(service.context, "L2")
    body = post(service, {**ANA, "lead_id": "L2"}).json()
    assert (body["status"], body["merged_into"]) == ("merged", "L1")
    assert rep_of(service.context).used == 0
    assert kinds_of(service.context, "L2")[-1] == "lead.merged"
    assert "email:l2@l2.test" in keys_of(service.context, "L1")
    check_invariants(service.context, ["L1", "L2"])


def test_a_lead_that_may_be_another_waits_for_a_person(service: Service) -> None:
    """The answer names the other one and what speaks for it; sent back, it is not held anew."""
    post(service, ANA)
    may_be = {"lead_id": "L2", "created_at": "2026-11-18T14:30:00Z", "deal_value": 10, "score": 5,
              "company": "Acme Inc", "phone": ANA["phone"]}
    body = post(service, may_be).json()
    assert body["queue"] == "review"
    assert body["possible_leads"][0]["id"] == "L1"
    with service.context.database.write() as tx:
        update_lead(tx, "L2", queue="next_window", reasons=None, hold=None)
    assert post(service, {"lead_id": "L2", "title": "CTO"}).json()["queue"] == "next_window"


def test_who_comes_again_after_an_end_is_a_new_lead(service: Service) -> None:
    """A lost lead takes nothing in."""
    post(service, ANA)
    with service.context.database.write() as tx:
        update_lead(tx, "L1", state="lost", queue=None)
    assert post(service, {**ANA, "lead_id": "L2"}).json()["state"] == "waiting"


def test_a_lead_finds_its_account_and_waits_where_customers_wait(service: Service) -> None:
    """Accounts are found under keys, their family by name."""
    add_account(service, Account(account_id="A1", name="Acme", domain="acme.example",
                                 parent_id="A0"))
    add_account(service, Account(account_id="A0", name="Acme Holding", customer=True))
    body = post(service, ANA).json()
    assert lead_of(service.context).account_id == "A1"
    assert body["queue"] == "customer"


def test_erased_ids_are_gone(service: Service) -> None:
    """A post of one is refused for good."""
    post(service, ANA)
    with service.context.database.write() as tx:
        update_lead(tx, "L1", state="erased", queue=None, record=None, posted=None)
    answer = post(service, ANA)
    assert (answer.status_code, answer.json()["code"]) == (410, "erased")


@pytest.mark.parametrize("lead", [
    {"lead_id": "L1", "deal": 5}, {"lead_id": "no spaces"}, {"lead_id": 5}, {"lead_id": "L1\n"},
    {"lead_id": "L1", "attributes": 5}, [], "x", {"lead_id": "L1", "company": "a\x00b"},
    {"lead_id": "L1", "attributes": {"a\x00": "b"}}])
def test_what_is_no_lead_is_refused_with_the_place(service: Service, lead: Any) -> None:
    """Nothing is stored."""
    answer = post(service, lead)
    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert all_ids(service.context) == []


@pytest.mark.parametrize(("text", "status"), [
    ("{", 400), ('{"lead_id":"a","lead_id":"b"}', 400), ('{"score":NaN}', 400),
    ('{"company":"\\ud800"}', 400), ("[" * 100_000, 400)])
def test_bodies_that_are_no_json_are_refused(service: Service, text: str, status: int) -> None:
    """Keys that stand twice, NaN, half characters and bottomless nesting are none."""
    answer = service.client.post("/v1/leads", content=text,
                                 headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, "not_json")


def test_other_kinds_of_bodies_are_refused(service: Service) -> None:
    """415 says what is taken."""
    answer = service.client.post("/v1/leads", content="a=b",
                                 headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize("lead", [
    {"deal_value": "5 k"}, {"deal_value": True}, {"created_at": 5}, {"assumed": []},
    {"created_at": "2026-11-18"}, {"score": 101}, {"extra": 1}, {"company": ""}])
def test_a_lead_that_is_taken_as_it_is_has_exact_types(service: Service, lead: dict[str, Any]
                                                       ) -> None:
    """Nothing is read from text."""
    answer = post(service, lead, prepare=False)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/{next(iter(lead))}"


def test_a_lead_that_is_taken_as_it_is_stays_so(service: Service) -> None:
    """Neither normalised nor merged."""
    lead = {**ANA, "deal_value": 5000.0, "score": 60.0, "country": "Grossbritannien"}
    post(service, lead, prepare=False)
    post(service, {**lead, "lead_id": "L2"}, prepare=False)
    assert json.loads(lead_of(service.context, "L2").record or "")["country"] == "Grossbritannien"
    assert lead_of(service.context, "L2").queue == "next_window"
    assert post(service, lead, prepare=False).json()["status"] == "unchanged"
    assert kinds_of(service.context) == ["lead.received", "lead.received"]


def test_misspelt_parameters_are_refused(service: Service) -> None:
    """Else leads would be prepared that should not be."""
    answer = service.client.post("/v1/leads", json=ANA, params={"prepared": "false"})
    assert answer.status_code == 422
    assert "prepared" in answer.json()["errors"][0]["pointer"]


def test_intake_needs_its_scope(service: Service) -> None:
    """A key that reads may not post."""
    answer = service.client.post("/v1/leads", json=ANA, headers=service.key(Scope.READ))
    assert answer.status_code == 403


def test_many_posts_of_one_lead_at_once_are_one_lead(service: Service) -> None:
    """None fails, one makes it, the last ones change it."""
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(
            lambda number: post(service, {**ANA, "deal_value": 1000 + number}), range(16)))
    assert sorted(one.status_code for one in answers) == [200] * 15 + [201]
    assert all_ids(service.context) == ["L1"]
    assert kinds_of(service.context).count("lead.received") == 1
    check_invariants(service.context, ["L1"])


def test_one_person_posted_under_many_ids_at_once_is_one_lead(service: Service) -> None:
    """Whoever is first stays; all others are one with it."""
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(
            lambda number: post(service, {**ANA, "lead_id": f"L{number}"}), range(8)))
    assert {one.status_code for one in answers} == {201}
    states = [one.json()["state"] for one in answers]
    assert sorted(states) == ["merged"] * 7 + ["waiting"]
    check_invariants(service.context, [f"L{number}" for number in range(8)])


def test_leads_are_listed_page_by_page(service: Service) -> None:
    """In the order in which they came; filters leave others out."""
    for number in range(5):
        post(service, other(f"L{number}", source="web" if number % 2 else "fair"))
    seen, cursor = [], None
    while True:
        page = service.client.get("/v1/leads", params={"limit": 2, **(
            {"cursor": cursor} if cursor else {})}).json()
        seen += [one["lead_id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"L{number}" for number in range(5)]
    fair = service.client.get("/v1/leads", params={"source": "fair", "state": "waiting",
                                                   "queue": "next_window"}).json()
    assert [one["lead_id"] for one in fair["items"]] == ["L0", "L2", "L4"]
    add_rep(service.context, "ana")
    give(service.context, "L3")
    mine = service.client.get("/v1/leads", params={"rep_id": "ana"}).json()["items"]
    assert [(one["lead_id"], one["rep_id"]) for one in mine] == [("L3", "ana")]


@pytest.mark.parametrize("query", [{"state": "x"}, {"limit": 0}, {"cursor": "e30"},
                                   {"cursor": "WyJ4IiwgInkiXQ"}, {"what": "x"}])
def test_lists_refuse_what_they_do_not_know(service: Service, query: dict[str, Any]) -> None:
    """A filter that is misspelt would else list everything."""
    assert service.client.get("/v1/leads", params=query).status_code == 422


def add_account(service: Service, account: Account) -> None:
    """Store an account with its keys."""
    with service.context.database.write() as tx:
        add_accounts(tx, [{"account_id": account.account_id, "record": account.model_dump_json(),
                           "parent_id": account.parent_id, "updated_at": service.clock.now}])
        set_account_keys(tx, {account.account_id: account_keys(account, Matching())})
        bump_floor(tx)
