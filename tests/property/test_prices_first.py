"""Prices first gives what the direct path gives, to the byte, however its prices were found."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from solver.certify.exchange import slot_prices
from solver.matrix.pairs import Pairs
from solver.matrix.parts import stored_part
from solver.models import StoppedBy
from solver.optimise.canonical import TightPairs, canonical_choice
from solver.optimise.flow import optimal_owners
from solver.prices_first.greedy import fill_free_slots
from solver.prices_first.local_parts import LocalParts
from solver.prices_first.loop import prices_first
from solver.prices_first.shards import LocalShards
from solver.prices_first.start import Tuning
from solver.prices_first.transportation import Optimum, Transportation
from tests.array_windows import SHAPES, array_window, pairs_of

#: Ways to find prices, and to keep pairs, that are good, poor and hopeless.
TUNINGS = {
    "usual": Tuning(),
    "sampled": Tuning(least_sample=3, sample_slots=1, corrections=1),
    "no_bids": Tuning(bids_per_lead=0, rivals=1, most_near=2, most_joining=1, width=0.0),
    "coarse": Tuning(coarse=1, fine=1, width=0.1, rivals=1, most_near=2, most_joining=1),
    "one_eps": Tuning(coarse=10**9, fine=10**9, falls_by=10**9, most_near=2, rivals=1),
}


def direct(pairs: Pairs, capacity: np.ndarray, load: np.ndarray, created: np.ndarray
           ) -> tuple[np.ndarray, np.ndarray, tuple[int | None, ...], int]:
    """Owners, gain, loss and objective of one flow over all pairs."""
    problem: Any = SimpleNamespace(
        pairs=pairs, source=pairs, capacity=capacity,
        rows=SimpleNamespace(reps=SimpleNamespace(active=np.ones(len(capacity), np.bool_))))
    first = optimal_owners(problem)
    prices = slot_prices(problem, first)
    net = pairs.surplus - prices.gain[pairs.rep]
    best = np.zeros(pairs.num_leads, np.int64)
    np.maximum.at(best, pairs.lead, net)
    at = (net == best[pairs.lead]) & (capacity[pairs.rep] > 0)
    tight = TightPairs(pairs.lead[at].astype(np.int64), pairs.rep[at].astype(np.int64), best == 0)
    owner = canonical_choice(tight, prices.gain, capacity, load, created)
    chosen = pairs.rep == owner[pairs.lead]
    return owner, prices.gain, prices.loss, int(pairs.surplus[chosen].sum())


def assert_same(found: Optimum, pairs: Pairs, capacity: np.ndarray, load: np.ndarray,
                created: np.ndarray) -> None:
    """Compare all that a plan is made from."""
    owner, gain, loss, objective = direct(pairs, capacity, load, created)
    assert found.stopped_by is StoppedBy.PROOF
    assert (found.bound, found.objective) == (objective, objective)
    assert found.owner.tolist() == owner.tolist()
    assert found.gain.tolist() == gain.tolist()
    assert [lost if slots else None for lost, slots
            in zip(found.loss.tolist(), capacity.tolist(), strict=True)] == list(loss)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Pairs, np.ndarray, np.ndarray, np.ndarray]:
    """Few leads and reps; few different values, so that ties are common; slots from none on."""
    num_leads, num_reps = draw(st.integers(1, 14)), draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    top = draw(st.sampled_from([1, 3, 50, 10**6, 2**52]))
    surplus = rng.integers(1, top + 1, (num_leads, num_reps))
    eligible = rng.random((num_leads, num_reps)) < draw(st.sampled_from([0.0, 0.3, 0.7, 1.0]))
    capacity = rng.integers(0, draw(st.sampled_from([1, 2, 4, 15])), num_reps)
    return (pairs_of(eligible, surplus), capacity.astype(np.int64),
            rng.integers(0, 4, num_reps), rng.integers(0, 3, num_leads))


@given(windows(), st.sampled_from(sorted(TUNINGS)), st.integers(0, 10**7))
def test_equals_the_direct_path(
        window: tuple[Pairs, np.ndarray, np.ndarray, np.ndarray], tuning: str, price: int) -> None:
    """Whatever the tuning, and from any prices to start from."""
    pairs, capacity, load, created = window
    problem = Transportation(LocalShards(pairs), capacity, load, created)
    for start in (None, np.full(len(capacity), price), np.arange(len(capacity)) * price):
        found = prices_first(problem, start_prices=start, tuning=TUNINGS[tuning])
        assert_same(found, pairs, capacity, load, created)


@given(windows(), st.data(), st.sampled_from(sorted(TUNINGS)))
def test_parts_give_what_the_whole_gives(
        window: tuple[Pairs, np.ndarray, np.ndarray, np.ndarray], data: st.DataObject,
        tuning: str) -> None:
    """Leads in several places, some without any, change nothing."""
    pairs, capacity, load, created = window
    cuts = sorted(data.draw(st.lists(st.integers(0, pairs.num_leads), max_size=3)))
    ends = [*cuts, pairs.num_leads]
    shards = LocalParts([stored_part(pairs, slice(*one)) for one in pairwise([0, *ends])])
    found = prices_first(Transportation(shards, capacity, load, created), tuning=TUNINGS[tuning])
    assert_same(found, pairs, capacity, load, created)


@given(windows())
def test_the_bound_is_that_of_another_method(
        window: tuple[Pairs, np.ndarray, np.ndarray, np.ndarray]) -> None:
    """Gap 0 means optimal: the Hungarian method on repeated slots finds the same objective."""
    pairs, capacity, load, created = window
    worth = np.zeros((pairs.num_leads, pairs.num_reps))
    worth[pairs.lead, pairs.rep] = pairs.surplus
    slots = worth[:, np.repeat(np.arange(len(capacity)), capacity)]
    best = int(slots[linear_sum_assignment(slots, maximize=True)].sum())
    found = prices_first(Transportation(LocalShards(pairs), capacity, load, created))
    assert found.bound == found.objective
    assert abs(found.objective - best) <= best * 1e-12


@pytest.mark.parametrize("shape", SHAPES)
def test_hard_shapes_equal_the_direct_path(shape: str) -> None:
    """Ties, stars, scarce slots and the largest values, with a sample and with repair rounds."""
    pairs, capacity = array_window(shape, 400, 25)
    created, load = np.arange(400) * 7919 % 11, np.arange(25) % 3
    problem = Transportation(LocalShards(pairs), capacity, load, created)
    for tuning in (Tuning(), Tuning(least_sample=50), TUNINGS["no_bids"]):
        assert_same(prices_first(problem, tuning=tuning), pairs, capacity, load, created)


class Looks:
    """A clock whose time is up after so many looks."""

    def __init__(self, most: int) -> None:
        self.most, self.looks = most, 0

    @property
    def left(self) -> float:
        """Count the look."""
        self.looks += 1
        return 1.0 if self.looks <= self.most else 0.0


def assert_honest(found: Optimum, best: Optimum, pairs: Pairs, capacity: np.ndarray) -> None:
    """Owners within their slots bring what is said, and the prices make the bound."""
    assert found.objective <= best.objective <= found.bound
    owned = np.flatnonzero(found.owner >= 0)
    assert (np.bincount(found.owner[owned], minlength=len(capacity)) <= capacity).all()
    chosen = pairs.rep == found.owner[pairs.lead]
    assert (chosen.sum(), pairs.surplus[chosen].sum()) == (len(owned), found.objective)
    worth = np.zeros(pairs.num_leads, np.int64)
    np.maximum.at(worth, pairs.lead, pairs.surplus - found.gain[pairs.rep])
    assert found.bound == worth.sum() + (found.gain * capacity).sum()


def test_too_many_rounds_leave_a_feasible_plan_and_an_honest_gap() -> None:
    """One round from hopeless prices, and a window too large to take whole."""
    pairs, capacity = array_window("exact", 300, 20)
    problem = Transportation(LocalShards(pairs), capacity, np.zeros(20, np.int64), np.arange(300))
    best = prices_first(problem)
    poor = replace(TUNINGS["no_bids"], rounds=1, most_whole=len(pairs) - 1)
    found = prices_first(problem, tuning=poor)
    assert found.stopped_by is StoppedBy.ROUND_LIMIT
    assert found.objective < best.objective < found.bound
    assert_honest(found, best, pairs, capacity)


@pytest.mark.parametrize("shape", SHAPES)
def test_too_many_rounds_end_with_all_pairs(shape: str) -> None:
    """A window that may be taken whole is proven by the pass after the last."""
    pairs, capacity = array_window(shape, 300, 20)
    capacity = np.where(np.arange(20) == 3, 0, capacity)
    load, created = np.arange(20) % 3, np.arange(300)
    problem = Transportation(LocalShards(pairs), capacity, load, created)
    poor = replace(TUNINGS["no_bids"], rounds=1, most_whole=len(pairs))
    found = prices_first(problem, tuning=poor)
    assert found.effort.passes <= 3
    assert_same(found, pairs, capacity, load, created)


@pytest.mark.parametrize("shape", SHAPES)
def test_any_time_limit_leaves_a_feasible_plan_and_an_honest_gap(shape: str) -> None:
    """Whenever the time is up: before a bid, between bids, before a flow, or never."""
    pairs, capacity = array_window(shape, 300, 20)
    problem = Transportation(LocalShards(pairs), capacity, np.zeros(20, np.int64), np.arange(300))
    tuning = replace(TUNINGS["coarse"], least_sample=50)
    best, clock = prices_first(problem, tuning=tuning), Looks(10**9)
    assert prices_first(problem, clock=clock, tuning=tuning).effort == best.effort
    for most in {*range(0, clock.looks, max(1, clock.looks // 40)), clock.looks - 1}:
        found = prices_first(problem, clock=Looks(most), tuning=tuning)
        assert found.stopped_by in {StoppedBy.TIME_LIMIT, StoppedBy.PROOF}
        assert_honest(found, best, pairs, capacity)
    assert prices_first(problem, clock=Looks(0), tuning=tuning).stopped_by is StoppedBy.TIME_LIMIT


def test_parts_without_time_give_a_plan() -> None:
    """Leads in several places: nothing is bid, all is still feasible."""
    pairs, capacity = array_window("random", 300, 20)
    shards = LocalParts([stored_part(pairs, one) for one in (
        slice(0, 100), slice(100, 100), slice(100, 300))])
    problem = Transportation(shards, capacity, np.zeros(20, np.int64), np.arange(300))
    found = prices_first(problem, clock=Looks(0))
    assert found.stopped_by is StoppedBy.TIME_LIMIT
    assert found.objective > 0
    assert_honest(found, prices_first(problem), pairs, capacity)


def test_effort_repeats() -> None:
    """Threads change no counter."""
    pairs, capacity = array_window("random", 3_000, 400)
    problem = Transportation(LocalShards(pairs), capacity, np.zeros(400, np.int64),
                             np.arange(3_000))
    assert len(pairs.spans()) > 1
    first, second = (prices_first(problem) for _ in range(2))
    assert first.effort == second.effort
    assert first.owner.tolist() == second.owner.tolist()


def test_last_prices_save_bids() -> None:
    """A window that shares nine leads in ten with the last needs at most a quarter of the bids."""
    pairs, capacity = array_window("random", 8_000, 100)
    load, created = np.zeros(100, np.int64), np.arange(8_000)
    before, after = (LocalShards(stored_part(pairs, leads))
                     for leads in (slice(0, 7_200), slice(720, 8_000)))
    last = prices_first(Transportation(before, capacity * 9 // 10, load, created))
    now = Transportation(after, capacity * 9 // 10, load, created)
    cold, warm = prices_first(now), prices_first(now, start_prices=last.gain)
    assert 4 * warm.effort.bids <= cold.effort.bids
    assert warm.owner.tolist() == cold.owner.tolist()


@given(windows(), st.integers(1, 12))
def test_a_limit_at_any_moment_leaves_the_least_bound_and_no_idle_slot(
        window: tuple[Pairs, np.ndarray, np.ndarray, np.ndarray], looks: int) -> None:
    """Reps without slots have a price too; what the prices bound is what is said."""
    pairs, capacity, load, created = window
    problem = Transportation(LocalShards(pairs), capacity, load, created)
    found = prices_first(problem, clock=Looks(looks), tuning=TUNINGS["no_bids"])
    if found.stopped_by is StoppedBy.PROOF:
        return
    assert_honest(found, prices_first(problem), pairs, capacity)
    owner, brought = fill_free_slots(pairs, found.owner, capacity)
    kept = found.owner >= 0
    assert (owner[kept] == found.owner[kept]).all()
    chosen = pairs.rep == owner[pairs.lead]
    assert pairs.surplus[chosen].sum() == found.objective + brought
    left = capacity - np.bincount(owner[owner >= 0], minlength=len(capacity))
    assert (left >= 0).all()
    assert not ((owner[pairs.lead] < 0) & (left[pairs.rep] > 0)).any()


def test_the_least_bound_of_all_rounds_is_kept() -> None:
    """Later rounds may have worse prices: the bound of the plan is the best that was met."""
    pairs, capacity = array_window("exact", 300, 20)
    problem = Transportation(LocalShards(pairs), capacity, np.zeros(20, np.int64), np.arange(300))
    met = [prices_first(problem, tuning=replace(
        TUNINGS["no_bids"], rounds=rounds, most_whole=0)).bound for rounds in (1, 2, 3, 4)]
    assert met == sorted(met, reverse=True)
