"""Scenarios through the same simulated quarters: means, intervals, paired differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from solver.errors import UsageError
from solver.quarter.makers import WorldMaker, drawn_again
from solver.quarter.measures import Measured, measured
from solver.quarter.opening import OpenTime
from solver.quarter.records import Measure, MeasureResult, Quarter, QuarterResult
from solver.quarter.replications import (
    Fixed,
    Numbers,
    Replications,
    Sequential,
    Target,
    interval,
)
from solver.running import Runner, Serial
from solver.sales_floor.plain import rules_beyond_capacity
from solver.scenarios import Scenario, check_scenarios
from solver.scenarios.present import window_of
from solver.scenarios.worlds import apply_to_world
from solver.simulate import Estimate, Held, Method, Windows, run
from solver.simulate.play import check_world
from solver.world import World

_HALF_HOURS = Windows(minutes=30)


@dataclass(frozen=True, slots=True)
class HouseRules:
    """How a quarter is played.

    Raises
    ------
    UsageError
        If a number is out of range.
    """

    method: Method = Method.OPTIMAL_REFRESHED
    """How leads get their owners."""
    windows: Windows = _HALF_HOURS
    held: Held = Held.RETURN
    within_minutes: float = 60.0
    """Of the service level: minutes in which the base's floor is open, 0 or more."""
    refresh_minutes: float | None = 120.0
    """After which floors are made anew, above 0, instead of ``policy.horizon.refresh_minutes``:
    floors of the half hour take most of a quarter's time and bring little more. None: the policy's.
    A scenario that edits the policy's has what it sets."""

    def __post_init__(self) -> None:
        if not 0 <= self.within_minutes < float("inf"):
            raise UsageError(f"within_minutes {self.within_minutes:g} must be 0 or more")
        if self.refresh_minutes is not None and not 0 < self.refresh_minutes < float("inf"):
            raise UsageError(f"refresh_minutes {self.refresh_minutes:g} must be above 0")

    def of_house(self, world: World) -> World:
        """Return a world whose floors are made anew as often as these rules say."""
        if self.refresh_minutes is None:
            return world
        horizon = world.policy.horizon.model_copy(
            update={"refresh_minutes": self.refresh_minutes})
        return replace(world, policy=world.policy.model_copy(update={"horizon": horizon}))


@dataclass(frozen=True, slots=True)
class _Shared:
    make_world: WorldMaker
    scenarios: tuple[Scenario | None, ...]
    """The base, None, first."""
    rules: HouseRules


#: Position of a scenario, number of a replication.
_Item = tuple[int, int]


def play_quarter(make_world: WorldMaker, scenarios: Sequence[Scenario] = (), *,
                 replications: Replications, rules: HouseRules | None = None,
                 runner: Runner | None = None) -> Quarter:
    """Play scenarios, and the floor as it is, through the same quarters.

    Parameters
    ----------
    make_world
        Makes the world of each replication; for workers in other processes it must pickle.
    scenarios
        What changes; none: the floor as it is alone.
    replications
        How many: :class:`Fixed` or :class:`Sequential`.
    rules
        How each is played; by default windows of half an hour, with floors of two hours.
    runner
        Runs replications, one scenario of one replication at a time; the results do not depend on
        it. None: one after the other.

    Returns
    -------
    Quarter
        Of each scenario and measure the mean, its interval, and the paired difference to the base.

    Raises
    ------
    InvalidInputError
        If a scenario does not fit the floor; all problems at once, before anything is played.
    UsageError
        If a world cannot be played, or a policy has rules that look at more than one pair.

    Notes
    -----
    Common random numbers: every scenario meets the same leads at the same times with the same luck,
    but for what it edits, so that a difference is due to the edits (Law, Simulation Modeling and
    Analysis, section 11.2).
    """
    rules = rules or HouseRules()
    shared = _Shared(make_world, (None, *scenarios), rules)
    base = rules.of_house(make_world(0))
    _check(shared, base)
    numbers = _play(shared, replications, runner or Serial())
    results = [_result(scenario, played, numbers[0], replications)
               for scenario, played in zip(shared.scenarios, numbers, strict=True)]
    return Quarter(
        method=rules.method, held=rules.held, windows=_windows_text(rules.windows),
        within_minutes=rules.within_minutes, currency=base.policy.currency,
        num_replications=len(numbers[0]), confidence=replications.confidence,
        rule=_rule_text(replications), precise=_is_precise(results, replications),
        base=results[0], results=tuple(results[1:]))


