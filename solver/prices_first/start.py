"""Prices to begin with: from a sample of the leads, then from all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.matrix.source import Piece
from solver.prices_first.auction import CLOSED, Prices, auction, sample, scaled
from solver.prices_first.questions import asking_price
from solver.prices_first.rows import StoredRows
from solver.prices_first.shards import LocalShards, Shards
from solver.prices_first.spread import near_pairs, spread_mean
from solver.prices_first.timing import Timer, is_up

_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tuning:
    """How prices are found and how much is kept; no proven plan depends on it."""

    sample_share: int = 8
    """One lead in so many is in the sample."""
    least_sample: int = 1_000
    """Windows with fewer sampled leads have no sample."""
    sample_slots: int = 6
    """The sample is larger where reps would have fewer slots than this in it."""
    coarse: int = 20
    """A typical lead's worth over eps, on the sample."""
    fine: int = 3200
    """The same over all leads."""
    fine_apart: int = 1_000
    """What a typical lead's best rep is better than another, over eps over all leads."""
    corrections: int = 3
    """Auctions held again because slots of some worth stayed empty."""
    empty_share: float = 0.001
    """Empty slots by lead that need no other auction."""
    falls_by: int = 8
    """Each auction has an eps so many times smaller than the one before."""
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
    """Flows on the core, before all pairs are."""
    most_whole: int = 30_000_000
    """Where there are more pairs, a core never is all of them: the gap stays."""


#: How prices are found, and the time that there is.
_How = tuple[Tuning, Timer | None]


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


def start(shards: Shards, capacity: _Ints, given: _Ints | None, tuning: Tuning,
          clock: Timer | None = None) -> Start:
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
    clock
        When none is left, the prices so far will do.
    """
    step = _sample_step(shards.num_leads, capacity, tuning)
    if len(shards.firsts) > 1:
        return _spread_start(shards, capacity, given, step, (tuning, clock))
    if given is not None:
        # The sample only says what eps is to be.
        step = max(step, shards.num_leads // tuning.least_sample)
    few = StoredRows(shards.ask(sample, 0, step)[0], shards.num_reps)
    steps = _eps_steps(*typical_worth_of(few.rows), tuning)
    found = Prices(np.zeros_like(capacity), np.zeros_like(capacity), 0, 0)
    if given is not None:
        found = replace(found, price=given)
    else:
        slots = scaled(capacity, few.num_leads, max(1, shards.num_leads))
        for at, eps in enumerate(steps[:-1]):
            found = _corrected(LocalShards(few), slots, found, eps, (tuning, clock),
                               level=at > 0)
        found = replace(found, price=np.where(slots > 0, found.price, 0))
    found = _corrected(shards, capacity, found, steps[-1], (tuning, clock),
                       level=len(steps) > 1 or given is not None)
    return Start(np.where(capacity > 0, found.price, CLOSED), found.empty, steps[-1], found.bids,
                 found.pairs_scanned)


def _sample_step(num_leads: int, capacity: _Ints, tuning: Tuning) -> int:
    """Return how many leads there are to one of the sample."""
    each = int(capacity.sum()) // (tuning.sample_slots * max(1, int((capacity > 0).sum())))
    return max(1, min(tuning.sample_share, num_leads // tuning.least_sample, max(2, each)))


def _corrected(shards: Shards, capacity: _Ints, at: Prices, eps: int, how: _How, *,
               level: bool) -> Prices:
    """Hold an auction, and again from lower prices where slots of some worth stay empty."""
    tuning, clock = how
    # The clock of this machine says nothing elsewhere.
    here = clock if isinstance(shards, LocalShards) else None
    for _ in range(tuning.corrections + 1):
        start_prices = np.maximum(np.where(capacity > 0, at.price, 0) - 2 * eps, 0)
        if is_up(clock):
            break
        found = shards.ask(auction, capacity, start_prices, eps,
                           tuning.bids_per_lead * shards.num_leads, level, here)[0]
        at = replace(found, bids=at.bids + found.bids,
                     pairs_scanned=at.pairs_scanned + found.pairs_scanned)
        is_good = int(found.empty.sum()) <= shards.num_leads * tuning.empty_share
        if not level or is_good or is_up(clock):
            break
        price = shards.ask(asking_price, at.price, capacity, at.empty)[0]
        at = replace(at, price=price)
    return at


def _spread_start(shards: Shards, capacity: _Ints, given: _Ints | None, step: int, how: _How
                  ) -> Start:
    """Find them where leads are elsewhere: pairs that are near travel, once, and no others."""
    tuning, clock = how
    steps = _eps_steps(*spread_mean(shards, step, typical_worth_of), tuning)
    near = near_pairs(shards, capacity, given, steps,
                      (step, tuning.bids_per_lead, tuning.most_near), clock)
    found = fine_auction(near.few, capacity, near.found, steps[1:] or steps, how)
    return Start(np.where(capacity > 0, found.price, CLOSED), found.empty, steps[-1], found.bids,
                 found.pairs_scanned)


def fine_auction(few: StoredRows, capacity: _Ints, at: Prices, steps: Sequence[int],
                 how: _How) -> Prices:
    """Auction the near pairs of all leads with falling least rises of prices."""
    for eps in steps:
        at = _corrected(LocalShards(few), capacity, at, eps, how, level=bool(capacity.any()))
    return at


def _eps_steps(worth: int, apart: int, tuning: Tuning) -> list[int]:
    """Return falling least rises: from a share of a typical worth to one of a typical difference.

    Where all values are nearly equal, what tells reps apart is far smaller than what leads are
    worth.
    """
    last = max(1, min(worth // tuning.fine, apart // tuning.fine_apart if apart else worth))
    steps = [max(last, worth // tuning.coarse)]
    while steps[-1] > last:
        steps.append(max(last, steps[-1] // tuning.falls_by))
    return steps


def typical_worth_of(rows: Piece) -> tuple[int, int]:
    """Return the medians of the leads' best surplus and of what the lead's median falls short."""
    counts = np.diff(rows.indptr)
    some = np.flatnonzero(counts)
    if not len(some):
        return 1, 0
    starts = rows.indptr[:-1][some]
    best = np.maximum.reduceat(rows.surplus, starts)
    middle = best - rows.surplus[starts + counts[some] // 2]
    half = len(some) // 2
    return int(np.partition(best, half)[half]), int(np.partition(middle, half)[half])
