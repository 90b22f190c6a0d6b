"""Arrivals to play through: past leads put together anew, or a stated process."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import numpy as np

from solver.errors import UsageError
from solver.generate.draws import allocate
from solver.models import Lead, Rep
from solver.world import World

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_HOURS_A_WEEK = 168


def bootstrap_arrivals(history: Sequence[Lead], start: datetime, end: datetime, *,
                       block_hours: float, rng: np.random.Generator, clock: tzinfo = UTC
                       ) -> tuple[Lead, ...]:
    """Draw arrivals by the moving-block bootstrap of past leads.

    Parameters
    ----------
    history
        Past leads; those without created_at are left out. They are taken to be known from the
        first one's local midnight to the midnight after the last one, or to ``start`` if that is
        earlier.
    start, end
        The stretch to fill, block by block; the last block may be shorter.
    block_hours
        Length of a block, above 0. A block of the past is drawn among those that begin at the same
        local hour of a day of the same kind, working day or weekend.
    rng
        Of the draw.
    clock
        Zone of the local hours.

    Returns
    -------
    tuple of Lead
        ``B-000001`` on, ascending by created_at, without owners; otherwise as they were.

    Raises
    ------
    UsageError
        If the block is not above 0, or the history has no block to draw.

    Notes
    -----
    Künsch (1989), with the blocks' place in the day kept, since arrivals follow the clock.
    """
    if not block_hours > 0:
        raise UsageError(f"blocks of {block_hours:g} hours cannot be drawn; give a number above 0")
    past = [(lead.created_at, lead) for lead in history if lead.created_at is not None]
    days = _days([created for created, _ in past], clock)
    block = timedelta(hours=block_hours)
    drawn: list[tuple[datetime, Lead]] = []
    begin = start
    while begin < end:
        length = min(block, end - begin)
        origin = _draw_origin(days, begin, length, rng, clock, start)
        drawn += [(created + (begin - origin), lead) for created, lead in past
                  if origin <= created < origin + length]
        begin += block
    return _arrive(drawn, "B")


def poisson_arrivals(pool: Sequence[Lead], rate_per_hour: float | Sequence[float],
                     start: datetime, end: datetime, rng: np.random.Generator
                     ) -> tuple[Lead, ...]:
    """Draw arrivals from a Poisson process with the leads of a pool, each as likely as another.

    Parameters
    ----------
    pool
        Leads to draw from, with replacement.
    rate_per_hour
        Leads expected an hour: one number, or 168, one for each hour of the week from Monday 0:00
        UTC on.
    start, end
        The stretch to fill.
    rng
        Of the draw.

    Returns
    -------
    tuple of Lead
        ``P-000001`` on, ascending by created_at, without owners.

    Raises
    ------
    UsageError
        If the pool is empty, or the rates are not 1 or 168 numbers, 0 or more.
    """
    rates = np.atleast_1d(np.asarray(rate_per_hour, dtype=np.float64))
    if rates.shape not in ((1,), (_HOURS_A_WEEK,)) or not (rates >= 0).all():
        raise UsageError(f"rate_per_hour has {rates.size} numbers, the least is "
                         f"{rates.min(initial=np.inf):g}; give one, or 168 by the hour of the "
                         "week, 0 or more")
    if not pool:
        raise UsageError("the pool of leads is empty; give 1 lead or more to draw from")
    drawn = []
    begin = start
    while begin < end:
        whole = begin.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        length = min(whole + _HOUR, end) - begin
        rate = rates[(whole.weekday() * 24 + whole.hour) % len(rates)]
        count = rng.poisson(rate * (length / _HOUR))
        drawn += [(begin + length * part, pool[at]) for part, at in zip(
            rng.random(count).tolist(), rng.integers(len(pool), size=count).tolist(), strict=True)]
        begin += length
    return _arrive(drawn, "P")


def with_slots(world: World, slots_per_lead: float) -> World:
    """Scale the reps' slots to a number per arriving lead and day.

    Parameters
    ----------
    world
        Its reps keep their shares: of daily caps, and of capacity for reps without a cap.
    slots_per_lead
        Above 0; times the arrivals a day it is rounded to the slots of a day, shared out exactly by
        largest remainders. A capacity without a cap must last for all of the days, or, where slots
        reopen, as long as a lead stays open; leads open at the start come on top of it.

    Raises
    ------
    UsageError
        If the number is not above 0 and finite, or no rep has anything to scale.
    """
    if not 0 < slots_per_lead < math.inf:
        raise UsageError(f"slots_per_lead {slots_per_lead:g} must be above 0 and finite; 0.8 "
                         "means 800 slots a day for 1,000 leads")
    shares = [_slots_a_day(rep) for rep in world.reps]
    if not sum(shares):
        raise UsageError("no active rep has a daily cap or a capacity above 0 to scale; give the "
                         "reps some")
    days = (world.end - world.start) / _DAY
    slots = allocate(round(slots_per_lead * len(world.arrivals) / days), shares).tolist()
    turnover = days_per_slot(world)
    return replace(world, reps=tuple(_scaled(rep, n, turnover)
                                     for rep, n in zip(world.reps, slots, strict=True)))


def days_per_slot(world: World) -> float:
    """Return how many days a slot without a daily cap is taken by one lead."""
    open_hours = world.behaviour.open_hours
    days = (world.end - world.start) / _DAY
    return days if open_hours is None else min(days, open_hours / 24)


def _slots_a_day(rep: Rep) -> int:
    if not rep.active:
        return 0
    return max(0, rep.capacity - rep.open_leads) if rep.daily_cap is None else rep.daily_cap


def _scaled(rep: Rep, slots: int, turnover: float) -> Rep:
    if not rep.active:
        return rep
    field = ({"capacity": rep.open_leads + round(slots * turnover)} if rep.daily_cap is None
             else {"daily_cap": slots})
    return rep.model_copy(update=field)


def _arrive(drawn: Sequence[tuple[datetime, Lead]], prefix: str) -> tuple[Lead, ...]:
    """Number drawn leads in the order in which they come; the same instant keeps its order."""
    ordered = sorted(drawn, key=lambda row: row[0])
    return tuple(lead.model_copy(update={"lead_id": f"{prefix}-{n:06}", "owner_id": None,
                                         "created_at": created.astimezone(UTC)})
                 for n, (created, lead) in enumerate(ordered, 1))


def _days(created: Sequence[datetime], clock: tzinfo) -> list[date]:
    """Return the local days from the first lead's to the last one's."""
    if not created:
        return []
    first, last = (instant.astimezone(clock).date() for instant in (min(created), max(created)))
    return [first + n * _DAY for n in range((last - first).days + 1)]


def _draw_origin(days: Sequence[date], begin: datetime, length: timedelta,
                 rng: np.random.Generator, clock: tzinfo, now: datetime) -> datetime:
    """Draw where a block of the past begins."""
    local = begin.astimezone(clock)
    origins = [datetime.combine(day, local.time(), clock).astimezone(UTC) for day in days
               if _is_weekend(day) == _is_weekend(local.date())]
    if days:
        known_to = min(datetime.combine(days[-1] + _DAY, time(), clock), now)
        origins = [origin for origin in origins if origin + length <= known_to]
    if not origins:
        kind = "Saturday or Sunday" if _is_weekend(local.date()) else "working day"
        raise UsageError(
            f"the history has no {kind} from which {length / _HOUR:g} hours from {local:%H:%M} on "
            f"are known, for the block at {begin.isoformat()}; give a longer history or shorter "
            "blocks")
    return origins[int(rng.integers(len(origins)))]


def _is_weekend(day: date) -> bool:
    return day.weekday() >= 5
