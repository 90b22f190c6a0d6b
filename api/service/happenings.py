"""What happened: one event for the history, one message in the outbox, in the same transaction.

The message holds no personal data: who delivers it looks up what the receiver may see.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.store.database import Writing
from api.store.rows import NewRows, add_new
from api.store.schema import events, outbox

#: JSON of a text.
_text = json.encoder.encode_basestring_ascii
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
    add_new(tx, *told_rows(happenings))


def told_rows(happenings: Sequence[Happening]) -> tuple[NewRows, NewRows]:
    """Return the events and messages that :func:`tell` writes, to be written with other rows."""
    random = secrets.token_hex(16 * len(happenings)) if happenings else ""
    of_events, of_outbox = [], []
    for number, one in enumerate(happenings):
        detail = json.dumps(one.detail) if one.detail else None
        of_events.append((one.at, one.kind, one.lead_id, one.rep_id, one.actor, one.state,
                          one.queue, one.window_id, detail))
        of_outbox.append((f"msg_{random[32 * number:32 * number + 32]}", one.kind, one.lead_id,
                          _payload(one), one.at))
    return NewRows(events, _EVENT, of_events), NewRows(outbox, _MESSAGE, of_outbox)


def _payload(one: Happening) -> str:
    """Return the message as JSON; written by hand, for leads come by the ten thousand."""
    parts = [f'{{"type": {_text(one.kind)}, "at": "{one.at.isoformat()}", '
             f'"actor": {_text(one.actor)}']
    for name, value in (("lead_id", one.lead_id), ("rep_id", one.rep_id), ("state", one.state),
                        ("queue", one.queue), ("window_id", one.window_id)):
        if value is not None:
            parts.append(f'"{name}": {_text(value)}')
    if one.detail:
        parts.append(f'"detail": {json.dumps(one.detail)}')
    return f"{', '.join(parts)}}}"
