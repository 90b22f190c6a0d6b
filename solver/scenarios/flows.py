"""What edits make of the leads that arrive in a world: more, fewer, others, at other times.

Each decision about a lead hangs on the world's seed and the lead's id alone, so that the same leads
come and go whatever else is edited, and the leads of a factor of 1.2 are among those of 1.5.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from operator import attrgetter

from solver.errors import UsageError
from solver.keyed_draws import keyed_uniform
from solver.models import Lead, Window
from solver.scenarios.amounts import free_ids
from solver.scenarios.edits import Edit
from solver.scenarios.floor_edits import Campaign, ScaleLeads, ShiftLeads
from solver.scenarios.leads import copied, with_changes
from solver.scenarios.present import Present, window_of
from solver.world import World

_DAY = timedelta(days=1)


def edited_flow(world: World, edits: Iterable[Edit], again: Callable[[int], World]
                ) -> tuple[Lead, ...]:
    """Return the arrivals of a world after edits, ascending by created_at and lead_id.

    Parameters
    ----------
    world
        The world; filters are asked of its arrivals as a window.
    edits
        ``scale_leads`` below 1 lets each matching lead come with that chance; above 1 all come, and
        matching leads of the world drawn again, independently, on top of them: so many times as the
        factor's whole part says, with the chance of its rest the last time. So a Poisson process
        stays one, of a higher rate, and hours keep their pattern. ``shift_leads`` changes each
        matching lead, those on top too, with chance ``share``; one that would come before the start
        or after the end does not come. ``campaign`` adds a Poisson number of leads on each of its
        days, of this mean, each like a matching lead of the world drawn at random, at its time of
        day. Other edits are passed over.
    again
        Draws the world again: 1, 2, ... give independent draws of the same process, with the same
        start, end, reps and policy. Asked only where a factor is above 1.

    Raises
    ------
    UsageError
        If a campaign is like no lead of the world or its history.
    """
    present, edits = Present(window_of(world)), tuple(edits)
    ids = frozenset(lead.lead_id for lead in world.arrivals)
    factors = [edit.factor for edit in edits if isinstance(edit, ScaleLeads)]
    arrivals: list[Lead] = []
    for nth in range(max([1, *map(math.ceil, factors)])):
        source = present if nth == 0 else Present(window_of(again(nth)))
        arrivals += _shifted(world, source, edits, _scaled(world, source, edits, nth, ids))
    taken, times = ids | {lead.lead_id for lead in arrivals}, Counter[str]()
    for edit in edits:
        if isinstance(edit, Campaign):
            times[edit.name] += 1
            campaign = tuple(_campaign(world, present, edit, times[edit.name], taken))
            taken |= {lead.lead_id for lead in campaign}
            arrivals += campaign
    return tuple(sorted(arrivals, key=attrgetter("created_at", "lead_id")))


def _scaled(world: World, source: Present, edits: Iterable[Edit], nth: int, ids: Container[str]
            ) -> Iterator[tuple[Lead, str]]:
    """Yield the leads that come of the nth draw of a world, 0 its own, with their ids in it.

    Of the others a lead gets the nth id of the form ``ID+1``, ``ID+2``, ... that no lead of the
    world itself has, whatever the factor.
    """
    factors = {lead.lead_id: edit.factor for edit in edits if isinstance(edit, ScaleLeads)
               for lead in source.leads_of(edit.where)}
    for lead in source.window.leads:
        chance = factors.get(lead.lead_id, 1.0) - nth
        if chance > 0:
            one = lead if nth == 0 else copied(
                lead, next(islice(free_ids(lead.lead_id, ids), nth - 1, None)))
            if _drawn(world, "scale", one.lead_id) < chance:
                yield one, lead.lead_id


def _shifted(world: World, source: Present, edits: Iterable[Edit],
             leads: Iterable[tuple[Lead, str]]) -> Iterator[Lead]:
    """Yield leads after the shifts that match them, by their ids in the draw that they are of."""
    shifts = [(edit, {lead.lead_id for lead in source.leads_of(edit.where)})
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


def _campaign(world: World, present: Present, edit: Campaign, nth: int, taken: Container[str]
              ) -> Iterator[Lead]:
    """Yield the leads of the nth campaign of its name, under ids that are not taken."""
    pool = present.leads_of(edit.like) or _of_history(world, edit.like)
    if not pool:
        raise UsageError(f"campaign {edit.name!r} is like {edit.like!r}, which matches no lead of "
                         "the simulated time or its history; name leads that come")
    stem = edit.name if nth == 1 else f"{edit.name}+{nth}"
    day = max(edit.from_, world.start.astimezone(UTC).date())
    while day <= min(edit.to, world.end.astimezone(UTC).date()):
        new_ids = free_ids(f"{stem}+{day}", taken)
        for model, lead_id in zip(_models(world, edit, nth, day, pool), new_ids, strict=False):
            created = model.created_at
            assert created is not None
            at = datetime.combine(day, created.timetz())
            if world.start <= at < world.end:
                yield with_changes(copied(model, lead_id), edit.set).model_copy(
                    update={"created_at": at})
        day += _DAY


def _models(world: World, edit: Campaign, nth: int, day: date, pool: tuple[Lead, ...]
            ) -> Iterator[Lead]:
    """Yield leads of the pool, a Poisson number: events at unit rate until the mean is reached.

    A larger mean brings the same leads and more; another campaign of the name brings its own.
    """
    passed = 0.0
    for event in count(1):
        key = f"{nth} {day} {event}"
        passed -= math.log1p(-_drawn(world, f"gap {key}", edit.name))
        if passed > edit.leads_per_day:
            return
        yield pool[int(_drawn(world, f"model {key}", edit.name) * len(pool))]


def _of_history(world: World, like: str) -> tuple[Lead, ...]:
    past = Window(at=world.start, leads=world.history, reps=world.reps, policy=world.policy)
    return Present(past).leads_of(like)


def _drawn(world: World, purpose: str, about: str) -> float:
    return keyed_uniform(world.seed, purpose, about)
