"""How old a lead is when it is decided on."""

from __future__ import annotations

from datetime import datetime


def age_hours(created_at: datetime, at: datetime) -> float:
    """Return the hours from creation to the decision, 0 for a lead from the future."""
    return max(0.0, (at - created_at).total_seconds() / 3600)
