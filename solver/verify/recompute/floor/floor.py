"""A window with all its rules, and the plan that is checked against it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from solver.errors import InvalidInputError
from solver.models import GroupMode, Issue, IssueCode, Lead, Period, Plan, Window
from solver.verify.recompute.arrays import BoolArray, IntArray
from solver.verify.recompute.floor.fairness import fair_limits
from solver.verify.recompute.floor.groups import group_names
from solver.verify.recompute.floor.ledger import with_settled_ledger
from solver.verify.recompute.floor.limits import PolicyLimits, WindowLimit
from solver.verify.recompute.floor.open_pairs import OpenPairs, open_pairs
from solver.verify.recompute.floor.previous import NOBODY, Previous, previous_owners
from solver.verify.recompute.rows import Rows
from solver.verify.recompute.worth import MAX_TOTAL


@dataclass(frozen=True)
class Floor:
    """What the rules beyond capacity make of a window; leads are the routed ones."""

    groups: tuple[str | None, ...]
    """Name of each lead's group; None where it stands alone."""
    whole: bool
    """Whether groups are owned whole or held whole."""
    previous: Previous
    must: BoolArray
    """Shape (leads,), who has to be placed."""
    pairs: OpenPairs
    limits: tuple[WindowLimit, ...]
    """Sorted by name."""
    floors: IntArray
    """Shape (reps,), of one slot, minor units."""
    reserve: int
    """What a lead is worth without an owner, minor units."""

    @cached_property
    def members(self) -> dict[str, tuple[int, ...]]:
        """Positions of the leads of each group."""
        found: dict[str, list[int]] = {}
        for lead_idx, name in enumerate(self.groups):
            if name is not None:
                found.setdefault(name, []).append(lead_idx)
        return {name: tuple(leads) for name, leads in found.items()}

    def together(self, lead_idx: int) -> tuple[int, ...]:
        """Return the leads that are owned or held with a lead, itself among them."""
        name = self.groups[lead_idx]
        return self.members[name] if self.whole and name is not None else (lead_idx,)

    @cached_property
    def wanted_pairs(self) -> BoolArray:
        """Shape (pairs,), pairs that count for a limit that wants more."""
        wanted = np.zeros(len(self.pairs.rep), dtype=bool)
        for limit in self.limits:
            if limit.wants_more:
                wanted[limit.pairs] = True
        return wanted

    @property
    def base(self) -> int:
        """Objective of a plan without owners, before the costs of limits; minor units."""
        return (self.reserve * len(self.groups)
                - self.previous.price * self.previous.num_owned)


@dataclass(frozen=True)
class Owned:
    """The owners that a plan gives to the leads of a floor, and what they use."""

    owner: IntArray
    """Shape (leads,), position of the rep, ``NOBODY`` where the plan names no known one."""
    pair: dict[int, int]
    """Position of an owned lead to that of its pair; without pairs that are not open."""
    slots: IntArray
    """Shape (reps,), slots that the owned leads use."""
    limits: tuple[int, ...]
    """What each limit counts."""


@dataclass(frozen=True)
class Costs:
    """What a plan was made with, minor units."""

    floors: IntArray
    """Shape (reps,), of one slot."""
    limit_floors: dict[str, int]
    """Of one unit of limits that span more than the window, by name."""
    reserve: int
    """What a lead is worth without an owner."""


def floor_of(window: Window, routed: tuple[Lead, ...], rows: Rows, costs: Costs) -> Floor:
    """Apply all rules to a window.

    Raises
    ------
    InvalidInputError
        If a value or a floor is out of range, or two limits have one name.
    """
    policy, asked = window.policy, rows.asked
    window = with_settled_ledger(window, rows.reps)
    previous = previous_owners(window, routed, rows.reps, asked)
    pairs = open_pairs(rows, routed, policy, costs.floors, costs.reserve, previous)
    groups = group_names(window, routed)
    limits = PolicyLimits(window, routed, asked, pairs).all()
    pairs = pairs.less(_floors_of_limits(limits, costs.limit_floors, pairs))
    limits = tuple(_beside_floor(limit, costs.limit_floors.get(limit.name, 0)) for limit in limits)
    limits += fair_limits(window, rows.reps, pairs, groups, limits)
    must = previous.locked.copy()
    if policy.must_place is not None:
        must |= asked.leads(policy.must_place)
    return Floor(groups=groups, whole=policy.groups.mode is GroupMode.ALL_OR_NONE,
                 previous=previous, must=must, pairs=pairs,
                 limits=tuple(sorted(limits, key=lambda limit: limit.name)), floors=costs.floors,
                 reserve=costs.reserve)


def _beside_floor(limit: WindowLimit, floor: int) -> WindowLimit:
    """Return a limit that costs, beyond its upper end, what its floor has not taken already."""
    if limit.period is Period.WINDOW or floor <= 0:
        return limit
    hinges = [replace(hinge, slope=hinge.slope - floor) if hinge.over else hinge
              for hinge in limit.hinges]
    return replace(limit, hinges=tuple(hinge for hinge in hinges if hinge.slope > 0))


def _floors_of_limits(limits: tuple[WindowLimit, ...], floors: dict[str, int], pairs: OpenPairs
                      ) -> IntArray:
    """Return what pairs take of limits that span more than the window.

    Raises
    ------
    InvalidInputError
        If that does not sum exactly over all leads.
    """
    total, left = np.zeros(len(pairs.rep), dtype=np.int64), MAX_TOTAL // 2
    for limit in limits:
        floor = floors.get(limit.name, 0) if limit.period is not Period.WINDOW else 0
        left -= int(limit.amount.max(initial=0)) * abs(floor) * len(pairs.worth)
        if left < 0:
            raise InvalidInputError([Issue(
                code=IssueCode.VALUE_RANGE, file="floors", record_id=limit.name,
                offending=f"{floor}", rule=f"leads times the floors of limits must stay below "
                f"{MAX_TOTAL // 2} minor units", remedy="Make the floors anew")])
        total[limit.pairs] += limit.amount * floor
    return total


def owned_of(plan: Plan, floor: Floor, lead_ids: tuple[str, ...], rep_idx: dict[str, int]) -> Owned:
    """Lay the owners of a plan over a floor."""
    named = {a.lead_id: rep_idx.get(a.rep_id, NOBODY) for a in plan.assignments}
    owner = np.array([named.get(lead_id, NOBODY) for lead_id in lead_ids], dtype=np.int64)
    found = {lead_idx: floor.pairs.find(lead_idx, int(owner[lead_idx]))
             for lead_idx in np.flatnonzero(owner != NOBODY).tolist()}
    pair = {lead_idx: at for lead_idx, at in found.items() if at is not None}
    slots = np.zeros(len(rep_idx), dtype=np.int64)
    for at in pair.values():
        slots[floor.pairs.rep[at]] += floor.pairs.use[at]
    taken = np.zeros(len(floor.pairs.rep), dtype=bool)
    taken[list(pair.values())] = True
    return Owned(owner=owner, pair=pair, slots=slots, limits=tuple(
        int(limit.amount[taken[limit.pairs]].sum()) for limit in floor.limits))
