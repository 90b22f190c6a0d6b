"""What intake answers."""

from __future__ import annotations

from enum import StrEnum

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


class Intaken(Record):
    """What became of a posted lead."""

    lead_id: str
    status: Outcome
    state: str
    queue: Queue | None
    """Of a waiting lead."""
    reasons: tuple[Reason, ...]
    """Why it is held."""
    owner_id: str | None
    """Rep who owns it now: of a hot lead, or of a known one."""
    explanation: tuple[str, ...]
    """Of a lead that was routed at once: why it went where it went, the reason first."""
    kept_by: str | None
    """The owner that the CRM names, of a kept lead."""
    merged_into: str | None
    hot: bool
    changes: tuple[MadeChange, ...]
    possible_leads: tuple[MayBe, ...]
    possible_accounts: tuple[MayBe, ...]


class ActivitiesTaken(Record):
    """What became of activities."""

    lead_id: str
    """The lead that has them now: the one that it is one with, if it is one with another."""
    received: int
    new: int
    """Those that were not known."""
    state: str
    queue: Queue | None
    reasons: tuple[Reason, ...]
    owner_id: str | None
    explanation: tuple[str, ...]
    """Of a lead that became hot and was routed at once."""
    points: float | None
    """Of the policy's scoring; null: it scores nothing."""
    hot: bool


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
