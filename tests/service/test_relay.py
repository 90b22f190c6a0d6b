"""The relay: everything that happens reaches its receivers, whatever happens to them and to us."""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, func, select, text, update
from standardwebhooks import Webhook
from structlog.testing import capture_logs

from api.delivery.outcomes import Delivered, Failed
from api.service.relay import FAN_OUT, claim, claim_span, fan_out, forget, settle
from api.service.sending import people_rules
from api.settings import Settings
from api.store.schema import deliveries as deliveries_table
from api.store.schema import leads, outbox
from api.worker.relay import LAST_BEGINNING, Relay, run_once
from tests.service.builders import add_lead, add_rep, give
from tests.service.receiver import Received, Receiver
from tests.service.serving import Service
from tests.service.telling import (
    deliveries,
    happen,
    happen_to,
    open_service,
    post_target,
    statuses,
)

_RNG = Random(1)  # noqa: S311 - jitter is no secret


def _ids(received: list[Received]) -> list[str]:
    return [one.headers["webhook-id"] for one in received]


def _data(received: Received) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(received.body)["data"]
    return found


def test_a_webhook_gets_what_happened_signed(sending: Service, receiver: Receiver) -> None:
    """The library of Standard Webhooks verifies it, and a CRM finds the fields it needs."""
    sending.clock.now = datetime.now(UTC)  # receivers refuse what was signed at another time
    made = post_target(sending, receiver.url, "lead.assigned")
    add_rep(sending.context, "ana", name="Ana", email="ana@us.example",
            attributes={"salesforce_id": "005A"})
    add_lead(sending.context, "L1", email="x@acme.example",
             attributes={"Salesforce_Id": "00QB"})
    give(sending.context, "L1", "ana")
    assert run_once(sending.context) > 0
    [got] = receiver.received
    told = Webhook(made["secret"]).verify(got.body, dict(got.headers))
    assert told["id"] == got.headers["webhook-id"]
    assert (told["type"], told["data"]["lead_id"]) == ("lead.assigned", "L1")
    data = told["data"]
    assert data["state"] == "assigned"
    assert data["why"] == "Lead L1 went to ana."
    assert data["owner"] == {"rep_id": "ana", "name": "Ana", "email": "ana@us.example",
                             "crm_ids": {"salesforce": "005A"}}
    assert data["crm"]["salesforce"]["Id"] == "00QB"
    assert "x@acme.example" not in got.body.decode()
    assert statuses(sending) == ["delivered"]


def test_lead_ids_are_those_of_the_crm_that_the_settings_name(database_url: str,
                                                             receiver: Receiver) -> None:
    """Then no lead needs an attribute for it."""
    with open_service(database_url, crm="hubspot") as service:
        post_target(service, receiver.url, "lead.assigned")
        add_rep(service.context, "ana", attributes={"hubspot_owner_id": "77"})
        add_lead(service.context, "512")
        give(service.context, "512", "ana")
        run_once(service.context)
    assert _data(receiver.received[0])["crm"]["hubspot"] == {
        "id": "512", "properties": {"hubspot_owner_id": "77"}}


def test_the_person_is_sent_where_asked_for_and_not_once_erased(sending: Service,
                                                                receiver: Receiver) -> None:
    """The message is made when it is sent, from what is there then."""
    post_target(sending, receiver.url, include_contact=True)
    add_lead(sending.context, "L1", first_name="Eva", email="eva@acme.example")
    happen(sending.context, "lead.updated", lead_id="L1", state="waiting", queue="next_window")
    run_once(sending.context)
    assert _data(receiver.received[0])["contact"]["email"] == "eva@acme.example"
    happen(sending.context, "lead.updated", lead_id="L1", state="waiting", queue="next_window")
    with sending.context.database.write() as tx:
        tx.connection.execute(update(leads).values(
            record=None, posted=None, state="erased", queue=None))
    run_once(sending.context)
    assert _data(receiver.received[1])["contact"] is None
    assert b"eva" not in receiver.received[1].body


