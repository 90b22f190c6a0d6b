"""Arrivals from the past or from a process, and slots by the number of leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from solver.errors import UsageError
from solver.models import Lead, Rep
from solver.simulate import bootstrap_arrivals, poisson_arrivals, with_slots
from solver.world import Behaviour
from tests.simulated import HOUR, START, lead, world

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def rng(seed: int = 1) -> np.random.Generator:
    """Make a random generator."""
    return np.random.Generator(np.random.PCG64(seed))


def fortnight() -> list[Lead]:
    """Make a lead at a quarter past every hour of two weeks, owned by somebody."""
    return [Lead(lead_id=f"H{n:03d}", created_at=MONDAY + n * HOUR + HOUR / 4, deal_value=n + 1,
                 score=50, owner_id="eve") for n in range(14 * 24)]


def origin(drawn: Lead) -> datetime:
    """Return when the past lead came that was drawn; its deal value tells."""
    assert drawn.deal_value is not None
    return MONDAY + (drawn.deal_value - 1) * HOUR + HOUR / 4


@pytest.mark.parametrize("block_hours", [1, 6, 7.5, 24])
def test_blocks_keep_their_hour_and_kind_of_day(block_hours: float) -> None:
    """Every drawn lead keeps its minute; its block began at the same hour, on such a day."""
    end = START + 5 * DAY
    drawn = bootstrap_arrivals(fortnight(), START, end, block_hours=block_hours, rng=rng())
    assert len(drawn) == 5 * 24
    assert [own.lead_id for own in drawn] == [f"B-{n:06}" for n in range(1, 5 * 24 + 1)]
    for own in drawn:
        assert own.created_at is not None
        assert START <= own.created_at < end
        assert own.owner_id is None
        block = (own.created_at - START) // timedelta(hours=block_hours)
        began = START + block * timedelta(hours=block_hours)
        past = origin(own) - (own.created_at - began)
        assert past.time() == began.time()
        assert (past.weekday() >= 5) == (began.weekday() >= 5)


def test_blocks_are_drawn_one_by_one_from_all_days() -> None:
    """Any of ten working days may stand for one; the same seed draws the same."""
    draws = [bootstrap_arrivals(fortnight(), START, START + DAY, block_hours=6, rng=rng(seed))
             for seed in range(20)]
    days = {origin(own).date() for drawn in draws for own in drawn}
    assert len(days) == 10
    again = bootstrap_arrivals(fortnight(), START, START + DAY, block_hours=6, rng=rng(3))
    assert again == draws[3]


def test_blocks_follow_the_local_clock() -> None:
    """Across the end of summer time, nine in New York stays nine in New York."""
    clock = ZoneInfo("America/New_York")
    past = [Lead(lead_id=f"H{n}", created_at=datetime(2026, 10, 26 + n, 9, 30, tzinfo=clock),
                 deal_value=1, score=50) for n in range(5)]
    start = datetime(2026, 11, 2, tzinfo=clock).astimezone(UTC)
    drawn = bootstrap_arrivals(past, start, start + DAY, block_hours=4, rng=rng(), clock=clock)
    assert [own.created_at for own in drawn] == [datetime(2026, 11, 2, 14, 30, tzinfo=UTC)]


def test_a_history_without_such_a_block_is_named() -> None:
    """No Saturday in the past, no leads, a block longer than what is known, no block."""
    working_days = fortnight()[:5 * 24]
    saturday = MONDAY + 5 * DAY
    with pytest.raises(UsageError, match="no Saturday or Sunday from which 6 hours from 00:00"):
        bootstrap_arrivals(working_days, saturday, saturday + DAY, block_hours=6, rng=rng())
    with pytest.raises(UsageError, match="give a longer history or shorter blocks"):
        bootstrap_arrivals([], START, START + DAY, block_hours=6, rng=rng())
    with pytest.raises(UsageError, match="no working day from which 168 hours"):
        bootstrap_arrivals(working_days, MONDAY, MONDAY + 7 * DAY, block_hours=168, rng=rng())
    with pytest.raises(UsageError, match="blocks of 0 hours"):
        bootstrap_arrivals(working_days, START, START + DAY, block_hours=0, rng=rng())


def test_a_process_has_the_rate_that_is_stated() -> None:
    """2,400 leads expected in ten days: within four standard deviations, each of the pool."""
    pool = fortnight()[:3]
    drawn = poisson_arrivals(pool, 10, START, START + 10 * DAY, rng())
    assert 2_400 - 4 * 49 < len(drawn) < 2_400 + 4 * 49
    assert {own.deal_value for own in drawn} == {1, 2, 3}
    assert (drawn[0].lead_id, drawn[0].owner_id) == ("P-000001", None)
    created = [own.created_at for own in drawn if own.created_at is not None]
    assert created == sorted(created)
    assert START <= created[0] <= created[-1] < START + 10 * DAY


def test_a_process_follows_the_hour_of_the_week() -> None:
    """All leads on Mondays from 9 to 10 and Sundays from 23 to 24 UTC, where the rates say so."""
    rates = [0.0] * 168
    rates[9], rates[167] = 40.0, 5.0
    drawn = poisson_arrivals(fortnight(), rates, START + HOUR / 2, START + 14 * DAY, rng())
    hours = [own.created_at.weekday() * 24 + own.created_at.hour for own in drawn
             if own.created_at is not None]
    assert set(hours) == {9, 167}
    assert hours.count(9) > 3 * hours.count(167)


@pytest.mark.parametrize("rates", [[], [1.0, 2.0], -1.0, [float("nan")]])
def test_rates_that_cannot_be_are_refused(rates: float | list[float]) -> None:
    """One number or 168, 0 or more; and a pool to draw from."""
    with pytest.raises(UsageError, match="168 by the hour of the week"):
        poisson_arrivals(fortnight(), rates, START, START + DAY, rng())
    with pytest.raises(UsageError, match="the pool of leads is empty"):
        poisson_arrivals([], 1.0, START, START + DAY, rng())


def test_slots_are_shared_out_exactly() -> None:
    """Ten leads in two days at 1.4 slots: seven a day, in the reps' proportions."""
    reps = [Rep(rep_id="ana", capacity=99, daily_cap=30), Rep(rep_id="ben", capacity=99,
                                                              daily_cap=60),
            Rep(rep_id="cal", capacity=5, active=False)]
    leads = [lead(f"L{n}", n) for n in range(10)]
    scaled = with_slots(world(leads, reps, hours=48), 1.4)
    assert [(rep.daily_cap, rep.capacity) for rep in scaled.reps] == [(2, 99), (5, 99), (None, 5)]
    assert scaled.arrivals == tuple(leads)


