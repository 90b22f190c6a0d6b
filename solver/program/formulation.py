"""A program over some of its columns as a linear model: rows of units, groups and limits.

The convex cost of a limit needs no rows of its own: between its ends the use is a sum of pieces,
one between each two bends, and as the pieces grow dearer they fill in their order. So the model has
a row per limit, and the dual value of that row is the limit's price. A group has a variable per
rep, which its members' columns stay below; without members that must take a column this describes
the convex hull of what one group can do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.program.program import NONE, Ints, Limits, Program
from solver.program.segments import limit_costs, limit_use, segments
from solver.program.sparse_model import Floats, SparseModel


@dataclass(frozen=True, slots=True)
class Pieces:
    """Parts of the use of limits with hinges, each between two bends and at one marginal cost."""

    limit: Ints
    """(P,) ascending; within a limit from the lowest use up."""
    length: Ints
    """(P,) above 0."""
    cost: Ints
    """(P,) minor units per unit of use, rising within a limit; below 0 where use is wanted."""
    is_bent: NDArray[np.bool_]
    """(K,) limits with a hinge: the only ones with pieces."""
    constant: int
    """What the bent limits cost at their lower ends."""

    def fill(self, limits: Limits, used: Ints) -> Ints:
        """Return (P,) how much of each piece a use of the limits fills."""
        before = np.cumsum(self.length) - self.length
        first = np.searchsorted(self.limit, self.limit)
        start = limits.lower[self.limit] + before - before[first]
        filled: Ints = np.clip(used[self.limit] - start, 0, self.length)
        return filled


def limit_pieces(limits: Limits) -> Pieces:
    """Return the pieces of the limits with hinges."""
    bent = np.zeros(limits.count, dtype=bool)
    bent[limits.hinge_limit] = True
    parts = segments(limits)
    here = bent[parts.limit]
    return Pieces(parts.limit[here], parts.length[here], parts.slope[here], bent,
                  sum(limit_costs(limits, limits.lower)))


@dataclass(frozen=True, slots=True)
class Formulation:
    """The model with what its variables and rows stand for."""

    model: SparseModel
    columns: Ints
    """(c,) the columns taken in, ascending: the first c variables."""
    choice_rep: Ints
    """(g,) rep of each group-and-rep variable; these follow the columns."""
    choice_group: Ints
    pieces: Pieces
    """Their variables come last."""
    limit_row: Ints
    """(K,) row of each limit."""

    @property
    def constant(self) -> int:
        """What the model's objective leaves out, to be added to it."""
        return -self.pieces.constant

    def point(self, program: Program, column: Ints) -> Floats:
        """Return (n,) values of the variables for a choice that keeps all limits."""
        taken = np.isin(self.columns, column[column != NONE])
        grouped = np.flatnonzero((program.group != NONE) & (column != NONE))
        width = np.int64(program.num_reps)
        pairs = program.group[grouped] * width + program.rep[column[grouped]]
        chosen = np.isin(self.choice_group * width + self.choice_rep, pairs)
        filled = self.pieces.fill(program.limits, limit_use(program, column))
        spare = np.zeros(self.model.size - len(taken) - len(chosen) - len(filled))
        return np.concatenate([taken, chosen, filled, spare]).astype(np.float64)


def formulate(program: Program, columns: Ints, pieces: Pieces, shortfall: float | None = None
              ) -> Formulation:
    """Write the program, restricted to some columns, as a linear model.

    Parameters
    ----------
    program
        The program.
    columns
        (c,) ascending; the rest stay unchosen.
    pieces
        Of its limits: `limit_pieces`.
    shortfall
        What a unit of use below a lower end costs, and a unit that must take a column and does
        not, minor units: with it nothing is infeasible. None: they may not fall short.
    """
    rows = _Rows()
    unit = np.searchsorted(program.indptr, columns, side="right") - 1
    group = program.group[unit].astype(np.int64)
    pair, pair_of = np.unique(
        np.stack([group[group != NONE], program.rep[columns[group != NONE]]]), axis=1,
        return_inverse=True) if (group != NONE).any() else (np.zeros((2, 0), np.int64), _NO)
    num_columns, num_pairs = len(columns), pair.shape[1]
    _unit_rows(program, unit, group, rows)
    _group_rows(group, pair, pair_of.ravel(), num_columns, rows)
    limit_row = _limit_rows(program, columns, pieces, num_columns + num_pairs, rows)
    size = num_columns + num_pairs + len(pieces.limit)
    short = rows.short(size) if shortfall is not None else 0
    upper = np.concatenate([np.ones(num_columns + num_pairs), pieces.length,
                            np.full(short, np.inf)])
    whole = np.arange(size + short) < num_columns + num_pairs
    objective = np.concatenate([program.gain[columns], np.zeros(num_pairs), -pieces.cost,
                                np.full(short, -(shortfall or 0.0))])
    model = SparseModel(objective.astype(np.float64), np.zeros(size + short), upper, whole,
                        *rows.collected())
    return Formulation(model, columns, pair[1], pair[0], pieces, limit_row)


