"""Long lists in pieces that every database takes as parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

_Item = TypeVar("_Item")
#: SQLite takes 32,766 parameters, PostgreSQL 65,535.
CHUNK = 5_000


def in_chunks(items: Sequence[_Item], size: int = CHUNK) -> Iterator[Sequence[_Item]]:
    """Yield the items in pieces of a size."""
    for begin in range(0, len(items), size):
        yield items[begin:begin + size]
