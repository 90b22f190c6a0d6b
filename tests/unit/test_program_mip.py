"""Parts of the engine for programs that are no flow, on programs that a reader can follow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from solver.program.bound import bound, objective, violations
from solver.program.clock import Clock
from solver.program.core import restrict
from solver.program.core_run import NoChoiceFoundError
from solver.program.descent import descend_prices
from solver.program.engine import solve_mip
from solver.program.greedy import greedy_choice
from solver.program.linear import Relaxation, priced, relax
from solver.program.local_search import LocalSearch
from solver.program.program import (
    NONE,
    PRICE_SCALE,
    InfeasibleError,
    Limits,
    Method,
    Program,
    SolveLimits,
    Stop,
)
from tests.program_cases import make_limits


def _program(seed: int, num_units: int, num_reps: int, must: bool) -> Program:
    """Every unit with every rep, use 1 to 9, three quarters of the slots that all would take."""
    rng = np.random.default_rng(seed)
    use = rng.integers(1, 10, (num_units, num_reps))
    capacity = (0.75 * use.sum(axis=0) / num_reps).astype(int) if must else (
        0.4 * use.sum(axis=0) / num_reps).astype(int)
    sets = [(list(range(rep, num_units * num_reps, num_reps)), use[:, rep].tolist())
            for rep in range(num_reps)]
    limits = make_limits(sets, [(0, int(most), []) for most in capacity])
    return Program(np.arange(num_units + 1) * num_reps,
                   np.tile(np.arange(num_reps), num_units).astype(np.int32),
                   rng.integers(10, 100, num_units * num_reps),
                   np.full(num_units, must), np.full(num_units, NONE, np.int32), num_reps, limits)


def _first(program: Program) -> Relaxation:
    return Relaxation(*priced(program, np.zeros(program.limits.count)),
                      np.zeros(program.num_columns), False)


def test_the_relaxation_of_all_columns_has_the_least_bound() -> None:
    """From two columns a unit, sifting reaches the bound of all columns at once."""
    program = _program(1, 30, 6, must=False)
    everything = np.ones(program.num_columns, dtype=np.bool_)
    few = np.tile(np.arange(6) < 2, 30)
    whole = relax(program, everything, _first(program), Clock(None))
    sifted = relax(program, few, _first(program), Clock(None))
    assert sifted.is_optimal
    assert sifted.bound == whole.bound == bound(program, whole.prices)
    value = float(whole.share @ program.gain)
    assert value == pytest.approx(whole.bound, abs=1)


def test_descent_comes_near_the_relaxation_from_above() -> None:
    """Its prices bound the program no lower than the best ones, and not far above."""
    program = _program(2, 60, 8, must=False)
    best = relax(program, np.ones(program.num_columns, dtype=np.bool_), _first(program),
                 Clock(None))
    found = descend_prices(program, np.zeros(8), int(0.95 * best.bound), Clock(None))
    assert best.bound <= found.bound <= 1.01 * best.bound


def test_the_search_repairs_a_choice_that_breaks_limits() -> None:
    """From every unit at its dearest rep, it comes to a choice that keeps all limits."""
    program = _program(3, 40, 5, must=True)
    start = program.indptr[:-1] + program.gain.reshape(40, 5).argmax(axis=1)
    assert violations(program, start).limits
    search = LocalSearch(program, np.full(5, 5.0), seed=1)
    search.begin(start)
    for _ in range(10):
        search.run(50, 5.0, 20.0)
    assert search.best is not None
    assert not violations(program, search.best)


def test_the_search_keeps_the_level_it_says() -> None:
    """What the search noted for its best choice is what that choice brings."""
    program = replace(_program(4, 30, 5, must=False),
                      group=np.repeat(np.arange(10), 3).astype(np.int32))
    search = LocalSearch(program, np.full(5, 5.0), seed=1)
    search.begin(np.full(30, NONE))
    search.run(200, 5.0, 20.0)
    assert search.best is not None
    assert not violations(program, search.best)
    assert objective(program, search.best) == pytest.approx(search.best_level)


def test_a_core_carries_choices_there_and_back() -> None:
    """A choice of the core is one of the whole, worth the same."""
    program = _program(5, 12, 4, must=False)
    core = restrict(program, np.arange(program.num_columns) % 3 != 0)
    column = greedy_choice(core.program)
    assert objective(program, core.widen(column)) == objective(core.program, column)
    assert (core.narrow(core.widen(column)) == column).all()


def test_a_run_without_time_returns_the_best_so_far() -> None:
    """With no time at all, the caller's choice comes back with a bound that holds."""
    program = _program(6, 40, 5, must=True)
    good = solve_mip(program, SolveLimits(seconds=None, rounds=2))
    choice = solve_mip(program, SolveLimits(seconds=0.0), start=good.column)
    assert choice.objective == good.objective
    assert choice.stop is not Stop.PROOF
    assert choice.objective <= choice.bound
    assert choice.method is Method.MIP


def test_no_time_and_no_choice_is_an_error_that_names_the_remedy() -> None:
    """What was not found is not called impossible."""
    program = _program(7, 40, 5, must=True)
    with pytest.raises(NoChoiceFoundError, match="allow more time"):
        solve_mip(program, SolveLimits(seconds=0.0))


def test_too_few_slots_for_units_that_must_be_placed_are_named() -> None:
    """Proven impossible: the capacities and the units are in the conflict."""
    program = _program(8, 6, 2, must=True)
    tight = replace(program, limits=replace(program.limits,
                                            upper=np.array([2, 2], dtype=np.int64)))
    with pytest.raises(InfeasibleError) as error:
        solve_mip(tight, SolveLimits(seconds=None))
    assert error.value.conflict.units


def test_a_gap_that_is_good_enough_ends_the_run() -> None:
    """With a relative gap allowed, the run ends with proof of that gap."""
    program = _program(9, 40, 5, must=False)
    choice = solve_mip(program, SolveLimits(seconds=None, gap=0.05))
    assert choice.stop is Stop.PROOF
    bounds = [choice.bound] + ([] if choice.engine_bound is None else [choice.engine_bound])
    assert min(bounds) - choice.objective <= 0.05 * choice.objective


def test_a_program_without_columns_has_the_empty_choice() -> None:
    """Nothing to choose is solved, with what the lower hinges cost."""
    none = np.zeros(0, np.int64)
    limits = Limits(np.array([0, 0]), none, none, np.array([0]), np.array([0]), np.array([0]),
                    np.array([2]), np.array([7]), np.array([False]))
    program = Program(np.array([0, 0]), none.astype(np.int32), none, np.zeros(1, np.bool_),
                      np.full(1, NONE, np.int32), 1, limits)
    choice = solve_mip(program, SolveLimits(seconds=None))
    assert choice.objective == choice.bound == -14
    assert choice.stop is Stop.PROOF


def test_two_threads_never_lose_to_the_start() -> None:
    """Side by side, search and MIP keep the better of what they find and what they were given."""
    program = _program(10, 60, 6, must=True)
    start = solve_mip(program, SolveLimits(seconds=None, rounds=2)).column
    choice = solve_mip(program, SolveLimits(seconds=1.5), start=start)
    assert choice.objective >= objective(program, start)
    assert choice.prices.dtype == np.int64
    assert abs(choice.prices).max() < 1000 * PRICE_SCALE
