"""Whom what is shown: contact data to owners and managers, figures of reps to managers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from api.service.context import Actor
from api.service.errors import GoneError, UnknownError
from api.service.lead_facts import HeldFor
from api.store.database import Reading
from api.store.leads import LeadRow, get_lead
from api.store.ownerships import OwnershipRow
from solver.explanation import tells_nothing_of_others
from solver.hand_off import LeadState
from solver.models import Lead, Reason

#: Fields of a lead that are about the person; other columns can be, too.
CONTACT_FIELDS = ("first_name", "last_name", "title", "function", "seniority", "email", "phone",
                  "attributes")
_ENDED = (LeadState.WON, LeadState.LOST, LeadState.CLOSED)
#: Details of events in which figures of reps may stand.
_WITH_FIGURES = frozenset(("why", "value"))


def shown_lead(tx: Reading, lead_id: str) -> LeadRow:
    """Return a lead.

    Raises
    ------
    UnknownError
        There is none.
    GoneError
        It was erased.
    """
    row = get_lead(tx, lead_id)
    if row is None:
        raise UnknownError(f"there is no lead {lead_id!r}")
    if row.state == LeadState.ERASED:
        raise GoneError(f"lead {lead_id!r} was erased")
    return row


def owner_now(row: LeadRow, owned: Sequence[OwnershipRow]) -> str | None:
    """Return who owns a lead, or owned it when it ended, or owns it in the CRM.

    Parameters
    ----------
    row
        The lead.
    owned
        Its ownerships, the oldest first.
    """
    if row.state == LeadState.KEPT:
        return row.kept_by
    if owned and (owned[-1].ended_at is None or row.state in _ENDED):
        return owned[-1].rep_id
    return None


def sees_contact(actor: Actor, owner_id: str | None) -> bool:
    """Return whether somebody sees contact data of a lead with this owner."""
    return actor.rep_id is None or actor.rep_id == owner_id


def without_contact(lead: Lead) -> Lead:
    """Return a lead without what is about the person."""
    fields = Lead.model_fields
    return lead.model_copy(update={name: fields[name].get_default(call_default_factory=True)
                                   for name in CONTACT_FIELDS})


def sees_reason(actor: Actor, reason: Reason) -> bool:
    """Return whether somebody sees the sentence of a reason; some compare reps."""
    return actor.is_manager or tells_nothing_of_others(reason, actor.rep_id)


def reasons_for(actor: Actor, stored: str | None) -> list[HeldFor]:
    """Return why a lead is held, from its column, as far as somebody sees it."""
    reasons = [Reason.model_validate(one) for one in json.loads(stored or "[]")]
    return [HeldFor.of(one, sees_reason(actor, one)) for one in reasons]


def detail_for(actor: Actor, detail: str | None) -> dict[str, Any]:
    """Return the details of an event as far as somebody sees them."""
    found: dict[str, Any] = json.loads(detail or "{}")
    if actor.is_manager:
        return found
    return {key: value for key, value in found.items() if key not in _WITH_FIGURES}
