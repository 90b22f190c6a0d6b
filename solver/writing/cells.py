"""One field of a record as the text of one CSV cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from solver.errors import UsageError

_SEPARATOR = ";"


def cell_text(value: object) -> str:
    """Return the text that reading turns back into the value; nothing for what is absent.

    Raises
    ------
    UsageError
        No text reads back as the value.
    TypeError
        The value is of no kind that a record holds.
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case int() | float():
            return number_text(value)
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case Mapping():
            return _SEPARATOR.join(f"{_item(name)}:{number_text(value[name])}"
                                   for name in sorted(value))
        case tuple():
            return _SEPARATOR.join(map(_item, value))
    raise TypeError(f"a record holds no {type(value).__name__}")


def number_text(number: float) -> str:
    """Return the shortest plain decimal that reads back as the number: 8, 0.8, never 8e-1."""
    if float(number).is_integer():
        return str(int(number))
    return format(Decimal(repr(number)), "f")


def instant_text(instant: datetime) -> str:
    """Return an instant in RFC 3339 with ``Z``."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _item(text: str) -> str:
    if _SEPARATOR in text:
        raise UsageError(f"{text!r} holds {_SEPARATOR!r}, which separates the items of a CSV "
                         f"cell. Rename it without {_SEPARATOR!r}.")
    return _text(text)


def _text(text: str) -> str:
    if not text or text != text.strip():
        raise UsageError(f"{text!r} is blank or has a blank at an end, which reading would trim. "
                         "Trim it, or leave it out.")
    return text
