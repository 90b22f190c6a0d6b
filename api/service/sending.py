"""One attempt at one delivery: a webhook is posted, people are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import httpx2
import structlog

from api.delivery.addresses import Resolver, TargetError, resolve
from api.delivery.outcomes import Delivered, Failed
from api.delivery.people import notify
from api.delivery.people_addresses import PeopleRules, mail_address
from api.delivery.pinned import Limits, webhook_client
from api.delivery.templates import TextError
from api.delivery.webhooks import Message, WebhookTarget, send
from api.service.messages import Facts, payload_of, text_of
from api.service.targeting import TargetKind, signers
from api.settings import Settings
from api.store.deliveries import DeliveryRow
from api.store.reps import RepRow
from api.store.targets import TargetRow

#: Messages to people may take so many times as long as webhooks.
PEOPLE = 1.5
_log = structlog.get_logger()


@dataclass(frozen=True)
class Unsendable:
    """No message can be made of it as things are; trying again changes nothing."""

    cause: str


Outcome = Delivered | Failed | Unsendable


@dataclass(frozen=True)
class Ways:
    """The ways out of the service; threads share them."""

    client: httpx2.Client
    rules: PeopleRules


@contextmanager
def ways_out(settings: Settings, *, resolver: Resolver = resolve) -> Iterator[Ways]:
    """Open the ways that the settings allow."""
    limits = Limits(allow_private=settings.allow_private_targets,
                    total_seconds=settings.delivery_timeout_seconds)
    with webhook_client(limits, resolver=resolver) as client:
        yield Ways(client, people_rules(settings, resolver=resolver))


def people_rules(settings: Settings, *, resolver: Resolver = resolve) -> PeopleRules:
    """Return which addresses of people the settings allow."""
    return PeopleRules(schemes=settings.people_schemas,
                       allow_private=settings.allow_private_targets, resolver=resolver,
                       total_seconds=PEOPLE * settings.delivery_timeout_seconds)


def attempt(ways: Ways, target: TargetRow, row: DeliveryRow, facts: Facts, now: datetime,
            ) -> Outcome:
    """Try a delivery once and return what became of it; nothing is raised."""
    try:
        if target.kind == TargetKind.WEBHOOK:
            message = Message.of(payload_of(target, row.message, facts))
            return post(ways, target, message, now)
        return _tell(ways, target, row, facts, now)
    except (TargetError, TextError) as error:
        return Unsendable(str(error))
    except Exception as error:  # one message that cannot be made must not hold up the others
        _log.error("delivery.faulty", delivery_id=row.id, kind=row.message.kind, exc_info=error)
        return Unsendable("a fault of Fairlead: the message could not be made; the log has it")


def post(ways: Ways, target: TargetRow, message: Message, now: datetime) -> Delivered | Failed:
    """Post a message to a webhook once."""
    return send(WebhookTarget(target.url, signers(target, now)), message, ways.client, now)


def _tell(ways: Ways, target: TargetRow, row: DeliveryRow, facts: Facts, now: datetime) -> Outcome:
    text = text_of(target, row, facts, now)
    if text is None:
        return Unsendable(f"people are told nothing of {row.message.kind}")
    url = target.url
    if target.kind == TargetKind.OWNER:
        url = address_of(target, row.recipient, facts.reps.get(row.recipient))
    return notify(url, text.title, text.body, ways.rules)


def address_of(target: TargetRow, rep_id: str, rep: RepRow | None) -> str:
    """Return the address by which a target reaches one rep.

    Raises
    ------
    TargetError
        If the rep has no e-mail address.
    """
    email = rep.stored.email if rep else None
    if email is None:
        raise TargetError(f"rep {rep_id!r} has no e-mail address; put one into the rep's 'email'")
    return mail_address(target.url, email)
