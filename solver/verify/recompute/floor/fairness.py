"""Fair shares as limits of a window, one for each rep, named FAIR:rep_id.

Shares, aims and hinges are the formulas of :mod:`solver.fairness`, which define what a policy's
words are in integers; what reps can reach together is found here, by paths instead of an engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.errors import InvalidInputError
from solver.fairness.aims import (
    aims,
    deviations,
    distance_places,
    forgiven,
    in_turn,
    queue_block,
    rotation_places,
)
from solver.fairness.hinges import joined, price_hinges, steep_hinges
from solver.fairness.shares import exact
from solver.models import (
    Fairness,
    FairnessMethod,
    Issue,
    IssueCode,
    Measure,
    Period,
    Window,
)
from solver.models.ledger import SHARE_SCALE
from solver.models.limit import FAIR_PREFIX, share_of
from solver.verify.recompute.floor.attainable import Offer, fairest_amounts, most_amounts
from solver.verify.recompute.floor.ledger import window_shares
from solver.verify.recompute.floor.limits import Hinge, WindowLimit, amounts, without_nothing
from solver.verify.recompute.floor.open_pairs import OpenPairs
from solver.verify.recompute.reps import RepColumns


def fair_limits(window: Window, reps: RepColumns, pairs: OpenPairs,
                groups: Sequence[str | None], others: Sequence[WindowLimit]
                ) -> tuple[WindowLimit, ...]:
    """Return what fairness asks of each rep; nothing where the policy has no method.

    Parameters
    ----------
    window, reps, pairs, groups
        The window, its ledger settled, with the name of each lead's group.
    others
        The limits of the policy.

    Raises
    ------
    InvalidInputError
        If values are too large for fairness that outweighs them.
    """
    if window.policy.fairness.method is FairnessMethod.NONE:
        return ()
    try:
        return _Fairness(window, reps, pairs).limits(groups, others)
    except ValueError as error:
        raise InvalidInputError([Issue(
            code=IssueCode.VALUE_RANGE, file="policy", column="fairness.method",
            offending=window.policy.fairness.method.value, rule=str(error),
            remedy="Lower the values, route fewer leads at once, or use method price")]) from error


@dataclass(frozen=True)
class _Asked:
    """What one rep's limit is: ends, hard where there are no hinges."""

    lower: int
    upper: int
    hinges: tuple[Hinge, ...]


