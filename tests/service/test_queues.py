"""Queues: listed, handed out by hand, sent back, moved."""

from __future__ import annotations

from typing import Any

import pytest

from api.http.paging import cursor_of
from api.service import moving
from api.service.context import Scope
from solver.models import Hold, Queue, Reason, ReasonCode
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
from tests.service.serving import START, Service


def _doubtful(lead_id: str) -> Hold:
    return Hold(lead_id=lead_id, queue=Queue.REVIEW, reason=Reason(
        code=ReasonCode.POSSIBLE_DUPLICATE, detail="may be one with lead L9 (confidence 0.80)"))


def _post(service: Service, path: str, headers: dict[str, str] | None = None, **body: Any) -> Any:
    return service.client.post(f"/v1/queues/{path}", json=body, headers=headers)


def test_all_queues_are_listed(service: Service) -> None:
    """Each with its count, the age of its oldest lead, and who hands it out."""
    set_policy(service.context, hand_off={"contacts": {"manager": "mia"}})
    add_lead(service.context, "L1")
    service.clock.move(minutes=30)
    add_lead(service.context, "L2")
    found = {one["queue"]: one for one in service.client.get("/v1/queues").json()}
    assert found.keys() == set(Queue)
    assert found["next_window"] == {
        "queue": "next_window", "num_leads": 2, "oldest_since": START.isoformat().replace(
            "+00:00", "Z"), "oldest_age_minutes": 30.0, "contact": None}
    assert (found["manager"]["contact"], found["manager"]["num_leads"]) == ("mia", 0)


def test_a_queue_is_read_page_by_page(service: Service) -> None:
    """The longest waiting first, at one instant by id; each lead once, with its reasons."""
    for number in range(7):
        service.clock.move(minutes=number // 3)
        add_lead(service.context, f"L{number}", hold=_doubtful(f"L{number}"))
    add_lead(service.context, "other")
    seen, cursor = [], None
    while True:
        page = service.client.get("/v1/queues/review", params={
            "limit": 3, **({"cursor": cursor} if cursor else {})}).json()
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [one["lead_id"] for one in seen] == [f"L{number}" for number in range(7)]
    assert seen[0]["reasons"][0]["detail"].startswith("may be one with lead L9")
    assert (seen[0]["company"], seen[0]["deal_value"], seen[0]["score"]) == (
        "Company of L0", 1000.0, 50.0)


@pytest.mark.parametrize("cursor", ["x", cursor_of("a", "L1"), cursor_of(10**30, "L1"),
                                    cursor_of(1, "\x00")])
def test_a_cursor_of_another_list_is_refused(service: Service, cursor: str) -> None:
    """Never 500."""
    answer = service.client.get("/v1/queues/review", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "bad_cursor")


def test_a_lead_is_taken_out_of_its_queue(service: Service) -> None:
    """It is the rep's, without its hold; from another queue, or without a slot, it is not."""
    context = service.context
    add_rep(context, capacity=1)
    add_lead(context, "L1", hold=_doubtful("L1"))
    add_lead(context, "L2", hold=_doubtful("L2"))
    wrong = _post(service, "junk/take", lead_id="L1", rep_id="ana")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "not_in_queue")
    answer = _post(service, "review/take", lead_id="L1", rep_id="ana")
    assert (answer.status_code, answer.json()["rep_id"]) == (200, "ana")
    assert lead_of(context).hold is None
    assert "from the queue review" in owner(context).why
    full = _post(service, "review/take", lead_id="L2", rep_id="ana")
    assert (full.status_code, full.json()["code"]) == (409, "no_slot")
    again = _post(service, "review/take", lead_id="L1", rep_id="ana")
    assert again.json()["code"] == "not_in_queue"
    assert kinds_of(context) == ["lead.reassigned"]
    check_invariants(context)


def test_only_the_contact_hands_out_a_queue(service: Service) -> None:
    """That rep's key or an admin's, by the queue or by the step; colleagues do not even see it."""
    context = service.context
    set_policy(context, hand_off={"contacts": {"manager": "mia"}})
    add_rep(context, capacity=9)
    for number in range(4):
        add_lead(context, f"L{number}", queue=Queue.MANAGER)
    mia, ana = (service.key(Scope.OPERATE, Scope.READ, rep_id=one) for one in ("mia", "ana"))
    boss = service.key(Scope.OPERATE)
    for number, key, status in ((0, mia, 200), (1, ana, 403), (1, boss, 403), (1, None, 200)):
        answer = _post(service, "manager/take", key, lead_id=f"L{number}", rep_id="ana")
        assert answer.status_code == status, answer.text
    for key, status in ((boss, 403), (None, 200)):
        answer = service.client.post("/v1/leads/L2/events", headers=key,
                                     json={"step": "reassigned", "rep_id": "ana"})
        assert answer.status_code == status
    for key, status in ((ana, 403), (mia, 200), (boss, 403), (service.key(Scope.READ), 200)):
        assert service.client.get("/v1/queues/manager", headers=key).status_code == status
    assert _post(service, "manager/send-back", ana, all=True).status_code == 403
    assert _post(service, "manager/send-back", mia, all=True).json()["moved"] == ["L3"]
    assert rep_of(context).used == 3


