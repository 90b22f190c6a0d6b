"""Webhooks against real receivers on this machine."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
from standardwebhooks import Webhook

from api.delivery.outcomes import Delivered, Failed
from api.delivery.pinned import Limits, webhook_client
from api.delivery.signing import new_secret
from api.delivery.webhooks import Message, WebhookTarget, send
from tests.receivers import HttpHandler, HttpReceiver, Reply

SECRET = new_secret()
MESSAGE = Message.of({"id": "evt_1", "type": "lead.assigned", "data": {"company": "Müller"}})
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
LOCAL = Limits(allow_private=True)
HASTY = Limits(allow_private=True, connect_seconds=0.2, total_seconds=0.3)


@pytest.fixture
def client() -> Iterator[httpx2.Client]:
    with webhook_client(LOCAL) as made:
        yield made


def _send(url: str, client: httpx2.Client, now: datetime = NOW) -> Delivered | Failed:
    return send(WebhookTarget(url, (SECRET,)), MESSAGE, client, now)


def test_what_arrives_verifies(client: httpx2.Client) -> None:
    """With the library of Standard Webhooks, from the bytes and headers that came."""
    with HttpReceiver() as receiver:
        assert _send(receiver.url, client, datetime.now(UTC)) == Delivered(204)
    [(path, headers, body)] = receiver.posts
    assert path == "/hook"
    assert Webhook(SECRET).verify(body, headers) == {
        "id": "evt_1", "type": "lead.assigned", "data": {"company": "Müller"}}
    headers = {name.lower(): value for name, value in headers.items()}
    assert headers["webhook-id"] == "evt_1"
    assert headers["content-type"] == "application/json"


def test_every_attempt_has_the_same_id_and_its_own_time(client: httpx2.Client) -> None:
    """A receiver tells doubles by the id, and old messages played again by the time."""
    with HttpReceiver() as receiver:
        for now in (NOW, NOW + timedelta(minutes=5)):
            _send(receiver.url, client, now)
    ids, times = ([headers[name] for _, headers, _ in receiver.posts]
                  for name in ("webhook-id", "webhook-timestamp"))
    assert ids == ["evt_1", "evt_1"]
    assert int(times[1]) - int(times[0]) == 300


@pytest.mark.parametrize(("status", "disables"), [(400, False), (404, False), (410, True),
                                                  (500, False)])
def test_a_refusal_is_told_and_410_switches_off(status: int, disables: bool,
                                                client: httpx2.Client) -> None:
    """Of the answer only the status is kept, never what it says."""
    with HttpReceiver(lambda handler: handler.answer(status, b"password=hunter2")) as receiver:
        outcome = _send(receiver.url, client)
    assert isinstance(outcome, Failed)
    assert (outcome.status, outcome.disables) == (status, disables)
    assert "hunter2" not in outcome.cause


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(status: int, client: httpx2.Client) -> None:
    """Not even to a receiver that may be reached."""
    def redirect(handler: HttpHandler) -> None:
        handler.answer(status, Location=handler.server.url + "/else")

    with HttpReceiver(redirect) as receiver:
        outcome = _send(receiver.url, client)
    assert outcome == Failed(f"the receiver answered {status}; redirects are not followed, correct "
                             "the target's URL", status)
    assert len(receiver.posts) == 1


@pytest.mark.parametrize(("status", "header", "expected"), [
    (429, "120", NOW + timedelta(seconds=120)),
    (503, format_datetime(NOW + timedelta(hours=1), usegmt=True), NOW + timedelta(hours=1)),
    (503, "999999999", NOW + timedelta(days=1)),
    (503, "9" * 5_000, None),
    (429, "-5", None),
    (429, "soon", None),
    (429, format_datetime(NOW - timedelta(hours=1), usegmt=True), NOW),
    (500, "120", None),
])
def test_a_receiver_may_ask_for_rest(status: int, header: str, expected: datetime | None,
                                     client: httpx2.Client) -> None:
    """In seconds or until a date, at most for a day; nonsense is passed over."""
    with HttpReceiver(lambda handler: handler.answer(status, Retry_After=header)) as receiver:
        outcome = _send(receiver.url, client)
    assert isinstance(outcome, Failed)
    assert outcome.not_before == expected


def _silent(handler: HttpHandler) -> None:
    handler.server.over.wait()


@pytest.mark.parametrize("reply", [_silent, HttpHandler.trickle])
def test_a_slow_receiver_does_not_hold_us(reply: Reply) -> None:
    """Neither one that says nothing nor one that says a little all the time."""
    with HttpReceiver(reply) as receiver, webhook_client(HASTY) as client:
        assert _send(receiver.url, client) == Failed("the receiver did not answer in time")


def test_a_huge_answer_is_cut(client: httpx2.Client) -> None:
    """The status has been said; the connection is closed long before the end of the rest."""
    read_whole = threading.Event()

    def huge(handler: HttpHandler) -> None:
        handler.answer(200, b"x" * 100_000_000)
        read_whole.set()

    with HttpReceiver(huge) as receiver:
        assert _send(receiver.url, client) == Delivered(200)
    assert not read_whole.is_set()


def test_half_an_answer_is_one(client: httpx2.Client) -> None:
    """The status has been said."""
    with HttpReceiver(
            lambda handler: handler.answer(200, b"half", Content_Length="100")) as receiver:
        assert _send(receiver.url, client) == Delivered(200)


def test_what_is_no_http_is_a_failure(client: httpx2.Client) -> None:
    """And what it said is not repeated."""
    with HttpReceiver(lambda handler: handler.wfile.write(b"hunter2\r\n\r\n") and None) as receiver:
        outcome = _send(receiver.url, client)
    assert isinstance(outcome, Failed)
    assert "broke off" in outcome.cause
    assert "hunter2" not in outcome.cause


def test_a_receiver_that_is_down_is_a_failure(client: httpx2.Client) -> None:
    """It is tried again later."""
    with HttpReceiver() as receiver:
        url = receiver.url
    outcome = _send(f"{url}?token=hunter2", client)
    assert isinstance(outcome, Failed)
    assert outcome.cause.startswith("cannot connect")
    assert "hunter2" not in outcome.cause


@pytest.mark.parametrize("limits", [Limits(), LOCAL])
def test_a_name_that_turns_inwards_after_it_was_checked_is_refused(limits: Limits) -> None:
    """DNS rebinding: what counts is the address at the time of connecting."""
    turned = "169.254.169.254" if limits.allow_private else "127.0.0.1"
    with webhook_client(limits, resolver=lambda _host, _port: (turned,)) as client:
        outcome = _send("https://crm.example/hook", client)
    assert isinstance(outcome, Failed)
    assert "crm.example" in outcome.cause
    assert turned not in outcome.cause


def test_the_connection_goes_to_the_address_that_was_judged() -> None:
    """The name is resolved once; it stays in the Host header."""
    asked = []

    def resolver(host: str, port: int) -> tuple[str, ...]:
        asked.append((host, port))
        return ("127.0.0.1",)

    with HttpReceiver() as receiver, webhook_client(LOCAL, resolver=resolver) as client:
        assert _send(f"http://crm.invalid:{receiver.server_port}/hook", client) == Delivered(204)
    assert asked == [("crm.invalid", receiver.server_port)]
    assert receiver.posts[0][1]["Host"] == f"crm.invalid:{receiver.server_port}"


def test_another_address_of_the_host_is_tried() -> None:
    """Where the first one does not answer."""
    with HttpReceiver() as receiver, webhook_client(
            LOCAL, resolver=lambda _host, _port: ("::1", "127.0.0.1")) as client:
        assert _send(f"http://crm.invalid:{receiver.server_port}/hook", client) == Delivered(204)


@contextmanager
def _first_bytes() -> Iterator[tuple[int, list[bytes]]]:
    """Take one connection, keep the first bytes that come and hang up."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def take() -> None:
            connection, _ = listener.accept()
            with connection:
                seen.append(connection.recv(4_096))

        thread = threading.Thread(target=take)
        thread.start()
        yield listener.getsockname()[1], seen
        thread.join()


