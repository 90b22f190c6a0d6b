"""Staffing: first in, first out by hand and by brute force, plans that hold and are the least."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from solver.errors import UsageError
from solver.models import Rep
from solver.quarter import staffing
from solver.quarter.demand import demand_of, hours_of_week, teams_of, whole_hours_and_rest
from solver.quarter.dimension import dimensioned
from solver.quarter.fifo import Paths, in_time, missing
from solver.quarter.staffing import Samples
from tests.quarter_worlds import ByHand, east_and_west
from tests.simulated import START, flat_policy, lead, world

WEEK = 168
SMALL = Samples(dimension=4, raise_on=4, most_rounds=2, check=8)


def paths(early: list[list[int]], late: list[list[int]], whole_hours: int = 0,
          service_level: float = 1.0) -> Paths:
    """Make replications whose hours are the first of a week."""
    return Paths(np.array(early), np.array(late), np.arange(len(early[0])) % WEEK, whole_hours,
                 service_level)


def week_of(*capacity: int) -> np.ndarray:
    """Make capacities of the first hours of a week."""
    return np.array([*capacity, *[0] * (WEEK - len(capacity))])


def in_time_one_by_one(one: Paths, capacity: np.ndarray) -> list[list[int]]:
    """Serve a queue lead by lead."""
    counts = []
    for early, late in zip(one.early.tolist(), one.late.tolist(), strict=True):
        queue: list[tuple[int, int]] = []
        count = [0] * len(early)
        for hour in range(len(early)):
            queue += [(hour, hour + one.whole_hours)] * early[hour]
            queue += [(hour, hour + one.whole_hours + 1)] * late[hour]
            now, queue = (queue[:capacity[one.hour[hour]]], queue[capacity[one.hour[hour]]:])
            for came, up in now:
                count[came] += hour <= up
        counts.append(count)
    return counts


@st.composite
def some_paths(draw: st.DrawFn) -> Paths:
    """Draw replications of a few hours, some of them at the turn of the week."""
    num_hours = draw(st.integers(3, 9))
    rows = st.lists(st.integers(0, 4), min_size=num_hours, max_size=num_hours)
    num_paths = draw(st.integers(1, 4))
    early, late = (draw(st.lists(rows, min_size=num_paths, max_size=num_paths)) for _ in range(2))
    hour = (np.arange(num_hours) + draw(st.sampled_from([0, 165]))) % WEEK
    return Paths(np.array(early), np.array(late), hour, draw(st.integers(0, 2)),
                 draw(st.sampled_from([0.5, 0.8, 1.0])))


@given(some_paths(), st.integers(0, 2**32))
def test_owners_in_time_are_those_of_a_queue(one: Paths, seed: int) -> None:
    """Counting gives what serving lead by lead gives, for all hours whose time is up."""
    capacity = np.random.default_rng(seed).integers(0, 5, WEEK)
    counts = np.array(in_time_one_by_one(one, capacity))[:, :one.num_known]
    assert in_time(one, capacity)[:, :one.num_known].tolist() == counts.tolist()


@given(some_paths(), st.sampled_from([0.5, 0.75, 1.0]))
@settings(max_examples=60)
def test_plans_hold_and_no_hour_can_be_lowered(one: Paths, probability: float) -> None:
    """On the replications that they were made from."""
    capacity = dimensioned(one, probability)
    allowed = np.floor((1 - probability) * one.looked_at + 1e-9)
    assert (missing(one, one.needed, capacity)[0] <= allowed).all()
    for hour in np.flatnonzero(capacity):
        lower = capacity.copy()
        lower[hour] -= 1
        assert (missing(one, one.needed, lower)[0] > allowed).any()


@given(st.lists(st.integers(0, 5), min_size=4, max_size=8), st.integers(0, 2))
@settings(max_examples=40)
def test_a_single_week_takes_what_is_due(early: list[int], whole_hours: int) -> None:
    """One replication, all in time: each hour takes what is due in it, which nothing can beat."""
    one = paths([early], [[0] * len(early)], whole_hours)
    known = one.num_known
    capacity = dimensioned(one, 1.0)
    assert capacity[whole_hours:whole_hours + known].tolist() == early[:known]


def test_leads_wait_for_their_turn() -> None:
    """Five in hour 0, two an hour: with the time up in hour 1, four are in time, one never is."""
    one = paths([[0, 0, 0, 0]], [[5, 0, 0, 0]])
    assert in_time(one, week_of(2, 2, 2))[0, 0] == 4
    assert missing(one, one.needed, week_of(2, 2, 2))[1][0] == 1


def test_leads_are_counted_by_team_and_by_when_their_time_is_up() -> None:
    """With 90 minutes: before half past in the next hour, after it in the one after that."""
    reps = [Rep(rep_id="ana", capacity=0, team="East", skills={"x": 1}, timezone="UTC",
                working_hours=("Mon-Fri 09:00-10:00",)),
            Rep(rep_id="ben", capacity=1, performance=0.5), Rep(rep_id="cal", capacity=1,
                                                              team="South", active=False)]
    leads = [lead("L1", 1.25), lead("L2", 1.6, required_skills={"x": 1}),
             lead("L3", 2, excluded_rep_ids=("ana",)),
             lead("L4", 3, excluded_rep_ids=("ana", "ben")), lead("L5", 5, owner_id="eve")]
    day = world(leads, reps, hours=6, policy=flat_policy(freshness={"max_age_hours": 1}))
    assert teams_of(day) == (None, "East")
    demand = demand_of(day, 90)
    assert demand.early.tolist() == [[0, 0, 1, 0, 0, 0], [0, 1, 0, 0, 0, 0]]
    assert demand.late.tolist() == [[0] * 6, [0, 1, 0, 0, 0, 0]]
    assert demand.nobody == 1


@pytest.mark.parametrize("policy", [
    {"rules": [{"name": "old", "kind": "must_not", "leads": "age_hours > 2",
                "reps": 'team = "East"'}]},
    {"precedence": {"legal_hold": "age_hours > 2"}}, {"freshness": {"half_life_hours": 1}},
    {"freshness": {"max_age_hours": 2}}])
def test_leads_are_looked_at_as_they_come(policy: dict[str, object]) -> None:
    """Not as old as they are at the end: rules and holds of old leads say nothing of fresh ones."""
    reps = [Rep(rep_id="ana", capacity=1, team="East"),
            Rep(rep_id="ben", capacity=1, team="West", performance=0.5)]
    leads = [lead(f"L{hour}", hour) for hour in range(6)]
    day = world(leads, reps, hours=8, policy=flat_policy(**policy))
    demand = demand_of(day, 0)
    assert (demand.early + demand.late).tolist() == [[1] * 6 + [0] * 2, [0] * 8]
    assert demand.nobody == 0


def test_leads_that_are_held_at_once_are_counted() -> None:
    """They come to no team, but are not gone without a word."""
    bare = lead("L3", 3).model_copy(update={"score": None})
    day = world([lead("L1", 1, country="GB"), lead("L2", 2), bare],
                [Rep(rep_id="ana", capacity=1)], hours=6,
                policy=flat_policy(precedence={"legal_hold": 'country = "GB"'}))
    demand = demand_of(day, 0)
    assert (int((demand.early + demand.late).sum()), demand.nobody) == (1, 2)


def test_minutes_are_split_in_one_way() -> None:
    """A hair less than an hour is an hour, to the microsecond, in both of its parts."""
    assert whole_hours_and_rest(59.9999999999) == whole_hours_and_rest(60) == (1, 0)
    assert whole_hours_and_rest(90) == (1, 30 * 60 * 10**6)
    one, other = (staffing(east_and_west(), service_level=0.9, within_minutes=minutes,
                           probability=0.8, samples=SMALL) for minutes in (59.9999999999, 60))
    assert one.teams == other.teams


def test_hours_of_the_week_are_those_of_the_clock() -> None:
    """The world begins on a Wednesday at 0:00 UTC; half hours are refused."""
    day = world([], [], hours=30)
    assert hours_of_week(day, UTC).tolist() == list(range(48, 78))
    assert hours_of_week(day, ZoneInfo("America/New_York"))[0] == 43
    with pytest.raises(UsageError, match="Asia/Kolkata"):
        hours_of_week(day, ZoneInfo("Asia/Kolkata"))


def test_a_poisson_flow_takes_its_quantile() -> None:
    """Six an hour, an owner in the same hour, nineteen times in twenty: Poisson's quantile."""
    early = np.random.default_rng(1).poisson(6.0, (400, WEEK))
    one = Paths(early, np.zeros_like(early), np.arange(WEEK), whole_hours=0, service_level=1.0)
    capacity = dimensioned(one, 0.95)[:one.num_known]
    # What is left of an hour's leads takes part of the next hour's capacity: a little more.
    assert poisson.ppf(0.95, 6) - 0.5 < np.mean(capacity) < poisson.ppf(0.95, 6) + 1


