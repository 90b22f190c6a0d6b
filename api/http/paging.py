"""Cursor pages: each page says where the next begins, and nobody sees a row twice."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from api.service.errors import Problem, RefusedError

Item = TypeVar("Item")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
Limit = Annotated[int, Query(ge=1, le=1000, description="Rows of a page at most.")]
Cursor = Annotated[str | None, Query(
    max_length=2000, description="`next_cursor` of the page before; none begins at the front.")]


class Page(BaseModel, Generic[Item]):
    """Some rows, and where the next begin."""

    items: list[Item]
    next_cursor: str | None = None
    """None: these were the last."""


def cursor_of(*key: str | int) -> str:
    """Return the cursor after a row with this sort key."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def key_of(cursor: str | None, kinds: tuple[type, ...]) -> tuple[str | int, ...] | None:
    """Return the sort key that a cursor stands for; None for none.

    Raises
    ------
    RefusedError
        If it is no cursor of this list.
    """
    if cursor is None:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        key = None
    if (isinstance(key, list) and len(key) == len(kinds)
            and all(type(part) is kind and _can_be_stored(part)
                    for part, kind in zip(key, kinds, strict=True))):
        return tuple(key)
    raise bad_cursor(cursor)


def bad_cursor(cursor: str | None) -> RefusedError:
    """Return the error of a cursor that is none of a list."""
    return RefusedError("cursor is not one of this list; take next_cursor of the page before",
                        problems=[Problem(pointer="cursor", code="bad_cursor",
                                          detail="must be the next_cursor of a page",
                                          offending=(cursor or "")[:80])])


def _can_be_stored(part: object) -> bool:
    """Return whether a database can compare it: text without NUL or half characters, 64 bits."""
    if isinstance(part, int):
        return abs(part) < 2**63
    return isinstance(part, str) and _UNSTORABLE.search(part) is None
