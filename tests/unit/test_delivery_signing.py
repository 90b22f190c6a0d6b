"""Secrets and signatures of webhooks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from api.delivery.signing import check_secret, new_secret, signed_headers
from api.delivery.webhooks import Message, WebhookTarget

BODY = '{"type":"lead.assigned"}'


def test_a_new_secret_is_taken_and_none_is_made_twice() -> None:
    """It has the form that the standard wants."""
    secrets = {new_secret() for _ in range(10)}
    assert len(secrets) == 10
    for secret in secrets:
        check_secret(secret)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_***", "secret",
                                    "bm8gcHJlZml4LCBidXQgbG9uZyBlbm91Z2ggdG8gc2lnbg==",
                                    "whsec_" + "YWJj" * 40])
def test_a_secret_of_another_form_is_refused(secret: str) -> None:
    """Too short, too long, not base64, no prefix; the message does not show it."""
    with pytest.raises(ValueError, match="must be 'whsec_'") as caught:
        check_secret(secret)
    assert "YWJj" not in str(caught.value)


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=30)),
                                  timezone(timedelta(hours=-8))])
def test_the_standard_library_verifies_what_is_signed_in_any_zone(zone: timezone) -> None:
    """The library itself takes the clock's face for UTC; a zone must not spoil the signature."""
    secret = new_secret()
    headers = signed_headers("msg_1", BODY, datetime.now(zone), [secret])
    Webhook(secret).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + " ", headers)


def test_two_secrets_sign_while_one_replaces_the_other() -> None:
    """A receiver that knows either one verifies; one that knows neither does not."""
    old, new = new_secret(), new_secret()
    headers = signed_headers("msg_1", BODY, datetime.now(UTC), [new, old])
    for secret in (old, new):
        Webhook(secret).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)


def test_without_a_secret_nothing_is_sent() -> None:
    """An unsigned message is a fault of the set-up."""
    with pytest.raises(ValueError, match="no secret"):
        signed_headers("msg_1", BODY, datetime.now(UTC), [])


def test_neither_secret_nor_url_nor_body_is_shown() -> None:
    """What stands in a traceback or a log line is safe."""
    secret = new_secret()
    target = WebhookTarget("https://hooks.example/T0ken", (secret,))
    message = Message("msg_1", '{"email":"jane@acme.example"}')
    shown = repr(target) + repr(message)
    assert not any(text in shown for text in (secret, "T0ken", "jane"))
