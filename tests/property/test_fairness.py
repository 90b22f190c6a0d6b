"""Fairness as limits and hinges: against brute force, the baseline router and the bound."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fair_shares import best_owners
from solver.baselines.rules import weighted_round_robin
from solver.fairness.aims import deviations, distance_places, in_turn, rotation_places
from solver.fairness.attainable import fairest_amounts
from solver.fairness.ends import FairLimits, Standing
from solver.fairness.hinges import MAX_COST, RISING, joined, price_hinges, steep_hinges
from solver.fairness.limits import fair_limits
from solver.fairness.offer import Offer, most_amounts
from solver.fairness.shares import apportion, shares
from solver.matrix.pairs import build_problem
from solver.matrix.rows import ValueRows
from solver.models import Lead, Policy, Rep, Window
from solver.models.fairness import Fairness
from solver.models.ledger import SHARE_SCALE
from solver.models.limit import Measure

_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
_WEIGHTS = st.lists(st.sampled_from([0.5, 1.0, 1.5, 2.0, 3.0]), min_size=2, max_size=4)


def _offer(may: np.ndarray, slots: list[int], amount: list[int] | None = None) -> Offer:
    """Make the offer of (U, R) flags; every column takes one slot."""
    lead, rep = np.nonzero(may)
    counts = np.ones(len(may), np.int64) if amount is None else np.array(amount, np.int64)
    return Offer(np.concatenate([[0], np.cumsum(may.sum(axis=1))]).astype(np.int64),
                 rep.astype(np.int32), np.ones(len(rep), np.int64), counts[lead],
                 np.array(slots, dtype=np.int64))


@st.composite
def _offers(draw: st.DrawFn, leads: int = 5, reps: int = 3) -> Offer:
    num_leads, num_reps = draw(st.integers(1, leads)), draw(st.integers(2, reps))
    flags = draw(st.lists(st.booleans(), min_size=num_leads * num_reps,
                          max_size=num_leads * num_reps))
    slots = draw(st.lists(st.integers(0, 4), min_size=num_reps, max_size=num_reps))
    return _offer(np.array(flags).reshape(num_leads, num_reps), slots)


def _standing(weights: list[float], balances: list[int] | None = None) -> Standing:
    reps = [Rep(rep_id=f"r{at}", capacity=9, weight=one) for at, one in enumerate(weights)]
    now = shares(reps, [True] * len(reps), Fairness(working_time=False), _AT,
                 around_the_clock=True).now
    return Standing(now, tuple(balances or [0] * len(reps)), (None,) * len(reps))


def _plan(offer: Offer, gain: list[int], limits: FairLimits) -> np.ndarray:
    owner = best_owners(offer, np.array(gain, dtype=np.int64), limits)
    return np.bincount(owner[owner >= 0], minlength=len(offer.capacity))


def _amounts(limits: FairLimits) -> np.ndarray:
    assert limits.amounts is not None
    return limits.amounts


def _choices(offer: Offer) -> set[tuple[int, ...]]:
    """List the counts of every choice by brute force."""
    options = [[-1, *offer.rep[offer.indptr[u]:offer.indptr[u + 1]].tolist()]
               for u in range(len(offer.indptr) - 1)]
    counts = (np.bincount([r for r in one if r >= 0], minlength=len(offer.capacity))
              for one in product(*options))
    return {tuple(one.tolist()) for one in counts if (one <= offer.capacity).all()}


@given(_offers(), st.lists(st.integers(-3, 3), min_size=3, max_size=3), st.permutations(range(3)))
def test_the_fairest_amounts_are_those_of_brute_force(offer: Offer, aim: list[int],
                                                      turn: list[int]) -> None:
    """Most leads out, then the least sum of places in the queue; no other counts are as good."""
    most, num_reps = most_amounts(offer), len(offer.capacity)
    queue = distance_places([one * SHARE_SCALE for one in aim[:num_reps]], most.tolist(), 1)
    order = sorted((place, turn[at], at, n) for at, places in enumerate(queue)
                   for n, place in enumerate(places))
    rank = {(at, n): k for k, (_, _, at, n) in enumerate(order)}
    best = sorted((-sum(counts), sum(rank[at, n] for at, count in enumerate(counts)
                                     for n in range(count)), counts)
                  for counts in _choices(offer))
    assert tuple(fairest_amounts(offer, queue, turn[:num_reps], most).tolist()) == best[0][2]
    assert len(best) < 2 or best[0][:2] < best[1][:2]


@given(_offers(), _WEIGHTS, st.data())
def test_rotation_gives_each_rep_its_turns_whatever_the_values(offer: Offer, weights: list[float],
                                                               data: st.DataObject) -> None:
    """Hinges outweigh every value: the best plan has the counts of the queue."""
    standing = _standing((weights * 3)[:len(offer.capacity)])
    gain = data.draw(st.lists(st.integers(1, 10**9), min_size=len(offer.rep),
                              max_size=len(offer.rep)))
    limits = fair_limits(Fairness(method="rotation"), standing, offer, outweigh=sum(gain),
                         alone=True)
    assert _plan(offer, gain, limits).tolist() == _amounts(limits).tolist()


@settings(max_examples=60)
@given(_WEIGHTS, st.integers(0, 9), st.data())
def test_rotation_is_the_baseline_router_where_values_are_equal(
    weights: list[float], num_leads: int, data: st.DataObject
) -> None:
    """As many leads for each rep as weighted round robin gives, from where the day stands."""
    size = {"min_size": len(weights), "max_size": len(weights)}
    today = data.draw(st.lists(st.integers(0, 5), **size))
    slots = data.draw(st.lists(st.integers(0, 4), **size))
    reps = [Rep(rep_id=f"r{at}", capacity=free, assigned_today=done, weight=weight)
            for at, (weight, done, free) in enumerate(zip(weights, today, slots, strict=True))]
    leads = [Lead(lead_id=f"L{n}", created_at=_AT - timedelta(hours=n), deal_value=100, score=50)
             for n in range(num_leads)]
    problem = build_problem(ValueRows(Window(at=_AT, leads=tuple(leads), reps=tuple(reps),
                                             policy=Policy())))
    owner = weighted_round_robin(problem)
    expected = np.bincount(owner[owner >= 0], minlength=len(reps))
    standing = _standing(weights)
    standing = _standing(weights, [
        done * SHARE_SCALE - share * sum(today)
        for done, share in zip(today, standing.shares, strict=True)])
    offer = _offer(np.ones((num_leads, len(reps)), bool), slots)
    limits = fair_limits(Fairness(method="rotation"), standing, offer, outweigh=100, alone=True)
    assert _plan(offer, [7] * len(offer.rep), limits).tolist() == expected.tolist()


@given(_offers(leads=8, reps=4), st.lists(st.integers(-4, 4), min_size=4, max_size=4),
       st.sampled_from([0, 1, 2, "0 %", "50 %"]), st.data())
def test_a_hard_band_can_always_be_kept(offer: Offer, balances: list[int], band: int | str,
                                        data: st.DataObject) -> None:
    """The fairest amounts lie within its ends, so as many leads go out as without it."""
    num_reps = len(offer.capacity)
    standing = _standing([1.0] * num_reps, [one * SHARE_SCALE for one in balances[:num_reps]])
    limits = fair_limits(Fairness.model_validate({"method": "band", "band": band}), standing, offer,
                         outweigh=1, alone=True)
    assert (limits.lower <= _amounts(limits)).all()
    assert (_amounts(limits) <= limits.upper).all()
    gain = data.draw(st.lists(st.integers(1, 99), min_size=len(offer.rep),
                              max_size=len(offer.rep)))
    counts = _plan(offer, gain, limits)
    assert (limits.lower <= counts).all()
    assert (counts <= limits.upper).all()


@given(st.integers(2, 4), st.integers(0, 2), st.lists(st.integers(0, 9), min_size=1, max_size=8),
       st.data())
def test_nobody_drifts_beyond_the_bound(num_reps: int, band: int, windows: list[int],
                                        data: st.DataObject) -> None:
    """With leads that everybody may have, whatever the shares, values and sizes of windows.

    Ahead by band + 1 at most; behind by as much where every aim is 0 or more, else by as much for
    each of the others.
    """
    balances, policy = [0] * num_reps, Fairness(method="band", band=band)
    bound = (band + 1) * SHARE_SCALE
    for num_leads in windows:
        weights = data.draw(st.lists(st.sampled_from([0.1, 0.7, 1.0, 3.0]), min_size=num_reps,
                                     max_size=num_reps))
        offer = _offer(np.ones((num_leads, num_reps), bool), [num_leads] * num_reps)
        standing = _standing(weights, balances)
        limits = fair_limits(policy, standing, offer, outweigh=1, alone=True)
        gain = data.draw(st.lists(st.integers(1, 99), min_size=len(offer.rep),
                                  max_size=len(offer.rep)))
        counts = _plan(offer, gain, limits).tolist()
        balances = _after(balances, counts, standing, num_leads)
        assert (sum(counts), sum(balances)) == (num_leads, 0)
        assert max(balances) <= bound
        assert min(balances) >= -bound * (1 if min(limits.aim) >= 0 else num_reps - 1)


@settings(max_examples=60)
@given(st.integers(2, 5), st.lists(st.integers(0, 9), min_size=1, max_size=8), st.data())
def test_rotation_never_drifts_beyond_its_bound(num_reps: int, windows: list[int],
                                                data: st.DataObject) -> None:
    """Behind by less than one lead, ahead by less than (n - 1) shares of one, for ever."""
    weights = data.draw(st.lists(st.sampled_from([0.2, 0.7, 1.0, 3.0]), min_size=num_reps,
                                 max_size=num_reps))
    balances, near = [0] * num_reps, SHARE_SCALE // 100
    for num_leads in windows:
        offer = _offer(np.ones((num_leads, num_reps), bool), [num_leads] * num_reps)
        standing = _standing(weights, balances)
        limits = fair_limits(Fairness(method="rotation"), standing, offer, outweigh=1, alone=True)
        balances = _after(balances, _amounts(limits).tolist(), standing, num_leads)
        for share, ahead in zip(standing.shares, balances, strict=True):
            assert -SHARE_SCALE - near < ahead < (num_reps - 1) * share + near


@settings(max_examples=60)
@given(st.integers(2, 4), st.integers(1, 50), st.lists(st.integers(1, 9), min_size=1, max_size=5),
       st.data())
def test_a_price_never_leaves_two_reps_farther_apart_than_a_lead_is_worth(
    num_reps: int, price: int, windows: list[int], data: st.DataObject
) -> None:
    """The one most ahead and the one most behind: 1 + V / (2 x price) leads at the most."""
    policy, balances, most = Fairness(method="price", price=price / 100), [0] * num_reps, 99
    for num_leads in windows:
        offer = _offer(np.ones((num_leads, num_reps), bool), [num_leads] * num_reps)
        standing = _standing([1.0] * num_reps, balances)
        limits = fair_limits(policy, standing, offer, outweigh=1, alone=True)
        gain = [1000 + one for one in data.draw(st.lists(
            st.integers(0, most), min_size=len(offer.rep), max_size=len(offer.rep)))]
        counts = _plan(offer, gain, limits).tolist()
        balances = _after(balances, counts, standing, num_leads)
        giving = [ahead for ahead, count in zip(balances, counts, strict=True) if count]
        if sum(counts) == num_leads:
            apart = (max(giving) - min(balances)) / SHARE_SCALE
            assert apart <= 1 + (most + 1) / (2 * price)


def _after(balances: list[int], counts: list[int], standing: Standing, num_leads: int
           ) -> list[int]:
    return [balance + count * SHARE_SCALE - share * num_leads for balance, count, share
            in zip(balances, counts, standing.shares, strict=True)]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6), st.integers(2, 3),
       st.lists(st.integers(-60, 60), min_size=3, max_size=3))
def test_a_band_as_wide_as_the_largest_lead_can_be_kept_in_worth(
    worth: list[int], num_reps: int, balances: list[int]
) -> None:
    """Where everybody may have every lead and every aim is 0 or more, no hinge is paid."""
    offer = _offer(np.ones((len(worth), num_reps), bool), [len(worth)] * num_reps, worth)
    standing = _standing([1.0, 2.0, 1.0][:num_reps],
                         [one * SHARE_SCALE for one in balances[:num_reps]])
    policy = Fairness(method="band", band=max(worth), measure=Measure.WORTH)
    limits = fair_limits(policy, standing, offer, outweigh=1000, alone=True)
    costs = min(sum(limits.hinges.costs(np.bincount(owner, worth, num_reps).astype(np.int64)))
                for owner in product(range(num_reps), repeat=len(worth)))
    assert limits.expected == sum(worth)
    assert costs == 0 or min(limits.aim) < 0


@given(st.integers(-20 * SHARE_SCALE, 20 * SHARE_SCALE), st.integers(1, 10**7),
       st.integers(1, 30))
def test_a_price_is_the_square_of_the_distance(aim: int, price: int, most: int) -> None:
    """To half a minor unit for each lead; and slopes rise, so that the cost is convex."""
    hinges = joined([price_hinges(0, aim, price, 1, most)])
    costs = [hinges.costs(np.array([y]))[0] for y in range(most + 1)]
    for y, cost in enumerate(costs):
        exactly = price * ((y * SHARE_SCALE - aim)**2 - aim**2)
        assert abs((cost - costs[0]) * SHARE_SCALE**2 - exactly) * 2 <= y * SHARE_SCALE**2
    assert (np.diff(costs, 2) >= 0).all()
    assert (hinges.slope > 0).all()


@given(st.integers(1, 500), st.integers(1, 10**6), st.integers(0, 40), st.integers(1, 60))
def test_a_price_in_worth_is_exact_where_the_grid_bends(unit: int, price: int, aim: int,
                                                        blocks: int) -> None:
    """Up to the rounding of slopes, as far as ``RISING`` units from the aim."""
    hinges = joined([price_hinges(0, aim * unit * SHARE_SCALE, price, unit, blocks * unit)])
    start = hinges.costs(np.array([0]))[0]
    for k in range(min(blocks, aim + RISING) + 1):
        cost = hinges.costs(np.array([k * unit]))[0] - start
        assert abs(cost - price * ((k - aim)**2 - aim**2)) * 2 <= k * unit


@given(st.integers(0, 10**12), st.integers(1, 300), st.lists(st.integers(0, 50), min_size=2,
                                                             max_size=4))
def test_steep_hinges_outweigh_and_stay_in_range(outweigh: int, unit: int, amounts: list[int]
                                                 ) -> None:
    """One unit beyond either end costs more than any value; the sum stays within 64 bits."""
    low = np.array(amounts, dtype=np.int64) * unit
    hinges = joined(steep_hinges(low, low, outweigh, unit, low + 60 * unit))
    assert sum(hinges.costs(low)) == 0
    for beyond in (-unit, unit):
        costs = hinges.costs(low + beyond)
        assert all(cost > outweigh for cost, one in zip(costs, amounts, strict=True)
                   if one or beyond > 0)
    assert sum(hinges.costs(low + 60 * unit)) <= MAX_COST


@given(st.lists(st.integers(0, 1), min_size=3, max_size=6), st.lists(st.integers(-9, 9), min_size=6,
                                                                     max_size=6))
def test_deviations_sum_to_zero_over_those_who_have_a_share(present: list[int],
                                                            balances: list[int]) -> None:
    """What the absent are ahead is nobody's; alone or together, nobody is ahead of all."""
    size = len(present)
    now = apportion(SHARE_SCALE, present) if any(present) else (0,) * size
    ahead = deviations(now, [one * SHARE_SCALE for one in balances[:size]])
    assert sum(ahead) == 0
    assert all(share or not one for share, one in zip(now, ahead, strict=True))


@given(st.lists(st.integers(0, 5), min_size=2, max_size=6))
def test_the_least_recently_assigned_comes_first_among_equals(hours: list[int]) -> None:
    """0 stands for never; who was never assigned comes first, then the order of the reps."""
    last = [None if hour == 0 else _AT + timedelta(hours=hour) for hour in hours]
    turn = in_turn(last)
    assert [hours[at] for at in np.argsort(turn)] == sorted(hours)
    size = len(hours)
    equal = apportion(SHARE_SCALE, [1] * size)
    queue = rotation_places(equal, [0] * size, [1] * size, 1)
    offer = _offer(np.ones((1, size), bool), [1] * size)
    first = fairest_amounts(offer, queue, turn, np.ones(size, np.int64))
    assert first.argmax() == int(np.argmin(turn))
