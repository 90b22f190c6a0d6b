"""Columns that no choice can take: which they are, and what the bound makes of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from solver.program.bound import bound, net_gains
from solver.program.closed import (
    closed_by,
    closing_prices,
    impossible_columns,
    open_part,
    possible_part,
    shut_limits,
)
from solver.program.engine import solve_mip
from solver.program.program import (
    NONE,
    PRICE_SCALE,
    InfeasibleError,
    Ints,
    Program,
    SolveLimits,
)
from tests.program_cases import Shape, Terms, make_limits, optimum, random_program

_REPEATS = SolveLimits(seconds=None, rounds=500)
_CROSSING = Shape(nested=False, lowers=False, use=True)
_WITH_GROUPS = replace(_CROSSING, groups=True)


def _program(gain: list[list[int]], slots: list[int], use: list[int] | None = None,
             cap: tuple[list[int], int] | None = None) -> Program:
    """Units by reps, all eligible; a unit's use of slots; a cap on how many of some columns."""
    units, reps = len(gain), len(slots)
    taken = use or [1] * units
    sets = [(list(range(rep, units * reps, reps)), list(taken)) for rep in range(reps)]
    terms: list[Terms] = [(0, most, []) for most in slots]
    if cap is not None:
        sets.append((cap[0], [1] * len(cap[0])))
        terms.append((0, cap[1], []))
    return Program(
        np.arange(units + 1) * reps, np.tile(np.arange(reps), units).astype(np.int32),
        np.array(gain, dtype=np.int64).ravel(), np.zeros(units, np.bool_),
        np.full(units, NONE, np.int32), reps, make_limits(sets, terms))


def test_a_column_that_passes_a_limit_alone_is_impossible() -> None:
    """A group of 4 fits where 4 slots are free, not where 3 are; one of use 1 may stay."""
    program = _program([[9, 9, 9], [9, 9, 9]], slots=[4, 3, 0], use=[4, 1])
    assert impossible_columns(program).tolist() == [False, True, True, False, False, False]
    assert possible_part(program).columns.tolist() == [0, 3, 4, 5]


def test_columns_of_a_limit_that_allows_nothing_are_closed_by_it() -> None:
    """A full rep and a cap that is used up close their columns, the first of them by position."""
    program = _program([[9, 9], [9, 9]], slots=[2, 0], cap=([0, 1], 0))
    assert shut_limits(program).tolist() == [False, True, True]
    assert closed_by(program).tolist() == [2, 1, NONE, 1]


def test_the_bound_of_a_group_that_fits_nowhere_is_what_the_others_bring() -> None:
    """A group of 4 worth 100 under 3 slots: no price takes it out, leaving it out does."""
    program = _program([[100], [8]], slots=[3], use=[4, 1])
    choice = solve_mip(program, _REPEATS)
    assert choice.column.tolist() == [NONE, 1]
    assert choice.objective == choice.bound == 8


def test_the_slots_of_a_full_rep_cost_what_keeps_everybody_out() -> None:
    """12 with the full rep against 7 with the other: her slot costs 5, and the bound is 7."""
    program = _program([[12, 7]], slots=[0, 1])
    choice = solve_mip(program, _REPEATS)
    assert choice.column.tolist() == [1]
    assert choice.objective == choice.bound == 7
    paid = program.gain * PRICE_SCALE - net_gains(program, choice.prices)
    assert 12 * PRICE_SCALE - paid[0] <= 7 * PRICE_SCALE - paid[1]


def test_with_every_column_closed_nobody_is_owned() -> None:
    """Only full reps: the empty choice, and the bound says that it is the best."""
    choice = solve_mip(_program([[12, 7], [5, 6]], slots=[0, 0]), _REPEATS)
    assert choice.column.tolist() == [NONE, NONE]
    assert choice.objective == choice.bound == 0


def test_an_impossible_column_is_named_by_the_limit_that_forbids_it() -> None:
    """The one rep of a unit that must be placed has too few slots: both are the conflict."""
    for slots, use in ((3, 4), (0, 1)):
        program = replace(_program([[9]], slots=[slots], use=[use]), must=np.ones(1, np.bool_))
        with pytest.raises(InfeasibleError) as error:
            solve_mip(program, _REPEATS)
        assert (error.value.conflict.limits, error.value.conflict.units) == ((0,), (0,))


def test_a_lower_end_that_only_impossible_columns_reach_shows_at_once() -> None:
    """At least 2 of a rep who can have only 1: no time is needed to see the conflict."""
    program = _program([[9], [9]], slots=[3], use=[4, 1])
    limits = replace(program.limits, lower=np.array([2], dtype=np.int64))
    program = replace(program, limits=limits)
    assert possible_part(program).program.limits.upper.tolist() == [1]
    with pytest.raises(InfeasibleError):
        solve_mip(program, SolveLimits(seconds=0.0))


def _best_open(program: Program, net: Ints, is_open: np.ndarray) -> Ints:
    """Return (U,) the best of 0 and the open columns of each unit; without 0 where it must."""
    found = []
    for unit, (first, last) in enumerate(zip(program.indptr, program.indptr[1:], strict=False)):
        rest = [] if program.must[unit] else [0]
        found.append(max(rest + net[first:last][is_open[first:last]].tolist()))
    return np.array(found)


@pytest.mark.parametrize("seed", range(150))
@pytest.mark.parametrize("shape", [_CROSSING, _WITH_GROUPS], ids=["alone", "groups"])
def test_closing_prices_leave_the_bound_as_it_is_without_what_is_closed(
        seed: int, shape: Shape) -> None:
    """At any prices: the bound of the open part, above the best choice; no closed column is better.

    Some units must be placed, some are groups; some reps are full, some caps used up.
    """
    program = random_program(seed, shape)
    if (best := optimum(program)) is None:
        return
    possible = possible_part(program).program
    closing = closed_by(possible)
    opened = open_part(possible, closing).program
    rng = np.random.default_rng(seed)
    some = rng.integers(-2, 8, program.limits.count) * PRICE_SCALE + rng.integers(0, 99)
    some[shut_limits(possible)] = 0
    prices = closing_prices(possible, some, closing)
    assert bound(possible, prices) == bound(opened, some) >= best
    net, unit = net_gains(possible, prices), np.repeat(
        np.arange(possible.num_units), np.diff(possible.indptr))
    assert (net <= _best_open(possible, net, closing == NONE)[unit])[closing != NONE].all()


@pytest.mark.parametrize("seed", range(60))
def test_the_engine_keeps_its_promises_with_closed_columns(seed: int) -> None:
    """The best choice with a bound above it, or the conflict, as every choice says."""
    program = random_program(seed, replace(_WITH_GROUPS, lowers=True))
    best = optimum(program)
    try:
        choice = solve_mip(program, _REPEATS)
    except InfeasibleError:
        assert best is None
        return
    assert best is not None
    assert choice.objective == best <= choice.bound
    assert choice.bound == bound(possible_part(program).program, choice.prices)
