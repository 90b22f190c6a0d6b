"""Good prices fast: an auction of slots, on a sample of the leads first.

Bertsekas and Castanon, *The auction algorithm for the transportation problem* (1989). Leads bid for
slots; a full rep's price is the lowest bid that it holds. Prices need not be optimal here: what
they are good for is to tell which few pairs can matter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.matrix.source import PairSource
from solver.prices_first.auction_kernels import NONE, Bids, Lists, best_net, bid_in_turn, list_rows, lower_level
from solver.prices_first.core_kernels import Rows
from solver.prices_first.rows import rows_of, stored_rows
from solver.prices_first.shards import side_by_side

_Ints = NDArray[np.int64]
#: Price of a rep without slots: above every surplus.
CLOSED = np.int64(2**62)
#: Pairs in a lead's list.
_LISTED = 8
#: Leads whose rows are looked at anew in one go.
_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Prices:
    """What an auction ends with."""

    price: _Ints
    """(R,) minor units, ``CLOSED`` for reps without slots."""
    empty: _Ints
    """(R,) slots without a bid where the price is above 0."""
    bids: int
    pairs_scanned: int


def auction(source: PairSource, capacity: _Ints, start: _Ints, eps: int, most: int,
            level: bool = False) -> Prices:
    """Let leads bid until all hold a slot or want none.

    Parameters
    ----------
    source
        Usable pairs.
    capacity
        (R,) slots.
    start
        (R,) prices to start from.
    eps
        Least rise of a price, minor units, 1 or more.
    most
        Bids after which to stop.
    """
    num_leads, num_reps = source.num_leads, source.num_reps
    price = np.where(capacity > 0, start, CLOSED)
    lists = Lists(np.empty((num_leads, _LISTED), np.int32),
                  np.empty((num_leads, _LISTED), np.int64),
                  np.empty(num_leads, np.int32), np.empty(num_leads, np.int64))
    bids = Bids(price, capacity.astype(np.int64), np.full(num_reps, NONE),
                np.full(num_leads, NONE), np.empty(num_leads, np.int64),
                np.empty(num_leads, np.int64), np.empty(num_leads, np.int64))

    stored = stored_rows(source)
    slots = int(capacity.sum())

    def apply(kernel, leads: slice | _Ints, *out) -> int:
        at = np.arange(leads.start, leads.stop) if isinstance(leads, slice) else leads
        if stored is not None:
            kernel(stored, at, price, at, *out)
            return int((stored.indptr[at + 1] - stored.indptr[at]).sum())
        rows = rows_of(source, leads)
        kernel(rows, np.arange(len(at)), price, at, *out)
        return int(rows.indptr[-1] - rows.indptr[0])

    scanned = 0
    best = np.empty(num_leads, np.int64)
    if level and slots < num_leads:
        scanned += sum(side_by_side(lambda span: apply(best_net, span, best), source.spans()))
        by = int(np.partition(best, num_leads - slots)[num_leads - slots])
        if by > -2**62:
            price[capacity > 0] = np.maximum(price[capacity > 0] + by - 2 * eps, 0)

    def look(leads: slice | _Ints) -> int:
        return apply(list_rows, leads, lists)

    scanned += sum(side_by_side(look, source.spans()))
    queue = np.empty(num_leads + 1, np.int64)
    queue[:num_leads] = np.arange(num_leads)
    waiting, made = num_leads, 0
    for _ in range(4):
      while waiting and made < most:
        new, dry, still = bid_in_turn(queue, waiting, lists, bids, eps, most - made)
        made, waiting = made + new, dry + still
        again = queue[:dry].copy()
        scanned += sum(side_by_side(look, [again[at:at + _CHUNK]
                                           for at in range(0, dry, _CHUNK)]))
      empty = int(bids.room[(price > 0) & (capacity > 0)].sum())
      held = np.flatnonzero(bids.owner == NONE)
      if made >= most or not level or not empty or not len(held): break
      chunks = [held[at:at + _CHUNK] for at in range(0, len(held), _CHUNK)]
      scanned += sum(side_by_side(lambda c: apply(best_net, c, best), chunks))
      nets = best[held]
      k = min(empty, len(held))
      by = -int(np.partition(nets, len(held) - k)[len(held) - k])
      if by <= 0 or by >= 2**62: break
      by += 1
      lower_level(price, lists, bids, by)
      again = held[nets > -by]
      queue[:len(again)] = again
      waiting = len(again)
      scanned += sum(side_by_side(look, [again[at:at + _CHUNK] for at in range(0, len(again), _CHUNK)]))
    return Prices(price, np.where((price > 0) & (capacity > 0), bids.room, 0), made, scanned)


def sample(source: PairSource, first: int, step: int) -> Rows:
    """Return the pairs of every ``step``-th lead, from ``first`` on."""
    leads = np.arange(first, source.num_leads, step)
    rows = rows_of(source, leads)
    return rows


def scaled(capacity: _Ints, part: int, whole: int) -> _Ints:
    """Return (R,) slots for a part of the leads, in all as many as their share."""
    # Rounded on the running sum, so that many small reps together keep their share.
    sums = np.cumsum([0, *capacity.tolist()], dtype=object) * part // whole
    return np.diff(sums).astype(np.int64)
