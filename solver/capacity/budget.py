"""The best slots within a budget, where a slot of one rep costs more than one of another.

A knapsack over an M-natural-concave function, which is NP-hard: the answer is a good one with a
bound. For a multiplier m the best slots at prices m x cost come exactly from adding one slot after
the other (:mod:`solver.capacity.curves`), and

    bound(m) = max over slots of (total won - m x cost)  +  m x budget

is at least what any slots within the budget win (Lagrangian relaxation, Geoffrion 1974). It is
convex and piecewise linear in m; where the lines of a choice above the budget and of one within it
meet is the next multiplier, until the two are best there. Multipliers are fractions, so the bound
is exact. A budget between multiples of the greatest common divisor of the costs is cut down first:
where all slots cost the same, the gap is 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd

from solver.capacity.records import Bought, BoughtSlots
from solver.capacity.solved import SolvedWindow, check_count, solved_window
from solver.errors import UsageError
from solver.matrix.floors import AnyFloors
from solver.models import Window
from solver.reoptimise import Exchange


def best_slots_within(window: Window, budget: int, cost: Mapping[str, int], *,
                      floors: AnyFloors = None) -> Bought:
    """Return slots to add that win much and cost no more than a budget, with a bound.

    Parameters
    ----------
    window
        A window whose only limits are capacities.
    budget
        What all slots together may cost, 0 or more: minor units of money, hours, whatever `cost`
        is in.
    cost
        rep_id to the cost of one slot, 1 or more; nobody else gets any.
    floors
        As for :func:`solver.solve`.

    Returns
    -------
    Bought
        `gap` says how far from the best the slots can be at most; 0: proven best.

    Raises
    ------
    UsageError
        If the window has more rules than capacities, a rep is unknown or not active, nobody has a
        cost, a cost is below 1 or the budget below 0.
    InvalidInputError
        If values are too large for exact sums.
    """
    check_count("the budget", budget)
    for rep_id, one in cost.items():
        if one < 1:
            raise UsageError(f"a slot of rep {rep_id!r} costs {one}; it must cost 1 or more. Add "
                             "slots that cost nothing to the rep's capacity first")
    solved = solved_window(window, floors)
    solved.positions(cost)
    by_rep = {solved.solution.problem.rows.reps.index[rep_id]: one
              for rep_id, one in sorted(cost.items())}
    unit = gcd(*by_rep.values())
    shop = _Shop(solved, by_rep, budget // unit * unit)
    within, bound = _relaxed(shop)
    best = _improved(max((_completed(start) for start in (shop.empty(), within)),
                               key=lambda basket: basket.change))
    return Bought(
        budget=budget, spent=best.spent, change=best.change, bound=bound, gap=bound - best.change,
        slots=tuple(BoughtSlots(rep_id=solved.rep_ids[rep], slots=count, cost=count * by_rep[rep])
                    for rep, count in sorted(best.slots.items()) if count))


@dataclass(frozen=True)
class _Shop:
    """What there is to buy."""

    solved: SolvedWindow
    cost: Mapping[int, int]
    """Position of a rep to the cost of one slot."""
    budget: int

    def empty(self) -> _Basket:
        return _Basket(self, self.solved.exchange())


@dataclass
class _Basket:
    """Slots bought so far, and the plan with them."""

    shop: _Shop
    exchange: Exchange
    slots: dict[int, int] = field(default_factory=dict)
    spent: int = 0
    change: int = 0

    def copy(self) -> _Basket:
        return _Basket(self.shop, self.exchange.copy(), dict(self.slots), self.spent, self.change)

    def worth(self) -> Iterator[tuple[int, int, int]]:
        """Yield rep, what its next slot wins, and of that the part that is no floor."""
        floors, gains = self.shop.solved.floors, self.exchange.gains().tolist()
        for rep in self.shop.cost:
            yield rep, floors[rep] + gains[rep], gains[rep]

    def add(self, rep: int, count: int = 1) -> None:
        """Buy slots of a rep."""
        won = self.exchange.add_slots(rep, count)
        self._count(rep, count, won + count * self.shop.solved.floors[rep])

    def give_back(self, rep: int) -> None:
        """Give back one slot of a rep."""
        lost = self.exchange.remove_slot(rep)
        self._count(rep, -1, -lost - self.shop.solved.floors[rep])

    def _count(self, rep: int, count: int, change: int) -> None:
        self.slots[rep] = self.slots.get(rep, 0) + count
        self.spent += count * self.shop.cost[rep]
        self.change += change


def _relaxed(shop: _Shop) -> tuple[_Basket, int]:
    """Return a choice within the budget that is best at some multiplier, and the least bound."""
    above, within = _at_multiplier(shop, Fraction(0)), shop.empty()
    if above.spent <= shop.budget:
        return above, above.change
    while True:
        multiplier = Fraction(above.change - within.change, above.spent - within.spent)
        best = _at_multiplier(shop, multiplier)
        bound = best.change - multiplier * best.spent
        if bound == within.change - multiplier * within.spent:
            return within, int((bound + multiplier * shop.budget) // 1)
        if best.spent <= shop.budget:
            within = best
        else:
            above = best


def _at_multiplier(shop: _Shop, multiplier: Fraction) -> _Basket:
    """Return the slots that win the most after multiplier x cost; no rep's alone pass the budget.

    One after the other, each the best then, while it wins anything.
    """
    basket = shop.empty()
    part, whole = multiplier.numerator, multiplier.denominator
    most = {rep: shop.budget // cost for rep, cost in shop.cost.items()}
    while True:
        left = [(whole * won - part * shop.cost[rep], -rep, gain) for rep, won, gain
                in basket.worth() if basket.slots.get(rep, 0) < most[rep]]
        net, minus_rep, _ = max(left, default=(0, 0, 0))
        if net <= 0:
            return basket
        if all(gain == 0 for _, _, gain in left):
            # More slots of anybody only keep their floors from here on.
            for surplus, other, _ in left:
                if surplus > 0:
                    basket.add(-other, most[-other] - basket.slots.get(-other, 0))
            return basket
        basket.add(-minus_rep)


def _completed(start: _Basket, but: int | None = None) -> _Basket:
    """Spend what is left, the most won per cost first; ``but``: a rep who gets no more."""
    basket = start.copy()
    while True:
        cost, left = basket.shop.cost, basket.shop.budget - basket.spent
        ranked = [(Fraction(won, cost[rep]), -rep, gain) for rep, won, gain in basket.worth()
                  if won > 0 and rep != but and cost[rep] <= left]
        if not ranked:
            return basket
        rep = -max(ranked)[1]
        only_floors = all(gain == 0 for _, _, gain in ranked)
        basket.add(rep, left // cost[rep] if only_floors else 1)


def _improved(basket: _Basket) -> _Basket:
    """Give back a slot and spend anew without that rep, as long as that wins more."""
    while True:
        tried = []
        for rep in [rep for rep, count in basket.slots.items() if count]:
            other = basket.copy()
            other.give_back(rep)
            tried.append(_completed(other, but=rep))
        best = max(tried, key=lambda one: one.change, default=basket)
        if best.change <= basket.change:
            return basket
        basket = best
