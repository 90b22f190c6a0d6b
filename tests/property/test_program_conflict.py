"""Conflicts against every choice there is: found where there is none, and no demand needless."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.program.conflict import find_conflict, find_obvious_conflict
from solver.program.demands import all_demands
from solver.program.program import Conflict, Program
from tests.program_cases import Shape, all_choices, random_program, without_demands, worths

_SEEDS = st.integers(0, 2**40)
_SHAPES = st.builds(Shape, nested=st.booleans(), use=st.booleans(), groups=st.booleans(),
                    hinges=st.just(False))


def _can_be_kept(program: Program, conflict: Conflict) -> bool:
    asked = without_demands(program, set(conflict.limits), set(conflict.units))
    _, kept = worths(asked, all_choices(asked))
    return bool(kept.any())


def _parts(conflict: Conflict, size: int) -> list[Conflict]:
    """Every part of a conflict with so many demands."""
    demands = [*conflict.limits, *(~unit for unit in conflict.units)]
    return [Conflict(tuple(at for at in part if at >= 0), tuple(~at for at in part if at < 0))
            for part in combinations(demands, size)]


@settings(max_examples=250, deadline=None)
@given(_SEEDS, _SHAPES)
def test_a_conflict_is_found_and_irreducible(seed: int, shape: Shape) -> None:
    """There is one if and only if no choice keeps everything, and each of its demands is needed."""
    program = random_program(seed, shape)
    found = find_conflict(program)
    _, kept = worths(program, all_choices(program))
    assert (found is None) == bool(kept.any())
    if found is not None:
        assert found.irreducible
        assert not _can_be_kept(program, found)
        size = len(found.limits) + len(found.units)
        assert all(_can_be_kept(program, part) for part in _parts(found, size - 1))


@settings(max_examples=60, deadline=None)
@given(_SEEDS, _SHAPES)
def test_among_few_demands_no_smaller_conflict_exists(seed: int, shape: Shape) -> None:
    """Where at most 10 demands are made, every smaller set of them can be kept."""
    program = random_program(seed, shape)
    everything = all_demands(program)
    found = find_conflict(program)
    assume(found is not None and len(everything) <= 8)
    assert found is not None
    whole = everything.conflict(irreducible=False)
    size = len(found.limits) + len(found.units)
    assert all(_can_be_kept(program, part) for smaller in range(size)
               for part in _parts(whole, smaller))


@settings(max_examples=150, deadline=None)
@given(_SEEDS, _SHAPES)
def test_what_fails_at_a_glance_does_fail(seed: int, shape: Shape) -> None:
    """A conflict named without a solver is one, and none of its demands is needless."""
    program = random_program(seed, shape)
    found = find_obvious_conflict(program)
    assume(found is not None)
    assert found is not None
    assert not _can_be_kept(program, found)
    size = len(found.limits) + len(found.units)
    assert all(_can_be_kept(program, part) for part in _parts(found, size - 1))
    assert np.isin(found.units, np.flatnonzero(program.must)).all()
