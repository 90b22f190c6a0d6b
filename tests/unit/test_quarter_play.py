"""Quarters: measures by hand, pairs on the same luck, intervals that are what they claim to be."""

from __future__ import annotations

import math
import pickle
import re
import statistics
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from scipy.stats import t

from solver.errors import InvalidInputError, UsageError
from solver.generate import DayOptions
from solver.models import Rep
from solver.quarter import (
    BootstrapWorlds,
    Fixed,
    GeneratedWorlds,
    HouseRules,
    Measure,
    PoissonWorlds,
    Quarter,
    Replications,
    Sequential,
    Target,
    WorldMaker,
    play_quarter,
)
from solver.quarter.opening import OpenTime
from solver.quarter.replications import interval
from solver.running.runner import Item, Result, Shared
from solver.scenarios import ChangeCapacity, ChangePolicy, RemoveReps, ScaleLeads, Scenario
from solver.simulate import Held, Method, Windows
from tests.command_line import ROOT
from tests.quarter_worlds import BUSY, ByHand, east_and_west
from tests.simulated import HOUR, MINUTE, START, lead, world

HOURLY = HouseRules(windows=Windows(minutes=60))
EVERY_FOUR = HouseRules(windows=Windows(minutes=240))
MORE = Scenario(name="more", edits=(ChangeCapacity(rep_ids=("ben",), of="daily_cap", add=5),))
SAME = Scenario(name="same", edits=(ChangeCapacity(rep_ids=("ana",), of="daily_cap", add=0),))


def two_days_by_hand() -> ByHand:
    """Make two worlds of an open day from 9 to 17, one rep with two slots, windows on the hour."""
    hours = {"timezone": "UTC", "working_hours": ("Mon-Sun 09:00-17:00",)}
    reps = [Rep(rep_id="ana", capacity=2, **hours)]
    days = ([lead("L1", 8.5, 100), lead("L2", 9.5, 300), lead("L3", 16.9, 200)],
            [lead("L1", 9.25, 100)])
    return ByHand(tuple(world(leads, reps, hours=24) for leads in days))


def test_measures_are_those_of_the_day() -> None:
    """Both slots go to who comes first; the service level counts minutes of the open floor.

    L1 waits half an hour before opening (0 open minutes), L2 half an hour, L3 has no owner when the
    60 minutes are up; but those last beyond the end, so it counts neither way.
    """
    quarter = play_quarter(two_days_by_hand(), replications=Fixed(2), rules=HOURLY)
    numbers = {measure: one.numbers for measure, one in quarter.base.measures.items()}
    assert numbers == {
        Measure.VALUE: (pytest.approx(7_071 + 30_000, abs=3_000), 10_000),
        Measure.OWNED: (2, 1), Measure.MEAN_WAIT: (30, 45), Measure.P95_WAIT: (30, 45),
        Measure.HELD: (1, 0), Measure.LOST: (0, 0), Measure.UTILISATION: (1, 0.5),
        Measure.SERVICE_LEVEL: (1, 1)}
    assert (quarter.num_replications, quarter.precise, quarter.results) == (2, True, ())


@pytest.mark.parametrize(("within", "share"), [(0, 1 / 3), (5, 1 / 3), (6, 2 / 3), (29, 2 / 3),
                                               (30, 1)])
def test_the_service_level_is_the_share_in_time(within: float, share: float) -> None:
    """Waits of 0 (before opening), 6 (over closing time) and 30 open minutes."""
    hours = {"timezone": "UTC", "working_hours": ("Mon-Sun 09:00-17:00",)}
    leads = [lead("L1", 8.5), lead("L2", 9.5), lead("L3", 16.9)]
    day = world(leads, [Rep(rep_id="ana", capacity=9, **hours)], hours=48)
    quarter = play_quarter(ByHand((day,) * 2), replications=Fixed(2), rules=HouseRules(
        windows=Windows(minutes=60), within_minutes=within))
    assert quarter.base.measures[Measure.SERVICE_LEVEL].numbers[0] == pytest.approx(share)