def _check(shared: _Shared, base: World) -> None:
    """Find what is wrong before anything is played."""
    check_scenarios(window_of(base), [one for one in shared.scenarios if one is not None])
    for at, scenario in enumerate(shared.scenarios):
        world = _edited(shared, base, (at, 0))
        check_world(world)
        if beyond := rules_beyond_capacity(world.policy):
            of = "the policy" if scenario is None else f"the policy of scenario {scenario.name!r}"
            raise UsageError(f"{of} has {', '.join(beyond)}; simulated days know only capacities: "
                             "leave these rules out, or ask what_if for one window")


def _play(shared: _Shared, rule: Replications, runner: Runner) -> list[list[Measured]]:
    """Return what was measured, by scenario and replication."""
    if isinstance(rule, Fixed):
        return _run(shared, range(rule.number), runner)
    first = _run(shared, range(rule.first), runner)
    total = rule.total(_targets(first, rule))
    rest = _run(shared, range(rule.first, total), runner)
    return [early + late for early, late in zip(first, rest, strict=True)]


def _run(shared: _Shared, which: range, runner: Runner) -> list[list[Measured]]:
    items = [(scenario, nth) for nth in which for scenario in range(len(shared.scenarios))]
    played = runner.run(_play_one, shared, items) if items else ()
    size = len(shared.scenarios)
    return [list(played[at::size]) for at in range(size)]


def _play_one(shared: _Shared, item: _Item) -> Measured:
    """Play one scenario of one replication."""
    rules = shared.rules
    base = rules.of_house(shared.make_world(item[1]))
    world = _edited(shared, base, item)
    played = run(world, rules.method, windows=rules.windows, held=rules.held)
    return measured(world, played, OpenTime(base), rules.within_minutes)


def _edited(shared: _Shared, base: World, item: _Item) -> World:
    """Return the world of a replication as a scenario makes it."""
    at, nth = item
    scenario = shared.scenarios[at]
    if scenario is None:
        return base
    return apply_to_world(base, scenario, partial(drawn_again, shared.make_world, nth))


def _targets(played: Sequence[Sequence[Measured]], rule: Sequential) -> list[Numbers]:
    """Return the numbers whose mean a sequential rule makes precise."""
    own = [[one[rule.measure] for one in scenario] for scenario in played]
    if rule.target is Target.LEVEL or len(own) == 1:
        return list(own)
    return [_differences(numbers, own[0]) for numbers in own[1:]]


def _differences(numbers: Numbers, base: Numbers) -> Numbers:
    return [None if one is None or other is None else one - other
            for one, other in zip(numbers, base, strict=True)]


def _result(scenario: Scenario | None, played: Sequence[Measured], base: Sequence[Measured],
            rule: Replications) -> QuarterResult:
    measures = {}
    for measure in Measure:
        numbers = tuple(one[measure] for one in played)
        paired = _differences(numbers, [one[measure] for one in base])
        measures[measure] = MeasureResult(numbers=numbers, level=interval(numbers, rule),
                                          difference=interval(paired, rule))
    return QuarterResult(scenario=scenario, measures=measures)


def _is_precise(results: Sequence[QuarterResult], rule: Replications) -> bool:
    """Tell whether the intervals that a sequential rule is about are no wider than asked."""
    if isinstance(rule, Fixed):
        return True
    of_target = [result.measures[rule.measure] for result in results]
    estimates: list[Estimate | None] = (
        [one.level for one in of_target] if rule.target is Target.LEVEL or len(of_target) == 1
        else [one.difference for one in of_target[1:]])
    return all(one is not None and one.half_width is not None
               and one.half_width <= rule.half_width for one in estimates)


def _windows_text(windows: Windows) -> str:
    return (f"every {windows.minutes:g} minutes" if windows.leads is None
            else f"at every {windows.leads} new leads")


def _rule_text(rule: Replications) -> str:
    if isinstance(rule, Fixed):
        return f"{rule.number} replications, as given; Student's intervals"
    return (f"Stein's two stages: {rule.first} replications, then as many as make the interval of "
            f"{rule.measure} ({rule.target}) no wider than {rule.half_width:g} on either side, at "
            f"most {rule.most}; intervals by the deviation of the first stage")
