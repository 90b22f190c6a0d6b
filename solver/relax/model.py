"""The cheapest set of changes as an integer program, and what its answer opens.

    minimise   sum of cost of open changes, slots, steps of limits, waivers of single units
    subject to sum_j x[c,j] = n_c                     each class gives all its units to reps
               sum_{j needs q} x[c,j] <= n_c * (open changes of q) + waivers[c,q]
               sum_c use[c,j] x[c,j] <= free_j + more_j
               sum_c amount[c,j,l] x[c,j] <= left_l + step_l * raised_l

Units of a class are interchangeable, so that counting them loses nothing: ``x <= n y`` is as tight,
in the linear relaxation too, as one row for each unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from solver.errors import NoPlanInTimeError
from solver.program.program import SolveLimits
from solver.relax.capacity import LimitRoom, Room
from solver.relax.catalogue import Catalogue, Key, Own, Requirement
from solver.relax.classes import Option, UnitClass
from solver.relax.kinds import ChangeKind
from solver.relax.rows import Ints, RowsBuilder
from solver.relax.search import Found, Known, minimise
from solver.sales_floor.previous import NOBODY


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the program opens, in integers."""

    keys: tuple[Key, ...]
    """Shared changes; of skills and the wait the largest amount alone."""
    slots: Mapping[int, int]
    """Rep to slots more."""
    raised: Mapping[str, int]
    """Limit of the policy to steps by which its upper end rises."""
    fairness: bool
    given: tuple[tuple[int, ...], ...]
    """Of each class the rep of each unit; ``NOBODY`` for those left out."""
    cost: int
    """In parts, of the changes."""
    bound: int
    """In parts."""
    proven: bool


def cheapest(classes: Sequence[UnitClass], catalogue: Catalogue, room: Room,
             limits: SolveLimits) -> Chosen:
    """Find the cheapest changes that give every unit a rep; as many units as can be come first.

    Parameters
    ----------
    classes
        Units with the reps whom they could have, at least one each.
    catalogue
        What changes cost.
    room
        Free slots and what the limits leave.
    limits
        When to stop with the best set so far.

    Raises
    ------
    NoPlanInTimeError
        If nothing was found in time.
    """
    program = _Program(classes, catalogue, room)
    found = minimise(program.rows.linear(), program.known(), limits)
    if found is None:
        raise NoPlanInTimeError("no set of changes was found in time; raise the time limit")
    return program.read(found)


