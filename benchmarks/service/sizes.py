"""How much is measured: the sizes of the issue, and small ones that show that all of it runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

#: The demo's instant, a working day.
AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
SEED = 7


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes and numbers of repetitions."""

    num_leads: int
    """Of a bulk, and of a window."""
    num_reps: int
    repeats: int
    """Of a bulk, a window, and of rounds of single posts."""
    posts: int
    """Single posts of each kind in a round."""
    known: int
    """Prepared leads that single posts are compared with."""
    seconds: float
    """How long the API is under load for one figure."""


FULL = Sizes(num_leads=10_000, num_reps=500, repeats=5, posts=300, known=2_000, seconds=8.0)
SMALL = Sizes(num_leads=60, num_reps=6, repeats=1, posts=4, known=10, seconds=0.3)