class _Fairness:
    """The shares of one window and what they ask."""

    def __init__(self, window: Window, reps: RepColumns, pairs: OpenPairs) -> None:
        self._policy: Fairness = window.policy.fairness
        self._ids, self._pairs = reps.ids, pairs
        everything = np.arange(len(pairs.rep))
        self._offer = Offer(starts=pairs.starts, rep=pairs.rep, slots=pairs.use,
                            amount=amounts(pairs, everything, self._policy.measure),
                            capacity=reps.free_slots)
        self._shares = window_shares(window, reps).now
        mean = _mean(self._offer)
        self._unit = self._policy.unit or (
            mean if self._policy.measure is Measure.WORTH else 1)
        self._most = most_amounts(self._offer)
        self._block = queue_block(self._unit, mean, self._most)
        self._blocks = [-(-most // self._block) for most in self._most]
        ledger = {} if window.ledger is None else window.ledger.by_rep()
        found = [ledger.get(rep_id) for rep_id in reps.ids]
        self._balances = [0 if one is None else one.of(self._policy.measure) for one in found]
        self._turn = in_turn([None if one is None else one.last_assigned_at for one in found])

    def limits(self, groups: Sequence[str | None], others: Sequence[WindowLimit]
               ) -> tuple[WindowLimit, ...]:
        alone = (not any(limit.hard for limit in others) and not any(groups)
                 and bool((self._pairs.gain > 0).all()))
        at_once = max([1, *self._most])
        expected = sum(self._fairest([[0] if most else [] for most in self._most], at_once))
        ahead = forgiven(self._shares, deviations(self._shares, self._balances), expected,
                         self._policy.catch_up)
        aim = aims(self._shares, ahead, expected)
        asked = self._ask(aim, ahead, expected, _outweigh(self._pairs, others), alone=alone)
        return tuple(self._limit(rep_idx, one, aim[rep_idx]) for rep_idx, one in enumerate(asked))

    def _ask(self, aim: Sequence[int], ahead: Sequence[int], expected: int, outweigh: int, *,
             alone: bool) -> list[_Asked]:
        method, offered = self._policy.method, self._offered()
        if not any(self._shares):
            return [_Asked(0, most, ()) for most in offered]
        if method is FairnessMethod.PRICE:
            assert self._policy.price is not None
            minor = round(exact(self._policy.price) * 100)
            parts = [price_hinges(rep_idx, aim[rep_idx], minor, self._unit, most)
                     for rep_idx, most in enumerate(self._most)]
            return self._with_hinges(parts)
        if method is FairnessMethod.ROTATION:
            even = self._fairest(rotation_places(self._shares, ahead, self._blocks, self._block),
                                 self._block)
            return self._steep(even, even, outweigh)
        near = self._fairest(distance_places(aim, self._blocks, self._block), self._block)
        ends = [_band(one, wide) for one, wide in zip(aim, self._widths(expected), strict=True)]
        low = [min(low, one) for (low, _), one in zip(ends, near, strict=True)]
        high = [min(max(high, one), most) for (_, high), one, most
                in zip(ends, near, offered, strict=True)]
        if alone and self._is_plain():
            return [_Asked(one, other, ()) for one, other in zip(low, high, strict=True)]
        return self._steep(low, high, outweigh)

    def _steep(self, low: Sequence[int], high: Sequence[int], outweigh: int) -> list[_Asked]:
        return self._with_hinges(steep_hinges(
            np.array(low, dtype=np.int64), np.array(high, dtype=np.int64), outweigh, self._unit,
            np.array(self._offered(), dtype=np.int64)))

    def _with_hinges(self, parts: list[list[tuple[int, int, int, bool]]]) -> list[_Asked]:
        found = joined(parts)
        hinges: list[list[Hinge]] = [[] for _ in self._ids]
        for rep_idx, at, slope, over in zip(found.rep.tolist(), found.at.tolist(),
                                            found.slope.tolist(), found.over.tolist(),
                                            strict=True):
            hinges[rep_idx].append(Hinge(at, slope, over))
        return [_Asked(0, most, tuple(own))
                for most, own in zip(self._offered(), hinges, strict=True)]

    def _limit(self, rep_idx: int, asked: _Asked, aim: int) -> WindowLimit:
        own = np.flatnonzero(self._pairs.rep == rep_idx)
        ends = (asked.lower, asked.upper) if not asked.hinges else (
            max(0, aim // SHARE_SCALE), max(0, -(-aim // SHARE_SCALE)))
        own, amount = without_nothing(own, self._offer.amount[own])
        return WindowLimit(
            name=f"{FAIR_PREFIX}{self._ids[rep_idx]}", measure=self._policy.measure,
            period=Period.WINDOW, pairs=own, amount=amount, lower=ends[0], upper=ends[1],
            hard=not asked.hinges, hinges=asked.hinges)

    def _fairest(self, queue: Sequence[Sequence[int]], block: int) -> list[int]:
        return fairest_amounts(self._offer, queue, self._turn, self._most, block)

    def _offered(self) -> list[int]:
        total = np.zeros(len(self._ids), dtype=np.int64)
        np.add.at(total, self._offer.rep, self._offer.amount)
        return [int(one) for one in total]

    def _is_plain(self) -> bool:
        return bool((self._offer.slots == 1).all() and (self._offer.amount == 1).all())

    def _widths(self, expected: int) -> list[int]:
        """Return the band on either side of each aim, in 1/``SHARE_SCALE`` of a unit."""
        if isinstance(self._policy.band, int):
            return [self._policy.band * SHARE_SCALE] * len(self._ids)
        part = exact(share_of(self._policy.band)) / 100
        return [int(part * share * expected) for share in self._shares]


def _mean(offer: Offer) -> int:
    """Return what a lead counts on average, with the first rep who may have it; at least 1."""
    firsts = offer.starts[:-1][offer.starts[:-1] < offer.starts[1:]]
    total, count = int(offer.amount[firsts].sum()), len(firsts)
    return max(1, (2 * total + count) // (2 * count)) if count else 1


def _band(aim: int, wide: int) -> tuple[int, int]:
    """Return whole units around an aim, rounded outwards, from 0 up."""
    return (max(0, (aim - wide) // SHARE_SCALE), max(0, -((-aim - wide) // SHARE_SCALE)))


def _outweigh(pairs: OpenPairs, others: Sequence[WindowLimit]) -> int:
    """Return more minor units than any two plans differ by: twice all gains and all costs."""
    most = 0
    for first, last in zip(pairs.starts[:-1].tolist(), pairs.starts[1:].tolist(), strict=True):
        if first < last:
            most += int(np.abs(pairs.gain[first:last]).max())
    costs = sum(hinge.slope * max(hinge.at, int(limit.amount.sum()) - hinge.at)
                for limit in others for hinge in limit.hinges)
    return 2 * most + costs + 1
