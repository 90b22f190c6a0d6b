"""What owners and leads do, drawn once per world: every method meets the same luck.

Each purpose has random numbers of its own, and the k-th offer of a lead has the same one whoever it
goes to (common random numbers).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.simulate.records import Answer
from solver.world import World

_Floats = NDArray[np.float64]
#: Sets these streams apart from whatever else is spawned from the world's seed.
_LUCK = 0x6C75636B
_TICK = timedelta(microseconds=1)


class _Purpose(IntEnum):
    ANSWER = 0
    OPEN_TIME = 1
    WIN = 2
    CLOSING = 3
    FLOORS = 4


class Luck:
    """The draws of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._answers: list[_Floats] = []

    def answer(self, lead_idx: int, nth: int) -> Answer:
        """Return what becomes of a lead's nth offer, from 0."""
        behaviour = self._world.behaviour
        if not behaviour.reject + behaviour.time_out:
            return Answer.ACCEPTED
        while len(self._answers) <= nth:
            rng = self._rng(_Purpose.ANSWER, len(self._answers))
            self._answers.append(rng.random(self._num_leads))
        drawn = self._answers[nth][lead_idx]
        if drawn < behaviour.reject:
            return Answer.REJECTED
        return Answer.TIMED_OUT if drawn < behaviour.reject + behaviour.time_out else (
            Answer.ACCEPTED)

    def open_time(self, lead_idx: int) -> timedelta | None:
        """Return how long a lead stays open once it is owned; None: beyond the end."""
        return None if self.open_times is None else self.open_times[lead_idx]

    @cached_property
    def open_times(self) -> Sequence[timedelta] | None:
        """How long each arrival stays open; None: all beyond the end."""
        mean = self._world.behaviour.open_hours
        if mean is None:
            return None
        return _times(self._rng(_Purpose.OPEN_TIME), mean, self._num_leads)

    @cached_property
    def closings(self) -> Sequence[tuple[int, timedelta]]:
        """Rep position and time after the start at which a lead closes that was open then.

        What is left of an exponential time is as long as the whole.
        """
        mean = self._world.behaviour.open_hours
        if mean is None:
            return ()
        rep_idx = [at for at, rep in enumerate(self._world.reps) for _ in range(rep.open_leads)]
        return tuple(zip(rep_idx, _times(self._rng(_Purpose.CLOSING), mean, len(rep_idx)),
                         strict=True))

    @cached_property
    def win(self) -> _Floats:
        """(L,) a lead is won if its chance is above this."""
        return self._rng(_Purpose.WIN).random(self._num_leads)

    @property
    def _num_leads(self) -> int:
        return len(self._world.arrivals)

    def _rng(self, purpose: _Purpose, *which: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64(_sequence(self._world, purpose, *which)))


def floors_seed(world: World, nth: int) -> int:
    """Return the seed of the samples for the floors that are made the nth time."""
    return int(_sequence(world, _Purpose.FLOORS, nth).generate_state(1)[0])


def _sequence(world: World, purpose: _Purpose, *which: int) -> np.random.SeedSequence:
    return np.random.SeedSequence(world.seed, spawn_key=(_LUCK, purpose, *which))


def _times(rng: np.random.Generator, mean_hours: float, size: int) -> tuple[timedelta, ...]:
    """Draw exponential times, at least a microsecond long."""
    hours = rng.exponential(mean_hours, size)
    return tuple(max(timedelta(hours=some), _TICK) for some in hours.tolist())