def test_capacities_are_scaled_where_there_is_no_cap() -> None:
    """Leads that are open at the start stay on top."""
    reps = [Rep(rep_id="ana", capacity=13, open_leads=3), Rep(rep_id="ben", capacity=10)]
    scaled = with_slots(world([lead(f"L{n}", n) for n in range(10)], reps), 0.5)
    assert [rep.free_slots for rep in scaled.reps] == [3, 2]
    assert scaled.reps[0].open_leads == 3


def test_slots_that_cannot_be_are_refused() -> None:
    """A number above 0, and reps that can be scaled."""
    one = world([lead("L1", 1)], [Rep(rep_id="ana", capacity=1)])
    with pytest.raises(UsageError, match=r"slots_per_lead 0 must be above 0"):
        with_slots(one, 0)
    with pytest.raises(UsageError, match="no active rep"):
        with_slots(replace(one, reps=()), 1.0)


def test_hours_beyond_what_is_known_are_not_drawn_as_empty() -> None:
    """A past that is known up to nine in the morning: no block reaches beyond."""
    past = [own for own in fortnight() if own.created_at is not None]
    cut = max(own.created_at for own in past if own.created_at is not None).replace(hour=9)
    known = [own for own in past if own.created_at is not None and own.created_at < cut]
    for seed in range(10):
        drawn = bootstrap_arrivals(known, cut, cut + 4 * HOUR, block_hours=4, rng=rng(seed))
        assert len(drawn) == 4


def test_a_capacity_lasts_for_all_of_the_days() -> None:
    """Without a cap slots do not come anew; where they reopen they are needed once a lead."""
    leads = [lead(f"L{n}", n) for n in range(40)]
    one = world(leads, [Rep(rep_id="ana", capacity=9)], hours=96)
    assert with_slots(one, 0.5).reps[0].capacity == 20
    quick = replace(one, behaviour=Behaviour(open_hours=48))
    assert with_slots(quick, 0.5).reps[0].capacity == 10
