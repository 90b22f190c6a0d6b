"""The engine for programs that are no flow, against every choice there is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.program import engine, large
from solver.program.bound import bound, objective, violations
from solver.program.closed import possible_part
from solver.program.engine import solve_mip
from solver.program.fixing import column_losses, columns_that_matter
from solver.program.greedy import greedy_choice
from solver.program.mip import Engine, MipLimits, solve_as_mip
from solver.program.program import NONE, InfeasibleError, SolveLimits, Stop
from tests.program_cases import Shape, all_choices, random_program, worths

_SEEDS = st.integers(0, 2**40)
_SHAPES = st.builds(Shape, nested=st.booleans(), musts=st.booleans(), lowers=st.booleans(),
                    hinges=st.booleans(), use=st.booleans(), groups=st.booleans(),
                    gain_step=st.sampled_from([1, 7, 100_003]))
#: Without a clock, so that the runs repeat.
_LIMITS = SolveLimits(seconds=None, rounds=5)


@settings(max_examples=150)
@given(_SEEDS, _SHAPES)
def test_the_best_choice_is_found_and_proven(seed: int, shape: Shape) -> None:
    """Small programs are solved to proof, and what cannot be kept is said to be so."""
    program = random_program(seed, shape)
    brings, kept = worths(program, all_choices(program))
    if not kept.any():
        try:
            solve_mip(program, SolveLimits(seconds=None))
        except InfeasibleError:
            return
        raise AssertionError("a choice of a program that has none")
    best = int(brings[kept].max())
    choice = solve_mip(program, SolveLimits(seconds=None))
    assert not violations(program, choice.column)
    assert choice.objective == objective(program, choice.column) == best
    assert choice.stop is Stop.PROOF
    assert choice.bound == bound(possible_part(program).program, choice.prices) >= best
    assert choice.engine_bound in (None, best)


@settings(max_examples=60)
@given(_SEEDS, _SHAPES)
def test_runs_that_count_rounds_repeat_and_beat_greedy(seed: int, shape: Shape) -> None:
    """The same program gives the same choice and prices, never worse than greedy."""
    program = random_program(seed, shape)
    if not worths(program, all_choices(program))[1].any():
        return
    first, second = (solve_mip(program, _LIMITS) for _ in range(2))
    assert (first.column == second.column).all()
    assert (first.prices == second.prices).all()
    greedy = greedy_choice(program)
    if not violations(program, greedy):
        assert first.objective >= objective(program, greedy)


@settings(max_examples=100)
@given(_SEEDS, _SHAPES)
def test_no_better_choice_holds_a_column_that_was_left_out(seed: int, shape: Shape) -> None:
    """At any prices, the columns left out are in no choice better than a known one."""
    program = random_program(seed, shape)
    rng = np.random.default_rng(seed)
    choices = all_choices(program)
    brings, kept = worths(program, choices)
    if not kept.any() or not program.num_columns:
        return
    prices = rng.integers(-3, 8, program.limits.count) * (1 << 20) // 2
    incumbent = int(rng.choice(brings[kept]))
    matters = columns_that_matter(column_losses(program, prices),
                                  bound(program, prices), incumbent)
    better = choices[kept & (brings > incumbent)]
    assert matters[better[better != NONE]].all()


@settings(max_examples=60)
@given(_SEEDS, _SHAPES, st.sampled_from(Engine))
def test_a_mip_engine_states_the_program(seed: int, shape: Shape, engine: Engine) -> None:
    """Either engine finds the best choice, also from a hint, or says that there is none."""
    program = random_program(seed, shape)
    choices = all_choices(program)
    brings, kept = worths(program, choices)
    start = choices[kept][0] if kept.any() else None
    answer = solve_as_mip(program, start, MipLimits(None), engine)
    assert answer.is_infeasible == (not kept.any())
    if kept.any():
        assert answer.column is not None
        assert objective(program, answer.column) == brings[kept].max() == answer.bound


@settings(max_examples=100)
@given(_SEEDS, _SHAPES)
def test_a_core_with_all_that_matters_is_solved_to_proof(seed: int, shape: Shape) -> None:
    """The way of large programs finds and proves the same optimum where the core holds it."""
    program = random_program(seed, shape)
    brings, kept = worths(program, all_choices(program))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "LARGE", -1)
        if not kept.any():
            with pytest.raises(InfeasibleError):
                solve_mip(program, SolveLimits(seconds=None))
            return
        choice = solve_mip(program, SolveLimits(seconds=None))
    assert not violations(program, choice.column)
    assert choice.objective == objective(program, choice.column) == int(brings[kept].max())
    assert choice.stop is Stop.PROOF
    assert choice.bound == bound(possible_part(program).program, choice.prices)


@settings(max_examples=100)
@given(_SEEDS, _SHAPES)
def test_a_core_that_lacks_columns_claims_nothing_false(seed: int, shape: Shape) -> None:
    """With one column of each unit the choice may be worse, but bounds and proofs hold."""
    program = random_program(seed, shape)
    brings, kept = worths(program, all_choices(program))
    if not kept.any():
        return
    best = int(brings[kept].max())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "LARGE", -1)
        patch.setattr(large, "_NEAR", 1)
        patch.setattr(large, "_LEVELS", ((1, (large.Phase(1, 20, 0.5),)),))
        choice = solve_mip(program, _LIMITS)
    assert not violations(program, choice.column)
    assert choice.objective == objective(program, choice.column) <= best <= choice.bound
    assert choice.engine_bound is None or choice.engine_bound >= best
    assert choice.stop is not Stop.PROOF or choice.objective == best
