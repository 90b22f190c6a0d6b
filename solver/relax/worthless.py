"""Shared changes that can never pay: left out before the program is made.

Every unit could be given to one rep at a cost of its own, whatever the others do: that of its
cheapest rep with every change bought for it alone, slots included. A shared change saves a unit at
most that; with a rep, only as many units as the rep has free slots save the slot as well. A change
that saves all units together no more than it costs is in no solution that is cheaper than one
without it, so long as the changes that units would buy for themselves stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from solver.relax.capacity import Room
from solver.relax.catalogue import Catalogue, Key, Requirement
from solver.relax.classes import Option, UnitClass

#: Kind, rep and name of keys that differ in the amount alone.
_Chain = tuple[str, int, str]


def without_worthless(classes: Sequence[UnitClass], catalogue: Catalogue, room: Room
                      ) -> list[UnitClass]:
    """Return the classes without the options that need a change that can never pay.

    Parameters
    ----------
    classes
        Units with the reps whom they could have.
    catalogue
        What changes cost.
    room
        Free slots and limits.
    """
    if room.fair is not None:
        return list(classes)
    found = list(classes)
    while True:
        kept = _Savings(found, catalogue, room).keys_that_may_pay()
        fewer = [replace(one, options=tuple(_with_keys(one.options, kept))) for one in found]
        if fewer == found:
            return found
        found = fewer


def _with_keys(options: Sequence[Option], kept: set[Key]) -> list[Option]:
    found = []
    for option in options:
        needs = tuple(Requirement(tuple(key for key in need.shared if key in kept), need.own)
                      for need in option.needs)
        if all(need.shared or need.own is not None for need in needs):
            found.append(option if needs == option.needs else replace(option, needs=needs))
    return found


@dataclass(frozen=True, slots=True)
class _Saving:
    """What one unit saves at most with a rep, on a free slot and on one that is bought."""

    rep: int
    units: int
    free: int
    bought: int


class _Savings:
    """What every shared change saves at most."""

    def __init__(self, classes: Sequence[UnitClass], catalogue: Catalogue, room: Room) -> None:
        self._catalogue, self._room = catalogue, room
        self._cost: dict[Requirement, int] = {}
        self._protected: set[Key] = set()
        self._endless: set[Key] = set()
        self._of: dict[Key, list[_Saving]] = defaultdict(list)
        for one in classes:
            self._add(one)

    def keys_that_may_pay(self) -> set[Key]:
        """Return every key but those that save no more than they cost."""
        chains: dict[_Chain, list[Key]] = defaultdict(list)
        for key in sorted(self._of):
            chains[key.kind, key.rep, key.name].append(key)
        kept: set[Key] = set()
        for keys in chains.values():
            while keys and not self._pays(keys):
                keys.pop()
            if keys and self._all_pay(keys):
                kept.update(keys)
        return kept

    def _pays(self, keys: list[Key]) -> bool:
        """Say whether the largest amount saves more than the step to it costs."""
        *smaller, key = keys
        step = self._catalogue.cost(key) - (self._catalogue.cost(smaller[-1]) if smaller else 0)
        return self._stays(key) or self._most(self._of[key]) > step

    def _all_pay(self, keys: list[Key]) -> bool:
        """Say whether all amounts together save more than the smallest costs."""
        if any(map(self._stays, keys)):
            return True
        savings = [saving for key in keys for saving in self._of[key]]
        return self._most(savings) > self._catalogue.cost(keys[0])

    def _stays(self, key: Key) -> bool:
        return key in self._protected or key in self._endless

    def _most(self, savings: Sequence[_Saving]) -> int:
        by_rep: dict[int, list[_Saving]] = defaultdict(list)
        for saving in savings:
            by_rep[saving.rep].append(saving)
        total = 0
        for rep, some in by_rep.items():
            free = max(0, int(self._room.free[rep]))
            for saving in sorted(some, key=lambda one: one.bought - one.free):
                on_free = min(free, saving.units)
                free -= on_free
                total += on_free * saving.free + (saving.units - on_free) * saving.bought
        return total

    def _add(self, one: UnitClass) -> None:
        alone = [(cost, at) for at, option in enumerate(one.options)
                 if (cost := self._alone(option)) is not None]
        if not alone:
            self._endless.update(key for option in one.options for need in option.needs
                                 for key in need.shared)
        most, best = min(alone, default=(0, -1))
        for at, option in enumerate(one.options):
            keys = {key for need in option.needs for key in need.shared}
            if at == best:
                self._protected |= keys
            own = sum(self._needed(need) for need in option.needs if not need.shared)
            slots = option.use * (self._catalogue.slot_cost(option.rep) or 0)
            saving = _Saving(option.rep, one.size, max(0, most - own), max(0, most - own - slots))
            for key in keys:
                self._of[key].append(saving)

    def _alone(self, option: Option) -> int | None:
        """Return what a unit costs with a rep if it buys everything for itself."""
        slot = self._catalogue.slot_cost(option.rep)
        if slot is None or any(option.amounts):
            return None
        return option.use * slot + sum(map(self._needed, option.needs))

    def _needed(self, need: Requirement) -> int:
        """Return the cost of the cheapest way to meet a requirement."""
        if need not in self._cost:
            self._cost[need] = self._catalogue.cost(self._catalogue.cheapest_way(need))
        return self._cost[need]
