"""Improving a choice of a large program part by part: a MIP over a few reps and their units.

A part is a random rep and the reps that share most near columns with its units. The part's units
may move among the part's reps along near columns; everything else stays where the incumbent has it.
(Large neighbourhood search: Shaw 1998.) Nothing that the MIP claims about a part is a bound.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.program.clock import Clock
from solver.program.core import restrict
from solver.program.incumbent import Incumbent
from solver.program.linear import near_columns
from solver.program.mip import MipLimits, solve_as_mip
from solver.program.part import part_around
from solver.program.program import NONE, Ints, Program, SolveLimits

#: Columns of a unit that a part may use.
_NEAR = 8
#: Reps of a part at the beginning, and how its size follows the time that parts take.
_REPS = 40
_LONG, _SHORT = 3.0, 1.0
#: Nodes of the MIP on one part, and parts in a run without a clock.
_NODES, _PARTS = 300, 10
#: The same of parts that the MIP is shown by themselves, and the gap at which it stops.
_NEAR_APART, _NODES_APART, _GAP_APART = 4, 100, 1e-4


def improve_by_parts(program: Program, losses: NDArray[Any], incumbent: Incumbent, clock: Clock,
                     limits: SolveLimits, *, apart: bool = False) -> None:
    """Improve the incumbent until the time or the rounds are over.

    With ``apart`` the MIP is shown only the part's units: of a program with tens of thousands of
    units the others alone would make every model slow.
    """
    near = near_columns(program, losses, _NEAR_APART if apart else _NEAR)
    rng = np.random.default_rng(1)
    reps, done = float(min(_REPS, program.num_reps)), 0
    while clock.left > 0 and not incumbent.is_good_enough and incumbent.column is not None:
        if clock.seconds is None and done >= min(_PARTS, limits.rounds or _PARTS):
            break
        began, column = clock.passed, incumbent.column
        kept = _part(program, near, column, rng, int(reps))
        seconds = None if clock.seconds is None else min(clock.left, 2 * _LONG)
        if apart:
            incumbent.offer(_solved_apart(program, (kept, near), incumbent, seconds))
        else:
            kept[column[column != NONE]] = True
            core = restrict(program, kept)
            incumbent.count(core.program.num_columns)
            answer = solve_as_mip(core.program, core.narrow(column),
                                  MipLimits(seconds, _NODES, 1e-5))
            if answer.column is not None:
                incumbent.offer(core.widen(answer.column))
        done += 1
        if clock.seconds is not None:
            took = clock.passed - began
            reps *= 1.2 if took < _SHORT else 0.8 if took > _LONG else 1.0
            reps = min(max(reps, 4.0), program.num_reps)


def _solved_apart(program: Program, columns: tuple[NDArray[np.bool_], NDArray[np.bool_]],
                  incumbent: Incumbent, seconds: float | None) -> Ints | None:
    """Return the incumbent with a part solved by itself, None where nothing was found.

    ``columns`` are the part's, and all near ones.
    """
    (kept, near), column = columns, incumbent.column
    assert column is not None
    if not kept.any():
        return None
    if (program.group != NONE).any():  # a group is in a part with all its members
        unit = np.repeat(np.arange(program.num_units), np.diff(program.indptr))
        joins = np.isin(program.group, program.group[unit[kept]]) & (program.group != NONE)
        kept = kept | (near & joins[unit])
    part = part_around(program, kept, column)
    incumbent.count(part.program.num_columns)
    answer = solve_as_mip(part.program, part.narrow(column),
                          MipLimits(seconds, _NODES_APART, _GAP_APART))
    return None if answer.column is None else part.widen(answer.column, column)


def _part(program: Program, near: NDArray[np.bool_], column: Ints, rng: np.random.Generator,
          count: int) -> NDArray[np.bool_]:
    """Return (C,) near columns of the part's units with the part's reps."""
    unit = np.repeat(np.arange(program.num_units), np.diff(program.indptr))
    owner = np.where(column == NONE, NONE, program.rep[column])
    inside = np.zeros(program.num_reps + 1, dtype=np.bool_)
    seed = int(rng.integers(program.num_reps))
    shared = np.bincount(program.rep[near & (owner[unit] == seed)], minlength=program.num_reps)
    order = np.lexsort((rng.random(program.num_reps), -shared))
    inside[order[:count // 2]] = True
    inside[seed] = True
    inside[rng.choice(program.num_reps, size=max(count // 2, 1), replace=False)] = True
    inside[NONE] = True
    return near & inside[owner[unit]] & inside[program.rep]
