"""Whether a program is a flow: read from the program, never from a switch.

A program is a min-cost flow where every column takes 1 of each of its limits, no group ties units
together, and the limits can be drawn as trees. Two families of trees are possible, because a flow
has two ends:

- the *column side*, between columns and ``nobody``: limits nested as sets of columns (rep within
  team within region, enterprise leads of a rep within all leads of that rep);
- the *unit side*, between ``nobody`` and units: limits that have all columns of each of their units
  (all enterprise leads, whoever gets them), nested as sets of units.

Limits that can never bind, nor cost, are left out where they stand in the way. Nested or not is
found with one pass per limit from the largest to the smallest: in a nested family all members of a
limit have the same smallest limit among those before it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

from solver.program.bound import MANY
from solver.program.program import NONE, Ints, Limits, Program

_Flags = NDArray[np.bool_]


class Side(IntEnum):
    """Where in the flow a limit stands."""

    LEFT_OUT = 0
    """It can neither bind nor cost."""
    COLUMNS = 1
    UNITS = 2


class WhyNot(StrEnum):
    """What makes a program no flow."""

    GROUPS = "groups"
    USE = "use"
    CROSSING = "crossing"


@dataclass(frozen=True, slots=True)
class Structure:
    """Trees of limits, or what forbids them."""

    why_not: WhyNot | None
    """None if the program is a flow."""
    offending: tuple[int, ...]
    """The limit with use above 1, or the two that cross; empty else."""
    side: NDArray[np.int8]
    """(K,) :class:`Side` of each limit; all ``LEFT_OUT`` where it is no flow."""
    parent: Ints
    """(K,) next larger limit of the same side, ``NONE`` where there is none."""
    column_limit: Ints
    """(C,) smallest limit of the column side that has the column, ``NONE`` where none has."""
    unit_limit: Ints
    """(U,) smallest limit of the unit side that has the unit's columns, ``NONE`` where none has."""

    @property
    def is_flow(self) -> bool:
        """Whether the program can be solved as a min-cost flow."""
        return self.why_not is None

    def sentence(self, name: Callable[[int], str] = "limit {}".format) -> str:
        """Say in one sentence why the program is a flow or not; ``name`` names a limit."""
        if self.why_not is None:
            return "all limits are nested and every lead takes one slot: an exact min-cost flow"
        if self.why_not is WhyNot.GROUPS:
            return "leads of one group must share a rep: no flow can say so"
        if self.why_not is WhyNot.USE:
            return f"leads take more than 1 of {name(self.offending[0])}: no flow can say so"
        one, other = (name(limit) for limit in self.offending)
        return f"{one} and {other} cross: neither has all pairs of the other, and they share some"


def structure(program: Program) -> Structure:
    """Find the trees of a program's limits, or why there are none."""
    if np.bincount(program.group[program.group >= 0]).max(initial=0) > 1:
        return _no_flow(program, WhyNot.GROUPS, ())
    limits = program.limits
    idle = cannot_bind(program)
    wide = np.zeros(limits.count, dtype=np.bool_)
    wide[np.searchsorted(limits.indptr, np.flatnonzero(limits.use > 1), side="right") - 1] = True
    if (wide & ~idle).any():
        return _no_flow(program, WhyNot.USE, (int(np.flatnonzero(wide & ~idle)[0]),))
    found = _trees(program, ~wide)
    if not found.is_flow and idle.any():
        found = _trees(program, ~idle)
    return found


def cannot_bind(program: Program) -> _Flags:
    """Return (K,) whether no choice can pass the limit's ends or pay for it."""
    limits = program.limits
    most = most_use(program)
    costs = np.where(limits.hinge_over, limits.hinge_at < most[limits.hinge_limit],
                     limits.hinge_at > 0)
    idle = (limits.lower <= 0) & (most <= limits.upper)
    idle[limits.hinge_limit[costs]] = False
    return idle


def most_use(program: Program) -> Ints:
    """Return (K,) a use that no choice can pass: each unit's most, and each rep's slots."""
    by_unit, by_rep = most_by_units(program), _most_by_slots(program)
    return np.where(by_rep < 0, by_unit, np.minimum(by_unit, by_rep))


def most_by_units(program: Program) -> Ints:
    """Return (K,) the use of a limit if each unit took the column that takes most of it."""
    limits = program.limits
    total = np.zeros(limits.count, dtype=np.int64)
    if len(limits.column) > MANY:
        from solver.program.passes import most_of_units  # noqa: PLC0415

        most_of_units(program.num_units, program.indptr, limits.indptr, limits.column, limits.use,
                      total)
        return total
    unit = np.repeat(np.arange(program.num_units), np.diff(program.indptr))[limits.column]
    key = _limit_of_entry(limits) * program.num_units + unit
    if len(key):
        first = np.flatnonzero(np.diff(key, prepend=-1))
        np.add.at(total, _limit_of_entry(limits)[first], np.maximum.reduceat(limits.use, first))
    return total


