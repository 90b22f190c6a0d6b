"""A large sales floor in integers: generated values, accounts, use, crossing limits, fairness.

Leads, reps and the value of every usable pair are those of the generator's window. On top of them,
by seed: 15 % of the leads lie in accounts of 2 to 6, which may go to the reps of their first lead
and are all or none (collapsed into one unit) in two thirds of the cases and "as many as fit" in
the rest; leads take 1 to 3 slots, one more with a fifth of the reps; 30 limits cross one another
(teams, segments of leads within regions of reps, with lower ends and soft ones among them); each
rep's slots have a convex price on what lies above and below a fair share.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from solver.generate import generate_window
from solver.matrix.pairs import Pairs, build_problem
from solver.matrix.rows import ValueRows
from solver.program.program import NONE, Ints, Limits, Program

_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
_TEAMS, _SEGMENTS = 10, 5
#: Leads generated for each lead wanted: some are sorted out before the window.
_SPARE = 1.2
_GROUPED = 0.15
_WHOLE = 2 / 3


@dataclass(frozen=True, slots=True)
class _Cells:
    """Pairs of unit and rep before they are in compressed rows."""

    unit: Ints
    rep: Ints
    gain: Ints
    use: Ints
    value: Ints
    """Gain per slot, by which segments of leads are made."""


def sales_floor(num_leads: int, num_reps: int, seed: int) -> Program:
    """Return the program of a window with every rule of a large sales floor.

    Parameters
    ----------
    num_leads
        Leads of the window.
    num_reps
        Reps.
    seed
        Of the window and of all that is laid upon it.
    """
    rng = np.random.default_rng(seed)
    window = generate_window(int(num_leads * _SPARE), num_reps, seed, _AT)
    problem = build_problem(ValueRows(window))
    if problem.pairs.num_leads < num_leads:
        raise ValueError(f"the generator gave {problem.pairs.num_leads} leads, {num_leads} wanted")
    account, whole = _accounts(num_leads, rng)
    cells = _cells(problem.pairs, num_leads, account, rng)
    unit_of = np.where(whole, account, np.arange(num_leads))
    units, unit = np.unique(unit_of, return_inverse=True)
    cells = _merged(cells, unit)
    linked = np.where(whole | (account == np.arange(num_leads)) & (
        np.bincount(account, minlength=num_leads)[account] == 1), NONE, account)[units]
    group = np.full(len(units), NONE, np.int32)
    group[linked != NONE] = np.unique(linked[linked != NONE], return_inverse=True)[1]
    indptr = np.concatenate([[0], np.cumsum(np.bincount(cells.unit, minlength=len(units)))])
    slots = np.maximum(np.rint(problem.capacity * 1.6 * num_leads / problem.pairs.num_leads), 0)
    limits = _limits(cells, len(units), slots.astype(np.int64), rng)
    return Program(indptr, cells.rep.astype(np.int32), cells.gain,
                   np.zeros(len(units), dtype=bool), group, num_reps, limits)


def _accounts(num_leads: int, rng: np.random.Generator) -> tuple[Ints, NDArray[np.bool_]]:
    """Return (L,) first lead of each lead's account, and whether the account goes as a whole."""
    account, whole = np.arange(num_leads), np.zeros(num_leads, dtype=bool)
    waiting = rng.permutation(num_leads)[:int(_GROUPED * num_leads)]
    while len(waiting) > 1:
        members, waiting = np.split(waiting, [int(rng.integers(2, 7))])
        account[members] = members.min()
        whole[members] = rng.random() < _WHOLE
    return account, whole


