"""Each rule evaluated once per code and rep: territory, required skills, languages, needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.matrix.lead_factors import LeadFactors
from solver.matrix.refusals import Refusal
from solver.matrix.rules import Rules, Weights
from solver.names import LEVEL_SCALE

_Bits = NDArray[np.uint16]
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RuleTables:
    """Rows by code of a lead's property, columns by rep."""

    territory_fit: _Floats
    """(T, R); 0 where not eligible."""
    territory_refusal: _Bits
    required_refusal: _Bits
    language_refusal: _Bits
    needs_weights: _Floats
    """(N, S) weights in 1/10,000, integers held in float64."""
    needs_totals: _Floats
    """(N,) sums of the weights."""
    skill_levels: _Floats
    """(S, R) levels in 1/10,000, integers held in float64."""
    unknown_fit: float
    """Fit of a lead that names no needs."""

    def skill_fit(self, codes: NDArray[np.integer[Any]]) -> _Floats:
        """Fit of needs sets with each rep: sum(w l) / (10,000 sum(w)), shape (len(codes), R).

        The weights and levels are integers held in float64; their sums stay below 2**53, so the
        matrix product is exact in any order.
        """
        totals = self.needs_totals[codes]
        known = totals > 0
        fit = np.full((len(codes), self.skill_levels.shape[1]), self.unknown_fit)
        products = self.needs_weights[codes[known]] @ self.skill_levels
        fit[known] = products / (LEVEL_SCALE * totals[known, None])
        return fit

    def skill_fit_of(self, codes: NDArray[np.integer[Any]], rep: NDArray[np.integer[Any]]
                     ) -> _Floats:
        """Fit of needs sets with one rep each, (N,): the same exact sums."""
        totals = self.needs_totals[codes]
        products = np.einsum("ns,sn->n", self.needs_weights[codes], self.skill_levels[:, rep])
        known = totals > 0
        fit = np.full(len(codes), self.unknown_fit)
        fit[known] = products[known] / (LEVEL_SCALE * totals[known])
        return fit


def rule_tables(rules: Rules, leads: LeadFactors) -> RuleTables:
    """Evaluate rules once per code and rep."""
    fit = _rows([rules.territory_fit(*lies_in) for lies_in in leads.territories], rules,
                np.float64)
    needed = sorted({name for needs in leads.needs_sets for name, _ in needs})
    weights = _weights(needed, leads.needs_sets)
    return RuleTables(
        territory_fit=np.nan_to_num(fit, nan=0.0),
        territory_refusal=_bits(np.isnan(fit), Refusal.NO_TERRITORY),
        required_refusal=_bits(
            _rows([rules.lacks_skill(minimums) for minimums in leads.required_sets], rules,
                  np.bool_), Refusal.NO_SKILL),
        language_refusal=_bits(
            _rows([rules.lacks_language(names) for names in leads.language_sets], rules, np.bool_),
            Refusal.NO_LANGUAGE),
        needs_weights=weights,
        needs_totals=weights.sum(axis=1),
        skill_levels=_rows([rules.levels(name) for name in needed], rules, np.float64),
        unknown_fit=rules.unknown_fit,
    )


def _bits(refused: NDArray[np.bool_], rule: Refusal) -> _Bits:
    return np.where(refused, np.uint16(rule), np.uint16(0))


def _rows(rows: Sequence[NDArray[Any]], rules: Rules, dtype: type) -> NDArray[Any]:
    """Stack rows of R entries; none give shape (0, R)."""
    return np.array(rows, dtype=dtype).reshape(len(rows), rules.num_reps)


def _weights(needed: Sequence[str], needs_sets: Sequence[Weights]) -> _Floats:
    """Weights of each needs set over the skills that are needed."""
    position = {name: at for at, name in enumerate(needed)}
    weights = np.zeros((len(needs_sets), len(needed)))
    for row, needs in zip(weights, needs_sets, strict=True):
        for name, weight in needs:
            row[position[name]] = weight
    return weights
