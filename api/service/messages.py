"""What a message says: from the event, and from what is known of lead and reps when it is sent.

The outbox holds no personal data, so what was erased before a message is sent is not in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.delivery.crm import REP_ATTRIBUTES, crm_ids
from api.delivery.payload import (
    Contact,
    Deadlines,
    LeadData,
    Owner,
    build_payload,
    envelope,
)
from api.delivery.templates import Text, Value, render
from api.delivery.texts import NAMES
from api.service.telling import notices, text_kind
from api.store.control import read_control
from api.store.database import Reading
from api.store.deliveries import DeliveryRow
from api.store.leads import LeadRow, get_leads
from api.store.outbox import OutboxRow
from api.store.ownerships import OwnershipRow, histories_of
from api.store.reps import RepRow, get_reps
from api.store.targets import TargetRow
from solver.explanation import discreet_explanation
from solver.hand_off import OCCUPYING, LeadState
from solver.models import Assignment, Policy

#: States in which a lead is still the rep's of the event.
_OWNED = OCCUPYING | {LeadState.WON, LeadState.LOST, LeadState.CLOSED}
_GIVEN = frozenset({"lead.assigned", "lead.reassigned"})
#: System to the attribute of a lead that holds the lead's id in it.
_LEAD_ATTRIBUTES = {"salesforce": "salesforce_id", "hubspot": "hubspot_id",
                    "dynamics": "dynamics_id"}
assert _LEAD_ATTRIBUTES.keys() == REP_ATTRIBUTES.keys()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the leads and reps of some messages."""

    leads: dict[str, LeadRow]
    histories: dict[str, list[OwnershipRow]]
    reps: dict[str, RepRow]
    policy: Policy
    crm: str | None = None
    """The system whose ids the lead ids are."""


def facts_of(tx: Reading, rows: Iterable[DeliveryRow], crm: str | None) -> Facts:
    """Look up what the messages of deliveries need."""
    wanted = list(rows)
    lead_ids = {row.message.lead_id for row in wanted if row.message.lead_id is not None}
    histories = histories_of(tx, lead_ids)
    rep_ids = {one.rep_id for history in histories.values() for one in history}
    rep_ids |= {row.recipient for row in wanted if row.recipient}
    rep_ids |= {row.message.told["rep_id"] for row in wanted if "rep_id" in row.message.told}
    return Facts(get_leads(tx, lead_ids), histories, get_reps(tx, rep_ids),
                 read_control(tx).policy, crm)


def ownership_of(event: OutboxRow, history: list[OwnershipRow]) -> OwnershipRow | None:
    """Return the ownership that an event is about: its rep's last one that had begun by then."""
    own = [one for one in history if one.rep_id == event.told.get("rep_id")]
    begun = [one for one in own if one.started_at <= event.created_at] or own
    return begun[-1] if begun else None


def previous_owner(event: OutboxRow, history: list[OwnershipRow]) -> str | None:
    """Return who owned a lead before an event gave it to another; None: nobody, or no such event.

    An owner from whom the lead had gone back to a queue in between is none: told already.
    """
    now = ownership_of(event, history)
    if event.kind not in _GIVEN or now is None:
        return None
    before = [one for one in history if one.id < now.id]
    if not before or before[-1].rep_id == now.rep_id or before[-1].ended_at != now.started_at:
        return None
    return before[-1].rep_id


def payload_of(target: TargetRow, event: OutboxRow, facts: Facts) -> dict[str, Any]:
    """Return the JSON that a webhook gets."""
    if event.lead_id is None:
        return envelope(event.kind, event.message_id, event.created_at, _other(event, facts))
    return build_payload(event.kind, event.message_id, event.created_at,
                         _lead_data(event, event.lead_id, facts),
                         include_contact=target.include_contact)


def _other(event: OutboxRow, facts: Facts) -> dict[str, Any]:
    found: dict[str, Any] = {name: event.told[name] for name in ("rep_id", "window_id")
                             if name in event.told}
    if "rep_id" in found:
        found["rep"] = _owner(found["rep_id"], facts).model_dump(mode="json")
    return {**event.detail, **found}


def _lead_data(event: OutboxRow, lead_id: str, facts: Facts) -> LeadData:
    lead, detail = facts.leads.get(lead_id), event.detail
    record = _record(lead)
    rep_id, state = event.told.get("rep_id"), _state(event, lead)
    owner = rep_id if state in _OWNED else None
    history = facts.histories.get(lead_id, [])
    ownership = None if owner is None else ownership_of(event, history)
    before = rep_id if owner is None else previous_owner(event, history)
    return LeadData(
        lead_id=lead_id, external_ids=_external_ids(lead_id, record, facts),
        company=record.get("company"), account_id=lead.account_id if lead else None,
        state=state, queue=event.told.get("queue"), reason=_code(event, lead),
        why=detail.get("why") or (ownership.why if ownership else None),
        owner=None if owner is None else _owner(owner, facts),
        previous_owner=None if before is None else _owner(before, facts),
        value=ownership.value if ownership else None,
        currency=facts.policy.currency,
        deadlines=_deadlines(ownership) if state in OCCUPYING else None,
        policy_version=str(ownership.policy_version) if ownership else None,
        window_id=event.told.get("window_id") or (ownership.window_id if ownership else None),
        contact=_contact(record))


