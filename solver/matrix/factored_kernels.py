"""Compiled: usable pairs from factors, in the operations of `ValueRows.rows`, in their order.

Leads are taken in the order of their kind and needs, so that what a kind shares is gathered once
for all its leads; the row of a lead then is arithmetic over packed arrays that a core's cache
holds. No operation is reordered or fused: values are those of numpy bit by bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled, inlined
from solver.matrix.factors import NO_REP, Bits, Codes, Factors, Floats, Ints
from solver.matrix.money import MINOR_PER_UNIT
from solver.names import LEVEL_SCALE

_SCALE, _LEVELS = float(MINOR_PER_UNIT), float(LEVEL_SCALE)


class Shared(NamedTuple):
    """What is worked out of factors once."""

    start: Ints
    """(K + 1,) eligible reps by kind, before deal bands."""
    rep: Codes
    """Those reps, ascending; empty where the lists would be large."""
    skill_fit: Floats
    """(N, R) fit of needs sets; no row where the table would be large."""


class Row(NamedTuple):
    """Room for the row of one lead: its kind's reps, what they share, what they bring."""

    rep: Codes
    territory: Floats
    preference: Floats
    performance: Floats
    response: Floats
    threshold: Ints
    min_deal: Floats
    max_deal: Floats
    match: Floats
    surplus: Ints


@compiled
def eligible_reps(factors: Factors, kind: int, rep: Codes) -> int:
    """Write the reps eligible for a kind of leads, ascending; return how many."""
    tables = factors.tables
    home, required, languages, rules = (
        tables.home[tables.kinds[kind, 0]], tables.required[tables.kinds[kind, 1]],
        tables.languages[tables.kinds[kind, 2]], tables.rules[tables.kinds[kind, 3]])
    available = tables.available[0]
    num, last = 0, len(factors.reps.performance)
    for byte in range(len(available)):
        bits = (np.int64(home[byte]) & required[byte] & languages[byte] & rules[byte]
                & available[byte])
        if bits:
            for at in range(byte * 8, min(byte * 8 + 8, last)):
                rep[num] = at
                num += bits & 1
                bits >>= 1
    return num


@compiled
def list_kinds(factors: Factors, start: Ints, rep: Codes, kept: bool) -> None:
    """Count the eligible reps of every kind; write them behind each other where they are kept."""
    room = np.empty(factors.reps.performance.shape[0] + 1, np.int32)
    start[0] = 0
    for kind in range(len(factors.tables.kinds)):
        num = eligible_reps(factors, kind, room)
        if kept:
            rep[start[kind]:start[kind] + num] = room[:num]
        start[kind + 1] = start[kind] + num


@compiled
def skill_fit(factors: Factors, needs: int, rep: int) -> float:
    """Fit of a needs set with a rep: sum(w l) / (10,000 sum(w)), exact sums of integers."""
    tables = factors.tables
    product, total = 0.0, 0.0
    for at in range(tables.needs_start[needs], tables.needs_start[needs + 1]):
        weight = tables.needs_weight[at]
        product += weight * np.float64(tables.levels[tables.needs_skill[at], rep])
        total += weight
    return product / (_LEVELS * total) if total > 0.0 else factors.scalars.unknown_fit


@compiled
def fill_skill_fit(factors: Factors, table: Floats) -> None:
    """Work the table of skill fits out, needs set by needs set."""
    for needs in range(table.shape[0]):
        for rep in range(table.shape[1]):
            table[needs, rep] = skill_fit(factors, needs, rep)


@compiled
def new_row(factors: Factors) -> Row:
    """Return room for rows."""
    num = len(factors.reps.performance) + 1
    floats = np.empty((7, num), np.float64)
    return Row(np.empty(num, np.int32), floats[0], floats[1], floats[2], floats[3],
               np.empty(num, np.int64), floats[4], floats[5], floats[6], np.empty(num, np.int64))


@compiled
def _take_kind(factors: Factors, shared: Shared, kind: int, row: Row) -> int:
    """Gather what the leads of a kind share; return how many reps are eligible."""
    num = shared.start[kind + 1] - shared.start[kind]
    if len(shared.rep):
        row.rep[:num] = shared.rep[shared.start[kind]:shared.start[kind + 1]]
    else:
        eligible_reps(factors, kind, row.rep)
    reps, tables = factors.reps, factors.tables
    territory = tables.territory[tables.kinds[kind, 0]]
    for at in range(num):
        rep = row.rep[at]
        row.territory[at] = territory[rep]
        row.performance[at] = reps.performance[rep]
        row.response[at] = reps.response[rep]
        row.threshold[at] = reps.threshold[rep]
    if len(tables.preference):
        preference = tables.preference[tables.kinds[kind, 4]]
        for at in range(num):
            row.preference[at] = preference[row.rep[at]]
    if len(reps.min_deal):
        for at in range(num):
            row.min_deal[at] = reps.min_deal[row.rep[at]]
            row.max_deal[at] = reps.max_deal[row.rep[at]]
    return int(num)


