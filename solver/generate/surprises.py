"""Days that go another way than the history lets expect; the history stays as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from solver.generate.draws import Floats
from solver.generate.hours import DAY_SECONDS, HOUR_SECONDS, opening_second
from solver.generate.leads import lead_ids
from solver.matrix.territories import TerritoryFinder
from solver.models import Lead
from solver.world import Illness, Truth, World

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_RUSH_SECONDS = 3 * HOUR_SECONDS


class Surprise(StrEnum):
    """What happens that the history knows nothing of."""

    NONE = "none"
    """Days are of the same process as the history."""
    MORNING_RUSH = "morning_rush"
    """Half of each day's leads come in its first three hours."""
    SEGMENT_DOUBLES = "segment_doubles"
    """Twice as many leads come from the largest territory, in the mean."""
    ILLNESS = "illness"
    """At noon of the first day the reps with the most slots fall ill: a tenth of all, 1 or more."""
    QUIET_50 = "quiet_50"
    """Only 50 % of each day's leads come."""
    QUIET_30 = "quiet_30"
    """Only 30 % of each day's leads come."""


def morning_rush(world: World, rng: np.random.Generator) -> World:
    """Let half of each day's leads come in its first three hours, instead of later.

    A day begins at 0:00 UTC; where reps have working hours, when the offices of the lead's zone
    open.
    """
    offices = any(rep.working_hours for rep in world.reps)
    arrivals = list(world.arrivals)
    for start, day in _by_day(world):
        leads = [world.arrivals[i] for i in day]
        begins = np.array([_opening(lead, start) if offices else 0 for lead in leads])
        seconds = np.array([(_created(lead) - start) // _SECOND for lead in leads])
        late = np.flatnonzero((seconds - begins) % DAY_SECONDS >= _RUSH_SECONDS)
        num_moved = max(0, late.size - len(day) // 2)
        moved = rng.permutation(late)[:num_moved]
        sooner = (begins[moved] + rng.integers(_RUSH_SECONDS, size=num_moved)) % DAY_SECONDS
        for n, second in zip(moved.tolist(), sooner.tolist(), strict=True):
            arrivals[day[n]] = leads[n].model_copy(update={"created_at": start + second * _SECOND})
    return _arrive(world, arrivals, _win(world))


def segment_doubles(world: World, fresh: World) -> World:
    """Let the leads of the largest territory come twice: its own, and those of another world.

    Parameters
    ----------
    world
        The world as it would have been.
    fresh
        A world of the same process, reps and policy, with leads of its own.
    """
    finder = TerritoryFinder(world.policy)
    counts = Counter(map(finder.find, world.arrivals))
    largest = max(counts, key=lambda key: (key is not None, counts[key], key or ""))
    more = [i for i, lead in enumerate(fresh.arrivals) if finder.find(lead) == largest]
    own, others = _win(world), _win(fresh)
    win = None if own is None or others is None else np.concatenate((own, others[more]))
    return _arrive(world, (*world.arrivals, *(fresh.arrivals[i] for i in more)), win)


def illness(world: World) -> World:
    """Let the reps with the most slots fall ill at noon (UTC) of the first day."""
    by_slots = sorted(world.reps, key=lambda rep: (-rep.free_slots, rep.rep_id))
    num_ill = max(1, round(len(by_slots) / 10))
    noon = world.start + timedelta(hours=12)
    ill = sorted(rep.rep_id for rep in by_slots[:num_ill])
    return replace(world, illnesses=tuple(Illness(rep_id, noon) for rep_id in ill))


def quiet(world: World, share: float, rng: np.random.Generator) -> World:
    """Let only a share of each day's leads come; those of a smaller share are among them."""
    kept = sorted(i for _, day in _by_day(world)
                  for i in rng.permutation(day)[: round(share * len(day))].tolist())
    win = _win(world)
    return _arrive(world, [world.arrivals[i] for i in kept], None if win is None else win[kept])


def _by_day(world: World) -> list[tuple[datetime, list[int]]]:
    """Return each day's start and the positions of its arrivals."""
    num_days = (world.end - world.start) // _DAY
    days: list[list[int]] = [[] for _ in range(num_days)]
    for i, lead in enumerate(world.arrivals):
        days[(_created(lead) - world.start) // _DAY].append(i)
    return [(world.start + n * _DAY, day) for n, day in enumerate(days)]


def _arrive(world: World, leads: Sequence[Lead], win: Floats | None) -> World:
    """Put other arrivals in the order in which they come, and number them anew."""
    order = sorted(range(len(leads)), key=lambda i: _created(leads[i]))
    arrivals = tuple(leads[i].model_copy(update={"lead_id": lead_id})
                     for i, lead_id in zip(order, lead_ids(len(order)), strict=True))
    if win is None:
        return replace(world, arrivals=arrivals)
    win = win[order]
    win.setflags(write=False)
    return replace(world, arrivals=arrivals, truth=Truth(win=win))


def _win(world: World) -> Floats | None:
    return None if world.truth is None else world.truth.win


def _created(lead: Lead) -> datetime:
    """Return when a generated lead came; all of them have the instant."""
    assert lead.created_at is not None
    return lead.created_at


def _opening(lead: Lead, day: datetime) -> int:
    return opening_second(day, lead.timezone or "UTC")