def test_a_floor_is_open_while_anybody_works() -> None:
    """Two shifts that overlap, a gap, and a rep who is not active."""
    reps = [Rep(rep_id="ana", capacity=1, timezone="UTC", working_hours=("Mon-Sun 08:00-12:00",)),
            Rep(rep_id="ben", capacity=1, timezone="Europe/Berlin",
                working_hours=("Mon-Sun 12:00-15:00",)),
            Rep(rep_id="cal", capacity=1, active=False, timezone="UTC",
                working_hours=("Mon-Sun 00:00-24:00",))]
    clock = OpenTime(world([], reps, hours=48))
    at = [START + hours * HOUR for hours in (0, 8, 10, 14, 20, 32, 47)]
    minutes = clock.minutes([START] * len(at), at)
    assert minutes.tolist() == [0, 0, 120, 360, 360, 360, 720]
    assert clock.minutes([START + 13 * HOUR], [START + 33 * HOUR]).tolist() == [120]


def test_a_floor_without_hours_is_open_around_the_clock() -> None:
    """Also one without reps."""
    for reps in ([], [Rep(rep_id="ana", capacity=1)]):
        clock = OpenTime(world([], reps, hours=48))
        assert clock.minutes([START + HOUR], [START + HOUR + 90 * MINUTE]).tolist() == [90]


def played(make_world: WorldMaker | None = None, *scenarios: Scenario,
           replications: Replications = Fixed(6)) -> Quarter:  # noqa: B008 - frozen
    """Play days of the east and the west."""
    return play_quarter(make_world or east_and_west(behaviour=BUSY), scenarios,
                        replications=replications, rules=EVERY_FOUR)


def test_means_intervals_and_paired_differences() -> None:
    """As numpy and scipy have them from the numbers by replication."""
    quarter = played(None, MORE)
    base = quarter.base.measures[Measure.OWNED]
    more = quarter.result("more").measures[Measure.OWNED]
    assert base.level is not None
    assert more.difference is not None
    assert base.level.mean == statistics.fmean(base.numbers)  # type: ignore[type-var]
    pairs = [one - other for one, other in zip(more.numbers, base.numbers, strict=True)
             if one is not None and other is not None]
    assert more.difference.mean == statistics.fmean(pairs) > 0
    assert more.difference.half_width == pytest.approx(
        t.ppf(0.975, 5) * statistics.stdev(pairs) / math.sqrt(6))
    assert quarter.result("more").scenario == MORE
    assert Quarter.model_validate_json(quarter.model_dump_json()) == quarter


def test_an_edit_of_nothing_makes_no_difference() -> None:
    """With answers, time-outs and open leads: every number of every replication is the same."""
    quarter = played(None, SAME)
    for measure, one in quarter.results[0].measures.items():
        assert one.numbers == quarter.base.measures[measure].numbers
        if one.difference is not None:
            assert (one.difference.mean, one.difference.half_width) == (0, 0)


def test_common_luck_makes_differences_narrow() -> None:
    """A rep of the west changes nothing in the east: the difference varies less than the level."""
    more = played(None, MORE).results[0].measures[Measure.VALUE]
    assert more.level is not None
    assert more.difference is not None
    assert more.difference.half_width < more.level.half_width / 2  # type: ignore[operator]


class Backwards:
    """Runs the last item first, each on a copy of everything, as other processes do."""

    def run(self, function: Callable[[Shared, Item], Result], shared: Shared,
            items: Sequence[Item]) -> tuple[Result, ...]:
        """Return the results in the order of the items."""
        results = []
        for item in reversed(items):
            packed = pickle.dumps((function, shared, item))
            own_function, own_shared, own_item = pickle.loads(packed)  # noqa: S301 - our own bytes
            results.append(own_function(own_shared, own_item))
        return tuple(reversed(results))


def test_results_do_not_depend_on_the_runner_or_on_other_scenarios() -> None:
    """Pickled, the last first, and with another scenario between: the same numbers."""
    alone = played(None, MORE)
    both = play_quarter(east_and_west(behaviour=BUSY), [SAME, MORE], replications=Fixed(6),
                        rules=EVERY_FOUR, runner=Backwards())
    assert both.base == alone.base
    assert both.result("more") == alone.result("more")


