"""Nested programs as flows, and the bound of any program, against every choice there is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.program.bound import bound, objective, violations
from solver.program.flow import solve_as_flow
from solver.program.marginals import marginals
from solver.program.program import NONE, PRICE_SCALE, InfeasibleError, Program
from solver.program.structure import Side, structure
from tests.program_cases import Shape, all_choices, optimum, random_program, worths

_SEEDS = st.integers(0, 2**40)


@settings(max_examples=300, deadline=None)
@given(_SEEDS, st.sampled_from([1, 7]))
def test_a_flow_is_the_best_choice_and_its_prices_prove_it(seed: int, gain_step: int) -> None:
    """Objective = bound = optimum over all choices, or both find that there is none."""
    program = random_program(seed, Shape(gain_step=gain_step))
    trees = structure(program)
    assume(trees.is_flow)
    best = optimum(program)
    if best is None:
        with pytest.raises(InfeasibleError):
            solve_as_flow(program, trees)
        return
    choice = solve_as_flow(program, trees)
    assert choice.objective == best == choice.bound
    assert objective(program, choice.column) == best
    assert not violations(program, choice.column)


def _with_upper(program: Program, limit: int, change: int) -> Program:
    upper = program.limits.upper.copy()
    upper[limit] += change
    return replace(program, limits=replace(program.limits, upper=upper))


@settings(max_examples=200, deadline=None)
@given(_SEEDS)
def test_marginals_are_differences_of_optima(seed: int) -> None:
    """One more and one fewer of any upper end is worth what a re-solve says."""
    program = random_program(seed, Shape())
    trees, best = structure(program), optimum(program)
    assume(trees.is_flow and best is not None)
    column = solve_as_flow(program, trees).column
    found = marginals(program, trees, column)
    some = np.flatnonzero(np.random.default_rng(seed).random(program.limits.count) < 0.5)
    part = marginals(program, trees, column, some)
    assert part.gain.tolist() == found.gain[some].tolist()
    assert part.loss == tuple(found.loss[limit] for limit in some)
    for limit in range(program.limits.count):
        more = optimum(_with_upper(program, limit, 1))
        assert more is not None
        assert found.gain[limit] == more - best
        fewer = None
        if program.limits.upper[limit] > program.limits.lower[limit]:
            fewer = optimum(_with_upper(program, limit, -1))
        if found.loss[limit] is not None or trees.side[limit]:
            assert found.loss[limit] == (None if fewer is None else best - fewer)


@settings(max_examples=200, deadline=None)
@given(_SEEDS)
def test_a_slot_costs_what_one_more_along_its_limits_brings(seed: int) -> None:
    """Without lower ends the prices of a limit and of all around it sum to just that."""
    program = random_program(seed, Shape(hinges=False, lowers=False))
    trees, best = structure(program), optimum(program)
    assume(trees.is_flow and best is not None)
    prices = solve_as_flow(program, trees).prices
    for limit in np.flatnonzero(trees.side == Side.COLUMNS):
        chain = [int(limit)]
        while trees.parent[chain[-1]] != NONE:
            chain.append(int(trees.parent[chain[-1]]))
        more = program
        for one in chain:
            more = _with_upper(more, one, 1)
        won = optimum(more)
        assert won is not None
        assert prices[chain].sum() == (won - best) * PRICE_SCALE


@settings(max_examples=200, deadline=None)
@given(_SEEDS, st.booleans(), st.booleans(), st.booleans(), st.integers(0, 4))
def test_no_choice_passes_a_bound(seed: int, nested: bool, use: bool, groups: bool,
                                  magnitude: int) -> None:
    """Any prices at all bound every choice, with groups, use and limits that cross."""
    program = random_program(seed, Shape(nested=nested, use=use, groups=groups))
    rng = np.random.default_rng(seed + 1)
    scale = PRICE_SCALE * 10**magnitude
    prices = rng.integers(-scale, scale, program.limits.count)
    gain, kept = worths(program, all_choices(program))
    try:
        limit = bound(program, prices)
    except InfeasibleError:
        assert not kept.any()
        return
    assert (gain[kept] <= limit).all()
