"""What owners and leads do, drawn once per world: every method meets the same luck.

Each number is made from the world's seed, its purpose and the id of the lead or rep it is about,
and of nothing else (common random numbers). So the k-th offer of a lead has the same luck whoever
it goes to, and a world that differs in some leads and reps leaves the luck of all others as it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.keyed_draws import keyed_uniform
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

    def answer(self, lead_idx: int, nth: int) -> Answer:
        """Return what becomes of a lead's nth offer, from 0."""
        behaviour = self._world.behaviour
        if not behaviour.reject + behaviour.time_out:
            return Answer.ACCEPTED
        drawn = self._uniform(_Purpose.ANSWER, self._world.arrivals[lead_idx].lead_id, nth)
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
        return tuple(_time(mean, self._uniform(_Purpose.OPEN_TIME, lead.lead_id))
                     for lead in self._world.arrivals)

    @cached_property
    def closings(self) -> Sequence[tuple[int, timedelta]]:
        """Rep position and time after the start at which a lead closes that was open then.

        What is left of an exponential time is as long as the whole.
        """
        mean = self._world.behaviour.open_hours
        if mean is None:
            return ()
        return tuple((at, _time(mean, self._uniform(_Purpose.CLOSING, rep.rep_id, nth)))
                     for at, rep in enumerate(self._world.reps) for nth in range(rep.open_leads))

    @cached_property
    def win(self) -> _Floats:
        """(L,) a lead is won if its chance is above this."""
        return np.array([self._uniform(_Purpose.WIN, lead.lead_id)
                         for lead in self._world.arrivals], dtype=np.float64)

    def _uniform(self, purpose: _Purpose, about: str, nth: int = 0) -> float:
        return keyed_uniform(self._world.seed, _LUCK, purpose, nth, about)


def floors_seed(world: World, nth: int) -> int:
    """Return the seed of the samples for the floors that are made the nth time."""
    sequence = np.random.SeedSequence(world.seed, spawn_key=(_LUCK, _Purpose.FLOORS, nth))
    return int(sequence.generate_state(1)[0])


def _time(mean_hours: float, drawn: float) -> timedelta:
    """Return the exponential time of a uniform number, at least a microsecond long."""
    return max(timedelta(hours=-mean_hours * math.log1p(-drawn)), _TICK)