@compiled
def _take_needs(factors: Factors, shared: Shared, needs: int, row: Row, num: int) -> None:
    """Work out how well the reps of a kind match a needs set."""
    weight = factors.scalars.skill_weight
    if len(shared.skill_fit):
        fit = shared.skill_fit[needs]
        for at in range(num):
            row.match[at] = weight * fit[row.rep[at]] + row.territory[at]
    else:
        for at in range(num):
            row.match[at] = (weight * skill_fit(factors, needs, row.rep[at])
                             + row.territory[at])
    if len(factors.tables.preference):
        for at in range(num):
            row.match[at] *= row.preference[at]


@compiled
def _bring(worth: float, row: Row, num: int) -> int:
    """Write what a lead of this worth brings above the thresholds; return how many bring any."""
    match, performance, response = row.match[:num], row.performance[:num], row.response[:num]
    threshold, surplus = row.threshold[:num], row.surplus[:num]
    good = 0
    for at in range(num):
        amount = worth * match[at] * performance[at] * response[at]
        above = np.int64(np.rint(amount * _SCALE)) - threshold[at]
        surplus[at] = above
        good += above > 0
    return good


@compiled
def lone_surplus(factors: Factors, lead: int, rep: int, territory: float, preferred: bool) -> int:
    """Return what one pair brings above the rep's threshold; 0 or less where it is not usable."""
    leads, reps, scalars = factors.leads, factors.reps, factors.scalars
    tables = factors.tables
    match = scalars.skill_weight * skill_fit(factors, leads.needs[lead], rep) + territory
    preference = 1.0
    if len(tables.preference):
        preference = tables.preference[tables.kinds[leads.kind[lead], 4], rep]
    if preferred:
        preference *= scalars.preferred_factor
    match *= preference
    amount = leads.worth[lead] * match * reps.performance[rep] * reps.response[rep]
    return int(np.int64(np.rint(amount * _SCALE)) - reps.threshold[rep])


@compiled
def _decided_surplus(factors: Factors, lead: int) -> int:
    """Return what a lead brings with the rep whom a hard layer gives it."""
    leads, tables = factors.leads, factors.tables
    rep = leads.decided[lead]
    territory = (factors.scalars.home_term if leads.waived[lead]
                 else tables.territory[tables.kinds[leads.kind[lead], 0], rep])
    return lone_surplus(factors, lead, rep, territory, leads.preferred[lead] == rep)


@compiled
def _place_of(row: Row, num: int, rep: int) -> int:
    at = int(np.searchsorted(row.rep[:num], rep))
    return at if at < num and row.rep[at] == rep else -1


@compiled
def _prefer(factors: Factors, lead: int, row: Row, num: int) -> None:
    """Value the pair anew that the first preferred layer names."""
    rep = factors.leads.preferred[lead]
    at = _place_of(row, num, rep) if rep != NO_REP else -1
    if at >= 0:
        row.surplus[at] = lone_surplus(factors, lead, rep, row.territory[at], True)


@compiled
def _refuse(factors: Factors, lead: int, row: Row, num: int) -> int:
    """Strike out pairs outside deal bands and excluded ones; return how many stay eligible."""
    leads, eligible = factors.leads, num
    deal, banded = leads.deal_value[lead], len(factors.reps.min_deal) > 0
    if banded:
        low, high, surplus = row.min_deal[:num], row.max_deal[:num], row.surplus[:num]
        eligible = 0
        for at in range(num):
            inside = (deal >= low[at]) & (deal <= high[at])
            eligible += inside
            surplus[at] = surplus[at] if inside else 0
    if len(leads.excluded_start):
        for nth in range(leads.excluded_start[lead], leads.excluded_start[lead + 1]):
            at = _place_of(row, num, leads.excluded_rep[nth])
            if at >= 0:
                row.surplus[at] = 0
                inside = not banded or (row.min_deal[at] <= deal <= row.max_deal[at])
                eligible -= inside
    return eligible


