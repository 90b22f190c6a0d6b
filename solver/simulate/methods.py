"""What is compared, and under which house rules."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from solver.errors import UsageError


class Method(StrEnum):
    """How leads get their owners."""

    FIRST_MATCH = "first_match"
    """Each lead to the first rep, by rep_id, who may have it."""
    ROUND_ROBIN = "round_robin"
    """Each lead to the next rep in turn; the turn goes on from window to window."""
    WEIGHTED_ROUND_ROBIN = "weighted_round_robin"
    """Each lead to the rep with the least (assigned today + 1) / weight."""
    MOST_FREE_SLOTS = "most_free_slots"
    """Each lead to the rep with the most free slots."""
    GREEDY = "greedy"
    """Each lead to the rep with whom it is worth the most."""
    OPTIMAL = "optimal"
    """Windows solved exactly, without floors."""
    OPTIMAL_YESTERDAY = "optimal_yesterday"
    """Windows solved exactly, with floors made once, at the start, from the history."""
    OPTIMAL_REFRESHED = "optimal_refreshed"
    """Windows solved exactly, with floors made anew every ``policy.horizon.refresh_minutes``."""
    INSTANT = "instant"
    """Each lead the moment it arrives, with the same refreshed floors; one that is held then, or
    comes back from a rep, waits for the next window, which is solved with them too."""


class Held(StrEnum):
    """What becomes of a lead that a window leaves without an offer."""

    RETURN = "return"
    """It waits for the next window, until it is older than ``policy.freshness.max_age_hours``."""
    LOST = "lost"
    """It is lost; with instant routing at once. One that a rep rejected or let time out still has
    the next window."""


@dataclass(frozen=True, slots=True)
class Windows:
    """When a window closes; one of the two is given. The last one closes at the world's end.

    Raises
    ------
    UsageError
        If both or neither are given, or a number is not above 0.
    """

    leads: int | None = None
    """At the arrival of that many new leads."""
    minutes: float | None = None
    """After that time."""

    def __post_init__(self) -> None:
        if (self.leads is None) == (self.minutes is None):
            raise UsageError(f"windows close after leads {self.leads} or minutes {self.minutes}; "
                             "give exactly one of the two")
        if self.leads is not None and self.leads < 1:
            raise UsageError(f"windows of {self.leads} leads cannot close; give 1 or more")
        if self.minutes is not None and not (self.minutes > 0 and math.isfinite(self.minutes)):
            raise UsageError(f"windows of {self.minutes:g} minutes cannot close; give a number "
                             "above 0")
