"""Floors as a run makes them: from what is known of the future at the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from solver.horizon import Forecast, Planner, learn
from solver.horizon.planner import SlotWorth
from solver.models import Floors, Lead, Rep
from solver.simulate.luck import floors_seed
from solver.world import World


@dataclass(frozen=True, slots=True)
class Scene:
    """What a method sees when it decides."""

    at: datetime
    reps: tuple[Rep, ...]
    """As they stand."""
    waiting: tuple[Lead, ...]
    """All leads without an owner or a standing offer, those to be decided among them."""
    num_arrived: int
    """Arrivals so far."""


class Foresight:
    """What the history of a world lets expect; learnt once for all of its runs."""

    def __init__(self, world: World, worth: SlotWorth | None = None) -> None:
        self._world, self._worth = world, worth

    @cached_property
    def forecast(self) -> Forecast:
        """The forecast as of the start."""
        return learn(self._world.history, at=self._world.start, policy=self._world.policy)

    def floors_at_start(self) -> Floors:
        """Make floors from the history alone."""
        return self._make(self._world.reps, (), self.forecast, self._world.start, 0)

    def floors(self, scene: Scene, nth: int) -> Floors:
        """Make floors the nth time, from the leads waiting and a forecast that follows the day."""
        arrived = self._world.arrivals[:scene.num_arrived]
        forecast = self.forecast.scaled_to(arrived, scene.at)
        return self._make(scene.reps, scene.waiting, forecast, scene.at, nth)

    @cached_property
    def _planner(self) -> Planner:
        return Planner(self._world.reps, self.forecast, self._world.policy, self._worth)

    def _make(self, reps: Sequence[Rep], waiting: Sequence[Lead], forecast: Forecast,
              at: datetime, nth: int) -> Floors:
        return self._planner.floors(reps, waiting, forecast, at,
                                    seed=floors_seed(self._world, nth))


class KeptFloors:
    """The floors that a run goes by, and how often it made them."""

    def __init__(self, foresight: Foresight, *, refresh: bool) -> None:
        self._foresight, self._refresh = foresight, refresh
        self._floors: Floors | None = None
        self.num_made = 0

    def current(self, scene: Scene) -> Floors:
        """Return the floors to decide by; they are made anew where that is due."""
        if self._floors is None and not self._refresh:
            self._floors = self._foresight.floors_at_start()
            self.num_made += 1
        elif self._floors is None or (self._refresh and scene.at >= self._floors.refresh_at):
            self._floors = self._foresight.floors(scene, self.num_made)
            self.num_made += 1
        return self._floors
