"""From a window to a program: leads become units, pairs columns, rules limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from solver.matrix.floors import AnyFloors, floor_array
from solver.matrix.money import check_sum_range
from solver.matrix.pairs import reserve_minor
from solver.matrix.rows import ValueRows
from solver.models import Floors, GroupMode, Period
from solver.program.core import total_use
from solver.program.program import NONE, Limits, Program
from solver.sales_floor.fair import fair_limits_of, window_shares
from solver.sales_floor.floor import SalesFloor
from solver.sales_floor.grouping import ALONE, group_codes, group_names
from solver.sales_floor.ledger import settled
from solver.sales_floor.limits import WindowLimit, policy_limits
from solver.sales_floor.open_pairs import Ints, OpenPairs, open_pairs
from solver.sales_floor.previous import NOBODY, previous_owners

_Bools = NDArray[np.bool_]


def sales_floor(rows: ValueRows, floors: AnyFloors = None,
                fixed: Mapping[int, int] = MappingProxyType({})) -> SalesFloor:
    """Put a window with all its rules into integers.

    Parameters
    ----------
    rows
        The window.
    floors
        What a slot of each rep is expected to bring later.
    fixed
        Leads that must go to one rep, whatever it brings; by position. Limits and shares stay as
        they are without.

    Raises
    ------
    PolicyConflictError
        If a limit's ends exclude each other.
    InvalidInputError
        If values are too large for exact sums.
    """
    filtered = rows.filtered
    floor_of_rep, reserve = floor_array(rows.reps.rep_ids, floors), reserve_minor(rows.policy)
    previous = previous_owners(rows, filtered)
    only = np.where(previous.locked, previous.rep, NOBODY)
    pairs = open_pairs(rows, filtered, floor_of_rep, reserve, previous, only)
    must = only != NOBODY
    must[list(fixed)] = True
    if rows.policy.must_place is not None:
        must |= filtered.leads(rows.policy.must_place)
    groups = group_names(rows)
    whole = rows.policy.groups.mode is GroupMode.ALL_OR_NONE
    shares = None if rows.window.ledger is None else window_shares(rows)
    ledger = settled(rows, shares)
    limits = policy_limits(rows, filtered, pairs, ledger)
    given = floors.by_limit() if isinstance(floors, Floors) else {}
    pairs = pairs.less_floors(limit_floors(pairs, limits, given))
    limits = tuple(limit.less_floor(given.get(limit.name, 0)) if limit.period is not Period.WINDOW
                   else limit for limit in limits)
    limits += fair_limits_of(rows, pairs, group_codes(groups), limits, ledger, shares)
    limits = tuple(sorted(limits, key=lambda one: one.name))
    units = _Units.of(group_codes(groups), must, whole=whole)
    columns = _Columns.of(pairs, units, _wanted(pairs, limits), fixed)
    program = _program(rows, pairs, units, columns, limits)
    return SalesFloor(
        rows=rows, pairs=pairs, previous=previous, groups=groups, whole=whole, must_lead=must,
        limits=limits, floors=floor_of_rep, given=floors if isinstance(floors, Floors) else None,
        reserve=reserve, program=program, unit_of_lead=units.of_lead,
        column_of_pair=columns.of_pair)


def limit_floors(pairs: OpenPairs, limits: tuple[WindowLimit, ...], given: Mapping[str, int]
                 ) -> Ints:
    """Return (P,) what units of limits that span more than the window are expected to bring."""
    floored = [(limit, floor) for limit in limits
               if limit.period is not Period.WINDOW and (floor := given.get(limit.name, 0))]
    largest = [int(limit.amount.max(initial=0)) * abs(floor) for limit, floor in floored]
    check_sum_range(sum(largest), 2 * pairs.num_leads, "what a lead counts for " + ", ".join(
        limit.name for limit, _ in floored) + " at the floors of these limits")
    total = np.zeros(len(pairs), dtype=np.int64)
    for limit, floor in floored:
        total[limit.pairs] += limit.amount * floor
    check_sum_range(int(np.abs(pairs.gain - total).max(initial=0)), 2 * pairs.num_leads,
                    "a value with the floors of its slots and limits")
    return total


def _wanted(pairs: OpenPairs, limits: tuple[WindowLimit, ...]) -> _Bools:
    """Return (P,) pairs that may be wanted although they bring nothing: a limit wants more."""
    wanted = np.zeros(len(pairs), dtype=np.bool_)
    for limit in limits:
        if limit.wants_more:
            wanted[limit.pairs] = True
    return wanted


@dataclass(frozen=True, slots=True)
class _Units:
    """Leads as units: a whole group is one, every other lead one of its own."""

    of_lead: Ints
    """(L,)"""
    size: Ints
    """(U,) leads."""
    must: _Bools
    """(U,)"""
    group: NDArray[np.int32]
    """(U,) group whose members share a rep but may be left out, ``NONE`` for others."""

    @classmethod
    def of(cls, codes: Ints, must: _Bools, *, whole: bool) -> _Units:
        num = len(codes)
        if whole:
            first = np.arange(num)
            grouped = np.flatnonzero(codes != ALONE)
            _, starts, which = np.unique(codes[grouped], return_index=True, return_inverse=True)
            first[grouped] = grouped[starts[which]]
            _, of_lead = np.unique(first, return_inverse=True)
        else:
            of_lead = np.arange(num)
        count = int(of_lead.max(initial=-1)) + 1
        must_unit = np.zeros(count, dtype=np.bool_)
        must_unit[of_lead[must]] = True
        group = np.full(count, NONE, dtype=np.int32)
        if not whole:
            group[:] = codes
        return cls(of_lead.astype(np.int64), np.bincount(of_lead, minlength=count), must_unit,
                   group)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns of the program: a unit with a rep whom all its leads may have."""

    of_pair: Ints
    """(P,) column, ``NONE`` where the pair is in none."""
    unit: Ints
    """(C,) ascending."""
    rep: NDArray[np.int32]
    """(C,) ascending within a unit."""
    gain: Ints
    """(C,)"""

    @classmethod
    def of(cls, pairs: OpenPairs, units: _Units, wanted: _Bools, fixed: Mapping[int, int]
           ) -> _Columns:
        """Sum the pairs of each unit and rep; leave out what can never be worth taking."""
        num_reps = int(pairs.rep.max(initial=0)) + 1
        keys = units.of_lead[pairs.lead] * num_reps + pairs.rep
        keys, which, count = np.unique(keys, return_inverse=True, return_counts=True)
        gain = np.zeros(len(keys), dtype=np.int64)
        np.add.at(gain, which, pairs.gain)
        asked = np.zeros(len(keys), dtype=np.bool_)
        asked[which[wanted]] = True
        unit, rep = np.divmod(keys, num_reps)
        kept = (count == units.size[unit]) & ((gain > 0) | units.must[unit] | asked)
        for lead_at, rep_at in fixed.items():
            kept &= (unit != units.of_lead[lead_at]) | (rep == rep_at)
        number = np.where(kept, np.cumsum(kept) - 1, NONE)
        return cls(number[which], unit[kept], rep[kept].astype(np.int32), gain[kept])