def _cells(pairs: Pairs, num_leads: int, account: Ints, rng: np.random.Generator) -> _Cells:
    """Give each lead its account's reps, its own level of value, and what it takes of each rep."""
    count = np.diff(pairs.indptr)[account[:num_leads]]
    lead = np.repeat(np.arange(num_leads), count)
    place = np.arange(len(lead)) - np.repeat(np.cumsum(count) - count, count)
    source = pairs.indptr[account[lead]] + place
    level = np.where(account == np.arange(num_leads), 1.0, rng.uniform(0.5, 2.0, num_leads))
    gain = np.maximum(np.rint(pairs.surplus[source] * level[lead]), 1).astype(np.int64)
    effort = rng.choice([1, 2, 3], size=num_leads, p=[0.6, 0.3, 0.1])
    slow = rng.random(pairs.num_reps) < 0.2
    rep = pairs.rep[source].astype(np.int64)
    use = np.minimum(effort[lead] + slow[rep], 3)
    return _Cells(lead, rep, gain, use, gain // use)


def _merged(cells: _Cells, unit: Ints) -> _Cells:
    """Add up the leads of accounts that go as a whole."""
    key, at = np.unique(np.stack([unit[cells.unit], cells.rep]), axis=1, return_inverse=True)
    gain, use = np.zeros(key.shape[1], np.int64), np.zeros(key.shape[1], np.int64)
    np.add.at(gain, at.ravel(), cells.gain)
    np.add.at(use, at.ravel(), cells.use)
    return _Cells(key[0], key[1], gain, use, gain // use)


def _limits(cells: _Cells, num_units: int, slots: Ints, rng: np.random.Generator) -> Limits:
    """Make capacities with fairness, team caps, and segment-by-region limits that cross them."""
    num_reps = len(slots)
    column = np.arange(len(cells.rep))
    rows = [column[cells.rep == rep] for rep in range(num_reps)]
    team, region = rng.integers(0, _TEAMS, num_reps), rng.integers(0, 2, num_reps)
    best = np.zeros(num_units)
    np.maximum.at(best, cells.unit, cells.value)
    segment = np.searchsorted(np.quantile(best, np.arange(1, _SEGMENTS) / _SEGMENTS), best)
    lower, upper = [0] * num_reps, slots.tolist()
    for at in range(_TEAMS):
        rows.append(column[team[cells.rep] == at])
        lower.append(0)
        upper.append(int(0.9 * slots[team == at].sum()))
    for at in range(_SEGMENTS * 4):
        kind, where = at % _SEGMENTS, at // _SEGMENTS
        mine = (region == where % 2) if where < 2 else (team % 2 == where % 2)
        rows.append(column[(segment[cells.unit] == kind) & mine[cells.rep]])
        share = int(slots[mine].sum())
        lower.append(int(0.05 * share) if where < 2 else 0)
        upper.append(int(0.35 * share) if where >= 2 else share)
    use = [cells.use[row] for row in rows]
    total = np.array([part.sum() for part in use])
    hinges = _fairness(slots, np.array(lower), rng)
    return Limits(np.concatenate([[0], np.cumsum([len(row) for row in rows])]),
                  np.concatenate(rows), np.concatenate(use), np.minimum(lower, total),
                  np.minimum(upper, total), *hinges)


def _fairness(slots: Ints, lower: Ints, rng: np.random.Generator
              ) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    """Four bends per rep around its share, and a soft lower end on every other crossing limit."""
    reps = np.arange(len(slots))
    share = np.rint(slots * rng.uniform(0.6, 0.9, len(slots))).astype(np.int64)
    bends = [(reps, share, 2_000, True), (reps, share + 2, 20_000, True),
             (reps, share, 5_000, False), (reps, np.maximum(share - 3, 0), 30_000, False)]
    soft = np.arange(len(slots) + _TEAMS, len(lower), 2)
    bends.append((soft, 2 * lower[soft] + 20, 10_000, False))
    limit = np.concatenate([part[0] for part in bends])
    at = np.concatenate([part[1] for part in bends])
    slope = np.concatenate([np.full(len(part[0]), part[2]) for part in bends])
    over = np.concatenate([np.full(len(part[0]), part[3]) for part in bends])
    order = np.argsort(limit, kind="stable")
    return limit[order], at[order], slope[order], over[order]
