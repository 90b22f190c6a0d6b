"""From the rows of a window to its factors: codes, bits and the few leads that layers decide."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from solver.matrix.factors import (
    REFUSED,
    Bits,
    Codes,
    Factors,
    Floats,
    Ints,
    LeadColumns,
    RepColumns,
    Scalars,
    Tables,
    bits_of,
)
from solver.matrix.pair_values import decisions_on
from solver.matrix.precedence import NO_REP
from solver.matrix.rows import ValueRows
from solver.models import RuleKind
from solver.models.money import MAX_SUM, MINOR_PER_UNIT
from solver.names import LEVEL_SCALE

#: Bytes up to which what rules refuse and prefer is held, a row for all leads they treat alike.
_MAX_RULES = 1 << 27
_KEEPING, _PREFERRING = (RuleKind.MUST, RuleKind.MUST_NOT), (RuleKind.SHOULD,)


def window_factors(rows: ValueRows, threshold: Ints) -> Factors | None:
    """Return the factors of a window's pairs.

    Parameters
    ----------
    rows
        The window.
    threshold
        (R,) floor and reserve, minor units.

    Returns
    -------
    Factors or None
        None where the window cannot be said in factors within their budgets: its rules tell too
        many leads apart, levels pass 16 bits, or values could pass what integers hold.
    """
    keeping, keeping_first = _alike(rows.preselection.classes(_KEEPING), rows.num_leads)
    preferring, preferring_first = _alike(rows.preselection.classes(_PREFERRING), rows.num_leads)
    row_bytes = len(keeping_first) // 8 + len(preferring_first) * np.float64().itemsize
    if (row_bytes * rows.num_reps > _MAX_RULES
            or rows.tables.skill_levels.max(initial=0.0) > LEVEL_SCALE):
        return None
    preference = _preference(rows, preferring_first)
    if not _stays_in_range(rows, preference):
        return None
    leads = rows.leads
    codes = (leads.territory, leads.required, leads.languages, keeping, preferring)
    kind, first = _alike(codes, rows.num_leads)
    kinds = np.column_stack([column[first] for column in codes]).astype(np.int32)
    reps, match = rows.reps, rows.policy.match
    banded = slice(None) if reps.any_deal_band else slice(0)
    return Factors(
        RepColumns(reps.performance, reps.response, threshold, reps.min_deal[banded],
                   reps.max_deal[banded]),
        _lead_columns(rows, kind),
        _tables(rows, kinds, keeping_first, preference),
        Scalars(match.skill, rows.tables.unknown_fit,
                match.territory * rows.preselection.owned_territory_fit,
                rows.policy.precedence.preferred_factor))


def _stays_in_range(rows: ValueRows, preference: Floats) -> bool:
    """Say whether no product of the largest factors passes what minor units can be.

    A window that does not is left to :class:`ValueRows`, which names the pair.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        factor = preference.max(initial=1.0) * max(1.0, rows.policy.precedence.preferred_factor)
        largest = (rows.leads.worth.max(initial=0.0) * rows.reps.performance.max(initial=0.0)
                   * factor * MINOR_PER_UNIT)
    return bool(largest <= MAX_SUM / 2)


def _alike(codes: Iterable[NDArray[np.integer]], num_leads: int) -> tuple[Codes, Ints]:
    """Return the number of each lead's row of codes, and the first lead of each number."""
    joined = np.zeros(num_leads, dtype=np.int64)
    for column in codes:
        joined = joined * (int(column.max(initial=0)) + 1) + column
        joined = np.unique(joined, return_inverse=True)[1]
    _, first, number = np.unique(joined, return_index=True, return_inverse=True)
    return number.astype(np.int32), first


def _preference(rows: ValueRows, first: Ints) -> Floats:
    """Return (F, R) factors of the rules that prefer, a row for leads alike; none without rules."""
    found = rows.preselection.take(first).preference(slice(0, len(first)), None)
    return np.empty((0, rows.num_reps)) if found is None else found


def _lead_columns(rows: ValueRows, kind: Codes) -> LeadColumns:
    leads = rows.leads
    nothing = np.empty(0, dtype=np.int64)
    pairs = np.unique(leads.excluded_lead * rows.num_reps + leads.excluded_rep)
    excluded_lead, excluded_rep = np.divmod(pairs, max(1, rows.num_reps))
    start = np.searchsorted(excluded_lead, np.arange(rows.num_leads + 1))
    return LeadColumns(leads.worth, leads.deal_value, kind, leads.needs, *_decided(rows),
                       start if len(pairs) else nothing, excluded_rep.astype(np.int32))


def _tables(rows: ValueRows, kinds: Codes, keeping_first: Ints, preference: Floats) -> Tables:
    tables = rows.tables
    needs, skill = np.nonzero(tables.needs_weights)
    return Tables(
        kinds, rows.territory_term, bits_of(tables.territory_refusal == 0),
        bits_of(tables.required_refusal == 0), bits_of(tables.language_refusal == 0),
        _kept(rows, keeping_first), preference, bits_of((rows.reps.availability == 0)[None]),
        np.searchsorted(needs, np.arange(len(tables.needs_weights) + 1)), skill.astype(np.int32),
        tables.needs_weights[needs, skill], tables.skill_levels.astype(np.int16))


def _kept(rows: ValueRows, first: Ints) -> Bits:
    """Return whom the rules leave to leads that they treat alike, some at a time."""
    choice, parts = rows.preselection.take(first), []
    for block in _blocks(len(first), rows.num_reps):
        bits = np.zeros((block.stop - block.start, rows.num_reps), dtype=np.uint16)
        choice.refuse(block, bits)
        parts.append(bits_of(bits == 0))
    return np.concatenate([np.empty((0, -(-rows.num_reps // 8)), np.uint8), *parts])


def _blocks(num: int, num_reps: int) -> list[slice]:
    size = max(1, (1 << 20) // max(1, num_reps))
    return [slice(at, min(at + size, num)) for at in range(0, num, size)]


def _decided(rows: ValueRows) -> tuple[Codes, NDArray[np.bool_], Codes]:
    """Return what the layers decide, (L,) each: rep, whether let off the territory, preferred."""
    precedence = rows.preselection.precedence
    if not precedence.names_any:
        nobody = np.empty(0, dtype=np.int32)
        return nobody, np.empty(0, dtype=np.bool_), nobody
    asked = precedence.lead_named()
    found, left = decisions_on(rows, asked)
    decided = np.full(rows.num_leads, NO_REP, dtype=np.int32)
    decided[asked] = np.where(left == 0, found.decided, REFUSED)
    waived = np.zeros(rows.num_leads, dtype=np.bool_)
    waived[asked] = found.waived
    preferred = np.full(rows.num_leads, NO_REP, dtype=np.int32)
    preferred[asked] = found.preferred
    return decided, waived, preferred

