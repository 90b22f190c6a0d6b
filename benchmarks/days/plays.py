"""One generated world and the methods played through it: the unit of work of a table."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from solver.certify.exchange import UNREACHABLE
from solver.generate import DayOptions, Surprise, generate_world, held_constant
from solver.horizon.ahead import AheadPlan
from solver.horizon.planner import slot_worth
from solver.models.policy import Freshness
from solver.simulate import Foresight, Held, Method, Windows, ceiling, run
from solver.world import Behaviour, World


class FloorRule(StrEnum):
    """What a sample's floor is taken to be; the library takes the midpoint."""

    MIDPOINT = "midpoint"
    LOSS = "loss"
    GAIN = "gain"

    def slot_worth(self, plan: AheadPlan) -> NDArray[np.float64]:
        """Return (R,) floors of one sample; gain where a rep has no slot."""
        if self is FloorRule.MIDPOINT:
            return slot_worth(plan)
        has_slot = (plan.loss < UNREACHABLE) & (self is FloorRule.LOSS)
        return np.where(has_slot, plan.loss, plan.gain).astype(np.float64)


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """Arguments of a world."""

    seed: int
    slots_per_lead: float
    num_leads: int = 1_000
    num_reps: int = 50
    surprise: Surprise = Surprise.NONE
    noise: float | None = None
    constant: bool = False
    """Score and fit held constant."""
    half_life_hours: float | None = None
    max_age_hours: float | None = None
    options: DayOptions = field(default_factory=DayOptions)
    behaviour: Behaviour = field(default_factory=Behaviour)
    open_load: bool = False
    """Slots reopen: instead of a daily cap each rep has as many open slots as bring as many leads a
    day when a lead stays open ``behaviour.open_hours``; all of them are taken at the start."""

    def make(self) -> World:
        """Make the world; nothing is left to nurture, so that only what is owned counts.

        Where age takes worth and reps keep hours, waiting for a rep costs what waiting in the queue
        costs: else a lead would gain by not being decided.
        """
        world = generate_world(
            self.num_leads, self.num_reps, self.seed, slots_per_lead=self.slots_per_lead,
            surprise=self.surprise, noise=self.noise, options=self.options)
        policy = world.policy.model_copy(update={
            "reserve_value": 0.0,
            "freshness": Freshness(half_life_hours=self.half_life_hours,
                                   max_age_hours=self.max_age_hours)})
        if self.half_life_hours is not None:
            policy = policy.model_copy(update={"response": policy.response.model_copy(update={
                "half_life_minutes": 60 * self.half_life_hours})})
        world = replace(world, policy=policy, behaviour=self.behaviour)
        if self.open_load:
            world = _with_open_load(world)
        return held_constant(world) if self.constant else world


def _with_open_load(world: World) -> World:
    open_hours = world.behaviour.open_hours
    assert open_hours is not None
    slots = [max(1, round((rep.daily_cap or 0) * open_hours / 24)) for rep in world.reps]
    reps = tuple(rep.model_copy(update={"capacity": most, "open_leads": most, "daily_cap": None})
                 for rep, most in zip(world.reps, slots, strict=True))
    horizon = world.policy.horizon.model_copy(update={"open_hours": open_hours})
    return replace(world, reps=reps, policy=world.policy.model_copy(update={"horizon": horizon}))


@dataclass(frozen=True, slots=True)
class Play:
    """One method in one world."""

    world: WorldSpec
    method: Method
    windows: Windows
    held: Held = Held.LOST
    floor_rule: FloorRule = FloorRule.MIDPOINT


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a play came to."""

    value: int
    ceiling: int
    true_value: float | None
    mean_wait_minutes: float | None

    @property
    def share(self) -> float:
        """Value over what hindsight could have had."""
        return self.value / self.ceiling


def play_all(plays: Iterable[Play], jobs: int) -> dict[Play, Outcome]:
    """Play everything, world by world, in so many processes; the result does not depend on them."""
    by_world: dict[WorldSpec, list[Play]] = {}
    for play in plays:
        by_world.setdefault(play.world, []).append(play)
    # A fresh interpreter each: a fork of threads that hold locks may hang.
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as executor:
        played = executor.map(_play_world, by_world.values())
        return {play: outcome for outcomes in played for play, outcome in outcomes}


def _play_world(plays: Sequence[Play]) -> list[tuple[Play, Outcome]]:
    world = plays[0].world.make()
    foresight = {rule: Foresight(world, rule.slot_worth) for rule in FloorRule}
    top = ceiling(world).value
    outcomes = []
    for play in plays:
        came = run(world, play.method, windows=play.windows, held=play.held,
                   foresight=foresight[play.floor_rule])
        outcomes.append((play, Outcome(came.value, top, came.true_value,
                                       came.mean_wait_minutes)))
    return outcomes
