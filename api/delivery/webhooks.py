"""Posting one message to one webhook."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Self

import httpcore2
import httpx2

from api.delivery.addresses import TargetError
from api.delivery.outcomes import Delivered, Failed
from api.delivery.signing import signed_headers

#: Bytes of an answer that are read; what it says does not matter.
MAX_ANSWER = 64 * 1024
#: A receiver cannot ask to be left alone for longer.
_LONGEST_REST = timedelta(days=1)
_MAX_CAUSE = 200
_FIXED_HEADERS = {"content-type": "application/json", "user-agent": "fairlead",
                  "accept": "*/*", "accept-encoding": "identity"}
_RESTING = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


@dataclass(frozen=True)
class WebhookTarget:
    """Where messages are posted to, and what signs them; neither is shown."""

    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    """Each signs: the new one and the old one while they are being exchanged."""


@dataclass(frozen=True)
class Message:
    """What is sent: the same id and the same bytes at every attempt."""

    message_id: str
    body: str = field(repr=False)

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        """Return the message of a payload, which carries its id."""
        body = json.dumps(payload, separators=(",", ":"), allow_nan=False)
        return cls(str(payload["id"]), body)


def send(target: WebhookTarget, message: Message, client: httpx2.Client, now: datetime,
         ) -> Delivered | Failed:
    """Post a message once and return what became of it; nothing that a receiver does is raised.

    Any status from 200 to 299 is a delivery. 410 disables the target; 429 and 503 may say when to
    come back; a redirect is not followed.

    Parameters
    ----------
    target
        Where to.
    message
        What.
    client
        Made by :func:`api.delivery.pinned.webhook_client`, which refuses forbidden addresses.
    now
        When; receivers refuse what is signed more than some minutes off.
    """
    try:
        headers = signed_headers(message.message_id, message.body, now, target.secrets)
    except ValueError as error:
        return Failed(str(error)[:_MAX_CAUSE])
    try:
        with client.stream("POST", target.url, content=message.body.encode(),
                           headers={**_FIXED_HEADERS, **headers},
                           follow_redirects=False) as response:
            _read_some(response)
            return _outcome(response, now)
    except TargetError as error:
        return Failed(str(error)[:_MAX_CAUSE])
    except (httpcore2.ConnectTimeout, httpcore2.ConnectError) as error:
        return Failed(f"cannot connect: {str(error) or 'no answer in time'}"[:_MAX_CAUSE])
    except (httpcore2.TimeoutException, httpx2.TimeoutException):
        return Failed("the receiver did not answer in time")
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpx2.HTTPError,
            httpx2.InvalidURL) as error:
        # Their texts may quote the URL or what the receiver sent.
        return Failed(f"the exchange broke off ({type(error).__name__})")


def _read_some(response: httpx2.Response) -> None:
    """Let the receiver finish its answer, within reason; its status alone counts."""
    size = 0
    with contextlib.suppress(httpcore2.TimeoutException, httpcore2.NetworkError,
                             httpcore2.ProtocolError):
        for chunk in response.iter_raw():
            size += len(chunk)
            if size >= MAX_ANSWER:
                return


def _outcome(response: httpx2.Response, now: datetime) -> Delivered | Failed:
    status = response.status_code
    if response.is_success:
        return Delivered(status)
    if response.is_redirect:
        return Failed(f"the receiver answered {status}; redirects are not followed, correct the "
                      "target's URL", status)
    if status == HTTPStatus.GONE:
        return Failed("the receiver answered 410: it wants no more messages", status, disables=True)
    rest = _rest(response.headers.get("retry-after"), now) if status in _RESTING else None
    return Failed(f"the receiver answered {status}", status, not_before=rest)


def _rest(text: str | None, now: datetime) -> datetime | None:
    """Return until when Retry-After asks for rest: seconds, or a date as HTTP writes it."""
    if text is None:
        return None
    try:
        then = now + timedelta(seconds=int(text)) if text.strip().isdecimal() \
            else parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return min(max(then, now), now + _LONGEST_REST)
