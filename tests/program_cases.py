"""Random small programs, and every choice of them: the oracle of the program's engines."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.program.program import NONE, Ints, Limits, Program

#: lower, upper (None: no end), hinges of (at, slope, over).
Terms = tuple[int, int | None, list[tuple[int, int, bool]]]


def make_limits(sets: list[tuple[list[int], list[int]]], terms: list[Terms]) -> Limits:
    """Build limits from (columns, uses) and their terms; upper ends as the contract wants them."""
    hinges = [(at, *hinge) for at, (_, _, some) in enumerate(terms) for hinge in some]
    totals = [sum(uses) for _, uses in sets]
    limit, bend, slope, over = zip(*hinges, strict=True) if hinges else ((), (), (), ())
    return Limits(
        indptr=np.cumsum([0, *(len(columns) for columns, _ in sets)]).astype(np.int64),
        column=np.array([at for columns, _ in sets for at in columns], dtype=np.int64),
        use=np.array([use for _, uses in sets for use in uses], dtype=np.int64),
        lower=np.array([lower for lower, _, _ in terms], dtype=np.int64),
        upper=np.array([total if upper is None else min(upper, total)
                        for (_, upper, _), total in zip(terms, totals, strict=True)],
                       dtype=np.int64),
        hinge_limit=np.array(limit, dtype=np.int64), hinge_at=np.array(bend, dtype=np.int64),
        hinge_slope=np.array(slope, dtype=np.int64), hinge_over=np.array(over, dtype=np.bool_))


@dataclass(frozen=True)
class Shape:
    """What a random program may have."""

    nested: bool = True
    musts: bool = True
    lowers: bool = True
    hinges: bool = True
    use: bool = False
    groups: bool = False
    gain_step: int = 1


def random_program(seed: int, shape: Shape) -> Program:
    """Make a program of up to 6 units and 4 reps, with small or coarse gains that often tie."""
    rng = np.random.default_rng(seed)
    num_units, num_reps = int(rng.integers(1, 7)), int(rng.integers(1, 5))
    eligible = rng.random((num_units, num_reps)) < rng.choice([0.4, 0.7, 1.0])
    unit, rep = np.nonzero(eligible)
    sets = [np.flatnonzero(rep == at).tolist() for at in range(num_reps)]
    sets += _more_sets(rng, shape, unit, rep, num_reps)
    most_use = 3 if shape.use else 1
    uses = [[int(rng.integers(1, most_use + 1)) for _ in columns] for columns in sets]
    terms = [_terms(rng, shape, len(columns), is_rep=at < num_reps)
             for at, columns in enumerate(sets)]
    group = rng.integers(-1, 3, num_units) if shape.groups else np.full(num_units, NONE)
    return Program(
        indptr=np.searchsorted(unit, np.arange(num_units + 1)).astype(np.int64),
        rep=rep.astype(np.int32),
        gain=rng.integers(-3, 12, len(rep)) * shape.gain_step,
        must=(rng.random(num_units) < 0.15) & shape.musts,
        group=group.astype(np.int32), num_reps=num_reps,
        limits=make_limits(list(zip(sets, uses, strict=True)), terms))


def _more_sets(rng: np.random.Generator, shape: Shape, unit: NDArray[np.int64],
               rep: NDArray[np.int64], num_reps: int) -> list[list[int]]:
    """Teams, segments of a rep, all columns and whole units; or any sets at all."""
    count = len(rep)
    if not shape.nested:
        return [np.flatnonzero(rng.random(count) < 0.5).tolist()
                for _ in range(int(rng.integers(0, 4)))]
    team = rng.integers(0, 2, num_reps)
    sets = [np.flatnonzero(team[rep] == at) for at in range(2) if rng.random() < 0.5]
    for at in range(num_reps):
        if rng.random() < 0.3:
            mine = np.flatnonzero(rep == at)
            part = mine[rng.random(len(mine)) < 0.6]
            sets += [part, part[rng.random(len(part)) < 0.6]][:int(rng.integers(1, 3))]
    if rng.random() < 0.3:
        sets.append(np.arange(count))
    if rng.random() < 0.3:
        chosen = np.flatnonzero(rng.random(int(unit.max(initial=0)) + 1) < 0.6)
        sets += [np.flatnonzero(np.isin(unit, chosen)),
                 np.flatnonzero(np.isin(unit, chosen[:1]))]
    return [columns.tolist() for columns in sets]


def _terms(rng: np.random.Generator, shape: Shape, count: int, *, is_rep: bool) -> Terms:
    lower = int(rng.integers(1, 3)) if shape.lowers and rng.random() < 0.2 else 0
    upper = int(rng.integers(0, 4)) if is_rep or rng.random() < 0.6 else None
    hinges = []
    if shape.hinges and rng.random() < 0.4:
        hinges = [(int(rng.integers(0, 4)), int(rng.integers(1, 8)), bool(rng.random() < 0.5))
                  for _ in range(int(rng.integers(1, 4)))]
    return lower, upper if upper is None or count else 0, hinges


def all_choices(program: Program) -> Ints:
    """Return (N, U) every choice of columns with whole groups at one rep; limits may be broken."""
    options = [np.concatenate([[NONE], np.arange(start, end)]) for start, end in
               zip(program.indptr[:-1], program.indptr[1:], strict=True)]
    choices = np.stack([axis.ravel() for axis in np.meshgrid(*options, indexing="ij")], axis=1)
    keep = np.ones(len(choices), dtype=np.bool_)
    rep = np.where(choices >= 0, np.append(program.rep, NONE)[choices], NONE)
    for group in set(program.group.tolist()) - {NONE}:
        of = rep[:, program.group == group]
        high = of.max(axis=1, keepdims=True)
        keep &= ((of == NONE) | (of == high)).all(axis=1)
    return choices[keep].astype(np.int64)


def worths(program: Program, choices: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Return what each choice brings, and whether it keeps the limits and places who must be."""
    limits = program.limits
    gain = np.append(program.gain, 0)[choices].sum(axis=1)
    kept = ((choices >= 0) | ~program.must).all(axis=1)
    taken = np.zeros((len(choices), program.num_columns + 1), dtype=np.int64)
    np.put_along_axis(taken, choices, 1, axis=1)
    for at in range(limits.count):
        of = slice(limits.indptr[at], limits.indptr[at + 1])
        use = taken[:, limits.column[of]] @ limits.use[of]
        kept &= (use >= limits.lower[at]) & (use <= limits.upper[at])
        for hinge in np.flatnonzero(limits.hinge_limit == at):
            beyond = use - limits.hinge_at[hinge]
            gain = gain - limits.hinge_slope[hinge] * np.maximum(
                beyond if limits.hinge_over[hinge] else -beyond, 0)
    return gain, kept


def optimum(program: Program) -> int | None:
    """Return the most that a choice brings, None where no choice keeps everything."""
    gain, kept = worths(program, all_choices(program))
    return int(gain[kept].max()) if kept.any() else None


def without_demands(program: Program, limits: set[int], units: set[int]) -> Program:
    """Keep the ends of these limits alone, and of who must be placed these units alone."""
    free = np.array([at not in limits for at in range(program.limits.count)], dtype=np.bool_)
    total = np.array([program.limits.use[start:end].sum() for start, end in zip(
        program.limits.indptr[:-1], program.limits.indptr[1:], strict=True)], dtype=np.int64)
    kept = np.isin(np.arange(program.num_units), list(units))
    return replace(program, must=program.must & kept, limits=replace(
        program.limits, lower=np.where(free, 0, program.limits.lower),
        upper=np.where(free, total, program.limits.upper)))
