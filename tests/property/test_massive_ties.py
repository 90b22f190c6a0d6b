"""The second flow on few of many tight pairs: as good as on all, in every objective."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.errors import EngineError
from solver.optimise import canonical, narrowed
from solver.optimise.flow import NoFlowError
from solver.optimise.narrowed import least_cost_owners
from solver.optimise.tight import Objective, TightGraph, TightPlan, solve_tight


@st.composite
def graphs(draw: st.DrawFn) -> TightGraph:
    """Draw tied leads of some classes, around a plan that is possible."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    num_leads, num_reps = draw(st.integers(1, 60)), draw(st.integers(1, 25))
    classes = rng.random((draw(st.integers(1, 5)), num_reps)) < draw(st.sampled_from([0.2, 0.6, 1]))
    tight = classes[rng.integers(0, len(classes), num_leads)]
    if draw(st.booleans()):
        tight |= rng.random(tight.shape) < 0.3
    tight[np.arange(num_leads), rng.integers(0, num_reps, num_leads)] |= ~tight.any(axis=1)
    lead, rep = np.nonzero(tight)
    may_hold = rng.random(num_leads) < draw(st.sampled_from([0, 0.5, 1]))
    held = may_hold & (rng.random(num_leads) < draw(st.sampled_from([0, 0.5])))
    owner = np.array([rng.choice(np.flatnonzero(row)) for row in tight])
    count = np.bincount(owner[~held], minlength=num_reps)
    must_fill = rng.random(num_reps) < draw(st.sampled_from([0, 0.5, 1]))
    room = np.where(must_fill, count, count + rng.integers(0, 4, num_reps))
    held_cost = np.zeros(num_leads, dtype=np.int64)
    held_cost[may_hold] = 1 + rng.permutation(int(may_hold.sum()))
    load = rng.integers(0, draw(st.sampled_from([1, 6])), num_reps)
    return TightGraph(lead, rep, may_hold, held_cost, room, must_fill, load)


@contextmanager
def _narrow(*, steps: bool, few: int = 2) -> Iterator[None]:
    """Try few pairs first in every graph, and take the objectives one by one if asked."""
    with (patch.object(narrowed, "MANY_PAIRS", 0), patch.object(canonical, "MANY_PAIRS", 0),
          patch.object(narrowed, "_FIRST_PAIRS", few), patch.object(narrowed, "_LEAST_SAVED", 0),
          patch.object(narrowed, "_MOST_MOVES", 2**40),
          patch.object(canonical, "_fits", (lambda *_: False) if steps else canonical._fits)):
        yield


def _judged(graph: TightGraph, owner: np.ndarray) -> tuple[int, int, int]:
    """The three objectives of a plan that keeps all rules."""
    owned = np.flatnonzero(owner >= 0)
    assert set(zip(owned.tolist(), owner[owned].tolist(), strict=True)) <= set(
        zip(graph.lead.tolist(), graph.rep.tolist(), strict=True))
    assert graph.may_hold[owner < 0].all()
    count = np.bincount(owner[owned], minlength=len(graph.room))
    assert (count <= graph.room).all()
    assert (count == graph.room)[graph.must_fill].all()
    rank = np.cumsum(graph.offered > 0) - 1
    return (int(graph.held_cost[owner < 0].sum()), int(((graph.load + count) ** 2).sum()),
            int(((len(owner) - owned) * rank[owner[owned]]).sum()))


@settings(max_examples=150, deadline=None)
@given(graph=graphs(), steps=st.booleans(), few=st.integers(1, 8))
def test_few_pairs_are_as_good_as_all(graph: TightGraph, steps: bool, few: int) -> None:
    """Owned leads, evenness and order of ids come out as from the flow on all tight pairs."""
    whole = canonical._choose(graph)
    with _narrow(steps=steps, few=few):
        narrow = canonical._choose(graph)
    assert _judged(graph, narrow)[:2] == _judged(graph, whole)[:2]
    assert (narrow >= 0).tolist() == (whole >= 0).tolist()
    if not steps:
        assert _judged(graph, narrow) == _judged(graph, whole)


@settings(max_examples=100, deadline=None)
@given(graph=graphs(), draws=st.integers(0, 2**32 - 1), few=st.integers(1, 8))
def test_any_costs_are_met(graph: TightGraph, draws: int, few: int) -> None:
    """Whatever pairs cost, so that the first ones are wrong, the least sum is found."""
    rng = np.random.default_rng(draws)
    unit_rep, unit_rank = graph.units()
    costs = Objective(rng.integers(0, 50, len(graph.may_hold)), unit_rank * 5 + unit_rep % 3,
                      rng.integers(0, 50, len(graph.lead)))

    def total(owner: np.ndarray) -> int:
        chosen = graph.rep == owner[graph.lead]
        count = np.bincount(owner[owner >= 0], minlength=len(graph.room))
        return int(costs.pair[chosen].sum() + costs.held[owner < 0].sum()
                   + costs.unit[unit_rank < count[unit_rep]].sum())

    whole = least_cost_owners(graph, costs)
    with _narrow(steps=False, few=few):
        assert total(least_cost_owners(graph, costs)) == total(whole)


def test_one_class_goes_in_the_order_of_ids() -> None:
    """Equal leads fill the first rep, then the second, the youngest stay held; no loads differ."""
    num_leads, num_reps = 400, 60
    lead, rep = np.divmod(np.arange(num_leads * num_reps), num_reps)
    graph = TightGraph(lead, rep, np.ones(num_leads, np.bool_), np.arange(num_leads, 0, -1),
                       np.full(num_reps, 5), np.ones(num_reps, np.bool_),
                       np.zeros(num_reps, np.int64))
    assert narrowed.is_large(graph)
    owner = canonical._choose(graph)
    assert owner.tolist() == [lead // 5 if lead < 300 else -1 for lead in range(num_leads)]


def test_a_plan_that_is_not_of_least_cost_is_refused() -> None:
    """Two leads the wrong way round give a negative cycle, not distances."""
    graph = TightGraph(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.zeros(2, np.bool_),
                       np.zeros(2, np.int64), np.ones(2, np.int64), np.ones(2, np.bool_),
                       np.zeros(2, np.int64))
    costs = Objective(np.zeros(2, np.int64), np.zeros(0, np.int64), np.array([0, 3, 0, 1]))
    wrong = TightPlan(np.array([1, 0]), np.array([3, 0]), np.zeros(0, np.bool_))
    with pytest.raises(EngineError, match="cheaper plan"):
        narrowed._better_pairs(graph, costs, wrong, np.ones(4, np.bool_))


def test_leads_without_a_slot_have_no_plan() -> None:
    """More leads that must be owned than slots: an error, however many pairs are tried."""
    graph = TightGraph(np.array([0, 1]), np.array([0, 0]), np.zeros(2, np.bool_),
                       np.zeros(2, np.int64), np.ones(1, np.int64), np.ones(1, np.bool_),
                       np.zeros(1, np.int64))
    costs = Objective(np.zeros(2, np.int64), np.zeros(0, np.int64), np.zeros(2, np.int64))
    with pytest.raises(NoFlowError):
        solve_tight(graph, costs)
    with _narrow(steps=False), pytest.raises(NoFlowError):
        least_cost_owners(graph, costs)
