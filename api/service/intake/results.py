"""What intake answers."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from api.service.errors import Problem
from solver.models import Queue, Reason
from solver.models.base import Record


class Outcome(StrEnum):
    """What became of one posted lead."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    MERGED = "merged"
    """It is one with a known lead, which has what it lacked now."""
    REFUSED = "refused"


class MadeChange(Record):
    """One field that preparing changed."""

    field: str
    before: str | None
    """As it came; null: it was blank."""
    after: str | None
    """As it is used; null: it could not be read and counts as blank."""
    rule: str
    """What changed it."""


class MayBe(Record):
    """A known lead or account that a lead may be one with, or belong to."""

    id: str
    confidence: float
    evidence: tuple[str, ...]


class Owned(Record):
    """The owner of a lead that was routed at once."""

    rep_id: str
    explanation: tuple[str, ...]
    """The main sentence first; colleagues' figures are shown to managers only."""
    assignment: dict[str, Any] | None = None
    """The plan's assignment: value, price, factors, runners-up; to managers only."""


class Intaken(Record):
    """What became of a posted lead."""

    lead_id: str
    status: Outcome
    state: str
    queue: Queue | None
    """Of a waiting lead."""
    reasons: tuple[Reason, ...]
    """Why it is held."""
    owner: Owned | None
    """Of a hot lead that found an owner at once."""
    kept_by: str | None
    """The owner that the CRM names, of a kept lead."""
    merged_into: str | None
    hot: bool
    changes: tuple[MadeChange, ...]
    possible_leads: tuple[MayBe, ...]
    possible_accounts: tuple[MayBe, ...]


class RowProblem(Record):
    """Why a row was refused."""

    code: str
    detail: str
    errors: tuple[Problem, ...] = ()


class BulkRow(Record):
    """What became of one row."""

    row: int
    """Counted from 0; of NDJSON, blank lines count too."""
    lead_id: str | None
    """Null where the row names none and was refused."""
    status: Outcome
    state: str | None
    queue: str | None
    merged_into: str | None = None
    problem: RowProblem | None = None


class BulkResult(Record):
    """What became of all rows; those that were accepted are stored."""

    accepted: int
    refused: int
    results: tuple[BulkRow, ...]
