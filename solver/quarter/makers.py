"""Where the worlds of replications come from: each number gives a world, drawn independently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import Protocol

import numpy as np

from solver.generate import DayOptions, generate_world
from solver.models import Lead
from solver.scenarios.floor_edits import MAX_FACTOR
from solver.simulate import bootstrap_arrivals, poisson_arrivals
from solver.world import Behaviour, World

#: Sets the seeds of replications apart from whatever else is spawned from the same seed.
_QUARTER = 0x71756172746572
#: Numbers of worlds that are no replications.
_BEYOND = 10**9
#: Thirteen weeks from a Monday, with office hours: a quarter.
QUARTER_DAYS = DayOptions(at=datetime(2026, 11, 16, tzinfo=UTC), days=91, history_days=28,
                          calendars=True)


class WorldMaker(Protocol):
    """Makes the world of each replication."""

    def __call__(self, nth: int) -> World:
        """Return the nth world, from 0; beyond a billion they bring leads on top of others'.

        The same number gives the same world, in any process; worlds of other numbers are
        independent draws of the same time with the same reps and policy.
        """
        ...


def drawn_again(make_world: WorldMaker, nth: int, time: int) -> World:
    """Return another world like the nth, for the leads that a scenario brings on top of its own.

    Parameters
    ----------
    make_world
        Makes worlds.
    nth
        Number of a replication, below a billion.
    time
        From 1, at most the largest factor of a scenario.

    Returns
    -------
    World
        That of a number that no replication and no other pair of `nth` and `time` has.
    """
    return make_world(_BEYOND + nth * int(MAX_FACTOR) + time)


@dataclass(frozen=True, slots=True)
class GeneratedWorlds:
    """Made-up quarters of one made-up sales floor; arguments as of :func:`generate_world`."""

    num_leads: int
    """Leads a working day."""
    num_reps: int
    seed: int
    slots_per_lead: float
    options: DayOptions = QUARTER_DAYS
    """Their ``draw`` is the number of the replication."""
    behaviour: Behaviour = field(default_factory=Behaviour)

    def __call__(self, nth: int) -> World:
        """Return the nth world."""
        world = generate_world(self.num_leads, self.num_reps, self.seed,
                               slots_per_lead=self.slots_per_lead,
                               options=replace(self.options, draw=nth))
        return replace(world, seed=_seed_of(self.seed, nth), behaviour=self.behaviour)


@dataclass(frozen=True, slots=True)
class BootstrapWorlds:
    """An own past, put together anew in blocks: :func:`solver.simulate.bootstrap_arrivals`.

    What the past has never seen does not come. Intervals tell how much quarters differ, not how
    well the past is known.
    """

    base: World
    """Reps, policy, history, behaviour and length; its arrivals are not looked at."""
    seed: int
    block_hours: float = 4.0
    clock: tzinfo = UTC

    def __call__(self, nth: int) -> World:
        """Return the nth world."""
        return replace(self.base, seed=_seed_of(self.seed, nth), arrivals=bootstrap_arrivals(
            self.base.history, self.base.start, self.base.end, block_hours=self.block_hours,
            rng=_rng(self.seed, nth), clock=self.clock))


@dataclass(frozen=True, slots=True)
class PoissonWorlds:
    """Leads of a pool that come at stated rates: :func:`solver.simulate.poisson_arrivals`."""

    base: World
    """Reps, policy, history, behaviour and length; its arrivals are not looked at."""
    pool: tuple[Lead, ...]
    rate_per_hour: float | Sequence[float]
    """One number, or 168 by the hour of the week from Monday 0:00 UTC on."""
    seed: int

    def __call__(self, nth: int) -> World:
        """Return the nth world."""
        return replace(self.base, seed=_seed_of(self.seed, nth), arrivals=poisson_arrivals(
            self.pool, self.rate_per_hour, self.base.start, self.base.end, _rng(self.seed, nth)))


def _sequence(seed: int, nth: int) -> np.random.SeedSequence:
    return np.random.SeedSequence(seed, spawn_key=(_QUARTER, nth))


def _rng(seed: int, nth: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(_sequence(seed, nth)))


def _seed_of(seed: int, nth: int) -> int:
    """Return the seed of what owners and leads do in a replication."""
    return int(_sequence(seed, nth).spawn(1)[0].generate_state(1, np.uint64)[0])
