"""What fairness asks of each rep in a window, whoever finds the fairest amounts.

Whoever checks a plan asks the same with means of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from solver.fairness.aims import (
    aims,
    deviations,
    distance_places,
    forgiven,
    in_turn,
    queue_block,
    rotation_places,
)
from solver.fairness.hinges import Hinges, joined, price_hinges, steep_hinges
from solver.fairness.offer import Offer, most_amounts
from solver.fairness.shares import exact
from solver.models.fairness import Fairness, FairnessMethod
from solver.models.ledger import SHARE_SCALE
from solver.models.limit import Measure, share_of

_Ints = NDArray[np.int64]
#: Offer, queue, turn, most and block to amounts: ``attainable.fairest_amounts`` or the like.
Fairest = Callable[[Offer, Sequence[Sequence[int]], Sequence[int], _Ints, int], _Ints]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the reps stand before a window; R entries each, in the measure of the policy."""

    shares: tuple[int, ...]
    """``Shares.now``."""
    balances: tuple[int, ...]
    """From the ledger; 0 without one."""
    last_assigned: tuple[datetime | None, ...]
    """From the ledger; decides between equals."""


@dataclass(frozen=True, slots=True)
class FairLimits:
    """One limit for each of R reps over all its columns, in the measure of the policy."""

    expected: int
    """Units that the window can hand out at most."""
    ahead: tuple[int, ...]
    """(R,) distance from the fair position before the window, 1/``SHARE_SCALE`` of a unit."""
    aim: tuple[int, ...]
    """(R,) what would be fair now, 1/``SHARE_SCALE`` of a unit."""
    amounts: _Ints | None
    """(R,) the fairest that can be reached, which a band is widened to and rotation gives out;
    None with the other methods, which do not look at them."""
    lower: _Ints
    """(R,) least, hard."""
    upper: _Ints
    """(R,) most, hard; the sum of the rep's columns where there is no end."""
    hinges: Hinges
    """What distance costs."""
    unit: int
    """Units of the measure that count as one unit of distance."""


def fair_ends(policy: Fairness, standing: Standing, offer: Offer, fairest: Fairest, *,
              outweigh: int, alone: bool) -> FairLimits:
    """Return the limits that a window's fairness asks for.

    Parameters
    ----------
    policy
        Method, measure, band or price.
    standing
        Shares, balances and who was assigned last.
    offer
        Leads and who may have them.
    fairest
        Finds the amounts that a queue leads to; they are unique.
    outweigh
        Minor units that no choice can win or lose otherwise: what counts as more than any value.
    alone
        Whether nothing but capacity ties leads together: no groups, no other hard limits.
        Then a band of plain leads is hard ends, which can always be kept; else it is hinges
        steeper than any value, because nobody can know beforehand what can be kept.

    Returns
    -------
    FairLimits
        Without a share of anybody, or with the method ``none``, no ends and no hinges.

    Raises
    ------
    ValueError
        If values are too large for hinges that outweigh them.
    """
    unit = policy.unit or (_mean(offer) if policy.measure is Measure.WORTH else 1)
    window = _Window(standing, offer, unit, most_amounts(offer),
                     in_turn(standing.last_assigned), fairest)
    ahead = deviations(standing.shares, standing.balances)
    expected = window.expected()
    counted = forgiven(standing.shares, ahead, expected, policy.catch_up)
    aim = aims(standing.shares, counted, expected)
    amounts: _Ints | None = None
    lower, upper, hinges = np.zeros_like(window.most), offer.offered, joined(())
    method = policy.method if any(standing.shares) else FairnessMethod.NONE
    if method is FairnessMethod.PRICE:
        assert policy.price is not None
        minor = round(exact(policy.price) * 100)
        hinges = joined(price_hinges(at, aim[at], minor, unit, most)
                        for at, most in enumerate(window.most.tolist()))
    elif method is FairnessMethod.ROTATION:
        amounts = window.in_rotation(counted)
        hinges = joined(steep_hinges(amounts, amounts, outweigh, unit, upper))
    elif method is FairnessMethod.BAND:
        amounts = window.nearest(aim)
        low, high = band_ends(aim, band_widths(policy, standing.shares, expected))
        low, high = np.minimum(low, amounts), np.minimum(np.maximum(high, amounts), upper)
        if alone and offer.is_plain:
            lower, upper = low, high
        else:
            hinges = joined(steep_hinges(low, high, outweigh, unit, upper))
    return FairLimits(expected, ahead, aim, amounts, lower, upper, hinges, unit)


@dataclass(frozen=True, slots=True)
class _Window:
    """What the fairest amounts depend on."""

    standing: Standing
    offer: Offer
    unit: int
    most: _Ints
    turn: tuple[int, ...]
    fairest: Fairest

    def expected(self) -> int:
        """Return how much can go out at most, in whatever order: one block for each rep."""
        block = max(1, int(self.most.max(initial=0)))
        return int(self._fairest([[0] if most else [] for most in self.most.tolist()],
                                 block).sum())

    def in_rotation(self, ahead: Sequence[int]) -> _Ints:
        """Return the amounts of weighted round robin."""
        block = self._block()
        return self._fairest(rotation_places(self.standing.shares, ahead, self._blocks(block),
                                             block), block)

    def nearest(self, aim: Sequence[int]) -> _Ints:
        """Return the amounts with the least sum of squared distances from the aims."""
        block = self._block()
        return self._fairest(distance_places(aim, self._blocks(block), block), block)

    def _fairest(self, queue: Sequence[Sequence[int]], block: int) -> _Ints:
        return self.fairest(self.offer, queue, self.turn, self.most, block)

    def _block(self) -> int:
        return queue_block(self.unit, _mean(self.offer), self.most.tolist())

    def _blocks(self, block: int) -> list[int]:
        return [-(-most // block) for most in self.most.tolist()]


def band_widths(policy: Fairness, shares: Sequence[int], expected: int) -> tuple[int, ...]:
    """Return (R,) the band on either side of the aim, in 1/``SHARE_SCALE`` of a unit.

    A percentage is of what is due to the rep in the window, rounded down.
    """
    if isinstance(policy.band, int):
        return (policy.band * SHARE_SCALE,) * len(shares)
    part = exact(share_of(policy.band)) / 100
    return tuple(int(part * share * expected) for share in shares)


def band_ends(aim: Sequence[int], width: Sequence[int]) -> tuple[_Ints, _Ints]:
    """Return (R,) least and most whole units around each aim, rounded outwards, from 0 up."""
    pairs = list(zip(aim, width, strict=True))
    low = [max(0, (one - wide) // SHARE_SCALE) for one, wide in pairs]
    high = [max(0, -((-one - wide) // SHARE_SCALE)) for one, wide in pairs]
    return np.array(low, dtype=np.int64), np.array(high, dtype=np.int64)


def _mean(offer: Offer) -> int:
    """Return what a lead counts on average, with the first rep who may have it; at least 1."""
    firsts = offer.indptr[:-1][np.diff(offer.indptr) > 0]
    total, count = int(offer.amount[firsts].sum()), len(firsts)
    return max(1, (2 * total + count) // (2 * count)) if count else 1
