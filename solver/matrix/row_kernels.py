"""Compiled: the rows of leads, in the order of what they share.

What a kind shares is gathered once, packed, for all its leads; the row of a lead then is
arithmetic over arrays that a core's cache holds.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled
from solver.matrix.factored_kernels import (
    AMENDED,
    DECIDED,
    Asked,
    Found,
    Shared,
    amend,
    bring,
    eligible_reps,
    fit_of_pair,
    scale,
    strike_outside,
    write_decided,
)
from solver.matrix.factors import Codes, Factors, Floats, Ints

_Number = TypeVar("_Number", np.float64, np.int64)
#: Rows of the packed factors of a kind.
_TERRITORY, _PREFERENCE, _PERFORMANCE, _RESPONSE, _LOW, _HIGH = range(6)


@compiled
def _gather(values: NDArray[_Number], rep: Codes, num: int, packed: NDArray[_Number]) -> None:
    for at in range(num):
        packed[at] = values[rep[at]]


@compiled
def _take_kind(factors: Factors, shared: Shared, kind: int, rep: Codes, packed: Floats,
               threshold: Ints) -> int:
    """Gather what the leads of a kind share; return how many reps are eligible."""
    first, num = shared.start[kind], shared.start[kind + 1] - shared.start[kind]
    if len(shared.rep):
        rep[:num] = shared.rep[first:first + num]
    else:
        eligible_reps(factors, kind, rep)
    reps, tables = factors.reps, factors.tables
    _gather(tables.territory[tables.kinds[kind, 0]], rep, num, packed[_TERRITORY])
    _gather(reps.performance, rep, num, packed[_PERFORMANCE])
    _gather(reps.response, rep, num, packed[_RESPONSE])
    _gather(reps.threshold, rep, num, threshold)
    if len(tables.preference):
        _gather(tables.preference[tables.kinds[kind, 4]], rep, num, packed[_PREFERENCE])
    if len(reps.min_deal):
        _gather(reps.min_deal, rep, num, packed[_LOW])
        _gather(reps.max_deal, rep, num, packed[_HIGH])
    return int(num)


@compiled
def _gather_match(weight: float, fit: Floats, territory: Floats, rep: Codes, match: Floats,
                  num: int) -> None:
    for at in range(num):
        match[at] = weight * fit[rep[at]] + territory[at]


@compiled
def _match_by_pair(factors: Factors, needs: int, territory: Floats, rep: Codes, match: Floats,
                   num: int) -> None:
    weight = factors.scalars.skill_weight
    for at in range(num):
        match[at] = weight * fit_of_pair(factors, needs, rep[at]) + territory[at]


@compiled
def _take_needs(factors: Factors, skill_fit: Floats, needs: int,
                kind: tuple[Codes, Floats, Floats], num: int) -> None:
    """Work out the matches of a needs set with the reps of a kind."""
    rep, packed, match = kind
    if len(skill_fit):
        _gather_match(factors.scalars.skill_weight, skill_fit[needs], packed[_TERRITORY], rep,
                      match, num)
    else:
        _match_by_pair(factors, needs, packed[_TERRITORY], rep, match, num)
    if len(factors.tables.preference):
        scale(packed[_PREFERENCE], match, num)


@compiled
def _count(surplus: Ints, threshold: Ints, num: int) -> tuple[int, int]:
    """Return how many pairs of a row bring something, and the largest value of those."""
    usable, largest = 0, np.int64(0)
    for at in range(num):
        good = surplus[at] > 0
        usable += good
        largest = max(largest, surplus[at] + threshold[at] if good else np.int64(0))
    return usable, int(largest)


@compiled
def _count_in(surplus: Ints, threshold: Ints, num: int, eligible: int, totals: Ints) -> int:
    """Add a row to the totals; return how many of its pairs bring something."""
    usable, largest = _count(surplus, threshold, num)
    totals[0] += eligible
    totals[1] = max(totals[1], largest)
    return usable


@compiled
def _write(rep: Codes, surplus: Ints, num: int, found: tuple[Codes, Ints], to: int) -> None:
    """Write the pairs that bring something; a place past a lead's own is never touched."""
    to_rep, to_surplus = found
    for at in range(num):
        if surplus[at] > 0:
            to_rep[to], to_surplus[to] = rep[at], surplus[at]
            to += 1


@compiled
def _write_all(rep: Codes, surplus: Ints, num: int, found: tuple[Codes, Ints], to: int) -> None:
    to_rep, to_surplus = found
    for at in range(num):
        to_rep[to + at] = rep[at]
    for at in range(num):
        to_surplus[to + at] = surplus[at]


@compiled
def work_out(factors: Factors, shared: Shared, asked: Asked, found: Found) -> None:
    """Write the usable pairs of leads to their places, or count them where there are totals.

    Parameters
    ----------
    asked
        Leads, best in the order of kind and needs; any order is right.
    """
    worth, deal_value = factors.leads.worth, factors.leads.deal_value
    kind_of, needs_of, exception = factors.leads.kind, factors.leads.needs, shared.exceptions
    skill_fit, usable, totals, out = (shared.skill_fit, found.usable, found.totals,
                                      (found.rep, found.surplus))
    room, banded = len(factors.reps.performance) + 1, len(factors.reps.min_deal) > 0
    rep, packed, match = np.empty(room, np.int32), np.empty((6, room)), np.empty(room)
    threshold, surplus = np.empty(room, np.int64), np.empty(room, np.int64)
    bands, per_rep = ((packed[_LOW], packed[_HIGH]),
                      (match, packed[_PERFORMANCE], packed[_RESPONSE], threshold))
    kind, needs, num = -1, -1, 0
    for nth in range(len(asked.lead)):
        lead = asked.lead[nth]
        if exception[lead] == DECIDED:
            write_decided(factors, lead, asked.begin[nth], found)
            continue
        if kind_of[lead] != kind:
            kind, needs = kind_of[lead], -1
            num = _take_kind(factors, shared, kind, rep, packed, threshold)
        if needs_of[lead] != needs:
            needs = needs_of[lead]
            _take_needs(factors, skill_fit, needs, (rep, packed, match), num)
        bring(worth[lead], per_rep, surplus, num)
        eligible = strike_outside(deal_value[lead], bands, surplus, num) if banded else num
        if exception[lead] == AMENDED:
            eligible -= amend(factors, lead, rep[:num], surplus)
        if len(totals):
            usable[lead] = _count_in(surplus, threshold, num, eligible, totals)
        elif usable[lead] == num:
            _write_all(rep, surplus, num, out, asked.begin[nth])
        else:
            _write(rep, surplus, num, out, asked.begin[nth])
