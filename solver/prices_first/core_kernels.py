"""Compiled passes over all pairs: which of them can matter, and which beat what was thought."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled

_Ints = NDArray[np.int64]
_Shorts = NDArray[np.int32]
_Flags = NDArray[np.bool_]


class Rows(NamedTuple):
    """Pairs of some leads that follow each other, in compressed rows."""

    indptr: _Ints
    """(n + 1,)"""
    rep: _Shorts
    """Ascending within a lead."""
    surplus: _Ints
    """Minor units."""


@compiled
def _grown_reps(old: _Shorts, needed: int) -> _Shorts:
    if needed <= len(old):
        return old
    new = np.empty(max(2 * len(old), needed), np.int32)
    new[:len(old)] = old
    return new


@compiled
def _grown(old: _Ints, needed: int) -> _Ints:
    if needed <= len(old):
        return old
    new = np.empty(max(2 * len(old), needed), np.int64)
    new[:len(old)] = old
    return new


class Rivals(NamedTuple):
    """For each of R reps, the few pairs outside the core that come nearest to their lead's best."""

    most: _Ints
    """(R,) how many, at most m."""
    slack: _Ints
    """(R, m) what they fall short by, ascending; 2**62 where there are fewer."""
    lead: _Ints
    """(R, m)"""
    rep: _Shorts
    """(R, m)"""
    surplus: _Ints
    """(R, m)"""


@compiled
def rank_rival(rivals: Rivals, of: int, slack: int, lead: int, rep: int, surplus: int) -> None:
    """Put a pair among the rivals of a rep; of equal ones, the first stay first."""
    place = rivals.most[of] - 1
    if slack >= rivals.slack[of, place]:
        return
    while place > 0 and rivals.slack[of, place - 1] > slack:
        rivals.slack[of, place] = rivals.slack[of, place - 1]
        rivals.lead[of, place] = rivals.lead[of, place - 1]
        rivals.rep[of, place] = rivals.rep[of, place - 1]
        rivals.surplus[of, place] = rivals.surplus[of, place - 1]
        place -= 1
    rivals.slack[of, place], rivals.lead[of, place] = slack, lead
    rivals.rep[of, place], rivals.surplus[of, place] = rep, surplus


@compiled
def merge_rivals(into: Rivals, other: Rivals) -> None:
    """Add the rivals of later leads."""
    for of in range(len(into.slack)):
        for place in range(into.slack.shape[1]):
            if other.slack[of, place] < 2**62:
                rank_rival(into, of, other.slack[of, place], other.lead[of, place],
                           other.rep[of, place], other.surplus[of, place])


@compiled
def rank_takers(rows: Rows, price: _Ints, first: int, taking: Rivals) -> None:
    """Add to the nearest rivals for reps: the leads that would lose least by going there."""
    for lead in range(len(rows.indptr) - 1):
        best, start, end = np.int64(0), rows.indptr[lead], rows.indptr[lead + 1]
        for at in range(start, end):
            best = max(best, rows.surplus[at] - price[rows.rep[at]])
        for at in range(start, end):
            rep = rows.rep[at]
            if taking.most[rep] > 0:
                rank_rival(taking, rep, best - rows.surplus[at] + price[rep], first + lead, rep,
                           rows.surplus[at])


