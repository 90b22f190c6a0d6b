"""All methods on all worlds: exact paired differences, and the same whatever else is played."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import pytest
from scipy.stats import t

from solver.errors import UsageError
from solver.generate import generate_world, held_constant
from solver.models import Rep
from solver.simulate import Held, Method, Windows, estimate, simulate
from solver.simulate.estimates import t_quantile
from solver.world import Behaviour, World
from tests.simulated import lead, world

TWO = Windows(leads=2)


def worlds_made_by_hand() -> list[World]:
    """Make two: in one, greedy gives the better rep to the lesser lead, which came first."""
    reps = [Rep(rep_id="ana", capacity=1), Rep(rep_id="ben", capacity=1, performance=0.5)]
    return [world([lead("L1", 1, deal_value=100), lead("L2", 2, deal_value=300)], reps),
            world([lead("L1", 1, deal_value=100)], reps)]


def test_paired_differences_are_exact() -> None:
    """250 against 350, and 100 against 100: -50 in the mean, t(1) = 12.706 standard errors."""
    simulation = simulate(worlds_made_by_hand(), [Method.GREEDY], windows=TWO, held=Held.LOST)
    greedy = simulation.result(Method.GREEDY)
    assert greedy.values == (25_000, 10_000)
    assert [top.value for top in simulation.ceilings] == [35_000, 10_000]
    assert greedy.shares == (25 / 35, 1.0)
    assert (greedy.share, greedy.worst_share) == (estimate(greedy.shares), 25 / 35)
    assert greedy.difference.mean == -5_000
    assert greedy.difference.half_width == pytest.approx(5_000 * t.ppf(0.975, 1))
    assert [result.method for result in simulation.results] == [Method.GREEDY]
    assert greedy.owned.mean == 1.5


def test_a_method_has_no_difference_to_itself() -> None:
    """Paired with itself, the interval has no width."""
    same = simulate(worlds_made_by_hand(), [Method.GREEDY], windows=TWO, held=Held.LOST,
                    base=Method.GREEDY).results[0]
    assert (same.difference.mean, same.difference.half_width) == (0, 0)


def test_one_world_says_nothing_of_others() -> None:
    """No interval, but a mean."""
    one, = simulate(worlds_made_by_hand()[:1], [Method.OPTIMAL], windows=TWO,
                    held=Held.LOST).results
    assert (one.value.mean, one.value.half_width) == (35_000, None)


def test_results_do_not_depend_on_what_else_is_played() -> None:
    """Alone, among others, in another order, in other processes: the same numbers."""
    worlds = [replace(generate_world(40, 5, seed, slots_per_lead=0.7, noise=0.5),
                      behaviour=Behaviour(reject=0.1, time_out=0.1, open_hours=10))
              for seed in (1, 2, 3)]
    house = {"windows": Windows(leads=5), "held": Held.RETURN}
    together = simulate(worlds, tuple(Method), **house)  # type: ignore[arg-type]
    for method in Method:
        alone = simulate(worlds, [method], **house)  # type: ignore[arg-type]
        assert alone.results == (together.result(method),)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as executor:
        assert simulate(worlds, tuple(reversed(Method)), executor=executor,
                        **house).results[::-1] == together.results  # type: ignore[arg-type]


def test_true_values_are_compared_where_all_worlds_have_a_truth() -> None:
    """Realised value and its paired difference; a world without a truth leaves both out."""
    true = [generate_world(30, 5, seed, slots_per_lead=0.7, noise=0.0) for seed in (1, 2)]
    plain = generate_world(30, 5, 1, slots_per_lead=0.7)
    known, = simulate(true, [Method.GREEDY], windows=TWO, held=Held.LOST).results
    assert known.true_values is not None
    assert known.true_value == estimate(known.true_values)
    assert known.won is not None
    # Nothing is hidden at noise 0, so the policy's value, in cents, is the true one.
    assert known.true_value.mean == pytest.approx(known.value.mean / 100, rel=1e-4)
    assert known.true_difference is not None
    assert known.true_difference.mean == pytest.approx(known.difference.mean / 100, rel=1e-3)
    mixed, = simulate([*true, plain], [Method.GREEDY], windows=TWO, held=Held.LOST).results
    assert (mixed.true_values, mixed.true_value, mixed.true_difference, mixed.won) == (
        None, None, None, None)


def test_pure_noise_is_worth_what_constants_are() -> None:
    """At noise 1, calibrated, every method does as with score and fit held constant."""
    noisy = generate_world(60, 6, 1, slots_per_lead=0.6, noise=1.0)
    methods = (Method.GREEDY, Method.OPTIMAL, Method.OPTIMAL_REFRESHED)
    results = [simulate([one], methods, windows=TWO, held=Held.LOST).results
               for one in (noisy, held_constant(noisy))]
    assert results[0] == results[1]


def test_worlds_without_arrivals_have_no_share() -> None:
    """Nothing to win, nobody waits: absent, not 0."""
    nothing, = simulate([world([], [Rep(rep_id="ana", capacity=1)])], [Method.GREEDY],
                        windows=TWO, held=Held.LOST).results
    assert (nothing.shares, nothing.share, nothing.worst_share) == ((None,), None, None)
    assert nothing.mean_wait_minutes is None


def test_what_cannot_be_compared_is_refused() -> None:
    """No worlds, no methods, a method that was not played."""
    one = worlds_made_by_hand()[:1]
    for worlds, methods in (([], [Method.GREEDY]), (one, [])):
        with pytest.raises(UsageError, match="give 1 or more of each"):
            simulate(worlds, methods, windows=TWO, held=Held.LOST)
    simulation = simulate(one, [Method.GREEDY], windows=TWO, held=Held.LOST)
    with pytest.raises(UsageError, match="'instant' was not simulated"):
        simulation.result(Method.INSTANT)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 8, 31, 100, 999])
def test_t_quantiles_are_those_of_scipy(freedom: int) -> None:
    """The closed form agrees for odd and even degrees of freedom."""
    assert t_quantile(freedom) == pytest.approx(t.ppf(0.975, freedom), rel=1e-10)


@pytest.mark.parametrize("freedom", [1, 2, 5, 60])
@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.99, 0.9999])
def test_t_quantiles_of_other_confidences(freedom: int, confidence: float) -> None:
    """Far tails too."""
    assert t_quantile(freedom, confidence) == pytest.approx(
        t.ppf((1 + confidence) / 2, freedom), rel=1e-8)
