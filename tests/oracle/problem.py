"""A window as numbers: free slots, floors, the reserve and every pair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from solver.models import Window
from tests.oracle.rich_pairs import Asked, RichPair, rich_lead, routed
from tests.oracle.rules import availability


@dataclass(frozen=True)
class Problem:
    """A window worked out pair by pair; money in minor units."""

    leads: tuple[str, ...]
    """Ids of the leads of the window, sorted."""
    reps: tuple[str, ...]
    """Ids of all reps, sorted."""
    slots: dict[str, int]
    """Free slots by rep."""
    active: dict[str, bool]
    """Whether each rep is active."""
    floors: dict[str, int]
    """Floor by rep."""
    assigned_today: dict[str, int]
    """Leads each rep was assigned before this window."""
    created_at: dict[str, datetime]
    """When each lead of the window came in."""
    reserve: int
    """What a held lead counts."""
    pairs: dict[tuple[str, str], RichPair]
    """Every pair of a lead of the window with a rep."""

    def net(self, lead: str, rep: str) -> int:
        """Return value minus floor of an eligible pair."""
        value = self.pairs[lead, rep].value
        assert value is not None
        return value - self.floors[rep]

    def usable(self, lead: str, rep: str) -> bool:
        """Return whether the pair may be in a plan."""
        value = self.pairs[lead, rep].value
        return value is not None and value > 0 and self.net(lead, rep) > self.reserve

    def usable_reps(self, lead: str) -> list[str]:
        """Return the reps whose pair with the lead is usable, with or without a free slot."""
        return [rep for rep in self.reps if self.usable(lead, rep)]


def problem(window: Window, floors: Mapping[str, int] | None = None) -> Problem:
    """Work out a window.

    Parameters
    ----------
    window
        The window.
    floors
        Floor by rep id, minor units; 0 for reps it does not name.
    """
    leads = routed(window)
    asked = Asked(window, leads)
    free = {rep.rep_id: availability(rep, window) for rep in window.reps}
    slots = {}
    for rep in window.reps:
        open_slots = rep.capacity - rep.open_leads
        today = open_slots if rep.daily_cap is None else rep.daily_cap - rep.assigned_today
        slots[rep.rep_id] = max(0, min(open_slots, today)) if rep.active else 0
    return Problem(
        leads=tuple(sorted(lead.lead_id for lead in leads)),
        reps=tuple(sorted(rep.rep_id for rep in window.reps)),
        slots=slots,
        active={rep.rep_id: rep.active for rep in window.reps},
        floors={rep.rep_id: (floors or {}).get(rep.rep_id, 0) for rep in window.reps},
        assigned_today={rep.rep_id: rep.assigned_today for rep in window.reps},
        created_at={lead.lead_id: lead.created_at for lead in leads if lead.created_at},
        reserve=round(window.policy.reserve_value * 100),
        pairs={(lead.lead_id, rep_id): pair for lead in leads
               for rep_id, pair in rich_lead(lead, window, asked, free).pairs.items()},
    )
