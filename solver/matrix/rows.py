"""Rows of values: for a block of leads, eligibility and value against every rep.

This is the only source of the lead-rep matrix. The matrix is never whole: callers ask for blocks
of leads, and for single leads when they need reasons and factors.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from solver.matrix.filtering import Filtered
from solver.matrix.lead_factors import LeadFactors, lead_factors
from solver.matrix.moments import Moments
from solver.matrix.money import to_minor_units
from solver.matrix.precedence import Decisions, Precedence
from solver.matrix.preselection import Preselection
from solver.matrix.refusals import Refusal
from solver.matrix.rep_factors import RepFactors, calendar_of
from solver.matrix.rep_side import RepSide, rep_side
from solver.matrix.rule_tables import RuleTables, rule_tables
from solver.matrix.triage import Triage, triage
from solver.models import Policy, Window

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
    """Weighted mean of the fits, times the factors of rules and preferred layers."""
    preference: NDArray[np.float64] | None
    """Factors of rules and preferred layers; None where there are none."""
    decisions: Decisions | None
    """What the layers of the precedence decided; None where they name nobody."""
    value: NDArray[np.int64]
    """Minor units; 0 where the pair is refused."""


class PairRows:
    """Leads against reps, by blocks of leads."""

    def __init__(self, policy: Policy, reps: RepFactors, leads: LeadFactors, tables: RuleTables,
                 choice: Preselection) -> None:
        self.policy, self.reps, self.leads = policy, reps, leads
        self._tables, self._choice = tables, choice
        self._moments: Moments | None = None
        self._territory_term = policy.match.territory * tables.territory_fit
        self._skill_table = (
            tables.skill_fit(np.arange(len(leads.needs_sets)))
            if len(leads.needs_sets) * len(reps.rep_ids) <= _MAX_TABLE else None)

    @property
    def tables(self) -> RuleTables:
        """Rules by code and rep."""
        return self._tables

    @property
    def skill_table(self) -> NDArray[np.float64] | None:
        """(needs sets, R) skill fits; None where the table would be large."""
        return self._skill_table

    @property
    def territory_term(self) -> NDArray[np.float64]:
        """By territory and rep: the territory's weight times its fit."""
        return self._territory_term

    @property
    def preselection(self) -> Preselection:
        """Rules of the organisation and layers of the precedence."""
        return self._choice

    def take(self, lead_idx: NDArray[np.int64], moments: Moments, reps: RepFactors) -> Self:
        """Return the rows of some of the leads, each at a moment of its own; repeats are allowed.

        Parameters
        ----------
        lead_idx
            (K,) positions of leads.
        moments
            At which each of the K is decided.
        reps
            The same reps, as they are loaded then.
        """
        taken = copy(self)
        taken.leads, taken.reps, taken._moments = self.leads.take(lead_idx), reps, moments
        taken._choice = self._choice.take(lead_idx)
        return taken

    def chosen(self, lead_idx: NDArray[np.int64]) -> Self:
        """Return the rows of some of the leads, (K,) positions in any order."""
        taken = copy(self)
        taken.leads, taken._choice = self.leads.take(lead_idx), self._choice.take(lead_idx)
        return taken

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
        return self._decided(block)[0]

    def decisions(self, block: slice) -> Decisions | None:
        """Return what the layers of the precedence decided of a block; None: they name nobody."""
        return self._decided(block)[1]

    def _decided(self, block: slice) -> tuple[NDArray[np.uint16], Decisions | None]:
        """Return the bits of a block, and what the layers above territory decided."""
        bits = self._refused_by_rules(block)
        self._choice.refuse(block, bits)
        if not self._choice.precedence.names_any:
            return bits, None
        return bits, self._choice.precedence.decide(block, bits)

    def _refused_by_rules(self, block: slice) -> NDArray[np.uint16]:
        leads, tables = self.leads, self._tables
        bits = tables.territory_refusal[leads.territory[block]]
        if len(leads.required_sets) > 1 or leads.required_sets != ((),):
            bits |= tables.required_refusal[leads.required[block]]
        if len(leads.language_sets) > 1 or leads.language_sets != (frozenset(),):
            bits |= tables.language_refusal[leads.languages[block]]
        bits |= (self.reps.availability if self._moments is None
                 else self._moments.availability[self._moments.code[block]])
        if self.reps.any_deal_band:
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
        refused, decisions = self._decided(block)
        skill = self._skill_fit(leads.needs[block])
        territory_fit = self._tables.territory_fit[leads.territory[block]]
        match = self.policy.match.skill * skill
        match += self._territory_term[leads.territory[block]]
        if decisions is not None:
            self._at_home(decisions, skill, territory_fit, match)
        preference = self._choice.preference(block, decisions)
        if preference is not None:
            match *= preference
        amount = leads.worth[block, None] * match
        amount *= reps.performance
        amount *= (reps.response if self._moments is None
                   else self._moments.response[self._moments.code[block]])
        amount *= refused == 0
        return Rows(block.start, refused, skill, territory_fit, match, preference, decisions,
                    to_minor_units(amount, name=lambda i, j: self.pair_name(block.start + i, j)))

    def _at_home(self, decisions: Decisions, skill: NDArray[np.float64],
                 territory_fit: NDArray[np.float64], match: NDArray[np.float64]) -> None:
        """Give reps who were let off the territory the fit of a rep at home, in place."""
        rows = np.flatnonzero(decisions.waived)
        at = rows, decisions.decided[rows]
        weights, home = self.policy.match, self._choice.owned_territory_fit
        territory_fit[at] = home
        match[at] = weights.skill * skill[at] + weights.territory * home

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


class ValueRows(PairRows):
    """The matrix of one window.

    Parameters
    ----------
    window
        Leads, reps, policy, instant.
    side
        Its reps at its instant, where they are known already.
    """

    def __init__(self, window: Window, side: RepSide | None = None) -> None:
        side = rep_side(window.reps, window.policy, window.at) if side is None else side
        sorted_out = triage(window)
        self._set_up(window, side, sorted_out,
                     lead_factors(sorted_out, window.policy, side.rules, side.factors.index),
                     Filtered(window, sorted_out, side.table))

    def among(self, window: Window) -> ValueRows:
        """Return the matrix of a window that differs from this one in nothing but its reps.

        What was worked out of the leads is not worked out again, nor are calendars.
        """
        known = dict(zip(map(calendar_of, self.window.reps), self.reps.next_work, strict=True))
        side = rep_side(window.reps, window.policy, window.at, known)
        same_ids = side.factors.index == self.reps.index
        other = object.__new__(ValueRows)
        other._set_up(window, side, self.triage, self.leads.among(side.factors.index),
                      self.filtered.among(side.table),
                      self.preselection.precedence if same_ids else None)
        return other

    def _set_up(self, window: Window, side: RepSide, sorted_out: Triage, leads: LeadFactors,
                filtered: Filtered, precedence: Precedence | None = None) -> None:
        self.window, self.triage, self.filtered = window, sorted_out, filtered
        choice = Preselection(window, sorted_out, side, filtered, precedence)
        PairRows.__init__(self, window.policy, side.factors, leads,
                          rule_tables(side.rules, leads), choice)
