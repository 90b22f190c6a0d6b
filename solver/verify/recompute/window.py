"""Everything that the checks compare a plan with, recomputed from its window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from solver.models import Lead, Plan, Window
from solver.verify.recompute.arrays import IntArray
from solver.verify.recompute.floor.floor import Costs, Floor, floor_of
from solver.verify.recompute.floor.plain import is_plain
from solver.verify.recompute.pairs import Pairs, usable_pairs
from solver.verify.recompute.reps import RepColumns
from solver.verify.recompute.rows import Rows
from solver.verify.recompute.triage import Triage, triage
from solver.verify.recompute.worth import MAX_TOTAL


@dataclass(frozen=True)
class Recomputed:
    """A window after the rules, at the floors and prices that a plan names."""

    window: Window
    triage: Triage
    routed: dict[str, Lead]
    """The leads of the certificate by lead_id."""
    rows: Rows
    floors: IntArray
    """Shape (reps,), minor units, as in the plan; 0 where it names none that can be."""
    prices: IntArray
    """Shape (reps,), minor units, as in the plan; 0 where it names none that can be."""
    reserve: int
    """What a held lead is worth, minor units."""
    pairs: Pairs
    """Usable pairs of a plain window; none in one with rules beyond capacity."""
    floor: Floor | None
    """The rules beyond capacity; None in a plain window."""

    @property
    def num_eligible(self) -> int:
        """Eligible pairs."""
        return self.pairs.num_eligible if self.floor is None else self.floor.pairs.num_eligible

    @property
    def num_usable(self) -> int:
        """Usable pairs."""
        return (len(self.pairs.net) if self.floor is None
                else self.floor.pairs.num_usable(self.reserve))

    @cached_property
    def lead_idx(self) -> dict[str, int]:
        """lead_id to position among the routed leads."""
        return {lead_id: at for at, lead_id in enumerate(self.routed)}

    def group_of(self, lead_id: str) -> str | None:
        """Return the name of a routed lead's group."""
        return None if self.floor is None else self.floor.groups[self.lead_idx[lead_id]]

    def label(self, rep_id: str) -> str:
        """Return what sentences call a rep."""
        return self.window.reps[self.reps.idx[rep_id]].display_name

    @property
    def reps(self) -> RepColumns:
        """The reps as columns."""
        return self.rows.reps

    def owners(self, plan: Plan) -> dict[str, int]:
        """Return lead_id to position of the owner, for routed leads and known reps."""
        return {a.lead_id: self.reps.idx[a.rep_id] for a in plan.assignments
                if a.lead_id in self.routed and a.rep_id in self.reps.idx}


def recompute(plan: Plan, window: Window) -> Recomputed:
    """Apply the rules to a window, taking floors and prices from a plan of it.

    Raises
    ------
    InvalidInputError
        If a value is out of range.
    """
    sorted_out = triage(window)
    rows = Rows(window, sorted_out.routed)
    reserve = int(np.rint(window.policy.reserve_value * 100))
    floors = _column({s.rep_id: s.floor for s in plan.slots}, rows.reps)
    prices = _column({s.rep_id: s.price for s in plan.slots}, rows.reps)
    plain = is_plain(window, sorted_out.routed)
    if not plain:
        floors[floors > _largest_floor(window, sorted_out.routed)] = 0
    return Recomputed(
        window=window, triage=sorted_out,
        routed={lead.lead_id: lead for lead in sorted_out.routed},
        rows=rows, floors=floors, prices=prices, reserve=reserve,
        pairs=usable_pairs(rows, sorted_out.routed if plain else (), floors, reserve),
        floor=None if plain else floor_of(
            window, sorted_out.routed, rows, Costs(floors, _limit_floors(plan), reserve)))


def is_slot_money(amount: int) -> bool:
    """Say whether an amount can be a floor or a price: 0 or more, and sums stay exact."""
    return 0 <= amount <= MAX_TOTAL


def _limit_floors(plan: Plan) -> dict[str, int]:
    """Return the floors of limits that span more than the window, by name."""
    return {} if plan.floors is None else plan.floors.by_limit()


def _largest_floor(window: Window, routed: tuple[Lead, ...]) -> int:
    """Return the largest floor at which the floors of all slots of all leads sum exactly."""
    most_slots = max([1, *(rule.slots for rule in window.policy.use),
                      *(lead.effort or 1 for lead in routed)])
    return MAX_TOTAL // (4 * most_slots * max(1, len(routed)))


def _column(amounts: dict[str, int], reps: RepColumns) -> IntArray:
    named = [amounts.get(rep_id, 0) for rep_id in reps.ids]
    return np.array([a if is_slot_money(a) else 0 for a in named], dtype=np.int64)
