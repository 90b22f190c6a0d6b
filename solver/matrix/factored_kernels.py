"""Compiled: what all kernels of factored pairs share, and what is worked out once.

Values are those of `ValueRows.rows`, bit by bit: the same operations on float64 in the same order,
none fused and none left out. Loops over reps take single arrays and become vector code. Hot
loops hold arrays in local variables: taking one out of nested tuples counts references to all.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled
from solver.matrix.factors import Codes, Factors, Floats, Ints, LeadColumns
from solver.matrix.precedence import NO_REP
from solver.models.money import MINOR_PER_UNIT
from solver.names import LEVEL_SCALE

_SCALE, _LEVELS = float(MINOR_PER_UNIT), float(LEVEL_SCALE)


#: Matches, performances, responses, thresholds.
PerRep = tuple[Floats, Floats, Floats, Ints]
#: Leads whose rows more than worth, kind and needs decide.
DECIDED, AMENDED = 1, 2


class Shared(NamedTuple):
    """What is worked out of factors once."""

    start: Ints
    """(K + 1,) eligible reps by kind, before deal bands."""
    rep: Codes
    """Those reps, ascending; empty where the lists would be large."""
    skill_fit: Floats
    """(N, R) fit of needs sets; no row where the table would be large."""
    exceptions: NDArray[np.uint8]
    """(L,) 0, `DECIDED` or `AMENDED`."""


class Asked(NamedTuple):
    """Leads in the order in which they are worked out, and where their pairs go."""

    lead: Ints
    begin: Ints
    """Place of the first pair; a lead takes as many places as it has usable pairs."""


class Found(NamedTuple):
    """Usable pairs by place, and counts."""

    rep: Codes
    surplus: Ints
    usable: NDArray[np.int32]
    """(L,) usable pairs of each lead: known, or filled in while counting."""
    totals: Ints
    """(2,) eligible pairs and largest value of a usable one, while counting."""


@compiled
def eligible_reps(factors: Factors, kind: int, rep: Codes) -> int:
    """Write the reps eligible for a kind of leads, ascending; return how many.

    ``rep`` has room for R + 1.
    """
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
    room = np.empty(len(factors.reps.performance) + 1, np.int32)
    start[0] = 0
    for kind in range(len(factors.tables.kinds)):
        num = eligible_reps(factors, kind, room)
        if kept:
            rep[start[kind]:start[kind] + num] = room[:num]
        start[kind + 1] = start[kind] + num


@compiled
def fit_of_pair(factors: Factors, needs: int, rep: int) -> float:
    """Fit of a needs set with a rep: sum(w l) / (10,000 sum(w)), exact sums of integers."""
    tables = factors.tables
    product, total = 0.0, 0.0
    for at in range(tables.needs_start[needs], tables.needs_start[needs + 1]):
        weight = tables.needs_weight[at]
        product += weight * np.float64(tables.levels[tables.needs_skill[at], rep])
        total += weight
    return product / (_LEVELS * total) if total > 0.0 else factors.scalars.unknown_fit


@compiled
def fill_fit(factors: Factors, needs: int, first: int, fit: Floats) -> None:
    """Write the fit of a needs set with reps from the first on."""
    tables = factors.tables
    total = 0.0
    fit[:] = 0.0
    for nth in range(tables.needs_start[needs], tables.needs_start[needs + 1]):
        weight, levels = tables.needs_weight[nth], tables.levels[tables.needs_skill[nth]]
        for at in range(len(fit)):
            fit[at] += weight * np.float64(levels[first + at])
        total += weight
    if total > 0.0:
        divisor = _LEVELS * total
        for at in range(len(fit)):
            fit[at] /= divisor
    else:
        fit[:] = factors.scalars.unknown_fit


@compiled
def fill_fits(factors: Factors, table: Floats) -> None:
    """Write the fits of all needs sets."""
    for needs in range(len(table)):
        fill_fit(factors, needs, 0, table[needs])


@compiled
def bring(worth: float, shared: PerRep, surplus: Ints, num: int) -> None:
    """Write what a lead of this worth brings above the thresholds, with the first ``num`` reps."""
    match, performance, response, threshold = shared
    for at in range(num):
        amount = worth * match[at] * performance[at] * response[at]
        surplus[at] = np.int64(np.rint(amount * _SCALE)) - threshold[at]


@compiled
def scale(preference: Floats, match: Floats, num: int) -> None:
    """Multiply matches by the factors of rules, in place."""
    for at in range(num):
        match[at] *= preference[at]


@compiled
def strike_outside(deal: float, bands: tuple[Floats, Floats], surplus: Ints, num: int) -> int:
    """Strike out the reps whose deal band a lead lies outside; return how many it lies within."""
    low, high = bands
    within = 0
    for at in range(num):
        inside = (deal >= low[at]) & (deal <= high[at])
        within += inside
        surplus[at] = surplus[at] if inside else 0
    return within


@compiled
def within_band(factors: Factors, lead: int, rep: int) -> bool:
    """Say whether a lead lies in the deal band of a rep."""
    reps, deal = factors.reps, factors.leads.deal_value[lead]
    return len(reps.min_deal) == 0 or reps.min_deal[rep] <= deal <= reps.max_deal[rep]


@compiled
def lone_surplus(factors: Factors, lead: int, rep: int, territory: float) -> int:
    """Return what one pair brings above the rep's threshold; 0 or less where it is not usable."""
    leads, reps, tables = factors.leads, factors.reps, factors.tables
    fit = fit_of_pair(factors, leads.needs[lead], rep)
    preference = 1.0
    if len(tables.preference):
        preference = tables.preference[tables.kinds[leads.kind[lead], 4], rep]
    if leads.preferred[lead] == rep:
        preference *= factors.scalars.preferred_factor
    match = (factors.scalars.skill_weight * fit + territory) * preference
    amount = leads.worth[lead] * match * reps.performance[rep] * reps.response[rep]
    return int(np.int64(np.rint(amount * _SCALE)) - reps.threshold[rep])