def test_steins_rule_plays_on_until_it_is_precise() -> None:
    """The first stage of five gives the deviation, and that the number and the interval."""
    rule = Sequential(half_width=1.5, measure=Measure.OWNED, first=5)
    quarter = played(None, MORE, replications=rule)
    one = quarter.results[0].measures[Measure.OWNED]
    base = quarter.base.measures[Measure.OWNED]
    pairs = [more - other for more, other in zip(one.numbers, base.numbers, strict=True)
             if more is not None and other is not None]
    wide = t.ppf(0.975, 4) * statistics.stdev(pairs[:5])
    assert quarter.num_replications == max(5, math.ceil((wide / 1.5) ** 2)) > 5
    assert one.difference is not None
    assert one.difference.half_width == pytest.approx(wide / math.sqrt(len(pairs)))
    assert one.difference.half_width <= 1.5
    assert quarter.precise
    again = played(None, MORE, replications=Fixed(quarter.num_replications))
    assert again.results[0].measures[Measure.OWNED].numbers == one.numbers


def test_the_target_may_be_the_level() -> None:
    """Of the base too; at the most replications it says that it is not precise."""
    rule = Sequential(half_width=0.5, measure=Measure.OWNED, first=5, most=8,
                      target=Target.LEVEL)
    quarter = played(None, MORE, replications=rule)
    assert (quarter.num_replications, quarter.precise) == (8, False)


def test_a_first_stage_without_differences_says_nothing_of_later_ones() -> None:
    """Then the interval is that of all numbers."""
    rule = Sequential(half_width=1, first=3)
    late = interval([2, 2, 2, 2, 7], rule)
    assert late is not None
    assert late.half_width == pytest.approx(t.ppf(0.975, 4) * 1.0)
    same = interval([2, 2, 2, 2], rule)
    assert same is not None
    assert (same.mean, same.half_width) == (2, 0)
    missing = interval([None, 3, None], Fixed(3))
    assert missing is not None
    assert (missing.mean, missing.half_width, missing.num) == (3, None, 1)
    assert interval([None, None], Fixed(2)) is None


def test_floors_are_made_every_two_hours_unless_said_otherwise() -> None:
    """With a past to learn from, keeping slots for better leads is worth something."""
    worlds = GeneratedWorlds(30, 4, 1, slots_per_lead=0.4,
                             options=DayOptions(days=2, history_days=8))
    value = {}
    for method in (Method.OPTIMAL, Method.OPTIMAL_REFRESHED):
        quarter = play_quarter(worlds, replications=Fixed(2), rules=HouseRules(
            method=method, windows=Windows(minutes=240), held=Held.LOST))
        value[method] = quarter.base.measures[Measure.VALUE].numbers[0]
    assert value[Method.OPTIMAL_REFRESHED] > 1.1 * value[Method.OPTIMAL]  # type: ignore[operator]
    rules = HouseRules()
    assert rules.of_house(worlds(0)).policy.horizon.refresh_minutes == 120
    policys = HouseRules(refresh_minutes=None)
    assert policys.of_house(worlds(0)) == worlds(0)


def test_a_scenario_may_say_how_often_floors_are_made() -> None:
    """What it sets is played, whatever the house rules say of the base."""
    worlds = GeneratedWorlds(30, 4, 1, slots_per_lead=0.4,
                             options=DayOptions(days=2, history_days=8))
    seldom = Scenario(name="seldom", edits=(
        ChangePolicy(set={"horizon": {"refresh_minutes": 1_000.0}}),))
    played, of_house = (play_quarter(worlds, scenarios, replications=Fixed(2), rules=HouseRules(
        windows=Windows(minutes=240), refresh_minutes=minutes))
        for scenarios, minutes in (([seldom], 240.0), ((), 1_000.0)))
    numbers = played.results[0].measures[Measure.VALUE].numbers
    assert numbers == of_house.base.measures[Measure.VALUE].numbers
    assert numbers != played.base.measures[Measure.VALUE].numbers