def _record(lead: LeadRow | None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(lead.record) if lead and lead.record else {}
    return found


def _state(event: OutboxRow, lead: LeadRow | None) -> str:
    return str(event.told.get("state") or (lead.state if lead else LeadState.ERASED.value))


def _external_ids(lead_id: str, record: dict[str, Any], facts: Facts) -> dict[str, str]:
    named = {name.strip().casefold(): text.strip()
             for name, text in record.get("attributes", {}).items()}
    own = {} if facts.crm is None else {facts.crm: lead_id}
    return own | {system: named[attribute] for system, attribute in _LEAD_ATTRIBUTES.items()
                  if named.get(attribute)}


def _code(event: OutboxRow, lead: LeadRow | None) -> str | None:
    """Return why it waits, went back or was lost: what the event says, else why it is held."""
    said = event.detail.get("reason")
    if said:
        return str(said)
    held = _held(event, lead)
    return held["code"] if held else None


def _held(event: OutboxRow, lead: LeadRow | None) -> dict[str, str] | None:
    """Return the first reason of a lead that still waits where the event put it."""
    if lead is None or not lead.reasons or lead.queue != event.told.get("queue"):
        return None
    reasons: list[dict[str, str]] = json.loads(lead.reasons)
    return reasons[0] if reasons else None


def _owner(rep_id: str, facts: Facts) -> Owner:
    row = facts.reps.get(rep_id)
    if row is None:
        return Owner(rep_id=rep_id)
    return Owner(rep_id=rep_id, name=row.name, email=row.stored.email,
                 crm_ids=crm_ids(row.stored.attributes))


def _deadlines(ownership: OwnershipRow | None) -> Deadlines | None:
    if ownership is None:
        return None
    return Deadlines(accept_by=ownership.accept_by, contact_by=ownership.contact_by,
                     finish_by=ownership.work_by)


def _contact(record: dict[str, Any]) -> Contact | None:
    known = {name: record[name] for name in Contact.model_fields if record.get(name)}
    return Contact(**known) if known else None


def text_of(target: TargetRow, row: DeliveryRow, facts: Facts, now: datetime) -> Text | None:
    """Return what people are told; None: nothing."""
    event = row.message
    history = facts.histories.get(event.lead_id or "", [])
    kind = text_kind(event)
    if row.recipient:
        told = notices(event, facts.policy.hand_off.contacts, previous_owner(event, history))
        kind = told.get(row.recipient, kind)
    if kind is None:
        return None
    known = _values(event, facts)
    if row.recipient and known.get("why"):
        known["why"] = _discreetly(event, history, row.recipient) or known["why"]
    if known.get("reason"):
        known["reason"] = _sentence(str(known["reason"]))
    reader = facts.reps.get(row.recipient)
    return render(kind, {name: known[name] for name in NAMES[kind] if name in known}, now=now,
                  zone=reader.timezone if reader else None,
                  overrides=json.loads(target.templates or "{}"))


def _values(event: OutboxRow, facts: Facts) -> dict[str, Value]:
    """Return what texts may name; what the event itself says wins."""
    known = {name: _told(value) for name, value in event.detail.items() if value is not None}
    if event.lead_id is None:
        rep_id = event.told.get("rep_id")
        row = facts.reps.get(rep_id) if rep_id else None
        reason = row.pause_reason if row else None
        return {"rep": (row.name if row else None) or rep_id, "reason": reason} | known
    data = _lead_data(event, event.lead_id, facts)
    lead = facts.leads.get(event.lead_id)
    held = _held(event, lead)
    due = data.deadlines or Deadlines()
    return {"lead": event.lead_id, "company": data.company, "country": _record(lead).get("country"),
            "owner": _name(data.owner), "previous_owner": _name(data.previous_owner),
            "why": data.why, "reason": held.get("detail") or held["code"] if held else None,
            "queue": data.queue, "waited": _waited(event, lead), "accept_by": due.accept_by,
            "contact_by": due.contact_by, "returns": lead.returns if lead else None} | known


def _discreetly(event: OutboxRow, history: list[OwnershipRow], rep_id: str) -> str | None:
    """Return why a rep owns a lead, without figures of colleagues; None: no plan decided it."""
    ownership = ownership_of(event, history)
    if ownership is None or ownership.assignment is None:
        return None
    assignment = Assignment.model_validate_json(ownership.assignment)
    return discreet_explanation(assignment, rep_id).sentences[0]


def _sentence(words: str) -> str:
    """Return words with the full stop that texts leave to them."""
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _name(owner: Owner | None) -> str | None:
    return None if owner is None else owner.name or owner.rep_id


def _waited(event: OutboxRow, lead: LeadRow | None) -> str | None:
    if lead is None:
        return None
    hours = (event.created_at - lead.received_at).total_seconds() / 3600
    return f"{hours:.0f} h"


def _told(value: Any) -> Value:
    """Return a detail as people read it: shares in percent, instants as such, lists in words."""
    if isinstance(value, float) and 0 <= value <= 1:
        return f"{value:.0%}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value) if "T" in value else value
        except ValueError:
            return value
    return value if isinstance(value, int | float) else None
