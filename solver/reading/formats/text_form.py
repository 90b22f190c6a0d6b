"""Typed values as the text that a CSV of the same data would hold."""

from __future__ import annotations

import json
import math
from datetime import date, datetime

_WHOLE = 2.0**53


def to_text(value: object) -> str:
    """Return the text of one value: flags in lower case, whole numbers without ``.0``, ISO dates.

    Items of a list are joined by semicolons; what is missing or not a number is blank.
    """
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case str():
            return clean(value)
        case float():
            return _number(value)
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", "replace")
        case list() | tuple():
            return ";".join(to_text(item) for item in value)
        case dict():
            return clean(json.dumps(value, ensure_ascii=False, default=str))
        case _:
            return clean(str(value))


def _number(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else repr(value)


def clean(text: str) -> str:
    """Return text without NUL characters and halves of characters, which JSON lets through."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class Pairs(list[tuple[str, object]]):
    """The pairs of an object in which a name stands twice."""


def flatten(value: object, name: str = "") -> list[tuple[str, str]]:
    """Return the cells of an object by name; names of nested objects are joined by dots."""
    if not isinstance(value, dict | Pairs):
        return [(name, to_text(value))]
    pairs = value.items() if isinstance(value, dict) else value
    if name and not value:
        return [(name, "")]
    return [cell for key, inner in pairs
            for cell in flatten(inner, f"{name}.{key}" if name else key)]
