"""Instants on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from solver.errors import UsageError
from solver.reading.parsing.cells import CellError
from solver.reading.parsing.times import parse_instant


def parse_at(text: str | None) -> datetime:
    """Read ``--at``; now where it is not given.

    Raises
    ------
    UsageError
        If it is not an RFC 3339 instant with an offset.
    """
    if text is None:
        return datetime.now(UTC)
    try:
        return parse_instant(text)
    except CellError as error:
        raise UsageError(f"--at {text!r} must be an instant with an offset, such as "
                         "2026-11-18T15:00:00Z or 2026-11-18T16:00:00+01:00") from error
