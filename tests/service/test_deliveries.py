"""Deliveries: listed, and sent again by hand."""

from __future__ import annotations

from typing import Any

import pytest

from api.http.paging import cursor_of
from api.service.context import Scope
from api.worker.relay import run_once
from tests.service.receiver import Receiver
from tests.service.serving import Service
from tests.service.telling import deliveries, happen_to, open_service, post_target, statuses


def _exhaust(service: Service) -> None:
    """Let every delivery fail as often as the schedule allows."""
    for _ in range(30):
        run_once(service.context)
        service.clock.move(hours=5)


def test_dead_letters_are_listed_and_replayed(sending: Service, receiver: Receiver) -> None:
    """One by one and all of a target: under the same ids, with attempts counted anew."""
    target = post_target(sending, receiver.url)["target_id"]
    happen_to(sending.context, 4)
    receiver.fail(500)
    _exhaust(sending)
    dead = deliveries(sending, status="dead")
    assert len(dead) == 4
    assert {one["last_error"] for one in dead} == {"the receiver answered 500"}
    assert all(one["next_at"] is None for one in dead)
    tried = {one.headers["webhook-id"] for one in receiver.received}
    receiver.recover()
    path = f"/v1/deliveries/{dead[0]['delivery_id']}/replay"
    again = sending.client.post(path).json()
    assert (again["status"], again["attempts"], again["last_error"]) == ("queued", 0, None)
    run_once(sending.context)
    assert receiver.received[-1].headers["webhook-id"] == dead[0]["message_id"]
    answer = sending.client.post("/v1/deliveries/replay",
                                 json={"status": "dead", "target_id": target})
    assert answer.json() == {"replayed": 3}
    run_once(sending.context)
    assert statuses(sending) == ["delivered"] * 4
    assert {one.headers["webhook-id"] for one in receiver.received} == tried


def test_dead_letters_of_all_targets_are_replayed(sending: Service, receiver: Receiver) -> None:
    """But those of targets that are switched off: these say so."""
    on, off = (post_target(sending, f"{receiver.url}/{one}")["target_id"] for one in "ab")
    happen_to(sending.context, 2)
    receiver.fail(500)
    run_once(sending.context)
    for one in (on, off):
        sending.client.delete(f"/v1/targets/{one}")
    sending.client.patch(f"/v1/targets/{on}", json={"disabled": False})
    assert sending.client.post("/v1/deliveries/replay", json={"status": "dead"}).json() == {
        "replayed": 2}
    refused = sending.client.post("/v1/deliveries/replay",
                                  json={"status": "dead", "target_id": off})
    assert (refused.status_code, refused.json()["code"]) == (409, "target_disabled")
    one = deliveries(sending, target_id=off)[0]["delivery_id"]
    assert sending.client.post(f"/v1/deliveries/{one}/replay").status_code == 409


def test_what_arrived_and_what_waits_can_be_sent_again(sending: Service, receiver: Receiver,
                                                       ) -> None:
    """At once, although it failed a moment ago."""
    post_target(sending, receiver.url)
    happen_to(sending.context, 1)
    run_once(sending.context)
    [one] = deliveries(sending)
    path = f"/v1/deliveries/{one['delivery_id']}/replay"
    sending.client.post(path)
    receiver.fail(500, times=1)
    run_once(sending.context)
    assert statuses(sending) == ["queued"]
    sending.client.post(path)
    run_once(sending.context)
    assert statuses(sending) == ["delivered"]
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1


def test_a_shorter_schedule_ends_sooner(database_url: str, receiver: Receiver) -> None:
    """The settings say how often and when it is tried."""
    with open_service(database_url, delivery_delays=(1, 2)) as service:
        post_target(service, receiver.url)
        happen_to(service.context, 1)
        receiver.fail(503)
        for _ in range(4):
            run_once(service.context)
            service.clock.move(minutes=5)
        [dead] = deliveries(service)
    assert (dead["status"], dead["attempts"], len(receiver.received)) == ("dead", 3, 3)


def test_deliveries_come_in_pages(sending: Service, receiver: Receiver) -> None:
    """Each once, the oldest first, of the status and the target that were asked for."""
    target = post_target(sending, receiver.url)["target_id"]
    post_target(sending, f"{receiver.url}/else")
    happen_to(sending.context, 5)
    run_once(sending.context)
    seen: list[int] = []
    cursor: str | None = None
    while True:
        asked: dict[str, Any] = {"limit": 2, "target_id": target, "status": "delivered"}
        page = sending.client.get("/v1/deliveries", params=asked | (
            {} if cursor is None else {"cursor": cursor})).json()
        seen += [one["delivery_id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == 5
    assert seen == sorted(set(seen))
    assert deliveries(sending, status="dead") == []


@pytest.mark.parametrize("key", [10**30, -10**30])
def test_a_cursor_beyond_all_ids_is_no_fault(sending: Service, key: int) -> None:
    """Whatever number stands in it."""
    answer = sending.client.get("/v1/deliveries", params={"cursor": cursor_of(key)})
    assert answer.status_code < 500


def test_who_may_not_operate_sees_no_deliveries(sending: Service) -> None:
    """And what is not there is 404."""
    headers = sending.key(Scope.READ, Scope.INTAKE)
    assert sending.client.get("/v1/deliveries", headers=headers).status_code == 403
    assert sending.client.post("/v1/deliveries/1/replay").status_code == 404
    assert sending.client.post("/v1/deliveries/replay", json={
        "status": "dead", "target_id": "tgt_00"}).status_code == 404
