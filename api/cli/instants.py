"""Instants on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from solver.errors import UsageError


def parse_at(text: str | None) -> datetime:
    """Read ``--at``; now where it is not given.

    Raises
    ------
    UsageError
        If it is not an instant with an offset.
    """
    if text is None:
        return datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--at {text!r} is not an instant; write 2026-11-18T15:00:00Z") from error
    if instant.tzinfo is None:
        raise UsageError(f"--at {text!r} has no offset; write {text}Z or {text}+01:00")
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise UsageError(f"--at {text!r} lies outside the years 1 to 9999") from error
