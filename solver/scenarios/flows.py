"""What edits make of the leads that arrive in a world: more, fewer, others, at other times.

Each decision about a lead hangs on the world's seed and the lead's id alone, so that the same leads
come and go whatever else is edited, and the leads of a factor of 1.2 are among those of 1.5.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter

from solver.errors import UsageError
from solver.keyed_draws import keyed_uniform
from solver.models import Lead, Window
from solver.scenarios.edits import Edit
from solver.scenarios.floor_edits import Campaign, ScaleLeads, ShiftLeads
from solver.scenarios.leads import copied, with_changes
from solver.scenarios.present import Present
from solver.world import World

_DAY, _WEEK, _HOUR = timedelta(days=1), timedelta(weeks=1), timedelta(hours=1)


def edited_flow(world: World, window: Window, edits: Iterable[Edit]) -> tuple[Lead, ...]:
    """Return the arrivals of a world after edits, ascending by created_at and lead_id.

    Parameters
    ----------
    world
        The world.
    window
        Its arrivals as a window; filters are asked of it.
    edits
        ``scale_leads`` lets each matching lead come ``factor`` times on average, independently of
        others: a Poisson process stays one. A further time is at the same hour of another week, so
        that hours keep their pattern and copies do not come in pairs; in a world too short for
        that, within the same hour. ``shift_leads`` changes each matching lead, copies too, with
        chance ``share``; one that would come before the start or after the end does not come.
        ``campaign`` adds a Poisson number of leads on each of its days, of this mean, each like a
        matching lead of the world drawn at random, at its time of day. Other edits are passed over.

    Raises
    ------
    UsageError
        If a campaign is like no lead of the world or its history.
    """
    present, edits = Present(window), tuple(edits)
    arrivals = list(_shifted(world, present, edits, _scaled(world, present, edits)))
    for edit in edits:
        if isinstance(edit, Campaign):
            arrivals += _campaign(world, present, edit)
    return tuple(sorted(arrivals, key=attrgetter("created_at", "lead_id")))


def _scaled(world: World, present: Present, edits: Iterable[Edit]) -> Iterator[tuple[Lead, str]]:
    """Yield each lead as often as it comes, with the id of the lead that it is a copy of."""
    factors = {lead.lead_id: edit.factor for edit in edits if isinstance(edit, ScaleLeads)
               for lead in present.leads_of(edit.where)}
    for lead in world.arrivals:
        factor = factors.get(lead.lead_id, 1.0)
        whole = math.floor(factor)
        times = whole + (_drawn(world, "scale", lead.lead_id) < factor - whole)
        for nth in range(times):
            yield (lead if nth == 0 else _again(world, lead, nth)), lead.lead_id


def _again(world: World, lead: Lead, nth: int) -> Lead:
    """Return a lead that comes once more, at another time."""
    copy = copied(lead, f"{lead.lead_id}+{nth}")
    assert lead.created_at is not None
    drawn = _drawn(world, "time", copy.lead_id)
    before = (lead.created_at - world.start) // _WEEK
    weeks = before + (world.end - lead.created_at - timedelta.resolution) // _WEEK
    if weeks:
        week = int(drawn * weeks)
        at = lead.created_at + (week - before + (week >= before)) * _WEEK
    else:
        hour = lead.created_at.replace(minute=0, second=0, microsecond=0)
        first, last = max(hour, world.start), min(hour + _HOUR, world.end)
        at = first + drawn * (last - first)
    return copy.model_copy(update={"created_at": at})


def _shifted(world: World, present: Present, edits: Iterable[Edit],
             leads: Iterable[tuple[Lead, str]]) -> Iterator[Lead]:
    """Yield leads after the shifts of those that they are copies of."""
    shifts = [(edit, {lead.lead_id for lead in present.leads_of(edit.where)})
              for edit in edits if isinstance(edit, ShiftLeads)]
    for lead, origin in leads:
        one = lead
        for edit, matching in shifts:
            if origin in matching and _drawn(world, "shift", lead.lead_id) < edit.share:
                assert one.created_at is not None
                one = with_changes(one, edit.set).model_copy(
                    update={"created_at": one.created_at + edit.days * _DAY})
        if one.created_at is not None and world.start <= one.created_at < world.end:
            yield one


def _campaign(world: World, present: Present, edit: Campaign) -> Iterator[Lead]:
    """Yield the leads of a campaign."""
    pool = present.leads_of(edit.like) or _of_history(world, edit.like)
    if not pool:
        raise UsageError(f"campaign {edit.name!r} is like {edit.like!r}, which matches no lead of "
                         "the simulated time or its history; name leads that come")
    day = max(edit.from_, world.start.astimezone(UTC).date())
    while day <= min(edit.to, world.end.astimezone(UTC).date()):
        for nth, model in enumerate(_models(world, edit, day, pool), 1):
            created = model.created_at
            assert created is not None
            at = datetime.combine(day, created.timetz())
            if world.start <= at < world.end:
                lead = copied(model, f"{edit.name}+{day}+{nth}")
                yield with_changes(lead, edit.set).model_copy(update={"created_at": at})
        day += _DAY


def _models(world: World, edit: Campaign, day: date, pool: tuple[Lead, ...]) -> Iterator[Lead]:
    """Yield leads of the pool, a Poisson number: events at unit rate until the mean is reached.

    A larger mean brings the same leads and more.
    """
    passed, nth = 0.0, 0
    while True:
        nth += 1
        passed -= math.log1p(-_drawn(world, f"gap {day} {nth}", edit.name))
        if passed > edit.leads_per_day:
            return
        yield pool[int(_drawn(world, f"model {day} {nth}", edit.name) * len(pool))]


def _of_history(world: World, like: str) -> tuple[Lead, ...]:
    past = Window(at=world.start, leads=world.history, reps=world.reps, policy=world.policy)
    return Present(past).leads_of(like)


def _drawn(world: World, purpose: str, about: str) -> float:
    return keyed_uniform(world.seed, purpose, about)
