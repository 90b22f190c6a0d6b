"""Demands that cannot be kept together, named by a smallest set of them.

First what fails at a glance: a lower end above its upper end or above all that its columns can
give, a unit that must take a column and has none left. What takes a solver is asked only of
programs that have lower ends or such units, or once an engine has found no choice: a set of demands
that already fails (a cut, a linear proof, a core of assumptions; :mod:`solver.program.feasibility`)
is thinned out one by one (deletion filter: Chinneck and Dravnieks 1991). What is left is
irreducible: without any one of them the others can be kept. Where there are few demands in all, the
sets are tried by size, so that none is smaller. When the time is over, the set
as it is then stands, and is not called irreducible.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from solver.program.clock import Clock
from solver.program.demands import Demands, all_demands, question
from solver.program.feasibility import answer
from solver.program.program import Conflict, Program
from solver.program.relaxation import nested_relaxation
from solver.program.structure import most_by_units, structure

#: Questions asked to thin out one conflict.
MAX_QUESTIONS = 500
#: With so many demands or fewer, all smaller sets are tried.
_FEW = 10
#: Columns up to which a program that is not nested is decided before an engine has tried.
_SMALL = 20_000
_ENDLESS = Clock(None)


def find_conflict(program: Program, clock: Clock = _ENDLESS) -> Conflict | None:
    """Return a smallest set of demands that no choice keeps together, None where none is found.

    None is a proof for nested programs. A program that is not nested and has more than 20,000
    columns that matter is asked through a nested relaxation alone, so that this stays quick; a
    clock that runs out leaves open what it did not come to.
    """
    obvious = find_obvious_conflict(program, clock)
    if obvious is not None:
        return _fewest(program, obvious, clock)
    if not (program.must.any() or (program.limits.lower > 0).any()):
        return None
    asked, relaxed = question(program, all_demands(program)), None
    if not structure(asked.program).is_flow:
        relaxed = nested_relaxation(program)
    found = answer(asked if relaxed is None else question(relaxed, all_demands(relaxed)), clock)
    if found.core is None and relaxed is not None and asked.program.num_columns <= _SMALL:
        found = answer(asked, clock)
    return None if found.core is None else _named(program, found.core, clock)


def explain_infeasible(program: Program, seconds: float | None = None) -> Conflict:
    """Return a smallest conflict of a program without a choice.

    Parameters
    ----------
    program
        It is known to have no choice.
    seconds
        Time for it; None: as long as it takes, and the answer repeats.

    Returns
    -------
    Conflict
        Not ``irreducible`` if the time did not do; then, or if none is found within the effort
        that CP-SAT is given, it may name all demands.
    """
    clock = Clock(seconds)
    found = find_conflict(program, clock)
    if found is not None:
        return found
    core = answer(question(program, all_demands(program)), clock).core
    return (all_demands(program).conflict(irreducible=False) if core is None
            else _named(program, core, clock))


def _named(program: Program, core: Demands, clock: Clock) -> Conflict:
    return _fewest(program, _thin_out(program, core, clock), clock)


def find_obvious_conflict(program: Program, clock: Clock = _ENDLESS) -> Conflict | None:
    """Return a conflict that shows at a glance, None where there is none of this kind."""
    limits = program.limits
    most = np.minimum(limits.upper, most_by_units(program))
    failing = np.flatnonzero(limits.lower > most)
    if len(failing):
        return Conflict((int(failing[0]),), ())
    blocked = np.zeros(program.num_columns, dtype=np.bool_)
    limit = np.repeat(np.arange(limits.count), np.diff(limits.indptr))
    blocked[limits.column[limits.use > limits.upper[limit]]] = True
    open_columns = np.concatenate([[0], np.cumsum(~blocked)])[program.indptr]
    stuck = np.flatnonzero(program.must & (np.diff(open_columns) == 0))
    return _blocked_unit(program, int(stuck[0]), clock) if len(stuck) else None


def _blocked_unit(program: Program, unit: int, clock: Clock) -> Conflict:
    """Return a unit that must take a column, and limits that leave it none."""
    limits = program.limits
    limit = np.repeat(np.arange(limits.count), np.diff(limits.indptr))
    own = (limits.column >= program.indptr[unit]) & (limits.column < program.indptr[unit + 1])
    blocking = np.unique(limit[own & (limits.use > limits.upper[limit])])
    return _thin_out(program, Demands(blocking, np.array([unit])), clock)


def _thin_out(program: Program, core: Demands, clock: Clock) -> Conflict:
    """Leave out one demand after the other while the rest still fails, limits first.

    Asked of the small program of the core, whose demands are a part of the whole program's.
    """
    asked = question(program, core)
    core, needed, irreducible = asked.own_demands(), 0, True
    for _ in range(MAX_QUESTIONS):
        if needed == len(core) or clock.left <= 0:
            break
        found = answer(question(asked.program, core.without(needed)), clock)
        if found.core is None:
            irreducible &= found.feasible is True
            needed += 1
        else:
            # What was needed before stays, and stays first: a part that fails must have it.
            core = found.core
    return asked.of_whole(core.limits, core.units).conflict(
        irreducible=irreducible and needed == len(core))


def _fewest(program: Program, conflict: Conflict, clock: Clock) -> Conflict:
    """Return the first set of fewest demands that fails, where there are few demands in all."""
    demands = all_demands(program)
    if len(demands) > _FEW:
        return conflict
    for size in range(1, len(conflict.limits) + len(conflict.units)):
        for chosen in combinations(range(len(demands)), size):
            if clock.left <= 0:
                return conflict
            part = demands.only(np.array(chosen, dtype=np.int64))
            if answer(question(program, part), clock).feasible is False:
                return part.conflict(irreducible=conflict.irreducible)
    return conflict