def _program(rows: ValueRows, pairs: OpenPairs, units: _Units, columns: _Columns,
             limits: tuple[WindowLimit, ...]) -> Program:
    counts, column, use = _entries(pairs, columns, rows.num_reps, limits)
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    total = total_use(indptr, use)
    hard_lower = [limit.lower if limit.hard else 0 for limit in limits]
    hard_upper = [limit.upper if limit.hard and limit.upper is not None else 2**62
                  for limit in limits]
    lower = np.concatenate([np.zeros(rows.num_reps, dtype=np.int64),
                            np.array(hard_lower, dtype=np.int64)])
    upper = np.minimum(np.concatenate([rows.reps.free_slots.astype(np.int64),
                                       np.array(hard_upper, dtype=np.int64)]), total)
    hinges = [(rows.num_reps + at, hinge.at, hinge.slope, hinge.over)
              for at, limit in enumerate(limits) for hinge in limit.hinges]
    hinge = np.array(hinges, dtype=np.int64).reshape(-1, 4)
    num_units = len(units.size)
    return _read_only(Program(
        indptr=np.searchsorted(columns.unit, np.arange(num_units + 1)).astype(np.int64),
        rep=columns.rep, gain=columns.gain, must=units.must, group=units.group,
        num_reps=rows.num_reps,
        limits=Limits(indptr=indptr, column=column, use=use, lower=lower, upper=upper,
                      hinge_limit=hinge[:, 0], hinge_at=hinge[:, 1], hinge_slope=hinge[:, 2],
                      hinge_over=hinge[:, 3].astype(np.bool_))))


def _read_only(program: Program) -> Program:
    """Return the program with no array that can be written to."""
    for part in (program, program.limits):
        for field in fields(part):
            if isinstance(array := getattr(part, field.name), np.ndarray):
                array.setflags(write=False)
    return program


_Part = tuple[Ints, Ints, Ints]


def _entries(pairs: OpenPairs, columns: _Columns, num_reps: int, limits: tuple[WindowLimit, ...]
             ) -> _Part:
    """Return how many columns each limit has, the columns and what they take of it.

    Filled in one limit after the other: all of them are larger than everything else of a window.
    """
    in_column = np.flatnonzero(columns.of_pair != NONE)
    most = len(columns.rep) + sum(len(limit.pairs) for limit in limits)
    column, use = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    counts, first = [], 0
    for at in range(-1, len(limits)):
        found = (_by_rep(pairs, columns, in_column, num_reps) if at < 0
                 else _of_limit(limits[at], columns))
        counts.append(found[0])
        last = first + len(found[1])
        column[first:last], use[first:last] = found[1], found[2]
        first = last
    return np.concatenate(counts), column[:first], use[:first]


def _by_rep(pairs: OpenPairs, columns: _Columns, in_column: Ints, num_reps: int) -> _Part:
    """Return counts, columns and slots of the reps' capacities."""
    use = np.zeros(len(columns.rep), dtype=np.int64)
    np.add.at(use, columns.of_pair[in_column], pairs.use[in_column])
    order = np.argsort(columns.rep, kind="stable")
    return np.bincount(columns.rep, minlength=num_reps), order, use[order]


def _of_limit(limit: WindowLimit, columns: _Columns) -> _Part:
    """Return count, columns and amounts of one limit."""
    of_pair = columns.of_pair[limit.pairs]
    amount, of_pair = limit.amount[of_pair != NONE], of_pair[of_pair != NONE]
    if (np.diff(of_pair) > 0).all():
        return np.array([len(of_pair)]), of_pair, amount
    found, which = np.unique(of_pair, return_inverse=True)
    use = np.zeros(len(found), dtype=np.int64)
    np.add.at(use, which, amount)
    return np.array([len(found)]), found, use
