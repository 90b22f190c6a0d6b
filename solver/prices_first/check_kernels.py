"""The compiled pass that proves: which pairs beat the core, and which are tight."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled
from solver.matrix.source import Piece
from solver.prices_first.core_kernels import grown

_Ints = NDArray[np.int64]
_Shorts = NDArray[np.int32]
_Flags = NDArray[np.bool_]


class Answer(NamedTuple):
    """What a pass over all pairs of n leads finds at two price vectors."""

    by_gain: int
    """Sum over leads of the best net value, or 0, at the first prices."""
    ends: _Ints
    """(n + 1,) rows of the pairs that beat the core."""
    rep: _Shorts
    surplus: _Ints
    tight_ends: _Ints
    """(n + 1,) rows of the pairs of zero reduced cost at the first prices."""
    tight_rep: _Shorts
    indifferent: _Flags
    """(n,) leads whose best net value is 0 at the first prices."""
    closed_gain: _Ints
    """(R,) the most that a pair of a rep without slots beats its lead's best net value by."""


@compiled
def check_rows(rows: Piece, core: Piece, gain: _Ints, loss: _Ints, closed: _Flags, most: int
               ) -> Answer:
    """Look for pairs that beat the core at either of two price vectors.

    Parameters
    ----------
    rows, core
        All pairs and core pairs of the same n leads.
    gain, loss
        (R,) prices that are optimal for the core; 2**62 for reps without slots.
    closed
        (R,) reps without slots.
    most
        Pairs that a lead may add.
    """
    num_leads = len(rows.indptr) - 1
    ends: _Ints = np.zeros(num_leads + 1, np.int64)
    reps, values = np.empty(num_leads, np.int32), np.empty(num_leads, np.int64)
    tight_ends, tight = np.zeros(num_leads + 1, np.int64), np.empty(2 * num_leads, np.int32)
    indifferent, closed_gain = np.zeros(num_leads, np.bool_), np.zeros(len(gain), np.int64)
    any_closed = closed.any()
    size, num_tight, by_gain = 0, 0, 0
    for lead in range(num_leads):
        own = (core.indptr[lead], core.indptr[lead + 1])
        core_gain, core_loss = _best(core, own, gain), _best(core, own, loss)
        span = (rows.indptr[lead], rows.indptr[lead + 1])
        tight = grown(tight, num_tight + span[1] - span[0])
        best_gain, best_loss, ties = _look(rows, span, (gain, loss), (core_gain, core_loss),
                                           tight[num_tight:])
        num_tight += ties
        by_gain += best_gain
        indifferent[lead], tight_ends[lead + 1] = best_gain == 0, num_tight
        if any_closed:
            _gain_closed(rows, span, best_gain, closed, closed_gain)
        if best_gain > core_gain or best_loss > core_loss:
            reps, values = grown(reps, size + most), grown(values, size + most)
            size += _join(rows, span, (gain, loss),
                          (core_gain, core_loss, best_gain, best_loss),
                          (reps[size:size + most], values[size:size + most]))
        ends[lead + 1] = size
    return Answer(by_gain, ends, reps[:size].copy(), values[:size].copy(),
                  tight_ends, tight[:num_tight].copy(), indifferent, closed_gain)


@compiled
def _best(rows: Piece, span: tuple[int, int], price: _Ints) -> int:
    """Return the best net value of a lead, 0 or more."""
    best = np.int64(0)
    for at in range(span[0], span[1]):
        best = max(best, rows.surplus[at] - price[rows.rep[at]])
    return int(best)


@compiled
def _look(rows: Piece, span: tuple[int, int], prices: tuple[_Ints, _Ints], best: tuple[int, int],
          tight: _Shorts) -> tuple[int, int, int]:
    """Return the best net values of a lead, from those of its core, and the ties at the first."""
    gain, loss = prices
    best_gain, best_loss = best
    ties = 0
    for at in range(span[0], span[1]):
        rep = rows.rep[at]
        net = rows.surplus[at] - gain[rep]
        if net >= best_gain:
            if net > best_gain:
                best_gain, ties = net, 0
            tight[ties] = rep
            ties += 1
        best_loss = max(best_loss, rows.surplus[at] - loss[rep])
    return best_gain, best_loss, ties


@compiled
def _gain_closed(rows: Piece, span: tuple[int, int], best: int, closed: _Flags,
                 closed_gain: _Ints) -> None:
    """Raise what a first slot of reps without one would win."""
    for at in range(span[0], span[1]):
        rep = rows.rep[at]
        if closed[rep]:
            closed_gain[rep] = max(closed_gain[rep], rows.surplus[at] - best)


@compiled
def _join(rows: Piece, span: tuple[int, int], prices: tuple[_Ints, _Ints],
          worth: tuple[int, int, int, int], to: tuple[_Shorts, _Ints]) -> int:
    """Copy the pairs of a lead that beat its core: the best by either prices first; count them."""
    gain, loss = prices
    core_gain, core_loss, best_gain, best_loss = worth
    reps, values = to
    size = 0
    for turn in range(2):
        for at in range(span[0], span[1]):
            by = rows.surplus[at] - gain[rows.rep[at]]
            other = rows.surplus[at] - loss[rows.rep[at]]
            if size == len(reps) or (by <= core_gain and other <= core_loss):
                continue
            is_best = ((by == best_gain and by > core_gain)
                       or (other == best_loss and other > core_loss))
            if is_best == (turn == 0):
                reps[size], values[size] = rows.rep[at], rows.surplus[at]
                size += 1
    return size
