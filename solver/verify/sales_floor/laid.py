"""A plan laid over its recomputed window: owners, use and prices, for all checks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from solver.models import Plan
from solver.verify.recompute.floor.choices import Choices, choices_of
from solver.verify.recompute.floor.floor import Floor, Owned, owned_of
from solver.verify.recompute.floor.previous import NOBODY
from solver.verify.recompute.floor.prices import Prices, prices_of
from solver.verify.recompute.window import Recomputed


@dataclass(frozen=True)
class Laid:
    """What the checks of one plan share."""

    plan: Plan
    recomputed: Recomputed
    floor: Floor

    @cached_property
    def lead_ids(self) -> tuple[str, ...]:
        """Ids of the routed leads."""
        return tuple(self.recomputed.routed)

    @cached_property
    def owned(self) -> Owned:
        """The plan's owners and what they use."""
        return owned_of(self.plan, self.floor, self.lead_ids, self.recomputed.reps.idx)

    @cached_property
    def prices(self) -> Prices:
        """The plan's prices."""
        return prices_of(self.plan, self.floor, self.recomputed.reps)

    @cached_property
    def choices(self) -> Choices:
        """What could be chosen."""
        return choices_of(self.floor, self.recomputed.reps.free_slots)

    @cached_property
    def movers(self) -> tuple[int, ...]:
        """Leads whose owner is another than in the previous plan, or who have none now."""
        former = self.floor.previous.rep
        moved = (former != NOBODY) & (former != self.owned.owner)
        return tuple(np.flatnonzero(moved).tolist())

    def lead(self, lead_idx: int) -> str:
        """Name a lead for a fault."""
        return f"lead {self.lead_ids[lead_idx]!r}"

    def rep(self, rep_idx: int) -> str:
        """Name a rep for a fault."""
        return "nobody" if rep_idx == NOBODY else f"rep {self.recomputed.reps.ids[rep_idx]!r}"
