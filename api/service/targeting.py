"""What a target is, from its row: its kind, what it asked for, what signs, what may be shown."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum

from api.store.targets import TargetRow


class TargetKind(StrEnum):
    """How messages reach a target."""

    WEBHOOK = "webhook"
    """Posted and signed."""
    PEOPLE = "people"
    """A chat or an address of several people: one message an event."""
    OWNER = "owner"
    """Mail to the rep whom an event concerns."""


def kinds_of(target: TargetRow) -> list[str]:
    """Return the kinds of events that a target asked for."""
    found: list[str] = json.loads(target.kinds)
    return found


def signers(target: TargetRow, now: datetime) -> tuple[str, ...]:
    """Return the secrets that sign: the new one, and the old one while they are exchanged."""
    return tuple(secret for secret in (
        target.secret, target.previous_secret if is_rotating(target, now) else None)
        if secret is not None)


def is_rotating(target: TargetRow, now: datetime) -> bool:
    """Return whether the old secret signs too."""
    return target.previous_until is not None and now < target.previous_until


def shown_url(target: TargetRow) -> str:
    """Return a URL as it may be shown: addresses of people hold passwords and tokens."""
    if target.kind == TargetKind.WEBHOOK:
        return target.url
    return f"{target.url.partition('://')[0]}://***"
