"""The compiled pass that chooses a core: which pairs can matter."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled
from solver.matrix.source import Piece

_Ints = NDArray[np.int64]
_Shorts = NDArray[np.int32]
_Flags = NDArray[np.bool_]
_Array = TypeVar("_Array", _Ints, _Shorts)


@compiled
def grown(old: _Array, needed: int) -> _Array:
    """Return an array of at least so many entries that begins with the old ones."""
    if needed <= len(old):
        return old
    new = np.empty(max(2 * len(old), needed), old.dtype)
    new[:len(old)] = old
    return new


class Rivals(NamedTuple):
    """For each of R reps, the few pairs outside the core that come nearest to their lead's best."""

    start: _Ints
    """(R + 1,) a rep's entries, m of all reps, are ``start[rep]:start[rep + 1]``."""
    slack: _Ints
    """(m,) what they fall short by, ascending within a rep; 2**62 where there are fewer."""
    lead: _Ints
    """(m,)"""
    rep: _Shorts
    """(m,)"""
    surplus: _Ints
    """(m,)"""


@compiled
def rank_rival(rivals: Rivals, of: int, slack: int, lead: int, rep: int, surplus: int) -> None:
    """Put a pair among the rivals of a rep; of equal ones, the first stay first."""
    first, place = rivals.start[of], rivals.start[of + 1] - 1
    if place < first or slack >= rivals.slack[place]:
        return
    while place > first and rivals.slack[place - 1] > slack:
        rivals.slack[place] = rivals.slack[place - 1]
        rivals.lead[place] = rivals.lead[place - 1]
        rivals.rep[place] = rivals.rep[place - 1]
        rivals.surplus[place] = rivals.surplus[place - 1]
        place -= 1
    rivals.slack[place], rivals.lead[place] = slack, lead
    rivals.rep[place], rivals.surplus[place] = rep, surplus


@compiled
def merge_rivals(into: Rivals, other: Rivals) -> None:
    """Add the rivals of later leads."""
    for of in range(len(into.start) - 1):
        for place in range(into.start[of], into.start[of + 1]):
            if other.slack[place] < 2**62:
                rank_rival(into, of, other.slack[place], other.lead[place], other.rep[place],
                           other.surplus[place])


@compiled
def _farthest(rivals: Rivals) -> _Ints:
    """Return (R,) the slack of each rep's last rival, -2**62 of reps for whom none is kept."""
    last = np.full(len(rivals.start) - 1, -2**62)
    for rep in range(len(last)):
        if rivals.start[rep] < rivals.start[rep + 1]:
            last[rep] = rivals.slack[rivals.start[rep + 1] - 1]
    return last


@compiled
def rank_takers(rows: Piece, price: _Ints, first: int, taking: Rivals) -> None:
    """Add to the nearest rivals for reps: the leads that would lose least by going there."""
    indptr, reps, surplus = rows
    farthest = _farthest(taking)
    for lead in range(len(indptr) - 1):
        best, start, end = np.int64(0), indptr[lead], indptr[lead + 1]
        for at in range(start, end):
            best = max(best, surplus[at] - price[reps[at]])
        for at in range(start, end):
            rep = reps[at]
            slack = best - surplus[at] + price[rep]
            if slack < farthest[rep]:
                rank_rival(taking, rep, int(slack), first + lead, rep, surplus[at])
                farthest[rep] = taking.slack[taking.start[rep + 1] - 1]


@compiled
def _keep_near(rows: Piece, price: _Ints, span: tuple[int, int, int],
               how: tuple[int, int, int, int], to: tuple[_Shorts, _Ints, int]) -> int:
    """Copy a lead's near pairs, or the best and others evenly spread; return the new end."""
    start, end, top = span
    near, most, lead, least = how
    reps, values, size = to
    begun, seen, shift = size, 0, (lead * 7919) % near if near else 0
    for at in range(start, end):
        if rows.surplus[at] - price[rows.rep[at]] < least:
            continue
        turn = (seen + shift) % near
        seen += 1
        chosen = near <= most or at == top
        if not chosen and size - begun < most - (top > at):
            chosen = turn == 0 or turn * most // near != (turn - 1) * most // near
        if chosen:
            reps[size], values[size] = rows.rep[at], rows.surplus[at]
            size += 1
    return size


