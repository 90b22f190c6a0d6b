"""Which events are told to people, to whom of them, and with which text."""

from __future__ import annotations

from collections.abc import Mapping

from api.store.outbox import OutboxRow
from solver.hand_off import OCCUPYING, Step
from solver.models import Queue

#: Kind of event to kind of text; people are not told of any others.
_TEXTS = {
    "lead.assigned": "assigned", "lead.reassigned": "assigned", "lead.updated": "updated",
    "lead.rejected": "returned", "lead.returned": "returned", "lead.queued": "queued",
    "lead.aged": "aged", "alert.lead_aged": "aged", "rep.paused": "paused",
    "alert.rate": "rate_alert", "target.disabled": "target_disabled"}
#: What brings a lead into a queue, whose contact person is told.
_INTO_QUEUES = frozenset({"lead.received", "lead.queued", "lead.rejected", "lead.returned",
                          "lead.aged"})
#: What takes a lead off its owner without the owner's doing.
_TAKEN = frozenset({"lead.queued", "lead.merged", "lead.erased"})
#: All kinds of events.
KINDS = frozenset({f"lead.{step}" for step in Step} | {
    "lead.shadow_decision", "account.put", "alert.lead_aged", "alert.rate", "alert.window_failed",
    "control.shadow", "policy.activated", "rep.left", "rep.paused", "rep.put", "rep.resumed",
    "target.disabled", "window.cancelled", "window.closed"})
ALL = "*"
_ASKABLE = KINDS | {ALL} | {f"{kind.partition('.')[0]}.{ALL}" for kind in KINDS}


def is_known(kind: str) -> bool:
    """Return whether a target can ask for a kind: ``*``, ``lead.*`` or ``lead.assigned``."""
    return kind in _ASKABLE


def matches(wanted: list[str], kind: str) -> bool:
    """Return whether a target that asked for these kinds gets an event."""
    return ALL in wanted or kind in wanted or f"{kind.partition('.')[0]}.{ALL}" in wanted


def text_kind(event: OutboxRow) -> str | None:
    """Return the kind of text that tells a channel of an event; None: it is not told."""
    found = _TEXTS.get(event.kind)
    return "given_up" if found == "returned" and _queue(event) == Queue.MANAGER else found


def notices(event: OutboxRow, contacts: Mapping[Queue, str], previous: str | None,
            ) -> dict[str, str]:
    """Return who is told of an event in person: rep_id to kind of text.

    Parameters
    ----------
    event
        What happened.
    contacts
        Queue to the rep who hands out its leads.
    previous
        Who owned the lead before it was given to another.
    """
    found = {}
    queue, owner = _queue(event), event.told.get("rep_id")
    if queue is not None and queue in contacts and event.kind in _INTO_QUEUES:
        kind = text_kind(event)
        found[contacts[queue]] = kind if kind in ("aged", "given_up") else "queued"
    if previous is not None:
        found[previous] = "taken"
    if owner is not None and (to_owner := _to_owner(event)) is not None:
        found[owner] = to_owner
    return found


def _to_owner(event: OutboxRow) -> str | None:
    match event.kind:
        case "lead.assigned" | "lead.reassigned":
            return "assigned"
        case "lead.updated":
            return "updated" if event.told.get("state") in OCCUPYING else None
        case "lead.returned":
            return "returned"
        case "lead.rejected":
            return "excluded"
        case kind:
            return "taken" if kind in _TAKEN else None


def _queue(event: OutboxRow) -> Queue | None:
    found = event.told.get("queue")
    return None if found is None else Queue(found)
