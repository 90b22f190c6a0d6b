"""The least capacity per team and hour of the week that holds a service level."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, tzinfo
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from solver.errors import UsageError
from solver.quarter.demand import (
    Demand,
    demand_of,
    hours_of_week,
    teams_of,
    whole_hours_and_rest,
)
from solver.quarter.dimension import allowed_to_fail, dimensioned, raised
from solver.quarter.fifo import Paths, in_time, missing
from solver.quarter.makers import WorldMaker
from solver.quarter.replications import Fixed, interval
from solver.quarter.staffing_records import HOURS_A_WEEK, Proportion, Staffing, TeamStaffing
from solver.running import Runner, Serial
from solver.simulate.play import check_world

_Ints = NDArray[np.int64]
_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Samples:
    """How many replications a staffing plan is made from, and checked on.

    Raises
    ------
    UsageError
        If a number is too small.
    """

    dimension: int = 20
    """That the plan is made from, 1 or more."""
    raise_on: int = 20
    """Fresh ones in each round; hours that fall short in them are raised. 1 or more."""
    most_rounds: int = 3
    """0 or more."""
    check: int = 40
    """Fresh ones in the end, 2 or more, which change nothing any more."""

    def __post_init__(self) -> None:
        for name, least in (("dimension", 1), ("raise_on", 1), ("most_rounds", 0), ("check", 2)):
            if (number := getattr(self, name)) < least:
                raise UsageError(f"{name} {number} must be {least} or more")


@dataclass(frozen=True, slots=True)
class _Wanted:
    service_level: float
    within_minutes: float
    probability: float


_Shared = tuple[WorldMaker, float]


def staffing(make_world: WorldMaker, *, service_level: float, within_minutes: float,
             probability: float, samples: Samples | None = None, clock: tzinfo = UTC,
             runner: Runner | None = None) -> Staffing:
    """Find the least capacity per team and hour of the week that holds a service level.

    In each hour of the week, with probability `probability` or more, at least `service_level` of
    the leads that come in it have an owner within `within_minutes`; an hour without leads holds.

    Parameters
    ----------
    make_world
        Makes the leads of each replication; of its reps only who may have which lead counts, not
        their hours or slots. Best of whole weeks, several of them.
    service_level
        Above 0, at most 1.
    within_minutes
        From arrival, by the clock on the wall; 0 or more.
    probability
        Between 0 and 1.
    samples
        How many replications it is made from and checked on.
    clock
        Zone of the hours of the week; whole hours off UTC.
    runner
        Makes replications; the answer does not depend on it. None: one after the other.

    Returns
    -------
    Staffing
        With the check on replications that no hour was chosen by: how often each hour holds, with
        its interval.

    Raises
    ------
    UsageError
        If a number is out of range, no rep is active, the world cannot be played, or the zone is
        off UTC by a part of an hour.

    Notes
    -----
    What the model is, and what it leaves out, stands in this folder's README. Least means that on
    the replications that it was made from no hour can be lowered by one alone; hours raised after
    that were raised because fresh replications fell short.
    """
    wanted = _Wanted(service_level, within_minutes, probability)
    _check_numbers(wanted)
    samples, runner = samples or Samples(), runner or Serial()
    world = make_world(0)
    check_world(world)
    teams, hour = teams_of(world), hours_of_week(world, clock)
    if not teams:
        raise UsageError("no rep is active, so there is no team to staff; activate one")
    source = _Source(make_world, wanted, hour, runner)
    paths = source.next(samples.dimension)
    plan = [dimensioned(own, probability) for own in paths]
    rounds = 0
    while rounds < samples.most_rounds:
        fresh = source.next(samples.raise_on)
        if all(_holds(own, capacity, probability)
               for own, capacity in zip(fresh, plan, strict=True)):
            break
        paths = [own.joined(more) for own, more in zip(paths, fresh, strict=True)]
        plan = [raised(own, probability, capacity)
                for own, capacity in zip(paths, plan, strict=True)]
        rounds += 1
    check = source.next(samples.check)
    return Staffing(
        service_level=service_level, within_minutes=within_minutes, probability=probability,
        timezone=str(clock), num_dimensioned=samples.dimension, rounds=rounds,
        num_checked=samples.check, nobody=source.nobody, teams=tuple(
            _checked(team, capacity, own, probability)
            for team, capacity, own in zip(teams, plan, check, strict=True)))


class _Source:
    """Draws replications, each only once."""

    def __init__(self, make_world: WorldMaker, wanted: _Wanted, hour: _Ints, runner: Runner
                 ) -> None:
        self._shared, self._hour, self._runner = (make_world, wanted.within_minutes), hour, runner
        self._wanted = wanted
        self._num_drawn = 0
        self.nobody = 0.0
        """Leads a replication that no rep may have, mean of the latest replications."""

    def next(self, number: int) -> list[Paths]:
        """Return fresh replications, by team."""
        which = range(self._num_drawn, self._num_drawn + number)
        self._num_drawn = which.stop
        drawn = self._runner.run(_draw, self._shared, which)
        self.nobody = float(np.mean([one.nobody for one in drawn]))
        early = np.stack([one.early for one in drawn], axis=1)
        late = np.stack([one.late for one in drawn], axis=1)
        return [Paths(early=early[team], late=late[team], hour=self._hour,
                      whole_hours=whole_hours_and_rest(self._wanted.within_minutes)[0],
                      service_level=self._wanted.service_level) for team in range(len(early))]


def _draw(shared: _Shared, nth: int) -> Demand:
    make_world, within_minutes = shared
    return demand_of(make_world(nth), within_minutes)


def _holds(paths: Paths, capacity: _Ints, probability: float) -> bool:
    failed = missing(paths, paths.needed, capacity)[0]
    return bool((failed <= allowed_to_fail(paths, probability)).all())


def _checked(team: str | None, capacity: _Ints, paths: Paths, probability: float
             ) -> TeamStaffing:
    """Say what the check found of one team."""
    failed, num = missing(paths, paths.needed, capacity)[0], paths.looked_at
    known = slice(paths.num_known)
    came = (paths.early + paths.late)[:, known]
    leads = np.bincount(paths.hour[known], weights=came.sum(axis=0), minlength=HOURS_A_WEEK)
    served = in_time(paths, capacity)[:, known].sum(axis=1)
    shares = [float(one / all_of_it) if all_of_it else None
              for one, all_of_it in zip(served, came.sum(axis=1), strict=True)]
    return TeamStaffing(
        team=team, capacity=tuple(capacity.tolist()),
        leads=tuple(float(total / of) if of else None
                    for total, of in zip(leads, num, strict=True)),
        holds=tuple(_proportion(int(of - bad), int(of), probability) if of else None
                    for bad, of in zip(failed, num, strict=True)),
        in_time=interval(shares, Fixed(max(2, len(shares)), _CONFIDENCE)))


def _proportion(successes: int, num: int, wanted: float) -> Proportion:
    """Return a share with Wilson's interval (E. B. Wilson, JASA 22, 1927)."""
    z = NormalDist().inv_cdf((1 + _CONFIDENCE) / 2)
    share, spread = successes / num, z ** 2 / num
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt((share * (1 - share) + spread / 4) / num) / (1 + spread)
    return Proportion(estimate=share, low=max(0.0, middle - half), high=min(1.0, middle + half),
                      num=num, wanted=wanted)


def _check_numbers(wanted: _Wanted) -> None:
    if not 0 < wanted.service_level <= 1:
        raise UsageError(f"service_level {wanted.service_level:g} must be above 0 and at most 1; "
                         "0.9 means nine leads in ten")
    if not 0 <= wanted.within_minutes < math.inf:
        raise UsageError(f"within_minutes {wanted.within_minutes:g} must be 0 or more")
    if not 0 < wanted.probability < 1:
        raise UsageError(f"probability {wanted.probability:g} must be between 0 and 1; 0.95 means "
                         "all but one week in twenty")
