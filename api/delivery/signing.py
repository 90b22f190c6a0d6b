"""Secrets and signatures of webhooks, per Standard Webhooks 1.0 (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

_PREFIX = "whsec_"
#: Bytes of a secret: those of a new one, and the fewest and the most that the standard takes.
_NEW, _FEWEST, _MOST = 32, 24, 64


def new_secret() -> str:
    """Return a new secret; show it once and keep it as you keep a password."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_NEW)).decode()


def check_secret(secret: str) -> None:
    """Check the form of a secret.

    Raises
    ------
    ValueError
        If it is not ``whsec_`` and 24 to 64 bytes in base64; the text does not show the secret.
    """
    try:
        size = len(base64.b64decode(secret.removeprefix(_PREFIX), validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if not secret.startswith(_PREFIX) or not _FEWEST <= size <= _MOST:
        raise ValueError(f"a webhook secret must be {_PREFIX!r} and then {_FEWEST} to {_MOST} "
                         "bytes in base64; leave it out and one is made")


def signed_headers(message_id: str, body: str, at: datetime, signers: Sequence[str],
                   ) -> dict[str, str]:
    """Return the three headers that let a receiver check a message.

    Parameters
    ----------
    message_id
        The message's id, the same at every attempt: what receivers tell doubles by.
    body
        What is sent.
    at
        When this attempt is made.
    signers
        Secrets, each of which signs: two while one is being replaced by the other.

    Raises
    ------
    ValueError
        If there is no secret, or one has not the form of a secret.
    """
    if not signers:
        raise ValueError("the target has no secret to sign with; make one")
    for secret in signers:
        check_secret(secret)
    # The library takes the clock's face for UTC, whatever the zone.
    at = at.astimezone(UTC)
    signatures = [Webhook(secret).sign(message_id, at, body) for secret in signers]
    return {"webhook-id": message_id, "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures)}
