"""What became of a record that was put."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from api.service.errors import Problem


class Outcome(StrEnum):
    """What putting a record did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Put:
    """One record that was put."""

    record_id: str
    outcome: Outcome
    problem: Problem | None = None
    """Why it was refused."""
