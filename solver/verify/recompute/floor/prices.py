"""The prices of slots and limits as a plan states them, and what pairs pay at them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from solver.models import LimitUse, Plan, Slots
from solver.verify.recompute.floor.bound import PARTS
from solver.verify.recompute.floor.floor import Floor
from solver.verify.recompute.reps import RepColumns

_Exact = np.ndarray[Any, np.dtype[Any]]
#: Sums below this are made in int64, others of Python's integers.
_SAFE = 2.0 ** 60


@dataclass(frozen=True)
class Prices:
    """Prices in 1/``PARTS`` minor units; 0 where the plan states none."""

    floor: Floor
    slots: tuple[int, ...]
    """By rep."""
    limits: tuple[int, ...]
    """By limit of the floor."""

    @cached_property
    def of_slots(self) -> _Exact:
        """Shape (pairs,), what each pair's slots cost, minor units."""
        pairs = self.floor.pairs
        most = float(pairs.use.max(initial=1)) * max(map(abs, self.slots), default=0)
        kind: type = np.int64 if most < _SAFE else object
        slots: _Exact = np.array(self.slots, dtype=kind)
        return _all_rounded(pairs.use.astype(kind) * slots[pairs.rep])

    @cached_property
    def of_limits(self) -> _Exact:
        """Shape (pairs,), what the limits that each pair counts for cost it, minor units."""
        priced = [(limit, price) for limit, price
                  in zip(self.floor.limits, self.limits, strict=True) if price]
        most = sum(float(limit.amount.max(initial=1)) * abs(price) for limit, price in priced)
        kind: type = np.int64 if most < _SAFE else object
        total: _Exact = np.zeros(len(self.floor.pairs.rep), dtype=kind)
        for limit, price in priced:
            total[limit.pairs] += limit.amount.astype(kind) * price
        return _all_rounded(total)

    def dearest(self, pair: int) -> str | None:
        """Return the limit that costs, or pays, a pair the most; of equals the first by name."""
        costs = [abs(price * limit.counts(pair)) if price else 0 for limit, price
                 in zip(self.floor.limits, self.limits, strict=True)]
        most = max(costs, default=0)
        return self.floor.limits[costs.index(most)].name if most else None

    @cached_property
    def net(self) -> _Exact:
        """Shape (pairs,), value less floor and prices, minor units."""
        pairs = self.floor.pairs
        net: _Exact = pairs.value - pairs.floor - self.of_slots - self.of_limits
        return net


def prices_of(plan: Plan, floor: Floor, reps: RepColumns) -> Prices:
    """Read the prices of a plan."""
    slots = {row.rep_id: parts_of(row) for row in plan.slots}
    limits = {row.name: parts_of(row) for row in plan.limits}
    return Prices(floor=floor, slots=tuple(slots.get(rep_id, 0) for rep_id in reps.ids),
                  limits=tuple(limits.get(limit.name, 0) for limit in floor.limits))


def parts_of(row: Slots | LimitUse) -> int:
    """Return a price in 1/``PARTS`` minor units."""
    return row.price * PARTS if row.price_parts is None else row.price_parts


def in_range(amount: int) -> int:
    """Return an amount, or the nearest that an amount of money can be."""
    return max(-2**63, min(2**63 - 1, amount))


def rounded(parts: int) -> int:
    """Return 1/``PARTS`` minor units as minor units, ties to even."""
    whole, rest = divmod(2 * parts + PARTS, 2 * PARTS)
    return whole - 1 if rest == 0 and whole % 2 else whole


def _all_rounded(parts: _Exact) -> _Exact:
    """Round as :func:`rounded`, number by number."""
    shifted: _Exact = parts * 2 + PARTS
    whole: _Exact = shifted // (2 * PARTS)
    tie = (shifted % (2 * PARTS) == 0) & (whole % 2 == 1)
    nearest: _Exact = whole - tie.astype(whole.dtype)
    return nearest
