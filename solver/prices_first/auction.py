"""Good prices fast: an auction of slots, on a sample of the leads first.

Bertsekas and Castanon, *The auction algorithm for the transportation problem* (1989). Leads bid for
slots; a full rep's price is the lowest bid that it holds. Prices need not be optimal here: what
they are good for is to tell which few pairs can matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.matrix.source import PairSource, Piece
from solver.prices_first.auction_kernels import (
    NONE,
    Bids,
    Lists,
    best_net,
    bid_in_turn,
    list_rows,
    lower_level,
)
from solver.prices_first.rows import rows_of, stored_rows
from solver.prices_first.shards import side_by_side
from solver.prices_first.timing import Timer, is_up

_Ints = NDArray[np.int64]
#: Price of a rep without slots: above every surplus.
CLOSED = np.int64(2**62)
#: Pairs in a lead's list.
_LISTED = 8
#: Leads whose rows are looked at anew in one go.
_CHUNK = 4096
#: Of so many leads, one empty slot is nothing to lower all prices for.
_LEADS_PER_EMPTY = 1_000
#: Bids between looks at the clock, whether there is one or not.
_MOST_BIDS = 1 << 16
#: Times that all prices are lowered because slots stay empty.
_LOWERED = 4


@dataclass(frozen=True, slots=True)
class Prices:
    """What an auction ends with."""

    price: _Ints
    """(R,) minor units, ``CLOSED`` for reps without slots."""
    empty: _Ints
    """(R,) slots without a bid where the price is above 0."""
    bids: int
    pairs_scanned: int


class _Auction:
    """One auction: lists of candidates, bids, and a queue of leads that hold none."""

    def __init__(self, source: PairSource, capacity: _Ints, start: _Ints, eps: int,
                 clock: Timer | None) -> None:
        num_leads, num_reps = source.num_leads, source.num_reps
        self._source, self._stored, self._eps = source, stored_rows(source), eps
        self._clock = clock
        self._is_open, self._slots = capacity > 0, int(capacity.sum())
        self.price = np.where(self._is_open, start, CLOSED)
        self._lists = Lists(np.empty((num_leads, _LISTED), np.int32),
                            np.empty((num_leads, _LISTED), np.int64),
                            np.zeros(num_leads, np.int32), np.zeros(num_leads, np.int64))
        self._bids = Bids(self.price, capacity.astype(np.int64), np.full(num_reps, NONE),
                          np.full(num_leads, NONE), np.empty(num_leads, np.int64),
                          np.empty(num_leads, np.int64), np.empty(num_leads, np.int64))
        self._best = np.full(num_leads, -CLOSED)
        self._queue = np.empty(num_leads + 1, np.int64)
        self._queue[:num_leads] = np.arange(num_leads)
        self._waiting, self.made, self.scanned = num_leads, 0, 0

    @property
    def empty(self) -> _Ints:
        """(R,) slots without a bid where the price is above 0."""
        return np.where(self._is_open & (self.price > 0), self._bids.room, 0)

    def level(self) -> None:
        """Move all prices alike, to where as many leads want a slot as there are slots."""
        num_leads = len(self._best)
        if not 0 < self._slots < num_leads:
            return
        self._look(best_net, self._source.spans(), self._best)
        by = int(np.partition(self._best, num_leads - self._slots)[num_leads - self._slots])
        if by > -CLOSED:
            self.price[self._is_open] = np.maximum(
                self.price[self._is_open] + by - 2 * self._eps, 0)

    def bid(self, most: int) -> None:
        """Let leads bid until all hold a slot or want none, or all bids or the time are up."""
        while self._waiting and self.made < most and not is_up(self._clock):
            made, dry, still = bid_in_turn(self._queue, self._waiting, self._lists, self._bids,
                                           self._eps, min(most - self.made, _MOST_BIDS))
            self.made, self._waiting = self.made + made, dry + still
            self.look_at(self._queue[:dry].copy())

    def lower(self) -> bool:
        """Lower all prices until held leads want the empty slots; say whether that could be."""
        empty, held = int(self.empty.sum()), np.flatnonzero(self._bids.owner == NONE)
        if empty * _LEADS_PER_EMPTY <= len(self._best) or not len(held):
            return False
        self._look(best_net, _chunks(held), self._best)
        nets, last = self._best[held], len(held) - min(empty, len(held))
        by = 1 - int(np.partition(nets, last)[last])
        if not 0 < by < CLOSED:
            return False
        lower_level(self.price, self._lists, self._bids, by)
        again = held[nets > -by]
        self._queue[:len(again)], self._waiting = again, len(again)
        self.look_at(again)
        return True

    def look_at(self, leads: _Ints | None = None) -> None:
        """Fill in the lists of leads, or of all."""
        self._look(list_rows, self._source.spans() if leads is None else _chunks(leads),
                   self._lists)

    def _look(self, kernel: Callable[..., None], groups: Sequence[slice | _Ints],
              out: object) -> None:
        def work(leads: slice | _Ints) -> int:
            if is_up(self._clock):
                return 0
            at = np.arange(leads.start, leads.stop) if isinstance(leads, slice) else leads
            if self._stored is not None:
                kernel(self._stored, at, self.price, at, out)
                indptr = self._stored.indptr
                return int((indptr[at + 1] - indptr[at]).sum())
            rows = rows_of(self._source, leads)
            kernel(rows, np.arange(len(at)), self.price, at, out)
            return int(rows.indptr[-1] - rows.indptr[0])

        self.scanned += sum(side_by_side(work, groups))


def _chunks(leads: _Ints) -> list[slice | _Ints]:
    return [leads[at:at + _CHUNK] for at in range(0, len(leads), _CHUNK)]


def auction(source: PairSource, capacity: _Ints, start: _Ints, eps: int, most: int,
            level: bool = False, clock: Timer | None = None) -> Prices:
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
    level
        Move all prices alike before the first bid, and while slots stay empty after the last.
    clock
        When none is left, the auction ends where it is; leads that were not looked at want nothing.
    """
    held = _Auction(source, capacity, start, eps, clock)
    if level:
        held.level()
    held.look_at()
    held.bid(most)
    for _ in range(_LOWERED if level else 0):
        if held.made >= most or is_up(clock) or not held.lower():
            break
        held.bid(most)
    return Prices(held.price, held.empty, held.made, held.scanned)


def sample(source: PairSource, first: int, step: int) -> Piece:
    """Return the pairs of every ``step``-th lead, from ``first`` on."""
    leads = np.arange(first, source.num_leads, step)
    return rows_of(source, leads)


def scaled(capacity: _Ints, part: int, whole: int) -> _Ints:
    """Return (R,) slots for a part of the leads, in all as many as their share."""
    # Rounded on the running sum, so that many small reps together keep their share.
    sums = np.cumsum([0, *capacity.tolist()], dtype=object) * part // whole
    return np.diff(sums).astype(np.int64)
