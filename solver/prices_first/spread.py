"""Prices to begin with where leads are spread: parts auction their own leads, prices travel.

A part that holds a fair share of the leads, and gets the share of every rep's slots that its leads
ask for, finds nearly the prices of the whole. Their mean is good enough to tell which few pairs can
matter; what is still wrong is repaired by the core.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled
from solver.matrix.source import PairSource
from solver.prices_first.auction import CLOSED, auction, sample
from solver.prices_first.core_kernels import Rows
from solver.prices_first.rows import StoredRows, rows_of
from solver.prices_first.shards import Shards, side_by_side

_Ints = NDArray[np.int64]
#: Leads of which demand is counted in one go.
_CHUNK = 4096


class Spread(NamedTuple):
    """What the auctions of all parts end with."""

    price: _Ints
    """(R,) minor units."""
    bids: int
    pairs_scanned: int


class PartPrices(NamedTuple):
    """What the auction of one part ends with."""

    price: _Ints
    """(R,) minor units, ``CLOSED`` without slots."""
    slots: _Ints
    """(R,) the part's share."""
    bids: int
    pairs_scanned: int


def spread_worth(shards: Shards, step: int) -> int:
    """Return what a typical lead is worth with its best rep, minor units, 1 or more."""
    found = shards.ask(typical_worth, step)
    num_leads = sum(num for num, _ in found)
    return max(1, sum(num * worth for num, worth in found) // max(1, num_leads))


def spread_auction(shards: Shards, capacity: _Ints, price: _Ints, eps: int, *, step: int,
                   bids_per_lead: int) -> Spread:
    """Let every part auction some of its leads, and return the mean of the prices.

    Parameters
    ----------
    shards
        The usable pairs.
    capacity
        (R,) slots.
    price
        (R,) prices to start from.
    eps
        Least rise of a price, minor units, 1 or more.
    step
        One lead in so many takes part.
    bids_per_lead
        More bids are not made.
    """
    wanted = shards.keep(demand, np.where(capacity > 0, price, CLOSED), step)
    all_wanted = sum(shards.ask(counts_of, wanted), np.zeros_like(capacity))
    parts = shards.ask(part_prices, wanted, all_wanted, capacity, price,
                       (eps, step, bids_per_lead))
    weight = sum((part.slots for part in parts), np.zeros_like(capacity))
    # Summed in floats: prices to begin with need not be exact, only the same every time.
    total = sum((part.slots * np.where(part.slots > 0, part.price, 0).astype(np.float64)
                 for part in parts), np.zeros(len(capacity)))
    mean = np.where(weight > 0, total / np.maximum(weight, 1), price)
    return Spread(mean.astype(np.int64), sum(part.bids for part in parts),
                  sum(part.pairs_scanned for part in parts))


def typical_worth(source: PairSource, step: int) -> tuple[int, int]:
    """Return how many of every ``step``-th lead have a pair, and the median of their best."""
    rows = sample(source, 0, step)
    some = np.flatnonzero(np.diff(rows.indptr))
    if not len(some):
        return 0, 0
    best = np.maximum.reduceat(rows.surplus, rows.indptr[:-1][some])
    return len(some), int(np.partition(best, len(best) // 2)[len(best) // 2])


def demand(source: PairSource, price: _Ints, step: int) -> _Ints:
    """Return (R,) how many of every ``step``-th lead would take each rep at prices."""
    leads = np.arange(0, source.num_leads, step)
    parts = side_by_side(lambda some: _wanted(rows_of(source, some), price),
                         [leads[at:at + _CHUNK] for at in range(0, len(leads), _CHUNK)])
    return sum(parts, np.zeros(source.num_reps, np.int64))


def counts_of(_: PairSource, wanted: _Ints) -> _Ints:
    """Return what is kept."""
    return wanted


def part_prices(source: PairSource, wanted: _Ints, all_wanted: _Ints, capacity: _Ints,
                price: _Ints, how: tuple[int, int, int]) -> PartPrices:
    """Auction every ``step``-th lead of a part for the share of the slots that they ask for.

    Parameters
    ----------
    source
        The part.
    wanted, all_wanted
        (R,) demand of the part's leads, and of all leads.
    capacity, price
        (R,) slots of the whole window; prices to start from.
    how
        Least rise of a price, ``step``, bids per lead.
    """
    eps, step, bids_per_lead = how
    few = source if step == 1 else StoredRows(sample(source, 0, step), source.num_reps)
    share = wanted / np.maximum(all_wanted, 1)
    # Slots of reps whom nobody wants as yet are there for all leads alike.
    share[all_wanted == 0] = wanted.sum() / max(1, int(all_wanted.sum()))
    slots = np.rint(capacity * share / step).astype(np.int64)
    start = np.maximum(price - 2 * eps, 0)
    found = auction(few, slots, start, eps, bids_per_lead * few.num_leads)
    return PartPrices(found.price, slots, found.bids, found.pairs_scanned)


@compiled
def _wanted(rows: Rows, price: _Ints) -> _Ints:
    """Count leads by the rep with their best net value above 0, the first of several."""
    counts = np.zeros(len(price), np.int64)
    for lead in range(len(rows.indptr) - 1):
        best, top = np.int64(0), -1
        for at in range(rows.indptr[lead], rows.indptr[lead + 1]):
            net = rows.surplus[at] - price[rows.rep[at]]
            if net > best:
                best, top = net, rows.rep[at]
        if top >= 0:
            counts[top] += 1
    return counts
