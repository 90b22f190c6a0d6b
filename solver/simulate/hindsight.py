"""The ceiling: the most that any method could have got from a world, knowing it all.

A lead may take a slot at any time from its arrival on, at the most it can be worth (see
:mod:`solver.simulate.best_values`); nobody rejects an offer; a rep who falls ill takes leads until
then. A world where that is not so brings less, so the ceiling stays one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.errors import UsageError
from solver.horizon.ahead import AheadPairs, plan_pairs
from solver.horizon.slots import SlotsAhead, slots_ahead
from solver.matrix.moments import micros
from solver.matrix.money import check_engine_range, check_sum_range
from solver.simulate.best_values import BestValues, best_values
from solver.simulate.play import check_world
from solver.simulate.relaxation import relaxed_ceiling, repeated
from solver.world import World

_EXACT = "exact: one min-cost flow over the reps' days"
_RELAXED = "bound: prices from a linear relaxation over the reps' slots, mark by mark"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The hindsight optimum of a world."""

    value: int
    """Sum of the values of owned leads that no run can exceed, minor units."""
    method: str
    """How it was found, and whether it is exact or a bound."""


def ceiling(world: World) -> Ceiling:
    """Find the most that any method could have got from a world.

    Parameters
    ----------
    world
        Where ``behaviour.open_hours`` is None no slot reopens, and one min-cost flow finds the
        optimum; else the linear relaxation gives a bound.

    Raises
    ------
    InvalidInputError
        If values are too large for exact sums.
    UsageError
        If the world cannot be played, or what its reps may take changes while it lasts.
    """
    check_world(world)
    if world.changes:
        raise UsageError(f"what rep {world.changes[0].rep_id!r} may take changes at "
                         f"{world.changes[0].at.isoformat()}; the ceiling knows only reps who stay "
                         "as they are: leave the changes out")
    best = best_values(world)
    largest = int(best.value.max(initial=0))
    check_sum_range(largest, len(best.arrived), "the value of an arrival")
    if world.behaviour.open_hours is not None:
        return Ceiling(relaxed_ceiling(world, best), _RELAXED)
    horizon = world.policy.horizon.model_copy(update={"open_hours": None})
    policy = world.policy.model_copy(update={"horizon": horizon})
    slots = slots_ahead(world.reps, None, world.start, world.end, policy)
    check_engine_range(largest, len(best.arrived) + 2 * len(slots.start) + 1,
                       "the value of an arrival")
    return Ceiling(plan_pairs(slots, _ahead_pairs(world, best, slots)).objective, _EXACT)


def _ahead_pairs(world: World, best: BestValues, slots: SlotsAhead) -> AheadPairs:
    """Pair leads with every day of their reps from the arrival on."""
    span = micros(world.end - world.start) + 1
    starts = np.repeat(np.arange(len(world.reps)), np.diff(slots.first)) * span + slots.start
    first, last = (np.searchsorted(starts, best.rep * span + at, side="right") - 1
                   for at in (best.arrived[best.lead], best.latest))
    pair, nth = repeated(last - first + 1)
    return AheadPairs(len(best.arrived), best.lead[pair], first[pair] + nth, best.value[pair])
