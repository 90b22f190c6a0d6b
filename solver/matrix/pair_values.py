"""Single pairs: what refuses them, their factors and values, without the rows of their leads.

The operations are those of :class:`solver.matrix.rows.ValueRows`, in the same order, so that values
are the same bit by bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.matrix.money import to_minor_units
from solver.matrix.precedence import LAYERS, NO_REP, Decisions
from solver.matrix.refusals import WAIVED, Refusal
from solver.matrix.rows import ValueRows

_Ints = NDArray[np.int64]
_Bits = NDArray[np.uint16]
_Floats = NDArray[np.float64]
#: Pairs worked out at a time.
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class PairValues:
    """N pairs; (N,) each."""

    refused: _Bits
    skill_fit: _Floats
    territory_fit: _Floats
    match: _Floats
    """Weighted mean of the fits, times the preference."""
    preference: _Floats
    """Factors of rules and preferred layers; 1 where there are none."""
    value: _Ints
    """Minor units; 0 where the pair is refused."""


def pair_values(rows: ValueRows, lead: _Ints, rep: _Ints) -> PairValues:
    """Work out pairs (lead[n], rep[n]), in any order.

    Raises
    ------
    InvalidInputError
        If a value exceeds 2**62 minor units.
    """
    decided = _decided(rows, lead)
    refused, skill = refusals(rows, lead, rep), _skill_fit(rows, lead, rep)
    territory = rows.leads.territory[lead]
    territory_fit = rows.tables.territory_fit[territory, rep]
    weights = rows.policy.match
    match = weights.skill * skill
    match += rows.territory_term[territory, rep]
    preference = rows.preselection.preference_of(lead, rep)
    if decided is not None:
        waived = decided.waived & (decided.decided == rep)
        home = rows.preselection.owned_territory_fit
        territory_fit[waived] = home
        match[waived] = weights.skill * skill[waived] + weights.territory * home
        refused = _with_layers(decided, refused, rep)
        preference[decided.preferred == rep] *= rows.policy.precedence.preferred_factor
    match *= preference
    amount = rows.leads.worth[lead] * match
    amount *= rows.reps.performance[rep]
    amount *= rows.reps.response[rep]
    amount *= refused == 0
    return PairValues(refused, skill, territory_fit, match, preference, to_minor_units(
        amount, name=lambda at: rows.pair_name(int(lead[at]), int(rep[at]))))


def decisions_on(rows: ValueRows, lead: _Ints) -> tuple[Decisions, _Bits]:
    """Return what the layers make of some leads, and what still refuses the reps who decide."""
    precedence = rows.preselection.precedence
    bits = np.column_stack([refusals(rows, lead, reps[lead]) for _, reps in precedence.named()])
    return precedence.decide_named(lead, bits)


def refusals(rows: ValueRows, lead: _Ints, rep: _Ints) -> _Bits:
    """Return (N,) what refuses single pairs, layers apart; anything where there is no rep."""
    leads, reps, tables = rows.leads, rows.reps, rows.tables
    bits = (tables.territory_refusal[leads.territory[lead], rep]
            | tables.required_refusal[leads.required[lead], rep]
            | tables.language_refusal[leads.languages[lead], rep] | reps.availability[rep])
    deal = leads.deal_value[lead]
    outside = (deal < reps.min_deal[rep]) | (deal > reps.max_deal[rep])
    pair, excluded = lead * rows.num_reps + rep, leads.excluded_lead * rows.num_reps
    found: _Bits = (
        bits | outside * np.uint16(Refusal.DEAL_BAND)
        | np.isin(pair, excluded + leads.excluded_rep) * np.uint16(Refusal.EXCLUDED)
        | rows.preselection.refuses(lead, rep) * np.uint16(Refusal.RULE))
    return found


def _decided(rows: ValueRows, lead: _Ints) -> Decisions | None:
    return decisions_on(rows, lead)[0] if rows.preselection.precedence.names_any else None


def _with_layers(found: Decisions, refused: _Bits, rep: _Ints) -> _Bits:
    """Return bits with those of the layers: on others of a decided lead, and off its own rep."""
    layer_bits = np.array([bit for _, bit in LAYERS], dtype=np.uint16)
    others = refused | layer_bits[found.layer]
    decided = found.decided != NO_REP
    own = decided & (found.decided == rep)
    bits: _Bits = np.where(own, refused & ~np.uint16(WAIVED), np.where(decided, others, refused))
    return bits


def _skill_fit(rows: ValueRows, lead: _Ints, rep: _Ints) -> _Floats:
    """Return (N,) fits of the leads' needs with the reps."""
    needs = rows.leads.needs[lead]
    if rows.skill_table is not None:
        return rows.skill_table[needs, rep]
    fits = [rows.tables.skill_fit_of(needs[at:at + _BLOCK], rep[at:at + _BLOCK])
            for at in range(0, len(needs), _BLOCK)]
    return np.concatenate([np.empty(0), *fits])
