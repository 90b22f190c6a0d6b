"""The bound, the objective and what a choice breaks, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from solver.program.bound import bound, objective, violations
from solver.program.program import NONE, PRICE_SCALE, InfeasibleError, Program
from tests.program_cases import Terms, make_limits


def _two_units(terms: list[Terms] | None = None, must: tuple[bool, bool] = (False, False),
               group: tuple[int, int] = (NONE, NONE), scale: int = 1) -> Program:
    """Make units A and B, each worth 10 with rep 0 and 6 with rep 1; one slot each."""
    return Program(
        indptr=np.array([0, 2, 4]), rep=np.array([0, 1, 0, 1], dtype=np.int32),
        gain=np.array([10, 6, 10, 6]) * scale, must=np.array(must),
        group=np.array(group, dtype=np.int32), num_reps=2,
        limits=make_limits([([0, 2], [1, 1]), ([1, 3], [1, 1])],
                           terms or [(0, 1, []), (0, 1, [])]))


def _prices(*major: float) -> np.ndarray:
    return np.array([price * PRICE_SCALE for price in major], dtype=np.int64)


def test_prices_of_the_optimum_make_the_bound_equal_to_it() -> None:
    """At 4 and 0 both units are indifferent, and the bound is 16, what the best choice brings."""
    assert bound(_two_units(), _prices(4, 0)) == 16
    assert bound(_two_units(), _prices(0, 0)) == 20


def test_a_bound_is_rounded_down_once() -> None:
    """Parts of a minor unit are summed before they are cut: two halves are one."""
    assert bound(_two_units(), _prices(4.5, 0)) == 16
    assert bound(_two_units(), _prices(3.75, 0)) == 16
    assert bound(_two_units(), _prices(3, 0)) == 17


def test_a_lower_end_has_a_price_below_0() -> None:
    """With two units at rep 1 demanded, the prices 0 and -4 prove that 12 is all there is."""
    program = _two_units([(0, 1, []), (2, 2, [])])
    assert bound(program, _prices(0, -4)) == 12


def test_a_hinge_caps_what_a_price_may_claim() -> None:
    """Beyond a hinge of slope 3 each slot costs 3: a price of 4 wins the slots for the bound."""
    program = _two_units([(0, 2, [(1, 3, True)]), (0, 1, [])])
    assert bound(program, _prices(3, 0)) == 3 + 2 * 7
    assert bound(program, _prices(4, 0)) == 4 + (4 - 3) + 2 * 6
    assert objective(program, np.array([0, 2])) == 20 - 3


def test_an_under_hinge_costs_what_is_missing() -> None:
    """With a target of 2 at slope 5, one unit leaves 5 to pay and none 10."""
    program = _two_units([(0, 2, [(2, 5, False)]), (0, 1, [])])
    assert objective(program, np.array([0, NONE])) == 10 - 5
    assert objective(program, np.array([NONE, NONE])) == -10


def test_a_group_is_bounded_by_its_best_rep() -> None:
    """Two units of one group at free slots: 20 with rep 0, not 10 and 6 apart at dear ones."""
    program = _two_units([(0, 2, []), (0, 2, [])], group=(0, 0))
    assert bound(program, _prices(0, 0)) == 20
    assert bound(program, _prices(9, 0)) == 18 + 12


def test_a_member_that_must_be_placed_counts_whatever_it_brings() -> None:
    """At prices of 20 everybody loses, but who must take a column cannot stay at 0."""
    free, bound_to = _two_units(group=(0, 0)), _two_units(must=(True, False), group=(0, 0))
    assert bound(free, _prices(20, 20)) == 40
    assert bound(bound_to, _prices(20, 20)) == 40 - 10


def test_amounts_beyond_64_bits_stay_exact() -> None:
    """Gains of 2^60 at fine prices are summed in Python integers."""
    program = _two_units(scale=2**56)
    assert bound(program, _prices(0, 0)) == 20 * 2**56
    grouped = _two_units([(0, 2, []), (0, 2, [])], group=(0, 0), scale=2**56)
    assert bound(grouped, _prices(1, 0)) == 20 * 2**56


def test_there_is_no_bound_without_a_choice() -> None:
    """Ends that cross, and a unit that must take a column and has none, are named."""
    with pytest.raises(InfeasibleError) as crossed:
        bound(_two_units([(0, 1, []), (3, 2, [])]), _prices(0, 0))
    assert crossed.value.conflict.limits == (1,)
    lonely = Program(indptr=np.array([0, 0]), rep=np.empty(0, np.int32),
                     gain=np.empty(0, np.int64), must=np.array([True]),
                     group=np.array([NONE], np.int32), num_reps=0, limits=make_limits([], []))
    with pytest.raises(InfeasibleError) as stuck:
        bound(lonely, _prices())
    assert stuck.value.conflict.units == (0,)


def test_everything_that_a_choice_breaks_is_named() -> None:
    """Over a rep's slots, below a lower end, unplaced, split over two reps, not one's own."""
    program = _two_units([(0, 1, []), (1, 2, [])], must=(True, False), group=(0, 0))
    assert violations(program, np.array([0, 2])).limits == (0, 1)
    assert violations(program, np.array([NONE, 3])).unplaced == (0,)
    assert violations(program, np.array([0, 3])).split == (0,)
    assert violations(program, np.array([2, 3])).foreign == (0,)
    assert not violations(_two_units(), np.array([0, 3]))