def test_leads_are_sent_back_by_a_persons_word(service: Service) -> None:
    """What held them is cleared; who does not wait there stays, and is named."""
    context = service.context
    add_lead(context, "L1", hold=_doubtful("L1"))
    add_lead(context, "L2", queue=Queue.JUNK)
    answer = _post(service, "review/send-back", lead_ids=["L1", "L1", "L2", "L3"]).json()
    assert answer["moved"] == ["L1"]
    assert [(one["offending"], one["code"]) for one in answer["refused"]] == [
        ("L2", "not_in_queue"), ("L3", "unknown")]
    assert answer["num_left"] == 0
    lead = lead_of(context)
    assert (lead.queue, lead.hold, lead.reasons, lead.revision) == ("next_window", None, None, 2)
    assert kinds_of(context) == ["lead.queued"]
    check_invariants(context)


def test_all_leads_of_a_queue_are_sent_back(service: Service,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    """In several transactions, as many as a call may move; the answer says what is left."""
    monkeypatch.setattr(moving, "_BATCH", 2)
    monkeypatch.setattr(moving, "MOST_MOVED", 5)
    for number in range(7):
        add_lead(service.context, f"L{number}", queue=Queue.CUSTOMER)
    answer = _post(service, "customer/send-back", all=True).json()
    assert (answer["moved"], answer["num_left"]) == ([f"L{one}" for one in range(5)], 2)
    check_invariants(service.context)


def test_what_no_window_routes_is_not_sent_back(service: Service) -> None:
    """A lead past the policy's age would come back at once: it is to be given by hand."""
    set_policy(service.context, freshness={"max_age_hours": 24})
    add_lead(service.context, queue=Queue.MANAGER)
    service.clock.move(hours=25)
    answer = _post(service, "manager/send-back", all=True).json()
    assert answer["moved"] == []
    assert answer["refused"][0]["code"] == "too_old"
    assert "25.0 hours old; max_age_hours is 24" in answer["refused"][0]["detail"]


def test_leads_are_moved_with_the_reasons_they_have(service: Service) -> None:
    """The person's word comes first; leads that go to rest wake after the policy's days."""
    context = service.context
    add_lead(context, hold=_doubtful("L1"))
    assert _post(service, "review/move", lead_ids=["L1"], queue="nurture").json()["moved"] == ["L1"]
    assert (lead_of(context).not_before or START) > START
    assert _post(service, "nurture/move", lead_ids=["L1"], queue="junk").json()["moved"] == ["L1"]
    item = service.client.get("/v1/queues/junk").json()["items"][0]
    assert [one["code"] for one in item["reasons"]] == ["BY_HAND", "POSSIBLE_DUPLICATE"]
    assert item["reasons"][0]["detail"] == "moved from nurture by hand"
    assert lead_of(context).hold is not None
    same = _post(service, "junk/move", lead_ids=["L1"], queue="junk")
    assert (same.status_code, same.json()["code"]) == (409, "same_queue")
    check_invariants(context)


def test_a_lead_with_an_owner_is_not_moved(service: Service) -> None:
    """A race between a window and a person: the lead has left the queue, and says so."""
    add_rep(service.context)
    add_lead(service.context)
    give(service.context)
    answer = _post(service, "next_window/move", lead_ids=["L1"], queue="junk").json()
    assert answer["refused"][0]["detail"] == ("lead 'L1' does not wait in next_window: it is "
                                              "assigned")
    check_invariants(service.context)


@pytest.mark.parametrize(("path", "body"), [
    ("review/send-back", {}), ("review/send-back", {"all": False}),
    ("review/send-back", {"all": 1}), ("review/send-back", {"lead_ids": []}),
    ("review/send-back", {"lead_ids": None, "all": True}),
    ("review/send-back", {"lead_ids": ["L1"], "all": True}),
    ("review/send-back", {"lead_ids": ["L1"] * 1001}), ("review/move", {"lead_ids": ["L1"]}),
    ("review/move", {"lead_ids": ["a b"], "queue": "junk"}), ("nowhere/send-back", {"all": True}),
    ("review/take", {"lead_id": "L1"})])
def test_bad_requests_are_refused(service: Service, path: str, body: dict[str, Any]) -> None:
    """422 with the place that is wrong."""
    answer = _post(service, path, **body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]
