"""An activity: one thing that a lead did, and when."""

from __future__ import annotations

from solver.models.base import Id, Instant, Record, Text


class Activity(Record):
    """One row of the activities file."""

    lead_id: Id
    at: Instant
    kind: Text
    """Such as ``visit``, ``form``, ``webinar``; the policy's scoring names those that count."""
    detail: str = ""
    """What exactly: the page, the campaign, the file."""
