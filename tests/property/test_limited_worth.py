"""The plan ahead under limits: its worths are optimal duals, without limits those of the flow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.certify.exchange import UNREACHABLE
from solver.horizon.ahead import AheadPairs, plan_pairs
from solver.horizon.limited import LimitAhead, limited_worth
from solver.horizon.planner import slot_worth
from solver.horizon.slots import SlotsAhead

_NUDGED = 1e-6


def _slots(daily: list[int], refill: list[int], epochs: int = 1) -> SlotsAhead:
    num_reps = len(daily) // epochs
    return SlotsAhead(np.arange(0, len(daily) + 1, epochs), np.tile(np.arange(epochs), num_reps),
                      np.array(daily, np.int64), np.array(refill, np.int64))


@st.composite
def _pairs(draw: st.DrawFn, columns: int) -> AheadPairs:
    num_leads = draw(st.integers(1, 6))
    flags = np.array(draw(st.lists(st.booleans(), min_size=num_leads * columns,
                                   max_size=num_leads * columns))).reshape(num_leads, columns)
    lead, column = np.nonzero(flags)
    surplus = draw(st.lists(st.integers(1, 60), min_size=len(lead), max_size=len(lead)))
    return AheadPairs(num_leads, lead, column, np.array(surplus, np.int64))


@settings(max_examples=80)
@given(st.data())
def test_without_limits_slots_are_worth_what_the_flow_says(data: st.DataObject) -> None:
    """Over several epochs, daily caps and slots that carry over."""
    size = {"min_size": 4, "max_size": 4}
    slots = _slots(data.draw(st.lists(st.integers(0, 3), **size)),
                   data.draw(st.lists(st.integers(0, 2), **size)), epochs=2)
    pairs = data.draw(_pairs(4))
    worth, plan = limited_worth(slots, pairs, []), plan_pairs(slots, pairs)
    has_slot = plan.loss < UNREACHABLE
    assert np.allclose(worth.slot[has_slot], slot_worth(plan)[has_slot], atol=_NUDGED)


@settings(max_examples=80)
@given(st.data())
def test_worths_are_optimal_duals_of_either_sign(data: st.DataObject) -> None:
    """They make a bound that equals the objective, so that no unit is worth more or less."""
    num_reps = 3
    slots = _slots(data.draw(st.lists(st.integers(1, 3), min_size=3, max_size=3)), [9] * num_reps)
    pairs = data.draw(_pairs(num_reps))
    limits = []
    for _ in range(data.draw(st.integers(1, 2))):
        own = np.array(sorted(data.draw(st.sets(st.sampled_from(range(len(pairs.lead)))))
                              if len(pairs.lead) else []), np.int64)
        low = data.draw(st.integers(0, 4))
        limits.append(LimitAhead(own, np.array(data.draw(st.lists(
            st.integers(1, 3), min_size=len(own), max_size=len(own))), np.int64), low,
            low + data.draw(st.integers(0, 3)), data.draw(st.sampled_from([5.0, np.inf]))))
    worth = limited_worth(slots, pairs, limits)
    net = pairs.surplus - worth.slot[pairs.column]
    bound = float((worth.slot * slots.daily).sum())
    for price, limit in zip(worth.limit, limits, strict=True):
        np.subtract.at(net, limit.pairs, price * limit.amount)
        bound += max(price * limit.lower, price * limit.upper)
        assert abs(price) <= min(limit.slope, 1 + int(pairs.surplus.max(initial=0))) + _NUDGED
    best = np.zeros(pairs.num_leads)
    np.maximum.at(best, pairs.lead, net)
    assert abs(bound + best.sum() - worth.objective) < 0.6  # of ends that are moved by 1 / 1,000


@given(st.lists(st.integers(1, 99), min_size=1, max_size=6), st.integers(0, 5))
def test_a_cap_is_worth_the_midpoint_of_the_last_lead_in_and_the_first_out(values: list[int],
                                                                           cap: int) -> None:
    """Of leads that one team alone can take, the most valuable go in."""
    num_leads = len(values)
    pairs = AheadPairs(num_leads, np.arange(num_leads), np.zeros(num_leads, np.int64),
                       np.array(values, np.int64))
    limit = LimitAhead(np.arange(num_leads), np.ones(num_leads, np.int64), 0, cap, np.inf)
    worth = limited_worth(_slots([9], [9]), pairs, [limit])
    ranked = [max(values) + 1, *sorted(values, reverse=True), 0]
    expected = (ranked[cap] + ranked[cap + 1]) / 2 if cap <= num_leads else 0
    assert cap == 0 or abs(worth.limit[0] - expected) < _NUDGED
    assert worth.slot[0] == 0


@given(st.lists(st.integers(1, 99), min_size=2, max_size=6), st.integers(1, 50))
def test_a_lower_end_is_worth_less_than_nothing(values: list[int], price: int) -> None:
    """What the other rep brings more is what a unit for the quota's rep must be given on top."""
    num_leads = len(values)
    lead = np.repeat(np.arange(num_leads), 2)
    pairs = AheadPairs(num_leads, lead, np.tile([0, 1], num_leads),
                       np.column_stack([values, np.array(values) + 10]).ravel())
    limit = LimitAhead(np.flatnonzero(pairs.column == 0), np.ones(num_leads, np.int64), 1, np.inf,
                       float(price))
    worth = limited_worth(_slots([9, 9], [9, 9]), pairs, [limit])
    assert abs(worth.limit[0] + min(price, 10)) < _NUDGED


def test_few_pairs_give_the_worths_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beginning with one pair of each lead; those that matter join."""
    rng = np.random.default_rng(5)
    lead, column = np.nonzero(rng.random((80, 12)) < 0.7)
    pairs = AheadPairs(80, lead, column, rng.integers(1, 10**6, len(lead)))
    slots = _slots([4] * 12, [6] * 12)
    limits = [LimitAhead(own := np.flatnonzero(column % 3 == part), rng.integers(1, 4, len(own)),
                         low, high, np.inf) for part, low, high in ((0, 0, 12), (1, 90, 200))]
    whole = limited_worth(slots, pairs, limits)
    monkeypatch.setattr("solver.horizon.limited._WHOLE", 0)
    monkeypatch.setattr("solver.horizon.limited._FIRST", 1)
    few = limited_worth(slots, pairs, limits)
    assert np.allclose(few.slot, whole.slot, atol=1e-3)
    assert np.allclose(few.limit, whole.limit, atol=1e-3)
    assert whole.limit[0] > 0 > whole.limit[1]
