"""Flows by hand: a team's cap, a quota, prices one can check, and what the engine cannot take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from solver.errors import EngineError
from solver.program.conflict import explain_infeasible, find_conflict, find_obvious_conflict
from solver.program.flow import solve_as_flow
from solver.program.marginals import marginals
from solver.program.network import flow_takes
from solver.program.program import NONE, PRICE_SCALE, InfeasibleError, Program
from solver.program.relaxation import nested_relaxation
from solver.program.structure import structure
from tests.program_cases import Terms, make_limits


def _three_units(team: Terms, must: tuple[bool, ...] = (False, False, False),
                 slots: int = 2) -> Program:
    """Make 3 units that bring 9, 7, 4 with Ana and 8, 5, 3 with Ben; both are team West."""
    return Program(
        indptr=np.array([0, 2, 4, 6]), rep=np.array([0, 1] * 3, dtype=np.int32),
        gain=np.array([9, 8, 7, 5, 4, 3]), must=np.array(must),
        group=np.full(3, NONE, dtype=np.int32), num_reps=2,
        limits=make_limits([([0, 2, 4], [1] * 3), ([1, 3, 5], [1] * 3), (list(range(6)), [1] * 6)],
                           [(0, slots, []), (0, slots, []), team]))


@contextmanager
def _no_engines() -> Iterator[None]:
    """Fail if GLOP or CP-SAT is asked about demands."""
    refuse = AssertionError("an engine was asked after the time was over")
    with patch("solver.program.feasibility.elastic_prices", side_effect=refuse), \
            patch("solver.program.feasibility.search", side_effect=refuse):
        yield


def test_a_team_at_its_cap_has_the_price_of_the_lead_it_turns_away() -> None:
    """Two of three leads fit: 16 by Ana, and the next slot of the team is worth 3, with Ben."""
    program = _three_units((0, 2, []))
    choice = solve_as_flow(program)
    assert choice.column.tolist() == [0, 2, NONE]
    assert choice.objective == choice.bound == 16
    found = marginals(program, structure(program), choice.column)
    assert found.gain.tolist() == [0, 0, 3]
    assert choice.prices[2] == 3 * PRICE_SCALE
    assert found.loss == (1, 0, 7)


def test_a_hinge_is_paid_where_it_is_worth_it() -> None:
    """Each lead beyond the first costs the team 4: the second brings 7 and comes, the third not."""
    program = _three_units((0, None, [(1, 4, True)]))
    choice = solve_as_flow(program)
    assert choice.objective == choice.bound == 9 + 7 - 4
    assert choice.column[2] == NONE


def test_a_quota_pays_for_leads_that_bring_nothing() -> None:
    """Two leads wanted of a rep for whom each is a loss: both come, at a price below 0."""
    program = _three_units((0, None, []))
    program = replace(program, gain=np.array([9, -1, 7, -2, 4, -5]), limits=replace(
        program.limits, lower=np.array([0, 2, 0])))
    choice = solve_as_flow(program)
    assert choice.objective == choice.bound
    assert (choice.column % 2 == 1).sum() == 2
    assert choice.prices[1] < 0


def test_locked_leads_that_do_not_fit_are_named_with_what_stops_them() -> None:
    """Three leads that must be placed and a cap of 2: all three and the cap, nothing else."""
    program = _three_units((0, 2, []), must=(True, True, True))
    with pytest.raises(InfeasibleError) as error:
        solve_as_flow(program)
    conflict = error.value.conflict
    assert (conflict.limits, conflict.units) == ((2,), (0, 1, 2))
    assert conflict.irreducible
    assert find_conflict(program) == conflict == explain_infeasible(program)
    assert find_obvious_conflict(program) is None


def test_without_time_the_conflict_is_the_set_so_far_and_not_called_irreducible() -> None:
    """The cut itself names three leads and the cap; nothing more is asked when the time is over."""
    program = _three_units((0, 2, []), must=(True, True, True))
    conflict = explain_infeasible(program, seconds=0.0)
    assert 2 in conflict.limits
    assert conflict.units == (0, 1, 2)
    assert not conflict.irreducible


def test_a_conflict_of_no_flow_keeps_its_time() -> None:
    """Leads of uses 2 and 3 and a cap across: without time all demands are named, unasked."""
    program = _three_units((0, 5, []), must=(True, True, True))
    limits = make_limits([([0, 2, 4], [2, 3, 2]), ([1, 3, 5], [2, 2, 2]), ([0, 1, 2], [2, 3, 2])],
                         [(0, 3, []), (0, 3, []), (0, 3, [])])
    program = replace(program, limits=limits)
    assert explain_infeasible(program).irreducible
    with _no_engines():
        conflict = explain_infeasible(program, seconds=0.0)
    assert not conflict.irreducible
    assert conflict.units == (0, 1, 2)


def test_a_group_that_must_be_placed_is_asked_for_a_rep_it_shares() -> None:
    """Free slots make reps alike for a lead alone, not for a group: one lead may go to Ben only."""
    program = _three_units((0, None, []), must=(True, True, False), slots=3)
    grouped = replace(
        program, indptr=np.array([0, 2, 3, 4]), rep=np.array([0, 1, 1, 0], dtype=np.int32),
        gain=np.array([9, 8, 5, 4]), group=np.array([0, 0, NONE], dtype=np.int32),
        limits=make_limits([([0, 3], [1, 1]), ([1, 2], [1, 1])], [(0, None, [])] * 2))
    assert find_conflict(grouped) is None


def test_a_rep_whom_nobody_wants_has_the_price_0() -> None:
    """Any price would prove the optimum where every lead brings less than nothing."""
    program = replace(_three_units((0, 2, [])), gain=np.array([9, -8, 7, -5, 4, -3]))
    choice = solve_as_flow(program)
    assert choice.bound == choice.objective
    assert choice.prices[1] == 0


def test_a_quota_that_is_met_anyhow_has_the_price_0() -> None:
    """Three leads wanted of a team of three that all bring something: the quota costs nothing."""
    choice = solve_as_flow(_three_units((3, 3, []), slots=3))
    assert choice.objective == choice.bound == 9 + 7 + 4
    assert choice.prices.tolist() == [0, 0, 0]


def test_a_quota_above_a_cap_is_named_with_the_cap() -> None:
    """Five leads wanted of a team of three leads fail alone; two of reps without slots do not."""
    alone = _three_units((5, None, []))
    assert find_obvious_conflict(alone) == find_conflict(alone)
    assert find_conflict(alone).limits == (2,)  # type: ignore[union-attr]
    full = find_conflict(_three_units((3, None, []), slots=1))
    assert full is not None
    assert (full.limits, full.units) == ((0, 1, 2), ())


def test_the_nested_relaxation_keeps_what_a_flow_can_say() -> None:
    """Uses of 2 to 3 become counts, rounded to what every choice obeys; what crosses is freed."""
    program = _three_units((0, 2, []))
    limits = make_limits([([0, 2, 4], [2, 3, 2]), ([1, 3, 5], [2, 2, 2]), ([0, 1, 2], [1, 1, 1])],
                         [(4, 5, []), (3, 5, []), (1, 1, [])])
    relaxed = nested_relaxation(replace(program, limits=limits)).limits
    assert relaxed.use.tolist() == [1] * 9
    assert relaxed.lower.tolist() == [2, 2, 0]
    assert relaxed.upper.tolist() == [2, 2, 3]


def test_amounts_beyond_the_engine_are_refused_by_name() -> None:
    """A gain that 64 bits cannot hold in the engine is an error, not a wrong plan."""
    program = _three_units((0, 2, []))
    large = replace(program, gain=program.gain * 2**55)
    assert flow_takes(program)
    assert not flow_takes(large)
    with pytest.raises(EngineError, match="too large for the flow engine"):
        solve_as_flow(large)


def test_a_program_that_is_no_flow_is_refused() -> None:
    """The error says what makes it none."""
    program = replace(_three_units((0, 2, [])), group=np.array([0, 0, NONE], dtype=np.int32))
    with pytest.raises(EngineError, match="one group"):
        solve_as_flow(program)


def test_the_largest_amounts_that_are_taken_are_solved_exactly() -> None:
    """At the edge of ``flow_takes`` the engine still finds the optimum."""
    program = _three_units((0, 2, []))
    scale = 2**63 // (5 * (3 + 3 + 1) + 10) // 9 - 1
    large = replace(program, gain=program.gain * scale)
    assert flow_takes(large)
    choice = solve_as_flow(large)
    assert choice.objective == choice.engine_bound == 16 * scale
    assert choice.bound >= choice.objective