@inlined
def has_exceptions(factors: Factors, lead: int) -> bool:
    """Say whether more than worth, kind and needs decides what a lead's pairs bring."""
    leads = factors.leads
    return (len(factors.reps.min_deal) > 0
            or (len(leads.preferred) > 0 and leads.preferred[lead] != NO_REP)
            or (len(leads.excluded_start) > 0
                and leads.excluded_start[lead] < leads.excluded_start[lead + 1]))


@compiled
def _amend(factors: Factors, lead: int, row: Row, num: int) -> int:
    if len(factors.leads.preferred):
        _prefer(factors, lead, row, num)
    return _refuse(factors, lead, row, num)


@compiled
def work_out(factors: Factors, shared: Shared, asked: Ints, begin: Ints,
             found: tuple[Codes, Ints]) -> None:
    """Write the usable pairs of leads to their places.

    Parameters
    ----------
    factors, shared
        The window.
    asked
        (n,) leads, in the order of kind and needs.
    begin
        (n,) where the pairs of each begin; they take as many places as the lead has usable pairs.
    found
        Reps and surpluses, by place.
    """
    rep, surplus = found
    row = new_row(factors)
    kind, needs, num = -1, -1, 0
    for nth in range(len(asked)):
        lead, to = asked[nth], begin[nth]
        if len(factors.leads.decided) and factors.leads.decided[lead] != NO_REP:
            _write_decided(factors, lead, rep, surplus, to)
            continue
        if factors.leads.kind[lead] != kind:
            kind, needs = factors.leads.kind[lead], -1
            num = _take_kind(factors, shared, kind, row)
        if factors.leads.needs[lead] != needs:
            needs = factors.leads.needs[lead]
            _take_needs(factors, shared, needs, row, num)
        good = _bring(factors.leads.worth[lead], row, num)
        if has_exceptions(factors, lead):
            _amend(factors, lead, row, num)
            good = -1
        if good == num:
            rep[to:to + num] = row.rep[:num]
            surplus[to:to + num] = row.surplus[:num]
        else:
            _write_usable(row, num, rep, surplus, to)


@compiled
def _write_decided(factors: Factors, lead: int, rep: Codes, surplus: Ints, to: int) -> None:
    if factors.leads.decided[lead] >= 0:
        brings = _decided_surplus(factors, lead)
        if brings > 0:
            rep[to], surplus[to] = factors.leads.decided[lead], brings


@compiled
def _write_usable(row: Row, num: int, rep: Codes, surplus: Ints, to: int) -> None:
    """Write the pairs that bring something; a place past a lead's own is never touched."""
    own = row.surplus[:num]
    for at in range(num):
        if own[at] > 0:
            rep[to] = row.rep[at]
            surplus[to] = own[at]
            to += 1


@compiled
def survey(factors: Factors, shared: Shared, asked: Ints, usable: NDArray[np.int32],
           ) -> tuple[int, int]:
    """Count the pairs of leads that are given in the order of kind and needs.

    Parameters
    ----------
    factors, shared
        The window.
    asked
        (n,) leads.
    usable
        (L,) usable pairs by lead, filled in for those asked.

    Returns
    -------
    tuple
        Eligible pairs, and the largest value of a usable one in minor units.
    """
    row = new_row(factors)
    kind, needs, num, eligible, largest = -1, -1, 0, 0, 0
    for nth in range(len(asked)):
        lead = asked[nth]
        if len(factors.leads.decided) and factors.leads.decided[lead] != NO_REP:
            rep = factors.leads.decided[lead]
            brings = _decided_surplus(factors, lead) if rep >= 0 else 0
            eligible += rep >= 0
            usable[lead] = brings > 0
            if brings > 0:
                largest = max(largest, brings + factors.reps.threshold[rep])
            continue
        if factors.leads.kind[lead] != kind:
            kind, needs = factors.leads.kind[lead], -1
            num = _take_kind(factors, shared, kind, row)
        if factors.leads.needs[lead] != needs:
            needs = factors.leads.needs[lead]
            _take_needs(factors, shared, needs, row, num)
        _bring(factors.leads.worth[lead], row, num)
        eligible += _amend(factors, lead, row, num)
        usable[lead], most = _count(row, num)
        largest = max(largest, most)
    return eligible, largest


@compiled
def _count(row: Row, num: int) -> tuple[int, int]:
    """Return how many pairs of a row bring something, and the largest value of those."""
    surplus, threshold = row.surplus[:num], row.threshold[:num]
    good, largest = 0, np.int64(0)
    for at in range(num):
        value = surplus[at] + threshold[at]
        good += surplus[at] > 0
        largest = max(largest, value if surplus[at] > 0 else np.int64(0))
    return good, largest
