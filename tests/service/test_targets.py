"""Targets: who is told, by whom, with which secret; people and owners get texts."""

from __future__ import annotations

import email
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from email.policy import default

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from api.delivery.people_addresses import DEFAULT_SCHEMES, KNOWN_SCHEMES
from api.service.context import Scope
from api.service.happenings import tell
from api.service.owning import Grant, Source, end, grant
from api.settings import Settings
from api.store.control import read_control
from api.store.leads import lock_lead
from api.store.ownerships import owner_of
from api.worker.relay import run_once
from solver.hand_off import Step
from solver.models import Hold, Queue, Reason, ReasonCode
from tests.receivers import HttpReceiver, MailReceiver
from tests.service.builders import add_lead, add_rep, give, set_policy
from tests.service.receiver import Receiver
from tests.service.serving import Service
from tests.service.telling import deliveries, happen, post_target


@pytest.fixture
def mail() -> Iterator[MailReceiver]:
    """A mail server on the loopback."""
    with MailReceiver() as started:
        yield started


@pytest.fixture
def chat() -> Iterator[HttpReceiver]:
    """A chat on the loopback, as Apprise posts to it."""
    with HttpReceiver() as started:
        yield started


def _sender(mail: MailReceiver) -> str:
    return f"mailto://127.0.0.1:{mail.port}?from=leads@acme.example"


def _mails(mail: MailReceiver) -> list[tuple[list[str], str, str]]:
    """Return recipients, subject and text of every mail, by recipient."""
    found = []
    for recipients, data in mail.mails:
        read = email.message_from_string(data, policy=default)
        found.append((recipients, str(read["Subject"]), read.get_content().strip()))
    return sorted(found)


def _texts(chat: HttpReceiver) -> list[tuple[str, str]]:
    return [(told["title"], told["message"]) for told in
            (json.loads(body) for _, _, body in chat.posts)]


def _chat(chat: HttpReceiver) -> str:
    return f"json://ana:hunter2@127.0.0.1:{chat.server_port}/T0ken"


def test_the_secret_is_shown_once(sending: Service, receiver: Receiver) -> None:
    """When it is made; no list and no later answer has it."""
    made = post_target(sending, receiver.url, note="CRM")
    assert made["secret"].startswith("whsec_")
    path = f"/v1/targets/{made['target_id']}"
    for answer in (sending.client.get("/v1/targets"), sending.client.get(path),
                   sending.client.patch(path, json={"note": "CRM 2"})):
        assert answer.status_code == 200
        assert made["secret"][6:] not in answer.text
    assert sending.client.get(path).json()["note"] == "CRM 2"