def test_what_is_wrong_is_said_before_anything_is_played() -> None:
    """Scenarios that do not fit, and rules that a simulation does not know."""
    wrong = [Scenario(name="gone", edits=(RemoveReps(rep_ids=("eve",)),)),
             Scenario(name="none", edits=(ScaleLeads(where='source = "Radio"', factor=2),))]
    with pytest.raises(InvalidInputError) as error:
        played(None, *wrong)
    assert len(error.value.issues) == 2
    limits = [{"name": "east", "reps": 'team = "East"', "max": 5, "measure": "slots"}]
    with pytest.raises((UsageError, InvalidInputError), match="limits"):
        played(None, Scenario(name="cap", edits=(ChangePolicy(set={"limits": limits}),)))


@pytest.mark.parametrize(("make", "message"), [
    (lambda: Fixed(1), "2 or more"), (lambda: Fixed(5, confidence=1.0), "between 0 and 1"),
    (lambda: Sequential(half_width=0), "above 0"), (lambda: Sequential(1, first=1), "2 or more"),
    (lambda: Sequential(1, first=20, most=10), "do not fit"),
    (lambda: HouseRules(within_minutes=-1), "0 or more"),
    (lambda: HouseRules(refresh_minutes=0), "above 0")])
def test_rules_that_cannot_be_are_refused(make: object, message: str) -> None:
    """Each names the number and what to give."""
    with pytest.raises(UsageError, match=message):
        make()  # type: ignore[operator]


def test_a_measure_that_is_not_there_cannot_be_made_precise() -> None:
    """Nobody owns a lead, so nobody waited."""
    empty = ByHand(tuple(world([lead("L1", 1)], [Rep(rep_id="ana", capacity=0)])
                         for _ in range(4)))
    with pytest.raises(UsageError, match="mean_wait_minutes is there in 0 of the first 2"):
        played(empty, replications=Sequential(1.0, measure=Measure.MEAN_WAIT, first=2, most=4))


def makers() -> list[WorldMaker]:
    """Return one of each kind."""
    generated = GeneratedWorlds(20, 3, 7, slots_per_lead=0.8, behaviour=BUSY,
                                options=DayOptions(days=3, history_days=8))
    base = generated(0)
    return [generated, BootstrapWorlds(base, seed=7), PoissonWorlds(base, base.history, 1.0, 7)]


@pytest.mark.parametrize("make_world", makers(), ids=lambda maker: type(maker).__name__)
def test_makers_repeat_and_their_worlds_differ(make_world: WorldMaker) -> None:
    """Same number, same world; other numbers: other leads and luck, the same floor and past."""
    one, again, other = make_world(1), make_world(1), make_world(2)
    assert one == again
    assert one.seed != other.seed
    assert one.arrivals != other.arrivals
    assert (one.reps, one.policy, one.history, one.behaviour) == (
        other.reps, other.policy, other.history, BUSY)
    assert all(one.start <= own.created_at < one.end for own in one.arrivals if own.created_at)


def test_a_draw_of_generated_days_is_none_of_the_others() -> None:
    """With a hidden truth, too: reps and history stay as they are."""
    generated = GeneratedWorlds(20, 3, 7, slots_per_lead=0.8,
                                options=DayOptions(days=2, history_days=4))
    first, second = generated(0), generated(1)
    assert first.end - first.start == timedelta(days=2)
    assert first.history == second.history
    assert len({own.deal_value for own in (*first.arrivals, *second.arrivals)}) > 70
    quarter = play_quarter(generated, replications=Fixed(2), rules=HouseRules(held=Held.LOST))
    assert quarter.base.measures[Measure.OWNED].numbers[0]


def test_the_example_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """As it stands there, in some seconds."""
    readme = (ROOT / "solver/quarter/README.md").read_text(encoding="utf-8")
    exec(readme.partition("```python\n")[2].partition("```")[0], {})  # noqa: S102 - our own text
    assert re.match(r"mean=.* half_width=.* num=3", capsys.readouterr().out)
