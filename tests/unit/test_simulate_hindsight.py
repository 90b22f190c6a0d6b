"""The ceiling: what nobody can exceed, found in other ways too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import numpy as np
import pytest

from solver.errors import UsageError
from solver.generate import DayOptions, generate_world
from solver.models import Lead, Rep, Window
from solver.simulate import Held, Method, Windows, ceiling, run
from solver.solving import solve
from solver.world import Behaviour, Illness, RepChange, World
from tests.simulated import HOUR, START, flat_policy, lead, value_of, world


def best_by_trying(played: World) -> int:
    """Try every choice of owners at arrival, where slots come once."""
    slots = {rep.rep_id: rep.free_slots for rep in played.reps}
    best = 0
    for owners in product((None, *played.reps), repeat=len(played.arrivals)):
        owned = [(own, rep) for own, rep in zip(played.arrivals, owners, strict=True) if rep]
        if all(sum(rep.rep_id == rep_id for _, rep in owned) <= n for rep_id, n in slots.items()):
            best = max(best, sum(value_of(played, own, rep, own.created_at or START)
                                 for own, rep in owned))
    return best


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("reserve", [0.0, 90.0])
def test_the_ceiling_equals_the_best_of_all_choices(seed: int, reserve: float) -> None:
    """Five leads, three reps with a slot or two: 1,024 choices."""
    rng = np.random.Generator(np.random.PCG64(seed))
    leads = [lead(f"L{n}", 1 + n, deal_value=float(deal))
             for n, deal in enumerate(rng.integers(50, 300, 5))]
    reps = [Rep(rep_id=f"r{n}", capacity=int(rng.integers(1, 3)), daily_cap=1 + n % 2,
                performance=float(performance))
            for n, performance in enumerate(rng.uniform(0.5, 1.0, 3))]
    played = world(leads, reps, policy=flat_policy(reserve_value=reserve))
    top = ceiling(played)
    assert top.value == best_by_trying(played)
    assert top.method.startswith("exact")


def test_the_ceiling_of_a_generated_day_is_one_window_of_all_its_leads() -> None:
    """One day, no clocks, no reserve: as if all leads came at once."""
    day = generate_world(120, 8, 1, slots_per_lead=0.7)
    day = replace(day, policy=day.policy.model_copy(update={"reserve_value": 0.0}))
    window = Window(at=day.start, leads=day.arrivals, reps=day.reps, policy=day.policy)
    at_once = solve(window).certificate.value
    assert ceiling(day).value == at_once
    reopening = replace(day, behaviour=Behaviour(open_hours=1e7))
    assert ceiling(reopening).value == pytest.approx(at_once, abs=1)


def test_a_lead_may_take_a_slot_of_a_later_day() -> None:
    """Two leads on the first day, a slot a day: hindsight has both."""
    reps = [Rep(rep_id="ana", capacity=9, daily_cap=1)]
    leads = [lead("L1", 1), lead("L2", 2)]
    assert ceiling(world(leads, reps, hours=24)).value == 10_000
    assert ceiling(world(leads, reps, hours=25)).value == 20_000
    for max_age, value in ((20, 10_000), (22, 20_000)):
        policy = flat_policy(freshness={"max_age_hours": max_age})
        assert ceiling(world(leads, reps, hours=25, policy=policy)).value == value


def test_who_falls_ill_takes_leads_until_then() -> None:
    """The lead that comes with the illness finds nobody, and no later day helps."""
    ill = (Illness("ana", START + 3 * HOUR),)
    reps = [Rep(rep_id="ana", capacity=9)]
    for behaviour in (Behaviour(), Behaviour(open_hours=1e7)):
        played = world([lead("L1", 1), lead("L2", 3), lead("L3", 30)], reps, hours=48,
                       illnesses=ill, behaviour=behaviour)
        assert ceiling(played).value == 10_000


@pytest.mark.parametrize(("fresh_hours", "response_minutes"), [
    (None, 240.0), (24.0, 240.0), (1.0, 600.0), (4.0, 30.0)])
def test_a_pair_counts_at_its_best_time(fresh_hours: float | None, response_minutes: float
                                        ) -> None:
    """With slots for all, hindsight has each lead at the best of all its minutes, and hardly more.

    Now the lead at once, now the rep at work; a rep who is away for longer than the longest wait
    may have the lead later.
    """
    policy = flat_policy(freshness={"half_life_hours": fresh_hours},
                         response={"half_life_minutes": response_minutes,
                                   "longest_wait_minutes": 300})
    reps = [Rep(rep_id="ana", capacity=9, timezone="UTC", working_hours=("Mon-Sun 09:00-11:00",)),
            Rep(rep_id="ben", capacity=9, timezone="Asia/Kolkata", performance=0.8,
                working_hours=("Mon-Sun 22:00-02:00",))]
    leads = [lead("L1", 0.51), lead("L2", 5.25), lead("L3", 10.99), lead("L4", 19)]
    played = world(leads, reps, policy=policy)
    minutes = [START + timedelta(minutes=n) for n in range(0, 24 * 60, 5)]
    best = 0
    for own in leads:
        assert own.created_at is not None
        times = [own.created_at, *(at for at in minutes if at >= own.created_at)]
        best += max(value_of(played, own, rep, at) for rep in reps for at in times)
    assert best <= ceiling(played).value <= best * 1.02


def test_reopened_slots_raise_the_ceiling_as_far_as_they_come_in_time() -> None:
    """One slot, leads every hour: the shorter they stay open, the more can be had."""
    leads = [lead(f"L{n:02d}", n) for n in range(1, 20)]
    reps = [Rep(rep_id="ana", capacity=1)]
    tops = [ceiling(world(leads, reps, behaviour=Behaviour(open_hours=hours))).value
            for hours in (1e7, 8, 2, 0.001)]
    assert tops == sorted(tops)
    assert (tops[0], tops[-1]) == (10_000, 190_000)
    capped = [Rep(rep_id="ana", capacity=1, daily_cap=4, assigned_today=1)]
    assert ceiling(world(leads, capped, behaviour=Behaviour(open_hours=0.001))).value == 30_000


def test_waiting_for_a_slot_to_reopen_stays_below_the_ceiling() -> None:
    """Held leads take slots long after their arrival; the bound allows for that."""
    rng = np.random.Generator(np.random.PCG64(5))
    leads: list[Lead] = [lead(f"L{n:02d}", n / 8, deal_value=float(deal))
                         for n, deal in enumerate(rng.integers(50, 90, 60))]
    reps = [Rep(rep_id=f"r{n}", capacity=1) for n in range(3)]
    for seed in range(5):
        played = world(leads, reps, behaviour=Behaviour(open_hours=2), seed=seed)
        got = run(played, Method.OPTIMAL, windows=Windows(minutes=1), held=Held.RETURN)
        assert 0.5 * ceiling(played).value < got.value <= ceiling(played).value


def test_longer_worlds_have_coarser_marks() -> None:
    """Three days with clocks and reopening slots: a bound that all methods respect."""
    days = generate_world(40, 5, 2, slots_per_lead=0.5,
                          options=DayOptions(days=3, calendars=True))
    days = replace(days, behaviour=Behaviour(open_hours=6), reps=tuple(
        rep.model_copy(update={"capacity": 2}) for rep in days.reps))
    top = ceiling(days)
    assert top.method.startswith("bound")
    for method in (Method.GREEDY, Method.OPTIMAL, Method.INSTANT):
        got = run(days, method, windows=Windows(minutes=60), held=Held.RETURN)
        assert 0.2 * top.value < got.value <= top.value


def test_an_empty_world_has_nothing_to_win() -> None:
    """No leads, no reps, or none that fit."""
    for behaviour in (Behaviour(), Behaviour(open_hours=5)):
        for leads, reps in (([], []), ([lead("L1", 1)], []), ([], [Rep(rep_id="a", capacity=1)]),
                            ([lead("L1", 1)], [Rep(rep_id="a", capacity=0)])):
            assert ceiling(world(leads, reps, behaviour=behaviour)).value == 0


def test_a_world_whose_reps_change_has_no_ceiling() -> None:
    """It would have to know what may be taken when."""
    changed = world([lead("L1", 1)], [Rep(rep_id="ana", capacity=1)],
                    changes=(RepChange("ana", START + HOUR, capacity=2),))
    with pytest.raises(UsageError, match="'ana' may take changes"):
        ceiling(changed)