_NO = np.zeros(0, np.int64)


class _Rows:
    """Rows under construction."""

    def __init__(self) -> None:
        self.count = 0
        self._low: list[Floats] = []
        self._high: list[Floats] = []
        self._entries: list[tuple[Ints, Ints, Floats]] = []

    def add(self, low: Floats | Ints, high: Floats | Ints) -> int:
        """Open rows with these ends and return the first one's position."""
        first = self.count
        self._low.append(np.asarray(low, dtype=np.float64))
        self._high.append(np.asarray(high, dtype=np.float64))
        self.count += len(self._low[-1])
        return first

    def enter(self, row: Ints, variable: Ints, value: Floats | Ints) -> None:
        """Put values into rows."""
        self._entries.append((row, variable, np.asarray(value, dtype=np.float64)))

    def short(self, first: int) -> int:
        """Let rows with a lower end above 0 fall short by variables from ``first`` on."""
        row = np.flatnonzero(np.concatenate(self._low) > 0)
        self.enter(row, first + np.arange(len(row)), np.ones(len(row)))
        return len(row)

    def collected(self) -> tuple[Floats, Floats, Ints, Ints, Floats]:
        """Return ends and entries, by row and then by variable."""
        row, variable, value = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        order = np.lexsort((variable, row))
        return (np.concatenate(self._low), np.concatenate(self._high), row[order],
                variable[order], value[order])


def _unit_rows(program: Program, unit: Ints, group: Ints, rows: _Rows) -> None:
    """At most one column per unit; members of a group that may stay unowned need no row."""
    wanted = (group == NONE) | program.must[unit]
    place = np.flatnonzero(wanted)
    units, row = np.unique(np.concatenate([unit[place], np.flatnonzero(program.must)]),
                           return_inverse=True)
    first = rows.add(program.must[units].astype(np.float64), np.ones(len(units)))
    rows.enter(first + row[:len(place)], place, np.ones(len(place)))


def _group_rows(group: Ints, pair: Ints, pair_of: Ints, num_columns: int, rows: _Rows) -> None:
    """One rep per group, and members' columns only of that rep."""
    member = np.flatnonzero(group != NONE)
    groups, row = np.unique(pair[0], return_inverse=True)
    first = rows.add(np.zeros(len(groups)), np.ones(len(groups)))
    variable = num_columns + np.arange(pair.shape[1])
    rows.enter(first + row, variable, np.ones(len(variable)))
    first = rows.add(np.full(len(member), -1.0), np.zeros(len(member)))
    link = first + np.arange(len(member))
    rows.enter(link, member, np.ones(len(member)))
    rows.enter(link, num_columns + pair_of, np.full(len(member), -1.0))


def _limit_rows(program: Program, columns: Ints, pieces: Pieces, first_piece: int, rows: _Rows
                ) -> Ints:
    """Use between the ends; where the limit bends, use equal to its lower end and its pieces."""
    limits = program.limits
    position = np.full(program.num_columns, NONE, dtype=np.int64)
    position[columns] = np.arange(len(columns))
    limit = np.repeat(np.arange(limits.count), np.diff(limits.indptr))
    here = np.flatnonzero(position[limits.column] != NONE)
    first = rows.add(limits.lower, np.where(pieces.is_bent, limits.lower, limits.upper))
    rows.enter(first + limit[here], position[limits.column[here]], limits.use[here])
    rows.enter(first + pieces.limit, first_piece + np.arange(len(pieces.limit)),
               np.full(len(pieces.limit), -1.0))
    return first + np.arange(limits.count)