@compiled
def _outside(rows: Piece, price: _Ints, span: tuple[int, int], how: tuple[int, int, int],
             taking: Rivals, farthest: _Ints) -> tuple[int, int]:
    """Count a lead's near pairs, rank the others; return the place of the best other too."""
    best, width, lead = how
    near, second, runner = 0, np.int64(-2**62), -1
    for at in range(span[0], span[1]):
        rep = rows.rep[at]
        net = rows.surplus[at] - price[rep]
        if net >= best - width:
            near += 1
        elif price[rep] < 2**62:
            if net > second:
                second, runner = net, at
            if best - net < farthest[rep]:
                rank_rival(taking, rep, best - net, lead, rep, rows.surplus[at])
                farthest[rep] = taking.slack[taking.start[rep + 1] - 1]
    return near, runner


@compiled
def near_rows(rows: Piece, price: _Ints, width: int, most: int, first: int, taking: Rivals,
              leaving: Rivals) -> tuple[_Ints, _Shorts, _Ints, _Flags]:
    """Keep the pairs within ``width`` of their lead's best net value, which is at least 0.

    Of more than ``most``, the best and others spread evenly, from a place that moves with the
    lead. A lead is settled where no other pair, nor being held, is within the width.

    Parameters
    ----------
    rows
        Pairs of n leads.
    price
        (R,) minor units; above every surplus for reps without slots.
    width
        Minor units.
    most
        Pairs that a lead may keep, 2 or more.
    first
        Position of the first of the leads.
    taking, leaving
        For each rep, the nearest rivals for its slots, and the nearest places to go for settled
        leads that it has; added to. They keep what is exact for the core near what is exact.

    Returns
    -------
    tuple
        (n + 1,) ends of rows, reps, surplus, (n,) settled leads.
    """
    num_leads = len(rows.indptr) - 1
    ends, settled = np.zeros(num_leads + 1, np.int64), np.zeros(num_leads, np.bool_)
    reps, values = np.empty(4 * num_leads, np.int32), np.empty(4 * num_leads, np.int64)
    size, farthest = 0, _farthest(taking)
    for lead in range(num_leads):
        start, end = rows.indptr[lead], rows.indptr[lead + 1]
        best, top = np.int64(0), -1
        for at in range(start, end):
            net = rows.surplus[at] - price[rows.rep[at]]
            if net > best:
                best, top = net, at
        near, runner = _outside(rows, price, (start, end), (int(best), width, first + lead), taking,
                                farthest)
        kept = min(near, most)
        reps, values = grown(reps, size + kept), grown(values, size + kept)
        size = _keep_near(rows, price, (start, end, top),
                          (near, most, first + lead, int(best - width)), (reps, values, size))
        ends[lead + 1] = size
        settled[lead] = best > width and near == 1
        if settled[lead] and runner >= 0:
            slack = best - rows.surplus[runner] + price[rows.rep[runner]]
            rank_rival(leaving, rows.rep[top], slack, first + lead, rows.rep[runner],
                       rows.surplus[runner])
    return ends, reps[:size].copy(), values[:size].copy(), settled


@compiled
def merged_rows(core: Piece, ends: _Ints, reps: _Shorts, values: _Ints) -> Piece:
    """Add pairs to rows of the same leads; the order within a lead does not matter."""
    num_leads = len(ends) - 1
    size = core.indptr[num_leads] - core.indptr[0] + ends[num_leads]
    indptr = np.zeros(num_leads + 1, np.int64)
    new_reps, new_values = np.empty(size, np.int32), np.empty(size, np.int64)
    to = 0
    for lead in range(num_leads):
        for at in range(core.indptr[lead], core.indptr[lead + 1]):
            new_reps[to], new_values[to] = core.rep[at], core.surplus[at]
            to += 1
        for at in range(ends[lead], ends[lead + 1]):
            new_reps[to], new_values[to] = reps[at], values[at]
            to += 1
        indptr[lead + 1] = to
    return Piece(indptr, new_reps, new_values)
