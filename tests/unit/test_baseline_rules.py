"""The rules of today's routers that look at load, and a turn that goes on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from solver import compare
from solver.baselines.rules import (
    most_free_slots,
    round_robin,
    take_turns,
    weighted_round_robin,
)
from solver.matrix.pairs import Problem
from solver.models import Engine, Lead, Rep, Window
from solver.solving import prepare
from solver.verify import verify_plan

AT = datetime(2026, 11, 18, 15, tzinfo=UTC)


def window(num_leads: int, *reps: Rep) -> Window:
    """Make a window of equal leads that every rep may have."""
    return Window(at=AT, reps=reps, leads=tuple(
        Lead(lead_id=f"L{n}", created_at=AT, deal_value=100, score=50) for n in range(num_leads)))


def problem(num_leads: int, *reps: Rep) -> Problem:
    """Put such a window into integers."""
    return prepare(window(num_leads, *reps))


def test_weighted_round_robin_follows_the_weights() -> None:
    """A rep of weight 2 gets two leads for each one of a rep of weight 1; ties go by rep_id."""
    reps = Rep(rep_id="ana", capacity=9), Rep(rep_id="ben", capacity=9, weight=2)
    assert weighted_round_robin(problem(6, *reps)).tolist() == [1, 0, 1, 1, 0, 1]


def test_weighted_round_robin_counts_the_leads_of_today() -> None:
    """Who was assigned two leads before waits until the others have as many."""
    reps = Rep(rep_id="ana", capacity=9, assigned_today=2), Rep(rep_id="ben", capacity=9)
    assert weighted_round_robin(problem(4, *reps)).tolist() == [1, 1, 0, 1]


def test_weighted_round_robin_passes_over_full_reps() -> None:
    """A weight does not make slots."""
    reps = Rep(rep_id="ana", capacity=9), Rep(rep_id="ben", capacity=1, weight=100)
    assert weighted_round_robin(problem(3, *reps)).tolist() == [1, 0, 0]


def test_most_free_slots_counts_what_is_left() -> None:
    """Three slots against one: two leads until they are even, then by rep_id."""
    reps = Rep(rep_id="ana", capacity=1), Rep(rep_id="ben", capacity=3)
    assert most_free_slots(problem(5, *reps)).tolist() == [1, 1, 0, 1, -1]


def test_most_free_slots_sees_more_slots_than_there_are_leads() -> None:
    """Free slots are compared as they are, however few the leads."""
    reps = Rep(rep_id="ana", capacity=50), Rep(rep_id="ben", capacity=60)
    assert most_free_slots(problem(1, *reps)).tolist() == [1]


def test_a_turn_goes_on_from_window_to_window() -> None:
    """Two windows of two leads are served as one of four, from where the first one ended."""
    reps = [Rep(rep_id=f"r{n}", capacity=9) for n in range(3)]
    first, pointer = take_turns(problem(2, *reps), 0)
    second, _ = take_turns(problem(2, *reps), pointer)
    assert [*first, *second] == round_robin(problem(4, *reps)).tolist() == [0, 1, 2, 0]


@pytest.mark.parametrize("engine", [Engine.WEIGHTED_ROUND_ROBIN, Engine.MOST_FREE_SLOTS])
def test_compare_shows_the_rule_as_a_checked_plan(engine: Engine) -> None:
    """Each is a plan of the same type that the independent checker accepts."""
    compared = window(5, Rep(rep_id="ana", capacity=2), Rep(rep_id="ben", capacity=2))
    _, baselines = compare(compared)
    assert baselines[engine].engine is engine
    assert len(baselines[engine].assignments) == 4
    assert all(check.passed for check in verify_plan(compared, baselines[engine]))
