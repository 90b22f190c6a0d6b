"""Prices of slots and limits, and what each open pair costs at them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.explanation.pair_facts import NOT_USABLE, Costs
from solver.program.program import PRICE_SCALE
from solver.sales_floor.floor import SalesFloor
from solver.sales_floor.open_pairs import Ints

_MAX_SUM = 2**62


def rounded(parts: int) -> int:
    """Return a price in 1/``PRICE_SCALE`` minor units as minor units, ties to even."""
    whole, rest = divmod(parts, PRICE_SCALE)
    half = PRICE_SCALE // 2
    return whole + (rest > half or (rest == half and whole % 2 == 1))


def exact_parts(parts: int) -> int | None:
    """Return a price's parts where whole minor units do not say it all."""
    return parts if parts % PRICE_SCALE else None


@dataclass(frozen=True)
class FloorPrices:
    """The prices of a sales floor's program."""

    floor: SalesFloor
    parts: Ints
    """(K,) of the reps' capacities, then of the limits, in 1/``PRICE_SCALE`` minor units."""

    @property
    def slot(self) -> Ints:
        """(R,) prices of the reps' slots, in parts."""
        return self.parts[:self.floor.program.num_reps]

    @property
    def limit(self) -> Ints:
        """Prices of the limits, in parts."""
        return self.parts[self.floor.program.num_reps:]

    @cached_property
    def of_limits(self) -> Ints:
        """(P,) what the limits that each pair counts for cost it, minor units."""
        pairs, limits = self.floor.pairs, self.floor.limits
        priced = [(limit, int(price)) for limit, price
                  in zip(limits, self.limit.tolist(), strict=True) if price]
        # In floats, whose error is far below the half that is left between them and int64.
        most = np.zeros(len(pairs))
        for limit, price in priced:
            most[limit.pairs] += limit.amount * float(abs(price))
        total = np.zeros(len(pairs), dtype=np.int64 if most.max(initial=0) < _MAX_SUM // 2
                         else object)
        del most
        for limit, price in priced:
            total[limit.pairs] += limit.amount.astype(total.dtype) * price
        return _rounded(total)

    @cached_property
    def of_slots(self) -> Ints:
        """(P,) what the slots of each pair cost at their prices, minor units."""
        pairs, slot = self.floor.pairs, self.slot
        wide = int(np.abs(slot).max(initial=0)) * int(pairs.use.max(initial=0)) >= _MAX_SUM
        dtype = object if wide else np.int64
        return _rounded(pairs.use.astype(dtype) * slot[pairs.rep].astype(dtype))

    @cached_property
    def net(self) -> Ints:
        """(P,) value less floor and prices, minor units."""
        pairs = self.floor.pairs
        return pairs.value - pairs.floor - self.of_slots - self.of_limits

    @cached_property
    def usable_net(self) -> Ints:
        """(P,) as ``net``; ``NOT_USABLE`` where value less floor is not above the reserve."""
        worthwhile = self.floor.pairs.worthwhile(self.floor.reserve)
        return np.where(worthwhile, self.net, NOT_USABLE)

    def dearest(self, at: Ints) -> list[tuple[str, int] | None]:
        """Return of each of N pairs the limit that costs, or pays, it the most, and how much.

        Parameters
        ----------
        at
            (N,) positions, each once. Of equals the first limit by name; minor units.
        """
        place = np.full(len(self.floor.pairs), -1, dtype=np.int64)
        place[at] = np.arange(len(at))
        found: list[tuple[str, int] | None] = [None] * len(at)
        most = [0] * len(at)
        for limit, price in zip(self.floor.limits, self.limit.tolist(), strict=True):
            shown = np.flatnonzero(place[limit.pairs] >= 0) if price else ()
            for nth in shown:
                pair, cost = int(place[limit.pairs[nth]]), price * int(limit.amount[nth])
                if abs(cost) > most[pair]:
                    found[pair], most[pair] = (limit.name, rounded(cost)), abs(cost)
        return found

    def costs(self, at: Ints) -> Costs:
        """Return what pairs at some positions cost."""
        pairs = self.floor.pairs
        return Costs(pairs.use[at], pairs.floor[at], self.of_slots[at], self.of_limits[at])


def _rounded(parts: NDArray[np.int64]) -> Ints:
    """Return (P,) parts as minor units, ties to even."""
    whole, rest = parts // PRICE_SCALE, parts % PRICE_SCALE
    half = PRICE_SCALE // 2
    up = (rest > half) | ((rest == half) & (whole % 2 == 1))
    minor: Ints = (whole + up).astype(np.int64)
    return minor