def test_hours_are_raised_where_fresh_replications_fall_short() -> None:
    """From one replication the plan is too small; rounds raise it, and never lower it."""
    make_world = east_and_west(rate_per_hour=3.0, hours=WEEK)
    wanted = {"service_level": 0.9, "within_minutes": 30, "probability": 0.9}
    small, raised = (staffing(make_world, **wanted, samples=Samples(
        dimension=1, raise_on=8, most_rounds=rounds, check=10)) for rounds in (0, 2))
    assert (small.rounds, raised.rounds > 0) == (0, True)
    for before, after in zip(small.teams, raised.teams, strict=True):
        assert all(low <= high for low, high in zip(before.capacity, after.capacity, strict=True))
        assert len(after.short) < len(before.short)


def test_the_check_is_on_replications_of_its_own() -> None:
    """Hours that were not looked at have no probability; the answer can be written and read."""
    make_world = east_and_west(hours=48)
    answer = staffing(make_world, service_level=0.8, within_minutes=60, probability=0.8,
                      samples=SMALL)
    east = answer.teams[0]
    assert [hour for hour, one in enumerate(east.holds) if one is not None] == list(range(48, 94))
    assert all(one.num == 8 and one.low <= one.estimate <= one.high
               for one in east.holds if one is not None)
    assert east.in_time is not None
    assert 0.5 < east.in_time.mean <= 1
    assert east.capacity_a_week == sum(east.capacity) > 0
    assert type(answer).model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize(("change", "message"), [
    ({"service_level": 0.0}, "service_level 0"), ({"service_level": 1.1}, "service_level 1.1"),
    ({"within_minutes": -1.0}, "within_minutes -1"), ({"probability": 1.0}, "probability 1")])
def test_numbers_out_of_range_are_refused(change: dict[str, float], message: str) -> None:
    """Named, with what they may be."""
    wanted = {"service_level": 0.9, "within_minutes": 30.0, "probability": 0.9} | change
    with pytest.raises(UsageError, match=message):
        staffing(east_and_west(), **wanted)


def test_nobody_to_staff_is_said() -> None:
    """No rep is active; a sample is too small."""
    nobody = ByHand((world([lead("L1", 1)], [Rep(rep_id="ana", capacity=1, active=False)]),))
    with pytest.raises(UsageError, match="no rep is active"):
        staffing(nobody, service_level=0.9, within_minutes=30, probability=0.9)
    with pytest.raises(UsageError, match="check 1 must be 2 or more"):
        Samples(check=1)
    assert START.weekday() == 2
