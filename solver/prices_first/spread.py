"""Prices to begin with where leads are spread: parts auction their own leads, prices travel.

A part that gets the share of every rep's slots that its leads ask for finds nearly the prices of
the whole. Their mean, and how far they are apart, tell which pairs are near: these travel, once,
and an auction of them alone finds prices as good as those of one process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.compiling import compiled
from solver.matrix.source import PairSource, Piece
from solver.prices_first.auction import CLOSED, Prices, auction, sample
from solver.prices_first.questions import near_core, scanned_of
from solver.prices_first.rows import StoredRows, joined, rows_of
from solver.prices_first.shards import Shards, side_by_side
from solver.prices_first.timing import Timer, is_up
from solver.prices_first.whole import core_rows

_Ints = NDArray[np.int64]
#: Leads of which demand is counted in one go.
_CHUNK = 4096
#: Pairs that travel for each rep of a part, were its price wrong, or as many as it has slots.
_RIVALS = 64


class Near(NamedTuple):
    """Prices that are near, and the pairs that are by them."""

    few: StoredRows
    """Of all leads."""
    found: Prices


class PartPrices(NamedTuple):
    """What the auction of one part ends with."""

    slots: _Ints
    """(R,) the part's share."""
    price: _Ints
    """(R,) minor units; of no meaning without slots."""
    bids: int
    pairs_scanned: int


def spread_mean(shards: Shards, step: int, numbers: Callable[[Piece], tuple[int, int]]
                ) -> tuple[int, int]:
    """Return two numbers of every ``step``-th lead, the mean of the parts' by leads."""
    found = shards.ask(of_sample, step, numbers)
    num_leads = max(1, sum(num for num, _ in found))
    one, other = (sum(num * pair[at] for num, pair in found) // num_leads for at in (0, 1))
    return max(1, one), other


def near_pairs(shards: Shards, capacity: _Ints, given: _Ints | None, steps: Sequence[int],
               how: tuple[int, int, int], clock: Timer | None = None) -> Near:
    """Find prices without any pair on its way, then let the pairs come that are near by them.

    Parameters
    ----------
    shards
        The usable pairs.
    capacity
        (R,) slots.
    given
        (R,) prices that may be near, or None.
    steps
        Falling least rises of prices.
    how
        One lead in so many takes part in the first auction; bids per lead, more of which are not
        made; pairs of a lead that travel at most.
    clock
        When none is left, the prices so far will do.
    """
    step, bids_per_lead, most_near = how
    price = np.zeros(len(capacity), np.int64) if given is None else given
    apart, bids, scanned = steps[0], 0, 0
    for eps, one_in in ((steps[0], step), (steps[min(1, len(steps) - 1)], 1)):
        if is_up(clock):
            break
        price, apart, new, seen = _mean_auction(shards, capacity, price,
                                                (eps, one_in, bids_per_lead))
        bids, scanned = bids + new, scanned + seen
    near = shards.keep(near_core, np.where(capacity > 0, price, CLOSED), 2 * apart, most_near,
                       1 + np.minimum(capacity, _RIVALS))
    scanned += sum(shards.ask(scanned_of, near))
    few = StoredRows(joined([part.rows for part in shards.ask(core_rows, near)]), len(capacity))
    return Near(few, Prices(price, np.zeros_like(price), bids, scanned))


def _mean_auction(shards: Shards, capacity: _Ints, price: _Ints, how: tuple[int, int, int]
                  ) -> tuple[_Ints, int, int, int]:
    """Let every part auction its leads.

    Returns
    -------
    tuple
        (R,) the mean of the parts' prices, how far they are apart, bids, pairs looked at.
    """
    wanted = shards.keep(demand, np.where(capacity > 0, price, CLOSED), how[1])
    all_wanted = sum(shards.ask(counts_of, wanted), np.zeros_like(capacity))
    parts = shards.ask(part_prices, wanted, all_wanted, capacity, price, how)
    slots = np.array([part.slots for part in parts])
    prices = np.array([part.price for part in parts])
    # In floats: prices to begin with need not be exact, only the same every time.
    weight = np.maximum(slots.sum(axis=0), 1).astype(np.float64)
    mean = np.where(slots.sum(axis=0) > 0, (slots * prices / weight).sum(axis=0), price)
    apart = (slots * np.abs(prices - mean)).sum() / max(1, int(slots.sum()))
    return (mean.astype(np.int64), max(how[0], int(apart)), sum(part.bids for part in parts),
            sum(part.pairs_scanned for part in parts))


def of_sample(source: PairSource, step: int, numbers: Callable[[Piece], tuple[int, int]]
              ) -> tuple[int, tuple[int, int]]:
    """Return how many of every ``step``-th lead there are, and numbers of their pairs."""
    rows = sample(source, 0, step)
    return len(rows.indptr) - 1, numbers(rows)


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
    # Few leads want a rep at prices that are not right yet: as many more as there are slots count
    # for all parts alike.
    alike = wanted.sum() / max(1, int(all_wanted.sum()))
    share = (wanted + alike * capacity / step) / np.maximum(all_wanted + capacity / step, 1)
    slots = np.rint(capacity * share / step).astype(np.int64)
    start = np.maximum(price - 2 * eps, 0)
    found = auction(few, slots, start, eps, bids_per_lead * few.num_leads,
                    bool(price.any() and slots.any()))
    return PartPrices(slots, np.where(slots > 0, found.price, 0), found.bids,
                      found.pairs_scanned)


@compiled
def _wanted(rows: Piece, price: _Ints) -> _Ints:
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
