"""Generated days of the benchmarks: tiny ones are played, tables are read off made-up outcomes."""

from __future__ import annotations

import pytest

from benchmarks.days.plays import FloorRule, Outcome, Play, WorldSpec, play_all
from benchmarks.days.tables import TABLES
from solver.simulate import Held, Method, Windows


def _play(method: Method, **spec: float) -> Play:
    world = WorldSpec(seed=1, slots_per_lead=0.5, num_leads=30, num_reps=5, **spec)  # type: ignore[arg-type]
    return Play(world, method, Windows(leads=5))


def test_a_tiny_day_is_played_by_every_method() -> None:
    """In two processes as in one: same outcomes, none above the ceiling, floors above none."""
    plays = [_play(method) for method in Method]
    outcomes = play_all(plays, jobs=1)
    assert outcomes == play_all(plays, jobs=2)
    assert all(0 < outcome.share <= 1 for outcome in outcomes.values())
    shares = {play.method: outcome.share for play, outcome in outcomes.items()}
    assert shares[Method.OPTIMAL_REFRESHED] > shares[Method.OPTIMAL]


def test_the_floor_rule_of_a_play_is_its_own() -> None:
    """Rules differ in the same world, and the library's rule is back after each."""
    first, loss, last = (Play(_play(Method.OPTIMAL).world, Method.OPTIMAL_REFRESHED,
                              Windows(leads=leads), Held.LOST, rule)
                         for rule, leads in ((FloorRule.MIDPOINT, 5), (FloorRule.LOSS, 5),
                                             (FloorRule.MIDPOINT, 5)))
    outcomes = play_all([first, loss], jobs=1)
    assert outcomes[first] != outcomes[loss]
    assert play_all([last], jobs=1)[last] == outcomes[first]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_reads_all_it_plays(name: str) -> None:
    """Every play is looked at, and the mean, worst share stands in the table."""
    table = TABLES[name](range(2))

    seen = set()

    class Recorded(dict[Play, Outcome]):
        def __getitem__(self, play: Play) -> Outcome:
            seen.add(play)
            return super().__getitem__(play)

    outcomes = Recorded({play: Outcome(value=90 - 10 * play.world.seed, ceiling=100,
                                       true_value=10.0, mean_wait_minutes=5.0)
                         for play in table.plays})
    text = table.render(outcomes)
    assert seen == set(table.plays)
    assert ("0.850 (0.800)" in text) is (name != "noise")


def test_missed_targets_are_named() -> None:
    """A share below its target, instant routing below windows of ten, floors below none."""
    table = TABLES["targets"](range(2))
    poor = {play: Outcome(97 if play.method is Method.OPTIMAL_REFRESHED else 95, 100, 0.0, 0.0)
            for play in table.plays}
    missed = table.shortfalls(poor)
    assert len(missed) == 3 + 3 + 3
    assert missed[0] == ("optimal_refreshed at 0.8 slots, windows of 10: 0.9700 of hindsight, at "
                         "least 0.9750 is asked")
    assert table.shortfalls({play: Outcome(99, 100, 0.0, 0.0) for play in table.plays}) == []
    table = TABLES["surprises"](range(2))
    worse = {play: Outcome(97 if play.method is Method.OPTIMAL_REFRESHED else 98, 100, 0.0, 0.0)
             for play in table.plays}
    assert len(table.shortfalls(worse)) == 30
    assert "at least 0.99 is asked" in table.shortfalls(worse)[0]
