"""Milliseconds since 1970, in which HubSpot's interface gives instants."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_MILLISECONDS = re.compile(r"\d{12,13}", re.ASCII)
_START = datetime(1970, 1, 1, tzinfo=UTC)


def read_epoch(text: str) -> datetime | None:
    """Return the instant of a count of milliseconds since 1970, or None where it is none.

    Twelve and thirteen digits reach from 1973 to 2286; fewer could be a date such as 20261120, or
    seconds, and are not taken.

    Parameters
    ----------
    text
        A trimmed cell.
    """
    if _MILLISECONDS.fullmatch(text) is None:
        return None
    return _START + timedelta(milliseconds=int(text))
