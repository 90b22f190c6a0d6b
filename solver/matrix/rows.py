"""Rows of values: for a block of leads, eligibility and value against every rep.

This is the only source of the lead-rep matrix. The matrix is never whole: callers ask for blocks
of leads, and for single leads when they need reasons and factors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.matrix.lead_factors import LeadFactors, lead_factors
from solver.matrix.money import to_minor_units
from solver.matrix.refusals import Refusal
from solver.matrix.rep_factors import RepFactors, rep_factors
from solver.matrix.rule_tables import RuleTables, rule_tables
from solver.matrix.triage import Triage, triage
from solver.models import Window

#: Pairs in a block. An array of this many float64 stays in a core's cache, and the allocator keeps
#: its memory for the next block; twice as large, it goes back to the operating system each time.
_BLOCK_PAIRS = 1 << 14
#: Entries of the table of skill fits, needs sets x reps, up to which it is kept: 256 MB.
_MAX_TABLE = 1 << 25


@dataclass(frozen=True, slots=True)
class Rows:
    """A block of B leads against all R reps; arrays of shape (B, R)."""

    start: int
    """Position of the first lead of the block."""
    refused: NDArray[np.uint16]
    """Bits of :class:`Refusal`; 0 means eligible."""
    skill_fit: NDArray[np.float64]
    territory_fit: NDArray[np.float64]
    match: NDArray[np.float64]
    value: NDArray[np.int64]
    """Minor units; 0 where the pair is refused."""


class ValueRows:
    """The matrix of one window, by blocks of leads."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.triage: Triage = triage(window)
        self.reps: RepFactors = rep_factors(window)
        self.leads: LeadFactors = lead_factors(self.triage, window, self.reps.index)
        self._tables: RuleTables = rule_tables(window, self.leads)
        self._territory_term = window.policy.match.territory * self._tables.territory_fit
        self._skill_table = (
            self._tables.skill_fit(np.arange(len(self.leads.needs_sets)))
            if len(self.leads.needs_sets) * self.num_reps <= _MAX_TABLE else None)

    @property
    def num_leads(self) -> int:
        """Leads that the window routes."""
        return len(self.leads.leads)

    @property
    def num_reps(self) -> int:
        """All reps, inactive ones included."""
        return len(self.reps.rep_ids)

    def blocks(self) -> Iterator[slice]:
        """Slices of leads that together cover the window."""
        size = max(1, _BLOCK_PAIRS // max(1, self.num_reps))
        for start in range(0, self.num_leads, size):
            yield slice(start, min(start + size, self.num_leads))

    def refused(self, block: slice) -> NDArray[np.uint16]:
        """Eligibility of a block of leads: (B, R) bits, 0 means eligible."""
        leads, tables = self.leads, self._tables
        bits = tables.territory_refusal[leads.territory[block]]
        if len(leads.required_sets) > 1 or leads.required_sets != ((),):
            bits |= tables.required_refusal[leads.required[block]]
        if len(leads.language_sets) > 1 or leads.language_sets != (frozenset(),):
            bits |= tables.language_refusal[leads.languages[block]]
        bits |= self.reps.availability
        if tables.any_deal_band:
            deal = leads.deal_value[block, None]
            outside = (deal < self.reps.min_deal) | (deal > self.reps.max_deal)
            bits |= outside.astype(np.uint16) * np.uint16(Refusal.DEAL_BAND)
        first, last = np.searchsorted(leads.excluded_lead, (block.start, block.stop))
        at = leads.excluded_lead[first:last] - block.start, leads.excluded_rep[first:last]
        bits[at] |= np.uint16(Refusal.EXCLUDED)
        return bits

    def rows(self, block: slice) -> Rows:
        """Eligibility, fits, match and value of a block of leads.

        Values follow the formula of the README, in float64 and in its order, then become minor
        units in one place.
        """
        leads, reps = self.leads, self.reps
        refused = self.refused(block)
        skill = self._skill_fit(leads.needs[block])
        territory = leads.territory[block]
        match = self.window.policy.match.skill * skill
        match += self._territory_term[territory]
        amount = leads.worth[block, None] * match
        amount *= reps.performance
        amount *= reps.response
        amount *= refused == 0
        return Rows(block.start, refused, skill, self._tables.territory_fit[territory], match,
                    to_minor_units(amount, name=lambda i, j: self.pair_name(block.start + i, j)))

    def pair_name(self, lead: int, rep: int) -> str:
        """Name a pair for a message."""
        return (f"the value of lead {self.leads.leads[lead].lead_id!r} with rep "
                f"{self.reps.rep_ids[rep]!r}")

    def _skill_fit(self, codes: NDArray[np.int32]) -> NDArray[np.float64]:
        """Fit of needs sets with every rep, from the table where one was affordable."""
        if self._skill_table is not None:
            return self._skill_table[codes]
        distinct, which = np.unique(codes, return_inverse=True)
        return self._tables.skill_fit(distinct)[which]
