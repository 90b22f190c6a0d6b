"""What became of one attempt to deliver: it arrived, or it did not and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Delivered:
    """The receiver took the message."""

    status: int | None = None
    """Status of the HTTP answer, where the way has one."""


@dataclass(frozen=True)
class Failed:
    """The receiver did not take the message; it can be tried again."""

    cause: str
    """Why, in one short sentence without secrets, addresses of people or bodies of answers."""
    status: int | None = None
    """Status of the HTTP answer, where there was one."""
    not_before: datetime | None = None
    """The receiver asked to be left alone until then."""
    disables: bool = False
    """The receiver wants no more messages at all; stop sending to this target."""
