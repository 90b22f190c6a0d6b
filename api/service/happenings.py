"""What happened: one event for the history, one message in the outbox, in the same transaction.

The message holds no personal data: who delivers it looks up what the receiver may see.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from api.store.database import Writing
from api.store.rows import add_rows
from api.store.schema import events, outbox

_EVENT = ("at", "kind", "lead_id", "rep_id", "actor", "state", "queue", "window_id", "detail")
_MESSAGE = ("message_id", "kind", "lead_id", "payload", "created_at")


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened.

    ``kind`` is ``lead.assigned``, ``rep.paused``, ``alert.rate``, ...; ``state`` and ``queue`` are
    the lead's afterwards; ``detail`` is what else the history and receivers should know, as JSON.
    """

    kind: str
    at: datetime
    actor: str
    lead_id: str | None = None
    rep_id: str | None = None
    state: str | None = None
    queue: str | None = None
    window_id: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def tell(tx: Writing, happenings: Sequence[Happening]) -> None:
    """Write events and outbox messages; order is kept."""
    if not happenings:
        return
    add_rows(tx, events, _EVENT, [
        (one.at, one.kind, one.lead_id, one.rep_id, one.actor, one.state, one.queue,
         one.window_id, json.dumps(one.detail) if one.detail else None) for one in happenings])
    add_rows(tx, outbox, _MESSAGE, [
        (f"msg_{uuid4().hex}", one.kind, one.lead_id, _payload(one), one.at)
        for one in happenings])



def _payload(one: Happening) -> str:
    found = {"type": one.kind, "at": one.at.isoformat(), "actor": one.actor,
             "lead_id": one.lead_id, "rep_id": one.rep_id, "state": one.state, "queue": one.queue,
             "window_id": one.window_id, "detail": dict(one.detail)}
    return json.dumps({key: value for key, value in found.items() if value not in (None, {})})