@compiled
def near_rows(rows: Rows, price: _Ints, width: int, most: int, first: int, taking: Rivals,
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
    size, farthest = 0, np.empty(len(price), np.int64)
    for rep in range(len(price)):
        farthest[rep] = taking.slack[rep, taking.most[rep] - 1]
    for lead in range(num_leads):
        best, near, top = np.int64(0), 0, -1
        start, end = rows.indptr[lead], rows.indptr[lead + 1]
        for at in range(start, end):
            net = rows.surplus[at] - price[rows.rep[at]]
            if net > best:
                best, top = net, at
        second, runner = np.int64(-2**62), -1
        for at in range(start, end):
            net = rows.surplus[at] - price[rows.rep[at]]
            if net >= best - width:
                near += 1
            elif price[rows.rep[at]] < 2**62:
                if net > second:
                    second, runner = net, at
                if best - net < farthest[rows.rep[at]]:
                    rank_rival(taking, rows.rep[at], best - net, first + lead, rows.rep[at],
                               rows.surplus[at])
                    farthest[rows.rep[at]] = taking.slack[rows.rep[at],
                                                          taking.most[rows.rep[at]] - 1]
        kept = min(near, most)
        reps, values = _grown_reps(reps, size + kept), _grown(values, size + kept)
        step, seen, begun = near / kept if kept else 1.0, 0, size
        shift = ((first + lead) * 7919) % near if near else 0
        for at in range(start, end):
            if rows.surplus[at] - price[rows.rep[at]] < best - width:
                continue
            turn = (seen + shift) % near
            seen += 1
            chosen = near <= most or at == top
            if not chosen and size - begun < most - (top > at):
                chosen = int(turn / step) != int((turn - 1) / step) or turn == 0
            if chosen:
                reps[size], values[size] = rows.rep[at], rows.surplus[at]
                size += 1
        ends[lead + 1] = size
        settled[lead] = best > width and near == 1
        if settled[lead] and runner >= 0:
            rank_rival(leaving, rows.rep[top], best - second, first + lead, rows.rep[runner],
                       rows.surplus[runner])
    return ends, reps[:size].copy(), values[:size].copy(), settled


class Answer(NamedTuple):
    """What a pass over all pairs of n leads finds at two price vectors."""

    worth: tuple[_Ints, _Ints]
    """(2,) each the sum over leads of the best net value, or 0, as high and low halves."""
    ends: _Ints
    """(n + 1,) rows of the pairs that beat the core."""
    rep: _Shorts
    surplus: _Ints
    opened: _Flags
    """(n,) settled leads that are better held."""
    tight_ends: _Ints
    """(n + 1,) rows of the pairs of zero reduced cost at the first prices."""
    tight_rep: _Shorts
    indifferent: _Flags
    """(n,) leads whose best net value is 0 at the first prices."""
    closed_gain: _Ints
    """(R,) the most that a pair of a rep without slots beats its lead's best net value by."""


@compiled
def check_rows(rows: Rows, core: Rows, settled: _Flags, gain: _Ints, loss: _Ints,
               closed: _Flags, most: int):
    """Look for pairs that beat the core at either of two price vectors; see ``Answer``.

    Parameters
    ----------
    rows, core
        All pairs and core pairs of the same n leads.
    settled
        (n,) leads whose only core pair is taken for theirs.
    gain, loss
        (R,) prices that are optimal for the core; 2**62 for reps without slots.
    closed
        (R,) reps without slots.
    most
        Pairs that a lead may add.
    """
    num_leads = len(settled)
    ends, opened = np.zeros(num_leads + 1, np.int64), np.zeros(num_leads, np.bool_)
    reps, values = np.empty(num_leads, np.int32), np.empty(num_leads, np.int64)
    tight_ends, tight = np.zeros(num_leads + 1, np.int64), np.empty(2 * num_leads, np.int32)
    indifferent = np.zeros(num_leads, np.bool_)
    closed_gain = np.zeros(len(gain), np.int64)
    any_closed = closed.any()
    size, num_tight, by_gain, by_loss = 0, 0, 0, 0
    for lead in range(num_leads):
        core_gain, core_loss = np.int64(0), np.int64(0)
        for at in range(core.indptr[lead], core.indptr[lead + 1]):
            core_gain = max(core_gain, core.surplus[at] - gain[core.rep[at]])
            core_loss = max(core_loss, core.surplus[at] - loss[core.rep[at]])
            if settled[lead] and core.surplus[at] < loss[core.rep[at]]:
                opened[lead] = True
        best_gain, best_loss = core_gain, core_loss
        start, end = rows.indptr[lead], rows.indptr[lead + 1]
        tight = _grown_reps(tight, num_tight + end - start)
        ties, beat = 0, 0
        for at in range(start, end):
            rep = rows.rep[at]
            net = rows.surplus[at] - gain[rep]
            if net >= best_gain:
                if net > best_gain:
                    best_gain, ties = net, 0
                tight[num_tight + ties] = rep
                ties += 1
            best_loss = max(best_loss, rows.surplus[at] - loss[rep])
        num_tight += ties
        by_gain += best_gain
        by_loss += best_loss
        indifferent[lead] = best_gain == 0
        tight_ends[lead + 1] = num_tight
        if any_closed:
            for at in range(start, end):
                rep = rows.rep[at]
                if closed[rep]:
                    closed_gain[rep] = max(closed_gain[rep], rows.surplus[at] - best_gain)
        if best_gain > core_gain or best_loss > core_loss:
            reps, values = _grown_reps(reps, size + most), _grown(values, size + most)
            # The best by either prices join first, then whatever else beats the core.
            for turn in range(2):
                for at in range(start, end):
                    rep = rows.rep[at]
                    if beat == most:
                        continue
                    by = rows.surplus[at] - gain[rep]
                    other = rows.surplus[at] - loss[rep]
                    is_best = ((by == best_gain and by > core_gain)
                               or (other == best_loss and other > core_loss))
                    if is_best == (turn == 0) and (by > core_gain or other > core_loss):
                        reps[size], values[size] = rep, rows.surplus[at]
                        size += 1
                        beat += 1
        ends[lead + 1] = size
    return (by_gain, by_loss, ends, reps[:size].copy(), values[:size].copy(), opened, tight_ends,
            tight[:num_tight].copy(), indifferent, closed_gain)


@compiled
def merged_rows(core: Rows, ends: _Ints, reps: _Shorts, values: _Ints) -> Rows:
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
    return Rows(indptr, new_reps, new_values)
