"""Prices to begin with: from a sample of the leads, then, where the leads are here, from all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.prices_first.auction import CLOSED, Prices, auction, sample, scaled
from solver.prices_first.core_kernels import Rows
from solver.prices_first.rows import StoredRows, joined
from solver.prices_first.shards import Shards

_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tuning:
    """How prices are found and how much is kept; nothing here changes a plan."""

    sample_share: int = 8
    """One lead in so many is in the sample."""
    least_sample: int = 1_000
    """Windows with fewer sampled leads have no sample."""
    coarse: int = 50
    """A typical lead's worth over eps, on the sample."""
    fine: int = 3200
    """The same over all leads."""
    bids_per_lead: int = 60
    """More bids are not made: what is still wrong is repaired by the core."""
    width: float = 1.5
    """Pairs within so many eps of their lead's best are in the core."""
    most_near: int = 12
    """Core pairs of a lead, to begin with."""
    rivals: int = 4
    """Pairs outside that width, the nearest for each rep, that are in the core all the same."""
    most_empty: int = 60
    """More of them where the auction left slots of some worth empty, for so many slots."""
    most_joining: int = 8
    """Pairs that join a lead at a time."""
    rounds: int = 40
    """Flows on the core."""


@dataclass(frozen=True, slots=True)
class Start:
    """Prices to begin with, and how near they are."""

    price: _Ints
    """(R,) minor units."""
    empty: _Ints
    """(R,) slots that are worth something and still without a bid."""
    eps: int
    bids: int
    pairs_scanned: int


def start(shards: Shards, capacity: _Ints, given: _Ints | None, tuning: Tuning) -> Start:
    """Find prices that tell which pairs can matter.

    Parameters
    ----------
    shards
        The usable pairs.
    capacity
        (R,) slots.
    given
        (R,) prices that may be near, or None.
    tuning
        How.
    """
    step = tuning.sample_share
    if shards.num_leads < step * tuning.least_sample:
        step = max(1, shards.num_leads // tuning.least_sample)
    rows = joined([part for part in shards.ask(sample, 0, step)])
    few = StoredRows(rows, shards.num_reps)
    worth = _typical_worth(rows)
    coarse, fine = (max(1, worth // parts) for parts in (tuning.coarse, tuning.fine))
    price, bids, scanned = np.zeros(len(capacity), np.int64), 0, 0
    if given is not None:
        price = np.maximum(given - 2 * fine, 0)
    elif step > 1 and few.num_leads:
        slots = scaled(capacity, few.num_leads, shards.num_leads)
        for eps in (coarse, fine):
            found = auction(few, slots, np.maximum(price - 2 * eps, 0), eps,
                            tuning.bids_per_lead * few.num_leads)
            price = np.where(slots > 0, found.price, 0)
            bids, scanned = bids + found.bids, scanned + found.pairs_scanned
        price = np.maximum(price - 2 * fine, 0)
    empty = np.zeros_like(price)
    if len(shards.firsts) == 1:
        found = shards.ask(auction, capacity, price, fine,
                           tuning.bids_per_lead * shards.num_leads, step > 1 or given is not None)[0]
        price, empty = found.price, found.empty
        bids, scanned = bids + found.bids, scanned + found.pairs_scanned
    return Start(np.where(capacity > 0, price, CLOSED), empty, fine, bids, scanned)


def _typical_worth(rows: Rows) -> int:
    """Return the median over leads of the best surplus."""
    some = np.flatnonzero(np.diff(rows.indptr))
    if not len(some):
        return 1
    best = np.maximum.reduceat(rows.surplus, rows.indptr[:-1][some])
    return int(np.partition(best, len(best) // 2)[len(best) // 2])
