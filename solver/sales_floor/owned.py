"""Owned leads of a sales floor: owner, runners-up, and the rule that bound, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from itertools import islice

import numpy as np

from solver.explanation.assignments import NUM_RUNNERS_UP
from solver.explanation.pair_facts import best_pairs, pair_facts
from solver.explanation.sentences import money
from solver.explanation.standing import owner_sentence, standing_of, standings
from solver.models import Assignment, PairFacts
from solver.sales_floor.floor import SalesFloor
from solver.sales_floor.open_pairs import Ints
from solver.sales_floor.previous import NOBODY
from solver.sales_floor.prices import FloorPrices

#: Name and cost of the limit that a pair's price of limits comes from most; None: from none.
_Dearest = tuple[str, int] | None


def floor_assignments(floor: SalesFloor, prices: FloorPrices, owner: Ints,
                      labels: Mapping[str, str]) -> tuple[Assignment, ...]:
    """Explain every owned lead.

    Parameters
    ----------
    floor, prices, owner
        The window, its prices and (L,) owners, -1 for held.
    labels
        What the reps are called.
    """
    owned = np.flatnonzero(owner >= 0)
    ranks = np.stack(best_pairs(floor.pairs, prices.usable_net, owner, NUM_RUNNERS_UP),
                     axis=1)[owned]
    shown = np.column_stack([floor.owned_pairs(owner), ranks])
    counts = (shown >= 0).sum(axis=1)
    at = shown[shown >= 0]
    facts = iter(pair_facts(floor.rows, floor.pairs.lead[at].astype(np.int64),
                            floor.pairs.rep[at].astype(np.int64), prices.costs(at)))
    limits = iter(prices.dearest(at))
    words = _Words(floor, owner, labels)
    return tuple(words.assignment(i, tuple(islice(facts, count)), tuple(islice(limits, count)))
                 for i, count in zip(owned.tolist(), counts.tolist(), strict=True))


class _Words:
    """Writes the rows of owned leads."""

    def __init__(self, floor: SalesFloor, owner: Ints, labels: Mapping[str, str]) -> None:
        self._floor, self._owner, self._labels = floor, owner, labels
        self._standings = standings(floor.rows)
        self._members = Counter(name for name, rep in zip(floor.groups, owner.tolist(), strict=True)
                                if name is not None and rep >= 0)

    def assignment(self, lead_at: int, facts: tuple[PairFacts, ...],
                   limits: tuple[_Dearest, ...]) -> Assignment:
        """Write a row: the facts of the owner and of the runners-up, and their dearest limits."""
        floor, labels = self._floor, self._labels
        lead, standing = floor.rows.leads.leads[lead_at], standing_of(self._standings, lead_at)
        own, *others = facts
        first = others[0] if others else None
        why = [self._own(lead.lead_id, own, limits[0])]
        if first:
            why.append(self._other(first, limits[1]))
        elif not floor.previous.locked[lead_at]:
            why.append("Nobody else could take it at a value above the reserve.")
        why += self._bound(lead_at, own, first)
        return Assignment(
            **vars(own), lead_id=lead.lead_id, **asdict(standing), group=floor.groups[lead_at],
            runner_up_rep_id=first.rep_id if first else None,
            runner_up_net_value=first.net_value if first else None,
            why=" ".join(why) + owner_sentence(standing, own.rep_id, labels, floor.rows.policy),
            runners_up=tuple(others), assumed=lead.assumed, attributes=lead.attributes)

    def _own(self, lead_id: str, own: PairFacts, dearest: _Dearest) -> str:
        slots = "the slot costs" if own.use == 1 else f"its {own.use} slots cost"
        return (f"Lead {lead_id} went to {self._labels[own.rep_id]}: value {money(own.value)}, "
                f"{slots} {money(own.floor + own.price)} (floor {money(own.floor)} + price "
                f"{money(own.price)}){_limits(own, dearest)}, net {money(own.net_value)}.")

    def _other(self, other: PairFacts, dearest: _Dearest) -> str:
        return (f"{self._labels[other.rep_id]}: value {money(other.value)}, slot "
                f"{money(other.floor + other.price)}{_limits(other, dearest)}, net "
                f"{money(other.net_value)}.")

    def _bound(self, lead_at: int, own: PairFacts, other: PairFacts | None) -> list[str]:
        """Say which rule of the sales floor bound, if one did."""
        floor = self._floor
        said = []
        group = floor.groups[lead_at]
        had = int(floor.previous.rep[lead_at])
        if floor.previous.locked[lead_at]:
            said.append("It is locked to its owner of the previous plan.")
        elif had == self._owner[lead_at] and had != NOBODY:
            said.append("It stays with its owner of the previous plan.")
        elif had != NOBODY:
            said.append(f"It moved from {self._labels[floor.rows.reps.rep_ids[had]]}, its owner in "
                        f"the previous plan, at a price of {money(floor.previous.price)}.")
        if group is not None and self._members[group] > 1:
            said.append(f"Kept together with {self._members[group] - 1} more of {group}.")
        if floor.must_lead[lead_at] and not floor.previous.locked[lead_at]:
            said.append("It had to be placed.")
        if (other is not None and other.net_value > own.net_value
                and not floor.previous.locked[lead_at]):
            whole = "the plan" if group is None or self._members[group] < 2 else "its group"
            said.append(f"Taken alone the next would bring more; {whole} as a whole does not.")
        return said


def _limits(pair: PairFacts, dearest: _Dearest) -> str:
    """Say what limits cost a pair, and which of them the most."""
    if not pair.limit_price or dearest is None:
        return ""
    name, cost = dearest
    if cost == pair.limit_price:
        return f", limit {name} {money(cost)}"
    return f", limits {money(pair.limit_price)} (above all {name} {money(cost)})"
