"""What stands before territory: the organisation's rules and the layers of the precedence."""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from solver.filters import PairMask
from solver.matrix.filtering import Filtered
from solver.matrix.precedence import NO_REP, Decisions, Precedence
from solver.matrix.refusals import Refusal
from solver.matrix.rep_side import RepSide
from solver.matrix.triage import Triage
from solver.models import CustomRule, RuleKind, Window


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule of the policy and the pairs that it is about."""

    rule: CustomRule
    leads: NDArray[np.bool_]
    """(L,) leads that match."""
    pairs: PairMask
    """Pairs whose rep matches."""


class Preselection:
    """Rules and layers of one window, asked block by block.

    Parameters
    ----------
    window, triage, side
        The window, its leads sorted out, its reps.
    filtered
        The filters of its policy.
    precedence
        Its layers, where they are known already.
    """

    def __init__(self, window: Window, triage: Triage, side: RepSide, filtered: Filtered,
                 precedence: Precedence | None = None) -> None:
        self._factor = window.policy.precedence.preferred_factor
        self.owned_territory_fit = side.rules.owned_territory_fit
        self.precedence = precedence or Precedence(triage.routed, window.accounts, window.policy,
                                                   side.factors.index)
        self._rules = [_Rule(rule, filtered.leads(rule.leads), filtered.pairs(rule.reps))
                       for rule in window.policy.rules]

    def take(self, lead_idx: NDArray[np.int64]) -> Self:
        """Return what stands before some of the leads, in the order given."""
        taken = copy(self)
        taken.precedence = self.precedence.take(lead_idx)
        taken._rules = [_Rule(one.rule, one.leads[lead_idx], one.pairs.take(lead_idx))
                        for one in self._rules]
        return taken

    def refuse(self, block: slice, bits: NDArray[np.uint16]) -> None:
        """Set the bit of rules that keep leads of a block from reps, in place."""
        for one in self._rules:
            leads = one.leads[block]
            if one.rule.kind is RuleKind.SHOULD or not leads.any():
                continue
            to_these = one.pairs.block(block)
            refused = ~to_these if one.rule.kind is RuleKind.MUST else to_these
            bits |= (refused & leads[:, None]) * np.uint16(Refusal.RULE)

    def preference(self, block: slice, decisions: Decisions | None) -> NDArray[np.float64] | None:
        """Return (B, R) products of the factors, rules first; None where there are none."""
        factor: NDArray[np.float64] | None = None
        for one in self._rules:
            leads = one.leads[block]
            if one.rule.kind is RuleKind.SHOULD and leads.any():
                hit = one.pairs.block(block) & leads[:, None]
                factor = np.ones(hit.shape) if factor is None else factor
                factor[hit] *= one.rule.factor
        if decisions is not None and (decisions.preferred != NO_REP).any():
            rows = np.flatnonzero(decisions.preferred != NO_REP)
            factor = (np.ones((len(decisions.preferred), self.precedence.num_reps))
                      if factor is None else factor)
            factor[rows, decisions.preferred[rows]] *= self._factor
        return factor

    def classes(self, kinds: Collection[RuleKind]) -> list[NDArray[np.int64]]:
        """Return, for each rule of some kinds, (L,) classes of leads; 0: the rule is not about it.

        Leads of one class are kept from, or preferred with, the same reps by the rule.
        """
        return [np.where(one.leads, one.pairs.lead_class + 1, 0)
                for one in self._rules if one.rule.kind in kinds]

    def preference_of(self, lead_idx: NDArray[np.int64], rep_idx: NDArray[np.int64]
                      ) -> NDArray[np.float64]:
        """Return (N,) products of the factors of rules for single leads with single reps."""
        factor = np.ones(len(lead_idx))
        for one in self._rules:
            if one.rule.kind is RuleKind.SHOULD:
                hit = one.leads[lead_idx] & one.pairs.pairs(lead_idx, rep_idx)
                factor[hit] *= one.rule.factor
        return factor

    def refuses(self, lead_idx: NDArray[np.int64], rep_idx: NDArray[np.int64]
                ) -> NDArray[np.bool_]:
        """Return (N,) whether a rule keeps single leads from single reps."""
        refused = np.zeros(len(lead_idx), dtype=np.bool_)
        for one in self._rules:
            if one.rule.kind is not RuleKind.SHOULD:
                there = one.pairs.pairs(lead_idx, rep_idx)
                refused |= one.leads[lead_idx] & (there != (one.rule.kind is RuleKind.MUST))
        return refused

    def rule_against(self, lead_at: int, rep_at: int) -> str | None:
        """Return the name of the first rule that keeps a lead from a rep."""
        for one in self._rules:
            if one.rule.kind is RuleKind.SHOULD or not one.leads[lead_at]:
                continue
            there = bool(one.pairs.block(slice(lead_at, lead_at + 1))[0, rep_at])
            if there != (one.rule.kind is RuleKind.MUST):
                return one.rule.name
        return None
