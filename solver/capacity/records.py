"""What is said about slots; money in integer minor units.

The *total* of a window is its objective and the floors of all free slots: what the plan brings now
and what it keeps for later. One slot more of a rep adds floor + gain to it, one fewer takes
floor + loss away (DESIGN section 5). Totals are compared, never objectives: a slot that is given
away takes its floor with it.
"""

from __future__ import annotations

from solver.models import SlotLimit
from solver.models.base import Record


class SlotValue(Record):
    """A rep, a team or a territory, and what its next slot and its cheapest slot are worth."""

    name: str
    """rep_id, team or territory."""
    reps: int
    """Active reps."""
    slots: int
    """Free slots that they have."""
    more: int | None
    """Total won with one slot more of `more_rep_id`; None where no rep is active."""
    more_rep_id: str | None
    """The rep with whom it brings the most."""
    limited_by: SlotLimit | None
    """What of `more_rep_id` must be raised for that slot: capacity, daily cap, or both."""
    fewer: int | None
    """Total lost with one slot fewer of `fewer_rep_id`; None where there is no slot."""
    fewer_rep_id: str | None
    """The rep with whom it costs the least."""


class Ranking(Record):
    """Each list by `more`, the largest first, then by `fewer`, then by name."""

    reps: tuple[SlotValue, ...]
    teams: tuple[SlotValue, ...]
    territories: tuple[SlotValue, ...]


class CurvePoint(Record):
    """What the window brings with so many slots of a set of reps."""

    slots: int
    """Free slots of the set."""
    objective: int
    total: int
    change: int
    """Total against that of the window as it is."""
    step: int
    """Total against that of the neighbour one slot nearer to the window as it is; 0 there."""
    rep_id: str | None
    """Whose slot was added or taken in that step."""


class ValueCurve(Record):
    """The best that the window brings with each number of slots of a set of reps."""

    rep_ids: tuple[str, ...]
    slots: int
    """Free slots of the set in the window as it is."""
    points: tuple[CurvePoint, ...]
    """By slots, rising, without gaps."""


class AddedSlot(Record):
    """One slot more."""

    rep_id: str
    step: int
    """Total won by it, after those before it."""
    change: int
    """Total won by it and those before it."""


class BestToAdd(Record):
    """The best slots to add: for each n up to the number asked for, the first n of them."""

    asked: int
    slots: tuple[AddedSlot, ...]
    """In order; fewer than asked for where every further slot would bring nothing."""

    def change(self, count: int) -> int:
        """Return the most that `count` slots more can win."""
        return self.slots[min(count, len(self.slots)) - 1].change if count and self.slots else 0


class MovedSlot(Record):
    """One slot of a rep that becomes another's."""

    from_rep_id: str
    to_rep_id: str
    step: int
    """Total won by it, after those before it."""
    change: int
    """Total won by it and those before it."""


class BestToMove(Record):
    """The best slots to move: for each n up to the number asked for, the first n of them."""

    asked: int
    slots: tuple[MovedSlot, ...]
    """In order; fewer than asked for where no further move would win anything."""

    def change(self, count: int) -> int:
        """Return the most that moving up to `count` slots can win."""
        return self.slots[min(count, len(self.slots)) - 1].change if count and self.slots else 0


class BoughtSlots(Record):
    """Slots bought of one rep."""

    rep_id: str
    slots: int
    cost: int
    """Of all of them."""


class Bought(Record):
    """Slots bought within a budget."""

    budget: int
    spent: int
    slots: tuple[BoughtSlots, ...]
    """By rep_id."""
    change: int
    """Total won by them; what they cost is not taken off."""
    bound: int
    """No slots within the budget win more."""
    gap: int
    """`bound` minus `change`; 0: proven best."""


class ValueOfHire(Record):
    """What a candidate would bring with 1, 2, ... slots."""

    rep_id: str
    points: tuple[CurvePoint, ...]
    """From 0 slots on; `change` is against the window without the candidate."""


class ValueOfTraining(Record):
    """What a rep would bring at another level of a skill."""

    rep_id: str
    skill: str
    level_before: float
    """0 where the rep has not the skill."""
    level: float
    change: int
    """Total won by it."""
    leads_before: int
    """Leads that the rep owns as it is."""
    leads: int
    """Leads that the rep would own."""
