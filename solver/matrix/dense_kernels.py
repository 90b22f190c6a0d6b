"""Compiled: rows of leads that share their kind with few others.

Arithmetic over all reps in their own order costs less than gathering the eligible ones first,
unless they are very few. Reps are taken some at a time for all leads, so that what they bring stays
in a core's first cache.
"""

from __future__ import annotations

import numpy as np

from solver.compiling import compiled
from solver.matrix.factored_kernels import (
    Asked,
    Found,
    Shared,
    bring,
    fill_fit,
    scale,
    strike_outside,
)
from solver.matrix.factors import Codes, Factors, Floats, Ints

#: Reps taken at a time: seven columns of so many fit into 32 kB.
_TILE = 512


@compiled
def _combine(weight: float, fit: Floats, territory: Floats, match: Floats, num: int) -> None:
    for at in range(num):
        match[at] = weight * fit[at] + territory[at]


@compiled
def work_out_dense(factors: Factors, shared: Shared, asked: Asked, found: Found) -> None:
    """Write the usable pairs of leads to their places.

    Parameters
    ----------
    factors, shared
        The window; the lists of eligible reps are kept.
    asked
        Leads without exceptions, best in the order of needs and kind; any order is right.
    found
        What is written; pairs are not counted here.
    """
    lists, out = shared.rep, (found.rep, found.surplus)
    start, kind_of = shared.start, factors.leads.kind
    at, to = np.empty_like(asked.begin), asked.begin.copy()
    for nth in range(len(at)):
        at[nth] = start[kind_of[asked.lead[nth]]]
    num_reps = len(factors.reps.performance)
    for first in range(0, num_reps, _TILE):
        tile = first, min(first + _TILE, num_reps)
        _work_out_tile(factors, shared, asked.lead, tile, (lists, at, to, *out))


@compiled
def _work_out_tile(factors: Factors, shared: Shared, asked: Ints, tile: tuple[int, int],
                   going: tuple[Codes, Ints, Ints, Codes, Ints]) -> None:
    """Write the usable pairs of leads with the reps of a tile; move on in lists and places."""
    first, last = tile
    lists, at, to, rep, surplus_out = going
    worth, deal_value, needs_of = (factors.leads.worth, factors.leads.deal_value,
                                   factors.leads.needs)
    skill_fit, terms, preference = shared.skill_fit, factors.tables.territory, factors.tables.preference
    weight, room = factors.scalars.skill_weight, np.empty(_TILE)
    kind_of, kinds, start = factors.leads.kind, factors.tables.kinds, shared.start
    reps, banded = factors.reps, len(factors.reps.min_deal) > 0
    match, surplus, num = np.empty(_TILE), np.empty(_TILE, np.int64), last - first
    low, high = reps.min_deal[first:last], reps.max_deal[first:last]
    per_rep = (match, reps.performance[first:last], reps.response[first:last],
               reps.threshold[first:last])
    needs, territory, preferring = -1, -1, -1
    for nth in range(len(asked)):
        lead = asked[nth]
        kind = kind_of[lead]
        if (needs_of[lead] != needs or kinds[kind, 0] != territory
                or kinds[kind, 4] != preferring):
            needs, territory, preferring = needs_of[lead], kinds[kind, 0], kinds[kind, 4]
            if len(skill_fit):
                _combine(weight, skill_fit[needs, first:last], terms[territory, first:last],
                         match, num)
            else:
                fill_fit(factors, needs, first, room[:num])
                _combine(weight, room, terms[territory, first:last], match, num)
            if len(preference):
                scale(preference[preferring, first:last], match, num)
        bring(worth[lead], per_rep, surplus, num)
        if banded:
            strike_outside(deal_value[lead], (low, high), surplus, num)
        place, stop, target = at[nth], start[kind + 1], to[nth]
        while place < stop and lists[place] < last:
            one = lists[place]
            above = surplus[one - first]
            if above > 0:
                rep[target], surplus_out[target] = one, above
                target += 1
            place += 1
        at[nth], to[nth] = place, target
