"""Each rule evaluated once per code and rep: territory, required skills, languages, needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.matrix.lead_factors import LeadFactors, Weights
from solver.matrix.refusals import Refusal
from solver.models import Rep, Window
from solver.models.names import LEVEL_SCALE, OVERLAY, name_key, ten_thousandths

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
    any_deal_band: bool

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


def rule_tables(window: Window, leads: LeadFactors) -> RuleTables:
    """Evaluate the rules of a window once per code and rep."""
    reps = window.reps
    skills = [{name_key(name): ten_thousandths(level) for name, level in rep.skills.items()}
              for rep in reps]
    needed = sorted({name for needs in leads.needs_sets for name, _ in needs})
    fit = _territory_fit(window, leads.territory_keys)
    weights, levels = _needs(needed, leads.needs_sets, skills)
    return RuleTables(
        territory_fit=np.nan_to_num(fit, nan=0.0),
        territory_refusal=_bits(np.isnan(fit), Refusal.NO_TERRITORY),
        required_refusal=_bits(_lacks_skill(leads.required_sets, skills), Refusal.NO_SKILL),
        language_refusal=_bits(_lacks_language(leads.language_sets, reps), Refusal.NO_LANGUAGE),
        needs_weights=weights,
        needs_totals=weights.sum(axis=1),
        skill_levels=levels,
        unknown_fit=ten_thousandths(window.policy.match.unknown) / LEVEL_SCALE,
        any_deal_band=any(rep.min_deal is not None or rep.max_deal is not None for rep in reps),
    )


def _bits(refused: NDArray[np.bool_], rule: Refusal) -> _Bits:
    return np.where(refused, np.uint16(rule), np.uint16(0))


def _territory_fit(window: Window, keys: Sequence[str | None]) -> _Floats:
    """Fit of each territory with each rep, NaN where not eligible."""
    policy = window.policy.territory_fit
    home, overlay, outside = (np.nan if fit is None else fit
                              for fit in (policy.home, policy.overlay, policy.outside))
    names = [frozenset(map(name_key, rep.territories)) for rep in window.reps]
    sells_everywhere = np.array([OVERLAY in own for own in names], dtype=np.bool_)
    rules = {name_key(rule.name) for rule in window.policy.territories}
    anything_named = bool(rules.union(*names) - {OVERLAY})
    fit = np.empty((len(keys), len(names)))
    for code, key in enumerate(keys):
        if key is None:
            fit[code] = np.where(sells_everywhere, overlay, np.nan) if anything_named else home
        else:
            at_home = np.array([key in own for own in names], dtype=np.bool_)
            fit[code] = np.where(at_home, home, np.where(sells_everywhere, overlay, outside))
    return fit


def _lacks_skill(required: Sequence[Weights], skills: Sequence[dict[str, int]]
                 ) -> NDArray[np.bool_]:
    """(codes, R): a required skill is below its minimum; a missing skill is level 0."""
    levels = {name: np.array([own.get(name, 0) for own in skills], dtype=np.int64)
              for name in {name for minimums in required for name, _ in minimums}}
    lacks = np.zeros((len(required), len(skills)), dtype=np.bool_)
    for code, minimums in enumerate(required):
        for name, minimum in minimums:
            lacks[code] |= levels[name] < minimum
    return lacks


def _lacks_language(wanted: Sequence[frozenset[str]], reps: Sequence[Rep]) -> NDArray[np.bool_]:
    """(codes, R): the lead names languages and the rep has none of them."""
    spoken = [frozenset(map(name_key, rep.languages)) for rep in reps]
    return np.array([[bool(names) and names.isdisjoint(own) for own in spoken] for names in wanted],
                    dtype=np.bool_).reshape(len(wanted), len(reps))


def _needs(needed: Sequence[str], needs_sets: Sequence[Weights], skills: Sequence[dict[str, int]]
           ) -> tuple[_Floats, _Floats]:
    """Weights of each needs set and levels of each rep over the skills that are needed."""
    position = {name: at for at, name in enumerate(needed)}
    weights = np.zeros((len(needs_sets), len(needed)))
    for row, needs in zip(weights, needs_sets, strict=True):
        for name, weight in needs:
            row[position[name]] = weight
    levels = np.zeros((len(needed), len(skills)))
    for rep, own in enumerate(skills):
        for name in own.keys() & position.keys():
            levels[position[name], rep] = own[name]
    return weights, levels
