"""What preparing leads leaves behind: changes, merges, holds, rows set aside, alerts."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import Field

from solver.models.base import Count, Id, Instant, Record, Text
from solver.models.reason import Queue, Reason

Confidence = Annotated[float, Field(ge=0, le=1)]


class Change(NamedTuple):
    """One field that was changed before routing; a tuple, for a lead has eight of them."""

    record_id: str
    """Lead, rep or account; the territory's name for one of the policy."""
    field: str
    before: str | None
    """As it came; None: it was blank."""
    after: str | None
    """As it is used; None: it could not be read and counts as blank."""
    rule: str
    """What changed it, such as ``country name``."""


class Evidence(Record):
    """One thing that two records have in common, or not."""

    kind: Text
    """``email``, ``phone``, ``domain``, ``name``, ``address``, ``lead_id``, ..."""
    detail: Text
    """What was compared, in words."""
    weight: float
    """What it adds to the confidence; negative speaks against."""


class Merge(Record):
    """A lead that is one with another, which stays."""

    lead_id: Id
    """The one that goes."""
    into_lead_id: Id
    """The one that stays; the same id where one id stood on several rows."""
    confidence: Confidence
    """That the two are one."""
    evidence: tuple[Evidence, ...]
    """What speaks for it, and against."""


class Hold(Record):
    """A lead that preparing keeps out of the window, with its queue and the reason."""

    lead_id: Id
    """The lead."""
    queue: Queue
    """Where it waits."""
    reason: Reason
    """Why."""


class QuarantinedRow(Record):
    """A row of a file that could not become a lead; it can be mended and fed again."""

    file: str
    row: int
    """As in a spreadsheet: the header is row 1."""
    code: Text
    """Of the issue that set it aside."""
    rule: Text
    """What must hold."""
    cells: tuple[str, ...]
    """The row as it came, trimmed; one cell with the raw text where cells could not be told
    apart."""


class AlertKind(StrEnum):
    """What crossed a threshold."""

    QUALIFIED = "qualified"
    DISQUALIFIED = "disqualified"
    HOT = "hot"


class Alert(Record):
    """A lead whose score crossed a threshold."""

    lead_id: Id
    at: Instant
    """When the activity that crossed it happened, or the instant of the decision."""
    kind: AlertKind
    score: float
    threshold: float
    detail: Text


class SetAside(Record):
    """A row in quarantine, without its cells: what a plan says of it."""

    file: str
    """Name of the file."""
    row: int
    """As in a spreadsheet."""
    code: Text
    """Why it was set aside."""
    rule: Text
    """What must hold."""


class Preparation(Record):
    """What preparing did to the leads of a window, in short."""

    rows_in: Count
    """Data rows of the leads file; leads + merged + set_aside."""
    leads: Count
    """Leads of the window."""
    merged: tuple[Merge, ...] = ()
    """Leads that are one with another, sorted by lead_id; a lead_id may stand on several rows."""
    set_aside: tuple[SetAside, ...] = ()
    """Rows that could not become a lead, in the order of the file."""
    changes: Count = 0
    """Fields that were changed."""
    unknown: Count = 0
    """Cells that hold something nobody knows."""
    activities: Count = 0
    """Activities of the file; those of unknown leads among them."""
    score_used: Text = "given"
    """Whose score the values rest on: ``given``, ``points`` or ``probability``."""