class _Program:
    """Variables and rows of the program."""

    def __init__(self, classes: Sequence[UnitClass], catalogue: Catalogue, room: Room) -> None:
        self.rows = RowsBuilder()
        self._classes, self._catalogue, self._room = classes, catalogue, room
        self._open: dict[Key, int] = {}
        self._own: list[dict[Own, int]] = []
        self._given = [[self.rows.variable(one.size) for _ in one.options] for one in classes]
        may_leave = self._may_leave()
        self._left = [self.rows.variable(one.size if may_leave else 0) for one in classes]
        for one, given, left in zip(classes, self._given, self._left, strict=True):
            self.rows.add([(units, 1) for units in (*given, left)], one.size, one.size)
            self._meet(one, given)
        self._chain()
        self._slots = self._make_slots()
        self._adds: list[tuple[int, int]] = []
        self._raised = self._make_limits()
        self._fairness = self._make_fairness()
        self._penalty = 1 + sum(cost * most for cost, most
                                in zip(self.rows.cost, self.rows.most, strict=True))
        for left in self._left:
            self.rows.cost[left] = self._penalty if may_leave else 0

    def _may_leave(self) -> bool:
        """Say whether some units may find no room, whatever is paid."""
        costs, room = self._catalogue.costs, self._room
        return (costs.slot is None or (bool(room.limits) and costs.limit is None)
                or (room.fair is not None and costs.fairness is None))

    def _meet(self, one: UnitClass, given: list[int]) -> None:
        """Let units have a rep only where every requirement is met."""
        asking: dict[Requirement, list[int]] = defaultdict(list)
        for option, units in zip(one.options, given, strict=True):
            for need in option.needs:
                asking[need].append(units)
        own: dict[Own, int] = {}
        for need, asked in asking.items():
            met = [(self._shared(key), -one.size) for key in need.shared]
            if need.own is not None:
                if need.own not in own:
                    own[need.own] = self.rows.variable(one.size, self._catalogue.cost(need.own))
                met.append((own[need.own], -1))
            self.rows.add([*((units, 1) for units in asked), *met], high=0)
        self._own.append(own)

    def _shared(self, key: Key) -> int:
        if key not in self._open:
            self._open[key] = self.rows.variable(1)
        return self._open[key]

    def _chain(self) -> None:
        """Charge each shared change; a larger amount is the smaller one and more."""
        for keys in _chains(self._open):
            before = 0
            for smaller, key in zip((None, *keys), keys, strict=False):
                cost = self._catalogue.cost(key)
                self.rows.cost[self._open[key]] = cost - before
                if smaller is not None:
                    self.rows.add([(self._open[key], 1), (self._open[smaller], -1)], high=0)
                before = cost

    def _by_rep(self) -> dict[int, list[tuple[Option, UnitClass, int]]]:
        found = defaultdict(list)
        for one, given in zip(self._classes, self._given, strict=True):
            for option, units in zip(one.options, given, strict=True):
                found[option.rep].append((option, one, units))
        return dict(sorted(found.items()))

    def _make_slots(self) -> dict[int, int]:
        slots = {}
        for rep, rows in self._by_rep().items():
            most = sum(option.use * one.size for option, one, _ in rows)
            free = int(self._room.free[rep])
            if most <= free:
                continue
            cost = self._catalogue.slot_cost(rep)
            slots[rep] = self.rows.variable(0 if cost is None else most - free, cost or 0)
            self.rows.add([*((units, option.use) for option, _, units in rows), (slots[rep], -1)],
                          high=free)
        return slots

    def _make_limits(self) -> dict[str, int]:
        raised: dict[str, int] = {}
        for at, limit in enumerate(self._room.limits):
            counted = [(units, option.amounts[at], one.size) for one, given
                       in zip(self._classes, self._given, strict=True)
                       for option, units in zip(one.options, given, strict=True)
                       if option.amounts[at]]
            terms = [(units, amount) for units, amount, _ in counted]
            if limit.lower:
                self.rows.add(terms, low=limit.lower)
            if limit.upper is not None and terms:
                self._cap(limit, terms, sum(amount * size for _, amount, size in counted), raised)
        return raised

    def _cap(self, limit: LimitRoom, terms: list[tuple[int, int]], most: int,
             raised: dict[str, int]) -> None:
        if limit.limit not in raised:
            cost = self._catalogue.costs.of(ChangeKind.LIMIT)
            raised[limit.limit] = self.rows.variable(0, cost or 0)
        steps = raised[limit.limit]
        if self._catalogue.costs.limit is not None:
            self.rows.most[steps] = max(self.rows.most[steps],
                                        -(-max(0, most - limit.left) // limit.step))
        if limit.left >= 0:
            self.rows.add([*terms, (steps, -limit.step)], high=limit.left)
            return
        # an overdrawn period asks for nothing as long as nothing is added
        adds = self.rows.variable(1)
        self.rows.add([*terms, (adds, -most)], high=0)
        self.rows.add([*terms, (steps, -limit.step), (adds, -limit.left)], high=0)

    def _make_fairness(self) -> int | None:
        if self._room.fair is None:
            return None
        cost = self._catalogue.costs.of(ChangeKind.FAIRNESS)
        off = self.rows.variable(0 if cost is None else 1, cost or 0)
        for rep, rows in self._by_rep().items():
            left = int(self._room.fair[rep])
            most = sum(option.fair * one.size for option, one, _ in rows)
            if most > left:
                self.rows.add([*((units, option.fair) for option, _, units in rows),
                               (off, left - most)], high=left)
        return off

    def known(self) -> Known:
        """Return what is known before any search."""
        start = self.start()
        few = np.ones(len(self.rows.cost), dtype=np.bool_)
        if start is not None:
            shared = {key for key, at in self._open.items() if key.rep == NOBODY or start[at]}
            few[[at for key, at in self._open.items() if key not in shared]] = False
            for one, given in zip(self._classes, self._given, strict=True):
                for option, units in zip(one.options, given, strict=True):
                    few[units] = start[units] > 0 or all(
                        need.own is not None or not shared.isdisjoint(need.shared)
                        for need in option.needs)
        return Known(start, few, self._least())

    def _least(self) -> int:
        """Return what the slots cost at least that all units together are short of."""
        rooms = {option.rep for one in self._classes for option in one.options}
        costs = [self._catalogue.slot_cost(rep) for rep in rooms]
        if self._may_leave() or not rooms:
            return 0
        asked = sum(one.size * min(option.use for option in one.options)
                    for one in self._classes)
        short = asked - sum(max(0, int(self._room.free[rep])) for rep in rooms)
        return max(0, short) * min(cost for cost in costs if cost is not None)

    def start(self) -> Ints | None:
        """Return the point in which each unit buys the cheapest rep for itself; None with limits.

        Nothing is shared but by chance; it is there so that a search that runs out of time has
        something to say.
        """
        if self._room.limits or self._room.fair is not None or self._catalogue.costs.slot is None:
            return None
        values = np.zeros(len(self.rows.cost), dtype=np.int64)
        used: dict[int, int] = defaultdict(int)
        for one, given, own in zip(self._classes, self._given, self._own, strict=True):
            at = min(range(len(one.options)), key=lambda at: (self._alone(one.options[at]), at))
            option = one.options[at]
            values[given[at]] = one.size
            used[option.rep] += option.use * one.size
            for need in option.needs:
                way = self._catalogue.cheapest_way(need)
                values[own[way] if isinstance(way, Own) else self._open[way]] = (
                    one.size if isinstance(way, Own) else 1)
        for keys in _chains(key for key, at in self._open.items()):
            largest = max((at for at, key in enumerate(keys) if values[self._open[key]]),
                          default=-1)
            values[[self._open[key] for key in keys[:largest + 1]]] = 1
        for rep, slots in self._slots.items():
            values[slots] = max(0, used[rep] - int(self._room.free[rep]))
        return values

    def _alone(self, option: Option) -> int:
        costs = [self._catalogue.cost(self._catalogue.cheapest_way(need))
                 for need in option.needs]
        return sum(costs) + option.use * (self._catalogue.slot_cost(option.rep) or 0)

    def read(self, found: Found) -> Chosen:
        """Return what a point opens and gives."""
        value = found.values.tolist()
        left = sum(value[at] for at in self._left)
        cost = sum(value[at] * price for at, price in enumerate(self.rows.cost)) \
            - self._penalty * left
        given = tuple(tuple(rep for option, units in zip(one.options, units_of, strict=True)
                            for rep in [option.rep] * value[units])
                      + (NOBODY,) * value[rest]
                      for one, units_of, rest
                      in zip(self._classes, self._given, self._left, strict=True))
        opened = {key for key, at in self._open.items() if value[at]}
        bound = cost if found.proven else max(0, found.bound - self._penalty * left)
        return Chosen(
            keys=tuple(keys[-1] for keys in _chains(opened & self._asked_for(given))),
            slots={rep: value[at] for rep, at in self._slots.items() if value[at]},
            raised={name: value[at] for name, at in self._raised.items() if value[at]},
            fairness=self._fairness is not None and bool(value[self._fairness]),
            given=given, cost=cost, bound=min(cost, bound), proven=found.proven)

    def _asked_for(self, given: Sequence[Sequence[int]]) -> set[Key]:
        """Return the shared changes that some unit with its rep asks for."""
        return {key for one, reps in zip(self._classes, given, strict=True)
                for option in one.options if option.rep in reps
                for need in option.needs for key in need.shared}


def _chains(keys: Iterable[Key]) -> list[list[Key]]:
    """Return keys that differ in nothing but the amount together, rising."""
    chains: dict[tuple[str, int, str], list[Key]] = defaultdict(list)
    for key in sorted(keys):
        chains[key.kind, key.rep, key.name].append(key)
    return list(chains.values())