@compiled
def write_decided(factors: Factors, lead: int, to: int, found: Found) -> None:
    """Write or count the pair of a lead whom a hard layer gives to one rep."""
    leads, tables = factors.leads, factors.tables
    rep = leads.decided[lead]
    surplus = 0
    if rep >= 0:
        territory = (factors.scalars.home_term if leads.waived[lead]
                     else tables.territory[tables.kinds[leads.kind[lead], 0], rep])
        surplus = lone_surplus(factors, lead, rep, territory)
    if len(found.totals):
        found.usable[lead] = surplus > 0
        found.totals[0] += rep >= 0
        if surplus > 0:
            found.totals[1] = max(found.totals[1], surplus + factors.reps.threshold[rep])
    elif surplus > 0:
        found.rep[to], found.surplus[to] = rep, surplus


@compiled
def amend(factors: Factors, lead: int, reps: Codes, surplus: Ints) -> int:
    """Value the preferred rep anew and strike out excluded ones; return how many these are.

    Parameters
    ----------
    factors, lead
        The lead.
    reps
        Reps of the row, ascending.
    surplus
        What they bring; changed in place.
    """
    leads, struck = factors.leads, 0
    if len(leads.preferred) and leads.preferred[lead] != NO_REP:
        rep = leads.preferred[lead]
        at = _place_of(reps, rep)
        if at >= 0:
            code = factors.tables.kinds[leads.kind[lead], 0]
            surplus[at] = lone_surplus(factors, lead, rep, factors.tables.territory[code, rep])
            if not within_band(factors, lead, rep):
                surplus[at] = 0
    if len(leads.excluded_start):
        for nth in range(leads.excluded_start[lead], leads.excluded_start[lead + 1]):
            at = _place_of(reps, leads.excluded_rep[nth])
            if at >= 0:
                surplus[at] = 0
                struck += within_band(factors, lead, leads.excluded_rep[nth])
    return struck


@compiled
def _place_of(reps: Codes, rep: int) -> int:
    """Return the place of a rep among ascending ones, -1 where missing."""
    at = int(np.searchsorted(reps, rep))
    return at if at < len(reps) and reps[at] == rep else -1


@compiled
def exceptions(leads: LeadColumns) -> NDArray[np.uint8]:
    """Return (L,) flags: 1 a hard layer decides, 2 a layer prefers or reps are excluded."""
    found = np.zeros(len(leads.worth), np.uint8)
    for lead in range(len(found)):
        if len(leads.preferred) and leads.preferred[lead] != NO_REP:
            found[lead] = AMENDED
        if (len(leads.excluded_start)
                and leads.excluded_start[lead] < leads.excluded_start[lead + 1]):
            found[lead] = AMENDED
        if len(leads.decided) and leads.decided[lead] != NO_REP:
            found[lead] = DECIDED
    return found