def test_targets_come_in_pages(sending: Service, receiver: Receiver) -> None:
    """Each once, by id."""
    made = sorted(post_target(sending, f"{receiver.url}/{one}")["target_id"] for one in range(5))
    seen, cursor = [], None
    while True:
        params = {"limit": 2} | ({} if cursor is None else {"cursor": cursor})
        page = sending.client.get("/v1/targets", params=params).json()
        seen += [one["target_id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == made


@pytest.mark.parametrize("url", ["https://10.0.0.7/hook", "https://localhost/hook",
                                 "https://169.254.169.254/latest", "http://198.51.100.7/hook",
                                 "https://ana:hunter2@198.51.100.7/hook", "not a url"])
def test_a_webhook_may_not_point_inwards(service: Service, url: str) -> None:
    """Unless the settings allow it; nothing secret of it is repeated."""
    refused = service.client.post("/v1/targets", json={"kind": "webhook", "url": url,
                                                       "kinds": ["*"]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/url"
    assert "hunter2" not in refused.text
    assert service.client.get("/v1/targets").json()["items"] == []


@pytest.mark.parametrize(("fields", "pointer"), [
    ({"kinds": ["lead.asigned"]}, "/kinds"),
    ({"kinds": ["leads.assigned"]}, "/kinds"),
    ({"note": "CRM\0"}, "/note"),
    ({"url": "http://127.0.0.1:20000/ho\0ok"}, "/url"),
    ({"templates": {"assigned": {"body": "{{ lead }}"}}}, "/templates"),
    ({"kind": "people", "url": "json://127.0.0.1:20000/x",
      "templates": {"assigned": {"body": "{{ leed }}"}}}, "/templates"),
    ({"kind": "people", "url": "json://127.0.0.1:20000/x", "include_contact": True},
     "/include_contact"),
    ({"kind": "people", "url": "syslog://127.0.0.1"}, "/url"),
    ({"kind": "people", "url": "json://127.0.0.1:20000/x?verify=no"}, "/url"),
    ({"kind": "owner", "url": "json://127.0.0.1:20000/x"}, "/url"),
    ({"kind": "owner", "url": "mailto://127.0.0.1?from=a@b.example&to=c@d.example"}, "/url"),
])
def test_what_cannot_work_is_refused_when_it_is_entered(
        sending: Service, fields: dict[str, object], pointer: str) -> None:
    """A misspelt kind, a template that names what is not there, an address that is not taken."""
    answer = sending.client.post("/v1/targets", json={
        "kind": "webhook", "url": "http://127.0.0.1:20000/hook", "kinds": ["*"], **fields})
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_targets_are_for_admins(sending: Service) -> None:
    """Not even who may operate sees where messages go."""
    headers = sending.key(Scope.OPERATE, Scope.READ, Scope.INTAKE)
    assert sending.client.get("/v1/targets", headers=headers).status_code == 403


def test_both_secrets_sign_while_they_are_exchanged(sending: Service, receiver: Receiver) -> None:
    """Until that is ended or a day has passed; a second exchange waits for that."""
    sending.clock.now = datetime.now(UTC)  # the library looks at the time of signing
    made = post_target(sending, receiver.url)
    path = f"/v1/targets/{made['target_id']}"
    new = sending.client.post(f"{path}/rotate-secret").json()["secret"]
    assert new != made["secret"]
    assert sending.client.post(f"{path}/rotate-secret").json()["code"] == "rotating"
    sending.client.post(f"{path}/test")
    [got] = receiver.received
    for secret in (made["secret"], new):
        assert Webhook(secret).verify(got.body, dict(got.headers))["type"] == "test.ping"
    assert sending.client.post(f"{path}/finish-rotation").status_code == 204
    assert sending.client.post(f"{path}/finish-rotation").status_code == 204
    sending.client.post(f"{path}/test")
    got = receiver.received[-1]
    Webhook(new).verify(got.body, dict(got.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(got.body, dict(got.headers))


def test_an_exchange_ends_by_itself_after_a_day(sending: Service, receiver: Receiver) -> None:
    """Then one secret signs, and the next exchange may begin."""
    made = post_target(sending, receiver.url)
    path = f"/v1/targets/{made['target_id']}"
    sending.client.post(f"{path}/rotate-secret")
    sending.client.post(f"{path}/test")
    sending.clock.move(hours=24)
    sending.client.post(f"{path}/test")
    assert [len(one.headers["webhook-signature"].split()) for one in receiver.received] == [2, 1]
    assert sending.client.get(path).json()["rotating_until"] is None
    assert sending.client.post(f"{path}/rotate-secret").status_code == 200


def test_a_test_says_what_became_of_it(sending: Service, receiver: Receiver, mail: MailReceiver,
                                       chat: HttpReceiver) -> None:
    """For each kind of target, also where it fails."""
    add_rep(sending.context, "ana", email="ana@us.example")
    add_rep(sending.context, "ben")
    made = [post_target(sending, receiver.url), post_target(sending, _chat(chat), kind="people"),
            post_target(sending, _sender(mail), kind="owner")]
    hook, people, owner = (f"/v1/targets/{one['target_id']}/test" for one in made)
    receiver.fail(500, times=1)
    assert sending.client.post(hook).json() == {
        "delivered": False, "status": 500, "cause": "the receiver answered 500"}
    assert sending.client.post(hook).json()["delivered"] is True
    assert sending.client.post(people).json()["delivered"] is True
    assert len(chat.posts) == 1
    assert sending.client.post(owner).status_code == 422
    assert sending.client.post(owner, json={"rep_id": "who"}).status_code == 404
    assert sending.client.post(owner, json={"rep_id": "ana"}).json()["delivered"] is True
    assert "no e-mail address" in sending.client.post(owner, json={"rep_id": "ben"}).json()["cause"]
    assert [recipients for recipients, _ in mail.mails] == [["ana@us.example"]]
    assert deliveries(sending) == []


def test_a_target_is_switched_off_and_on(sending: Service, receiver: Receiver) -> None:
    """Off it gets nothing, and what waited are dead letters; on again it gets what is new."""
    made = post_target(sending, receiver.url, "lead.*")
    path = f"/v1/targets/{made['target_id']}"
    receiver.fail(500)
    happen(sending.context, "lead.queued", lead_id="L1", state="waiting", queue="junk")
    run_once(sending.context)
    assert sending.client.delete(path).status_code == 204
    assert sending.client.delete(path).status_code == 204
    assert [one["last_error"] for one in deliveries(sending, status="dead")] == [
        "the target was switched off: by hand"]
    happen(sending.context, "lead.queued", lead_id="L2", state="waiting", queue="junk")
    run_once(sending.context)
    on = sending.client.patch(path, json={"disabled": False}).json()
    assert (on["disabled_at"], on["failures"]) == (None, 0)
    receiver.recover()
    happen(sending.context, "lead.queued", lead_id="L3", state="waiting", queue="junk")
    run_once(sending.context)
    assert [(one["lead_id"], one["status"]) for one in deliveries(sending)] == [
        ("L1", "dead"), ("L3", "delivered")]


def test_addresses_of_people_are_not_shown(sending: Service, chat: HttpReceiver) -> None:
    """Their tokens are passwords."""
    made = post_target(sending, _chat(chat), kind="people")
    assert (made["url"], made["secret"]) == ("json://***", None)
    for answer in (sending.client.get("/v1/targets"),
                   sending.client.get(f"/v1/targets/{made['target_id']}")):
        assert "hunter2" not in answer.text
        assert "T0ken" not in answer.text


def test_a_chat_is_told_with_the_why(sending: Service, chat: HttpReceiver) -> None:
    """In the default text or in the organisation's own; of what has no text it hears nothing."""
    post_target(sending, _chat(chat), kind="people")
    post_target(sending, _chat(chat), "lead.assigned", kind="people",
                templates={"assigned": {"title": "Neu: {{ lead }}",
                                        "body": "{{ company }} für {{ owner }}: {{ why }}"}})
    add_rep(sending.context, "ana", name="Ana")
    add_lead(sending.context, "L1", company="Acme", country="DE")
    give(sending.context, "L1", "ana")
    happen(sending.context, "window.closed", window_id="w1")
    happen(sending.context, "lead.accepted", lead_id="L1", rep_id="ana", state="accepted")
    run_once(sending.context)
    assert sorted(_texts(chat)) == [
        ("L1 is yours", "L1, Acme (DE), is yours: Lead L1 went to ana."),
        ("Neu: L1", "Acme für Ana: Lead L1 went to ana.")]
    assert [one["kind"] for one in deliveries(sending)] == ["lead.assigned"] * 2


def test_a_channel_hears_of_alerts(sending: Service, chat: HttpReceiver) -> None:
    """Rates in percent, pauses with their end, targets with the cause."""
    post_target(sending, _chat(chat), "alert.*", "rep.paused", "target.disabled", kind="people")
    add_rep(sending.context, "ana", name="Ana")
    happen(sending.context, "alert.rate", detail={
        "rate": "recycled", "group": "team West", "value": 0.5, "usual_low": 0.0,
        "usual_high": 0.25})
    happen(sending.context, "rep.paused", rep_id="ana",
           detail={"until": "2026-11-23T09:30:00+00:00", "reason": "3 breaches"})
    add_lead(sending.context, "L1", company="Acme")
    sending.clock.move(hours=30)
    happen(sending.context, "alert.lead_aged", lead_id="L1", state="waiting", queue="manager")
    run_once(sending.context)
    bodies = [body for _, body in _texts(chat)]
    assert sorted(bodies) == [
        "Ana is paused until Mon 23 Nov 09:30 UTC: 3 breaches.",
        "L1, Acme, has no owner after 30 h. It is in your queue now.",
        "recycled of team West is 50%; usual is 0% to 25%."]


def test_owners_are_told_by_mail(sending: Service, mail: MailReceiver) -> None:
    """The new owner that it is theirs, by their own clock; the former one that it is not."""
    post_target(sending, _sender(mail), "lead.*", kind="owner")
    set_policy(sending.context, hand_off={"accept_within_minutes": 30})
    add_rep(sending.context, "ana", name="Ana", email="ana@us.example")
    add_rep(sending.context, "ben", name="Ben", email="ben@us.example", timezone="Europe/Berlin")
    add_lead(sending.context, "L1", company="Acme")
    give(sending.context, "L1", "ana")
    run_once(sending.context)
    assert _mails(mail) == [(["ana@us.example"], "L1 is yours", (
        "L1, Acme, is yours: Lead L1 went to ana. Accept by 15:30 UTC."))]
    mail.mails.clear()
    sending.clock.move(minutes=10)
    _reassign(sending, "L1", "ben")
    run_once(sending.context)
    assert _mails(mail) == [
        (["ana@us.example"], "L1 is no longer yours",
         "L1, Acme, is no longer yours. It went to Ben."),
        (["ben@us.example"], "L1 is yours",
         "L1, Acme, is yours: By hand. Accept by 16:40.")]
    assert {one["rep_id"] for one in deliveries(sending)} == {"ana", "ben"}


def _reassign(service: Service, lead_id: str, rep_id: str) -> None:
    """Give a lead to another rep by hand, as the step does."""
    with service.context.database.write() as tx:
        lead, owner = lock_lead(tx, lead_id), owner_of(tx, lead_id)
        assert lead is not None
        assert owner is not None
        end(tx, [(lead, owner)], Step.REASSIGNED, service.clock.now)
        told, _ = grant(tx, [Grant(lead, rep_id, Source.MANUAL, "By hand.")], read_control(tx),
                        service.clock.now, "boss")
        tell(tx, told)


def test_the_contact_of_a_queue_is_told(sending: Service, mail: MailReceiver) -> None:
    """Of what comes into the queue whose leads that person hands out, with the reason."""
    post_target(sending, _sender(mail), kind="owner")
    set_policy(sending.context, hand_off={"contacts": {"review": "eva", "manager": "eva"}})
    for rep_id in ("ana", "eva"):
        add_rep(sending.context, rep_id, email=f"{rep_id}@us.example")
    reason = Reason(code=ReasonCode.NEEDS_DATA, detail="blank: score")
    add_lead(sending.context, "L1", company="Acme", hold=Hold(
        lead_id="L1", queue=Queue.REVIEW, reason=reason))
    happen(sending.context, "lead.received", lead_id="L1", state="waiting", queue="review")
    happen(sending.context, "lead.received", lead_id="L2", state="waiting", queue="next_window")
    happen(sending.context, "lead.returned", lead_id="L3", state="waiting", queue="manager",
           rep_id="ana", detail={"reason": "not accepted in time"})
    run_once(sending.context)
    assert _mails(mail) == [
        (["ana@us.example"], "L3 went back", "L3 went back to the queue: not accepted in time."),
        (["eva@us.example"], "L1 waits in review",
         "L1, Acme, waits in the queue review: blank: score."),
        (["eva@us.example"], "L3 needs you",
         "L3 came back: not accepted in time. It is in your queue now.")]


def test_a_rep_without_address_is_a_dead_letter_that_says_so(sending: Service, mail: MailReceiver,
                                                             ) -> None:
    """Once the address is there, it is sent again by hand."""
    target = post_target(sending, _sender(mail), "lead.assigned", kind="owner")
    add_rep(sending.context, "ana")
    add_lead(sending.context, "L1")
    give(sending.context, "L1", "ana")
    run_once(sending.context)
    [dead] = deliveries(sending)
    assert (dead["status"], dead["rep_id"]) == ("dead", "ana")
    assert "rep 'ana' has no e-mail address" in dead["last_error"]
    assert sending.client.get(f"/v1/targets/{target['target_id']}").json()["failures"] == 0


def test_settings_allow_the_kinds_of_addresses_that_there_are() -> None:
    """The default is that of the messages; every kind can be named."""
    assert sorted(Settings().people_schemas) == list(DEFAULT_SCHEMES)
    assert sorted(Settings(people_schemas=KNOWN_SCHEMES).people_schemas) == list(KNOWN_SCHEMES)
