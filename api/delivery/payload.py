"""The JSON of an event: what happened to a lead, and the fields that a CRM needs to follow.

The envelope is that of Standard Webhooks (``type``, ``timestamp``, ``data``) with an ``id`` and a
``schema_version``. Fields may be added within a version; readers pass over what they don't know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import Field

from api.delivery.crm import write_back
from solver.models.base import CurrencyCode, Id, Instant, MinorUnits, Record, Text

SCHEMA_VERSION = "1.0"
_TYPE = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")


class Owner(Record):
    """Whose the lead is, or was."""

    rep_id: Id
    """The rep."""
    name: Text | None = None
    """Name shown to people."""
    email: Text | None = None
    """E-mail address."""
    crm_ids: dict[str, str] = Field(default_factory=dict)
    """System (``salesforce``, ``hubspot``, ``dynamics``) to the rep's id in it."""


class Deadlines(Record):
    """Until when the service level wants what; absent where it wants nothing."""

    accept_by: Instant | None = None
    """The owner accepts."""
    contact_by: Instant | None = None
    """The owner makes the first contact."""
    finish_by: Instant | None = None
    """The lead is qualified or out of work."""


class Contact(Record):
    """The person behind the lead; sent only to targets that ask for it."""

    first_name: Text | None = None
    """First name."""
    last_name: Text | None = None
    """Family name."""
    title: Text | None = None
    """Job title."""
    email: Text | None = None
    """E-mail address."""
    phone: Text | None = None
    """Phone number."""


class LeadData(Record):
    """What a message says about a lead."""

    lead_id: Id
    """The lead."""
    external_ids: dict[str, str] = Field(default_factory=dict)
    """System (``salesforce``, ``hubspot``, ``dynamics`` or any other) to the lead's id in it."""
    company: Text | None = None
    """Company name."""
    account_id: Text | None = None
    """The account behind the lead."""
    state: Text
    """State after the event."""
    queue: Text | None = None
    """Queue the lead waits in."""
    reason: Text | None = None
    """Code of why it waits, went back or was lost."""
    why: Text | None = None
    """Why it went where it went, in one sentence."""
    owner: Owner | None = None
    """Whose it is after the event."""
    previous_owner: Owner | None = None
    """Whose it was before, where that changed."""
    value: MinorUnits | None = None
    """Value with the owner, in minor units (1/100) of ``currency``."""
    currency: CurrencyCode | None = None
    """The policy's currency."""
    deadlines: Deadlines | None = None
    """What the service level wants of the owner."""
    policy_version: Text | None = None
    """Version of the policy that decided."""
    window_id: Text | None = None
    """Window that decided."""
    contact: Contact | None = None
    """The person; left out unless the target asks for it."""


def build_payload(kind: str, event_id: str, at: datetime, data: LeadData, *,
                  include_contact: bool = False) -> dict[str, Any]:
    """Return the JSON of an event of a lead.

    Parameters
    ----------
    kind
        ``lead.assigned``, ``lead.queued``, ``lead.accepted`` and so on.
    event_id
        The event's id: also the id of the message, at every attempt and every replay.
    at
        When it happened.
    data
        What it says.
    include_contact
        Whether the target asked for the person's name, e-mail address and phone.

    Raises
    ------
    ValueError
        If the kind is not of the form ``noun.verb``.
    """
    fields = data.model_dump(mode="json", exclude=None if include_contact else {"contact"})
    owner_ids = data.owner.crm_ids if data.owner else {}
    return envelope(kind, event_id, at,
                    {**fields, "crm": write_back(data.external_ids, owner_ids)})


def envelope(kind: str, event_id: str, at: datetime, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON of any event, such as ``rate.alert`` or ``rep.paused``.

    Parameters and errors are those of :func:`build_payload`; the data are JSON already.
    """
    if not _TYPE.fullmatch(kind):
        raise ValueError(f"kind {kind!r} must be of the form noun.verb, such as lead.assigned")
    return {"schema_version": SCHEMA_VERSION, "id": event_id, "type": kind,
            "timestamp": at.astimezone(UTC).isoformat().replace("+00:00", "Z"), "data": dict(data)}