def test_events_of_reps_and_windows_are_told_too(sending: Service, receiver: Receiver) -> None:
    """With what the event says and whose it is."""
    add_rep(sending.context, "ana", name="Ana")
    post_target(sending, receiver.url, "rep.*", "window.closed")
    happen(sending.context, "rep.paused", rep_id="ana", detail={"until": "2026-11-19T00:00:00Z"})
    happen(sending.context, "window.closed", window_id="w1", detail={"assigned": 3})
    happen(sending.context, "policy.activated")
    run_once(sending.context)
    paused, closed = sorted(map(_data, receiver.received), key=len, reverse=True)
    assert (paused["rep"]["name"], paused["until"]) == ("Ana", "2026-11-19T00:00:00Z")
    assert closed == {"window_id": "w1", "assigned": 3}


def test_what_nobody_asked_for_is_done_with(sending: Service, receiver: Receiver) -> None:
    """It makes no deliveries, and is not looked at again, also where a target comes later."""
    happen_to(sending.context, FAN_OUT + 5)
    run_once(sending.context)
    post_target(sending, receiver.url)
    assert run_once(sending.context) == 0
    assert deliveries(sending) == []


def test_the_messages_of_one_lead_come_in_order(sending: Service, receiver: Receiver) -> None:
    """While nothing fails: those of other leads come beside them."""
    post_target(sending, receiver.url)
    for number in range(40):
        happen(sending.context, "lead.updated", lead_id=f"L{number % 4}", state="waiting",
               queue="next_window", detail={"why": str(number)})
    run_once(sending.context)
    told: dict[str, list[int]] = {}
    for one in map(_data, receiver.received):
        told.setdefault(one["lead_id"], []).append(int(one["why"]))
    assert len(told) == 4
    assert all(numbers == sorted(numbers) for numbers in told.values())


def test_a_receiver_that_is_down_for_an_hour_gets_everything_after(sending: Service,
                                                                   receiver: Receiver) -> None:
    """Each message once, and meanwhile it is tried a few times, not with every message."""
    post_target(sending, receiver.url)
    receiver.down()
    for _ in range(60):
        happen_to(sending.context, 3)
        run_once(sending.context)
        sending.clock.move(minutes=1)
    assert set(statuses(sending)) == {"queued"}
    assert 10 < sum(one["attempts"] for one in deliveries(sending)) < 40
    receiver.up()
    for _ in range(40):
        sending.clock.move(minutes=1)
        run_once(sending.context)
    assert statuses(sending) == ["delivered"] * 180
    assert set(Counter(_ids(receiver.received)).values()) == {1}


def test_a_failed_message_is_tried_again_by_the_schedule(sending: Service,
                                                         receiver: Receiver) -> None:
    """After 5 s, not before, with the same id and body."""
    post_target(sending, receiver.url)
    happen(sending.context, "policy.activated")
    receiver.fail(500, times=1)
    run_once(sending.context)
    [waiting] = deliveries(sending)
    assert waiting["last_error"] == "the receiver answered 500"
    assert waiting["attempts"] == 1
    sending.clock.move(seconds=4)
    run_once(sending.context)
    assert len(receiver.received) == 1
    sending.clock.move(seconds=2)
    run_once(sending.context)
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert statuses(sending) == ["delivered"]


def test_one_bad_message_holds_up_no_other(sending: Service, receiver: Receiver) -> None:
    """The receiver refuses one of many: the others arrive in the same run."""
    post_target(sending, receiver.url)
    happen_to(sending.context, 50)
    receiver.fail(422, times=1)
    run_once(sending.context)
    assert Counter(statuses(sending)) == {"delivered": 49, "queued": 1}


