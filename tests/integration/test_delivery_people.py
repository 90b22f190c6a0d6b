"""E-mail and chat through Apprise, against real receivers on this machine."""

from __future__ import annotations

import email
import json
import logging
from email.policy import default

import pytest

from api.delivery.outcomes import Delivered, Failed
from api.delivery.people import notify
from api.delivery.people_addresses import PeopleRules, mail_address
from tests.receivers import HttpHandler, HttpReceiver, MailReceiver

RULES = PeopleRules(schemes=("json", "mailto"), allow_private=True)
BODY = "L7, <b>Acme</b> & Söhne, is yours.\nAccept by 14:05."


def _json(receiver: HttpReceiver) -> str:
    return f"json://ana:hunter2@127.0.0.1:{receiver.server_port}/T0ken"


def test_a_chat_gets_title_and_text() -> None:
    """As they were written."""
    with HttpReceiver() as receiver:
        assert notify(_json(receiver), "L7 is yours", BODY, RULES) == Delivered()
    [(path, _, body)] = receiver.posts
    assert path == "/T0ken"
    assert (json.loads(body)["title"], json.loads(body)["message"]) == ("L7 is yours", BODY)


def test_a_chat_that_refuses_is_a_failure_without_secrets() -> None:
    """The status is told, the address is not."""
    with HttpReceiver(lambda handler: handler.answer(403, b"hunter2")) as receiver:
        outcome = notify(_json(receiver), "t", "b", RULES)
    assert outcome == Failed("json: the service answered 403", 403)


def test_redirects_of_a_chat_are_not_followed() -> None:
    """What is judged is where it goes."""
    with HttpReceiver(lambda handler: handler.answer(302, Location="/else")) as receiver:
        assert notify(_json(receiver), "t", "b", RULES) == Failed(
            "json: the service answered 302", 302)
    assert len(receiver.posts) == 1


def test_a_chat_that_is_down_is_a_failure() -> None:
    """It is tried again later."""
    with HttpReceiver() as receiver:
        url = _json(receiver)
    assert notify(url, "t", "b", RULES) == Failed(
        "json: the service cannot be reached or refused the message")


def test_a_slow_chat_does_not_hold_us() -> None:
    """The time for all of it is limited, also where a little comes all the time."""
    hasty = PeopleRules(schemes=("json",), allow_private=True, total_seconds=0.2)
    with HttpReceiver(HttpHandler.trickle) as receiver:
        assert notify(_json(receiver), "t", "b", hasty) == Failed("json: not done within 0.2 s")


def test_mail_goes_to_one_rep_as_plain_text() -> None:
    """What a lead wrote is no markup in the mail."""
    with MailReceiver() as receiver:
        sender = f"mailto://127.0.0.1:{receiver.port}?from=leads@acme.example"
        url = mail_address(sender, "ana@us.example")
        assert notify(url, "L7 is yours", BODY, RULES) == Delivered()
    [(recipients, data)] = receiver.mails
    mail = email.message_from_string(data, policy=default)
    assert recipients == ["ana@us.example"]
    assert (mail["Subject"], mail["To"]) == ("L7 is yours", "ana@us.example")
    assert "leads@acme.example" in mail["From"]
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == BODY.splitlines()


def test_a_mail_server_that_refuses_is_a_failure() -> None:
    """Nobody's address is told."""
    with MailReceiver(refuses=True) as receiver:
        url = f"mailto://127.0.0.1:{receiver.port}?from=leads@acme.example&to=ana@us.example"
        outcome = notify(url, "t", "b", RULES)
    assert outcome == Failed("mailto: the service cannot be reached or refused the message")


def test_nothing_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Neither by Apprise nor by what it posts with, at any level."""
    caplog.set_level(logging.NOTSET)
    with HttpReceiver() as receiver:
        notify(_json(receiver), "t", "b", RULES)
        notify(f"{_json(receiver)}?verify=no", "t", "b", RULES)
    assert "hunter2" not in caplog.text
    assert "T0ken" not in caplog.text
