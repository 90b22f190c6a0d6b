"""Makers of small worlds for the tests of quarters; workers of other processes import them."""

from __future__ import annotations

from dataclasses import dataclass

from solver.models import Rep
from solver.quarter import PoissonWorlds
from solver.world import Behaviour, World
from tests.simulated import lead, world


@dataclass(frozen=True)
class ByHand:
    """Worlds that are listed."""

    worlds: tuple[World, ...]

    def __call__(self, nth: int) -> World:
        """Return the nth."""
        return self.worlds[nth]


def east_and_west(rate_per_hour: float = 2.0, seed: int = 1, hours: float = 48.0,
                  **more: object) -> PoissonWorlds:
    """Make days of Poisson arrivals, two in three for Ana of the east, the others for Ben."""
    reps = (Rep(rep_id="ana", capacity=10_000, daily_cap=30, team="East"),
            Rep(rep_id="ben", capacity=10_000, daily_cap=10, team="West"))
    pool = tuple(lead(f"P{n}", 0, deal_value=100.0 + n,
                      excluded_rep_ids=("ana",) if n % 3 == 0 else ("ben",)) for n in range(30))
    base = world([], reps, hours=hours, **more)
    return PoissonWorlds(base, pool, rate_per_hour, seed)


BUSY = Behaviour(reject=0.1, time_out=0.1, open_hours=8.0)