def test_a_receiver_that_asks_for_rest_gets_it(sending: Service, receiver: Receiver) -> None:
    """Also for messages that were not tried yet."""
    post_target(sending, receiver.url)
    receiver.fail(429, times=1, headers={"Retry-After": "600"})
    happen(sending.context, "policy.activated")
    run_once(sending.context)
    happen(sending.context, "policy.activated")
    sending.clock.move(seconds=590)
    run_once(sending.context)
    assert len(receiver.received) == 1
    sending.clock.move(seconds=11)
    run_once(sending.context)
    assert statuses(sending) == ["delivered", "delivered"]


def test_a_worker_killed_between_sending_and_marking(sending: Service, receiver: Receiver,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    """Its message is sent again under the same id once its claim is over, and not before."""
    post_target(sending, receiver.url)
    happen(sending.context, "policy.activated")

    def killed(*_: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr("api.worker.relay.settle", killed)
        run_once(sending.context)
    assert statuses(sending) == ["queued"]
    run_once(sending.context)
    assert len(receiver.received) == 1
    sending.clock.move(seconds=claim_span(sending.context.settings).total_seconds())
    run_once(sending.context)
    assert len(set(_ids(receiver.wait_for(2)))) == 1
    assert statuses(sending) == ["delivered"]


def test_a_worker_that_comes_too_late_spoils_nothing(sending: Service, receiver: Receiver) -> None:
    """Its claim is another's by now: its failure does not count, its success does."""
    target = post_target(sending, receiver.url)
    happen_to(sending.context, 2)
    fan_out(sending.context)
    late = claim(sending.context, target["target_id"])
    assert late is not None
    sending.clock.move(seconds=claim_span(sending.context.settings).total_seconds())
    assert claim(sending.context, target["target_id"]) is not None
    first, second = late.rows
    settle(sending.context, late, {first.id: Failed("too late"), second.id: Delivered(200)},
           _RNG)
    one, other = deliveries(sending)
    assert (one["status"], one["attempts"], one["last_error"]) == ("queued", 0, None)
    assert other["status"] == "delivered"


def test_two_relays_at_once_send_everything_once(sending: Service, receiver: Receiver) -> None:
    """Neither makes a delivery that the other made, nor sends what the other claimed."""
    post_target(sending, receiver.url)
    post_target(sending, f"{receiver.url}/2")
    happen_to(sending.context, 300)
    faults: list[BaseException] = []

    def relay() -> None:
        try:
            while run_once(sending.context):
                pass
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=relay) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []
    run_once(sending.context)
    assert statuses(sending) == ["delivered"] * 600
    counted = Counter((one.path, one.headers["webhook-id"]) for one in receiver.received)
    assert len(counted) == 600
    assert set(counted.values()) == {1}


def test_a_receiver_that_hangs_holds_up_no_other(sending: Service, receiver: Receiver) -> None:
    """The other one has its message while the first still waits."""
    with Receiver() as hanging:
        hanging.hang()
        post_target(sending, hanging.url)
        post_target(sending, receiver.url)
        happen(sending.context, "policy.activated")
        with Relay(sending.context, patience=0.0) as relay:
            relay.run_once()
            hanging.wait_for(1)
            receiver.wait_for(1)
            happen(sending.context, "policy.activated")
            while len(receiver.received) < 2:
                relay.run_once()
            assert len(hanging.received) == 1
            hanging.recover()
    assert Counter(statuses(sending)) == {"delivered": 3, "queued": 1}


def test_a_receiver_that_wants_no_more_is_switched_off(sending: Service,
                                                       receiver: Receiver) -> None:
    """410: what waits for it becomes dead letters, and others are told."""
    with Receiver() as other:
        gone = post_target(sending, receiver.url, "lead.*", note="old CRM")
        post_target(sending, other.url, "target.disabled")
        receiver.fail(410)
        happen_to(sending.context, 60)
        run_once(sending.context)
        run_once(sending.context)
        [told] = other.received
    assert _data(told) == {
        "target_id": gone["target_id"], "target": "old CRM", "attempts": 1,
        "cause": "the receiver answered 410: it wants no more messages"}
    shown = sending.client.get(f"/v1/targets/{gone['target_id']}").json()
    assert shown["disabled_reason"] == "the receiver answered 410: it wants no more messages"
    assert len(deliveries(sending, status="dead")) == 60
    happen_to(sending.context, 1)
    run_once(sending.context)
    assert len(deliveries(sending, target_id=gone["target_id"])) == 60


def test_a_target_that_moved_meanwhile_is_not_switched_off(sending: Service, receiver: Receiver,
                                                           ) -> None:
    """What the old address answers says nothing about the new one."""
    target = post_target(sending, receiver.url)["target_id"]
    happen(sending.context, "policy.activated")
    fan_out(sending.context)
    batch = claim(sending.context, target)
    assert batch is not None
    sending.client.patch(f"/v1/targets/{target}", json={"url": f"{receiver.url}/new"})
    settle(sending.context, batch, {batch.rows[0].id: Failed("410", 410, disables=True)}, _RNG)
    assert sending.client.get(f"/v1/targets/{target}").json()["disabled_at"] is None
    sending.clock.move(seconds=6)
    run_once(sending.context)
    assert [one.path for one in receiver.received] == ["/hook/new"]


def test_the_address_is_judged_at_every_attempt(sending: Service, receiver: Receiver) -> None:
    """A name that pointed outwards when it was entered, and inwards now, gets nothing."""
    post_target(sending, receiver.url)
    happen(sending.context, "policy.activated")
    strict = replace(sending.context, settings=sending.context.settings.model_copy(
        update={"allow_private_targets": False}))
    run_once(strict)
    [one] = deliveries(sending)
    assert "https" in one["last_error"]
    with sending.context.database.write() as tx:
        tx.connection.execute(text("UPDATE targets SET url = 'https://crm.example/hook'"))
    sending.clock.move(seconds=6)
    run_once(strict, resolver=lambda *_: ["10.0.0.7"])
    [one] = deliveries(sending)
    assert "private network" in one["last_error"]
    assert receiver.received == []


def test_nothing_secret_is_logged_or_kept(sending: Service, receiver: Receiver) -> None:
    """Neither the path of a webhook, nor its secret, nor the password of a chat."""
    made = post_target(sending, f"{receiver.url}/T0ken")
    port = receiver.url.split(":")[2].split("/")[0]
    post_target(sending, f"json://ana:hunter2@127.0.0.1:{port}/T0ken", "lead.assigned",
                kind="people")
    add_rep(sending.context, "ana")
    add_lead(sending.context, "L1", company="Acme", email="eva@acme.example")
    give(sending.context, "L1", "ana")
    receiver.fail(500)
    with capture_logs() as lines:
        run_once(sending.context)
    receiver.down()
    sending.clock.move(minutes=10)
    with capture_logs() as more:
        run_once(sending.context)
    seen = json.dumps([lines, more, deliveries(sending)], default=str)
    seen += sending.client.get("/v1/targets").text
    assert lines
    assert all(len(line) > 2 for line in more)
    for secret in ("hunter2", made["secret"], "eva@acme", "Acme"):
        assert secret not in seen
    assert "T0ken" not in json.dumps([lines, more, deliveries(sending)], default=str)


def test_a_target_that_fails_for_too_long_gets_dead_letters(sending: Service,
                                                            receiver: Receiver) -> None:
    """Those that were never tried, too; who is down before us is not given up unseen."""
    post_target(sending, receiver.url)
    receiver.down()
    happen_to(sending.context, 30)
    fan_out(sending.context)
    sending.clock.move(days=6)
    forget(sending.context)
    assert set(statuses(sending)) == {"queued"}
    run_once(sending.context)
    forget(sending.context)
    assert set(statuses(sending)) == {"dead"}


def test_what_arrived_long_ago_is_forgotten(sending: Service, receiver: Receiver) -> None:
    """With its outbox row; dead letters stay until somebody sends or gives them up."""
    post_target(sending, receiver.url, "lead.queued")
    dead = post_target(sending, f"{receiver.url}/dead", "lead.updated")
    happen_to(sending.context, 3)
    happen(sending.context, "policy.activated")
    run_once(sending.context)
    receiver.fail(410)
    happen(sending.context, "lead.updated", lead_id="L1", state="waiting", queue="next_window")
    run_once(sending.context)
    run_once(sending.context)
    sending.client.patch(f"/v1/targets/{dead['target_id']}", json={"disabled": False})
    sending.clock.move(days=29)
    assert forget(sending.context) == 0
    sending.clock.move(days=2)
    forget(sending.context)
    assert statuses(sending) == ["dead"]
    with sending.context.database.read() as tx:
        assert tx.connection.execute(select(func.count()).select_from(outbox)).scalar_one() == 1
    sending.client.delete(f"/v1/targets/{dead['target_id']}")
    forget(sending.context)
    assert statuses(sending) == []


def test_fan_out_is_done_once_whatever_is_repeated(sending: Service, receiver: Receiver) -> None:
    """The database refuses a second delivery of one event to one target."""
    post_target(sending, receiver.url)
    happen_to(sending.context, 10)
    fan_out(sending.context)
    with sending.context.database.write() as tx:
        tx.connection.execute(update(outbox).values(fanned_out=False))
    fan_out(sending.context)
    with sending.context.database.read() as tx:
        assert tx.connection.execute(
            select(func.count()).select_from(deliveries_table)).scalar_one() == 10


def test_a_message_that_cannot_be_made_is_a_dead_letter(sending: Service, receiver: Receiver,
                                                        ) -> None:
    """It holds up no other, and says that the log has it."""
    post_target(sending, receiver.url)
    happen(sending.context, "Not A Kind")
    happen(sending.context, "policy.activated")
    with capture_logs() as lines:
        run_once(sending.context)
    bad, good = deliveries(sending)
    assert (bad["status"], good["status"]) == ("dead", "delivered")
    assert "a fault of Fairlead" in bad["last_error"]
    assert any(line["event"] == "delivery.faulty" for line in lines)


def test_what_is_looked_for_again_and_again_has_an_index(sending: Service) -> None:
    """However much was delivered before, idle workers look at what waits alone."""
    if not sending.context.database.is_sqlite:
        pytest.skip("PostgreSQL chooses by its statistics, which an empty table has not")
    seen: list[tuple[str, Any]] = []
    engine = sending.context.database.engine
    event.listen(engine, "before_cursor_execute",
                 lambda _, __, statement, parameters, *___: seen.append((statement, parameters)))
    post_target(sending, "http://127.0.0.1:20000/hook")
    happen_to(sending.context, 1)
    run_once(sending.context)
    wanted = [one for one in seen if "FROM outbox" in one[0] or "deliveries" in one[0]]
    with sending.context.database.read() as tx:
        plans = [row[3] for statement, parameters in wanted
                 for row in tx.connection.exec_driver_sql(
                     f"EXPLAIN QUERY PLAN {statement}", parameters)]
    assert not [plan for plan in plans if plan in ("SCAN outbox", "SCAN deliveries")]
    assert any("ix_outbox_waiting" in plan for plan in plans)
    assert any("ix_deliveries_due" in plan for plan in plans)


def test_deadlines_by_the_clock_are_those_of_the_claim() -> None:
    """No attempt can outlast its claim, whatever time receivers are given."""
    for seconds in (0.1, 10.0, 60.0):
        settings = Settings(delivery_timeout_seconds=seconds)
        last = timedelta(seconds=LAST_BEGINNING * seconds)
        longest = max(seconds, people_rules(settings).total_seconds)
        assert last + timedelta(seconds=longest) < claim_span(settings)