def _most_by_slots(program: Program) -> Ints:
    """Return (K,) the slots of all reps within a limit; ``NONE`` where a slot may count twice."""
    limits, num_reps = program.limits, program.num_reps
    slots = np.zeros(program.num_columns, dtype=np.int64)
    of_reps = limits.indptr[num_reps]
    slots[limits.column[:of_reps]] = limits.use[:of_reps]
    total = np.zeros(limits.count, dtype=np.int64)
    if len(limits.column) > MANY and num_reps:
        from solver.program.passes import slots_of_limits  # noqa: PLC0415

        slots_of_limits(program.rep, limits.indptr, limits.column, limits.use, slots,
                        limits.upper[:num_reps], total)
        total[:num_reps] = NONE
        return total
    entry = _limit_of_entry(limits)
    if num_reps:
        limit, rep = np.divmod(np.unique(entry * num_reps + program.rep[limits.column]), num_reps)
        np.add.at(total, limit, limits.upper[rep])
    total[entry[slots[limits.column] < limits.use]] = NONE
    total[:num_reps] = NONE
    return total


def _limit_of_entry(limits: Limits) -> Ints:
    return np.repeat(np.arange(limits.count), np.diff(limits.indptr))


def _trees(program: Program, kept: _Flags) -> Structure:
    """Try all kept limits on the column side, then those of whole units on the unit side."""
    limits, by_column = program.limits, _columns(program.limits)
    on_columns = _nest(by_column, np.flatnonzero(kept), program.num_columns)
    no_units = _Nesting(np.full(limits.count, NONE), np.full(program.num_units, NONE), ())
    if not on_columns.crossing:
        return _flow(kept, on_columns, np.zeros_like(kept), no_units)
    unit_of = np.repeat(np.arange(program.num_units), np.diff(program.indptr))
    by_unit = [np.unique(unit_of[columns]) for columns in by_column]
    width = np.diff(program.indptr)
    whole = kept & np.array([width[units].sum() == len(columns) for units, columns in
                             zip(by_unit, by_column, strict=True)], dtype=np.bool_)
    on_columns = _nest(by_column, np.flatnonzero(kept & ~whole), program.num_columns)
    on_units = _nest(by_unit, np.flatnonzero(whole), program.num_units)
    crossing = on_columns.crossing or on_units.crossing
    if crossing:
        return _no_flow(program, WhyNot.CROSSING, crossing)
    return _flow(kept & ~whole, on_columns, whole, on_units)


def nested_limits(program: Program, chosen: _Flags) -> _Flags:
    """Return (K,) the chosen limits less those that cross a larger one that stays."""
    nesting = _nest(_columns(program.limits), np.flatnonzero(chosen), program.num_columns)
    kept = chosen.copy()
    kept[list(nesting.without)] = False
    return kept


def _columns(limits: Limits) -> list[Ints]:
    return [limits.column[start:end] for start, end in
            zip(limits.indptr[:-1], limits.indptr[1:], strict=True)]


@dataclass(frozen=True, slots=True)
class _Nesting:
    parent: Ints
    smallest: Ints
    crossing: tuple[int, ...]
    """The first two that cross."""
    without: tuple[int, ...] = ()
    """Limits that were left out because they cross one that is in."""


def _nest(members: list[Ints], chosen: Ints, num_members: int) -> _Nesting:
    """Put the chosen sets into each other, largest first."""
    sizes = np.array([len(members[at]) for at in chosen], dtype=np.int64)
    parent = np.full(len(members), NONE, dtype=np.int64)
    smallest = np.full(num_members, NONE, dtype=np.int64)
    depth = np.zeros(len(members) + 1, dtype=np.int64)
    crossing: list[tuple[int, int]] = []
    for at in chosen[np.argsort(-sizes, kind="stable")]:
        around = smallest[members[at]]
        if not len(around):
            continue
        if (around != around[0]).any():
            # Of two different sets around it, the deeper one has only a part of it.
            crossing.append((int(around[depth[around].argmax()]), int(at)))
            continue
        parent[at] = around[0]
        depth[at] = depth[around[0]] + 1
        smallest[members[at]] = at
    first = tuple(sorted(crossing[0])) if crossing else ()
    return _Nesting(parent, smallest, first, tuple(at for _, at in crossing))


def _flow(column_side: _Flags, on_columns: _Nesting, unit_side: _Flags,
          on_units: _Nesting) -> Structure:
    side = np.where(column_side, Side.COLUMNS, np.where(unit_side, Side.UNITS, Side.LEFT_OUT))
    return Structure(None, (), side.astype(np.int8),
                     np.where(unit_side, on_units.parent, on_columns.parent),
                     on_columns.smallest, on_units.smallest)


def _no_flow(program: Program, why_not: WhyNot, offending: tuple[int, ...]) -> Structure:
    none = np.full(program.limits.count, NONE, dtype=np.int64)
    return Structure(why_not, offending, np.zeros(program.limits.count, dtype=np.int8), none,
                     np.full(program.num_columns, NONE, dtype=np.int64),
                     np.full(program.num_units, NONE, dtype=np.int64))
