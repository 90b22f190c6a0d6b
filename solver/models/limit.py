"""A limit: ``lower <= use over some pairs <= upper``; a rep's capacity is the first kind."""

from __future__ import annotations

from enum import StrEnum

from solver.models.base import Id, Record


class LimitKind(StrEnum):
    """What a limit counts."""

    CAPACITY = "capacity"


class Limit(Record):
    """One limit of a window over all pairs of one rep."""

    limit_id: Id
    """Identity, such as ``capacity:r-1``."""
    kind: LimitKind
    """What the limit counts."""
    rep_id: Id
    """The rep whose pairs it counts."""
    lower: int = 0
    """Least use, in slots."""
    upper: int
    """Most use, in slots."""