def test_tls_names_the_host_not_the_address() -> None:
    """So that its certificate is checked against the name."""
    with _first_bytes() as (port, seen), webhook_client(
            LOCAL, resolver=lambda _host, _port: ("127.0.0.1",)) as client:
        outcome = _send(f"https://crm.invalid:{port}/hook", client)
    assert isinstance(outcome, Failed)
    assert b"crm.invalid" in seen[0]


def test_plain_http_is_refused_where_private_networks_are() -> None:
    """Also for a target that was taken under another setting."""
    with webhook_client(Limits(), resolver=lambda _host, _port: ("8.8.8.8",)) as client:
        outcome = _send("http://crm.example/hook", client)
    assert outcome == Failed("scheme 'http' of the target must be https")


def test_a_target_without_a_usable_secret_gets_nothing(client: httpx2.Client) -> None:
    """Nothing is sent unsigned."""
    with HttpReceiver() as receiver:
        outcome = send(WebhookTarget(receiver.url, ("whsec_short",)), MESSAGE, client, NOW)
    assert isinstance(outcome, Failed)
    assert receiver.posts == []


def test_nothing_is_carried_from_one_message_to_the_next(client: httpx2.Client) -> None:
    """Cookies of a receiver are not given back."""
    with HttpReceiver(lambda handler: handler.answer(204, Set_Cookie="a=b")) as receiver:
        for _ in range(2):
            _send(receiver.url, client)
    assert not any("Cookie" in headers for _, headers, _ in receiver.posts)


def test_urls_stay_out_of_the_log(client: httpx2.Client, caplog: pytest.LogCaptureFixture) -> None:
    """Those of many receivers hold a token."""
    caplog.set_level(logging.DEBUG)
    with HttpReceiver() as receiver:
        _send(f"{receiver.url}?token=hunter2", client)
    assert "hunter2" not in caplog.text
    assert SECRET not in caplog.text
