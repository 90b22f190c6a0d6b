"""Everything that the checks compare a plan with, recomputed from its window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.models import Lead, Plan, Window
from solver.verify.recompute.arrays import IntArray
from solver.verify.recompute.pairs import Pairs, usable_pairs
from solver.verify.recompute.reps import RepColumns
from solver.verify.recompute.rows import MAX_TOTAL, Rows
from solver.verify.recompute.triage import Triage, triage


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
    rows = Rows(window, len(sorted_out.routed))
    reserve = int(np.rint(window.policy.reserve_value * 100))
    floors = _column({s.rep_id: s.floor for s in plan.slots}, rows.reps)
    prices = _column({s.rep_id: s.price for s in plan.slots}, rows.reps)
    return Recomputed(
        window=window, triage=sorted_out,
        routed={lead.lead_id: lead for lead in sorted_out.routed},
        rows=rows, floors=floors, prices=prices, reserve=reserve,
        pairs=usable_pairs(rows, sorted_out.routed, floors, reserve))


def is_slot_money(amount: int) -> bool:
    """Say whether an amount can be a floor or a price: 0 or more, and sums stay exact."""
    return 0 <= amount <= MAX_TOTAL


def _column(amounts: dict[str, int], reps: RepColumns) -> IntArray:
    named = [amounts.get(rep_id, 0) for rep_id in reps.ids]
    return np.array([a if is_slot_money(a) else 0 for a in named], dtype=np.int64)
