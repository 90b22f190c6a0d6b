"""Whole days from a seed: what a simulation plays through, and the history before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np

from solver.errors import UsageError
from solver.generate.companies import draw_companies
from solver.generate.draws import Stream, allocate, records, stream
from solver.generate.hours import arrival_seconds, num_leads_of
from solver.generate.leads import describe, lead_ids
from solver.generate.markets import Market, open_markets
from solver.generate.policy import make_policy
from solver.generate.reps import draw_reps
from solver.generate.surprises import (
    Surprise,
    illness,
    morning_rush,
    quiet,
    segment_doubles,
)
from solver.generate.truth import hide_truth
from solver.generate.window import check_arguments
from solver.models import Lead, Policy, Rep
from solver.models.policy import Freshness, Horizon
from solver.world import World

_DAY = timedelta(days=1)
_MOST_SLOTS_PER_LEAD = 1_000
#: Open leads that no rep comes near: what binds is the daily cap.
_CAPACITY = 1_000_000
_CLOCKS = ("timezone", "working_hours", "time_off", "holidays")
#: The history among the eras that leads are drawn for. Eras before it are the two editions of the
#: first draw of the days, eras after it those of further draws.
_PAST = 2


@dataclass(frozen=True, slots=True)
class DayOptions:
    """What the days of :func:`generate_world` are like."""

    at: datetime = datetime(2026, 11, 18, tzinfo=UTC)
    """The first day's begin, 0:00 UTC; by default of a Wednesday."""
    days: int = 1
    """Days from then on."""
    history_days: int = 8
    """Days of the same process before."""
    calendars: bool = False
    """Whether reps have time zones, hours, holidays and time off, and leads come when the offices
    of their zones are open. If not, both are around the clock and a day is the same at any hour."""
    calibrated: bool = True
    """With noise: whether score and levels are what can be expected of the truth (see
    :func:`generate_world`)."""
    draw: int = 0
    """Which draw of the days' leads, 0 or more: independent of each other, for the same reps, slots
    and history."""


DAY = DayOptions()


def generate_world(
    num_leads: int,
    num_reps: int,
    seed: int,
    *,
    slots_per_lead: float,
    surprise: Surprise = Surprise.NONE,
    noise: float | None = None,
    options: DayOptions = DAY,
) -> World:
    """Make days of leads for the reps of an organisation; the same arguments, the same world.

    Companies, needs, deals, scores and reps are those of :func:`generate_window`; all leads are
    complete and unowned, all reps active. A rep's slots are a daily cap, between half and one and a
    half of the mean. Leads do not lose worth with age. Reps, slots, leads, times, truth and
    surprise have random numbers of their own: with another surprise, noise or number of slots, the
    rest of the world stays.

    Parameters
    ----------
    num_leads
        Leads a day, 1 or more. With calendars, Saturdays and Sundays bring about a ninth of it.
    num_reps
        Reps, 1 or more.
    seed
        Seed of everything, 0 or more.
    slots_per_lead
        Slots a day of all reps together, per lead of ``num_leads``; above 0.
    surprise
        What happens in these days that the history knows nothing of. Leads are then numbered anew.
    noise
        0 to 1: score and skill levels are views of a hidden truth, and this part of a view's
        variance is noise. ``None``: the policy's own value is the truth.
    options
        Which days, and whether clocks matter.

    Returns
    -------
    World
        Arrivals ``L-0001`` on and history ``H-0001`` on, both by ``created_at``; reps ``r-01`` on.

    Raises
    ------
    UsageError
        A count, the seed, the slots, the noise or an option is out of range, or ``at`` is not 0:00
        UTC.

    Notes
    -----
    A hidden share is ``expit(mu + sd z)``, its signal ``sqrt(1 - noise) z + sqrt(noise) e``. A
    calibrated view is ``E[share | signal]``: the truth at noise 0, the same constant for all at
    noise 1, and the policy's value is then the expectation of ``deal_value x win``. A view that is
    not calibrated is ``expit(mu + sd signal)``: as spread as the truth at any noise.
    """
    maker = _Maker(num_leads, num_reps, seed, slots_per_lead, noise, options)
    _check(maker)
    if surprise not in tuple(Surprise):
        raise UsageError(f"surprise {surprise!r} must be one of {', '.join(Surprise)}")
    world, rng = maker.world(), stream(seed, Stream.SURPRISE)
    match surprise:
        case Surprise.NONE:
            return world
        case Surprise.MORNING_RUSH:
            return morning_rush(world, rng)
        case Surprise.SEGMENT_DOUBLES:
            return segment_doubles(world, fresh=maker.world(edition=1))
        case Surprise.ILLNESS:
            return illness(world)
        case Surprise.QUIET_50:
            return quiet(world, 0.5, rng)
        case Surprise.QUIET_30:
            return quiet(world, 0.3, rng)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the parts of a world, as :func:`generate_world` describes them."""

    num_leads: int
    num_reps: int
    seed: int
    slots_per_lead: float
    noise: float | None
    options: DayOptions

    def world(self, edition: int = 0) -> World:
        """Make the days as expected; another edition has other leads, and no history."""
        options = self.options
        start = options.at.astimezone(UTC)
        days = [start + n * _DAY for n in range(options.days)]
        # Counted backwards, so that a longer history ends with the same days.
        past = [start - n * _DAY for n in range(1, options.history_days + 1) if edition == 0]
        era = edition + (_PAST + 2 * options.draw - 1 if options.draw else 0)
        world = World(start=start, end=start + options.days * _DAY, reps=self._reps(),
                      policy=_policy(self._markets), arrivals=self._leads("L", days, era),
                      history=self._leads("H", past, _PAST), seed=self.seed)
        if self.noise is None:
            return world
        return hide_truth(world, self.noise, calibrated=options.calibrated, edition=era)

    @property
    def _markets(self) -> tuple[Market, ...]:
        return open_markets(self.num_reps)

    def _reps(self) -> tuple[Rep, ...]:
        """Draw reps whose daily caps are all that binds."""
        columns = draw_reps(stream(self.seed, Stream.REPS), self.num_reps, self.options.at,
                            self._markets)
        spread = stream(self.seed, Stream.SLOTS).permutation(np.linspace(0.5, 1.5, self.num_reps))
        slots = allocate(round(self.slots_per_lead * self.num_leads), spread)
        columns |= {"daily_cap": slots.tolist(), "capacity": [_CAPACITY] * self.num_reps,
                    "active": [True] * self.num_reps}
        clocks = () if self.options.calendars else _CLOCKS
        return tuple(Rep.model_validate({name: cell for name, cell in record.items()
                                         if name not in clocks})
                     for record in records(columns))

    def _leads(self, prefix: str, days: Sequence[datetime], era: int) -> tuple[Lead, ...]:
        """Draw the leads of days, each day from random numbers of its own."""
        drawn = [self._day(day, era, n) for n, day in enumerate(days)]
        rows = sorted(chain.from_iterable(drawn), key=itemgetter("created_at"))
        return tuple(Lead.model_validate(row | {"lead_id": lead_id})
                     for row, lead_id in zip(rows, lead_ids(len(rows), prefix), strict=True))

    def _day(self, day: datetime, era: int, n: int) -> list[dict[str, Any]]:
        calendars = self.options.calendars
        num_leads = num_leads_of(day, self.num_leads) if calendars else self.num_leads
        rng = stream(self.seed, Stream.LEADS, era, n)
        columns = describe(rng, draw_companies(rng, num_leads, self._markets), blank_share=0.0)
        zones = columns["timezone"] if calendars else [None] * num_leads
        seconds = arrival_seconds(stream(self.seed, Stream.TIMES, era, n), day, zones)
        columns |= {"created_at": [day + timedelta(seconds=second) for second in seconds.tolist()]}
        return records(columns)


def _policy(markets: tuple[Market, ...]) -> Policy:
    """Return the organisation's policy where age takes no worth and slots last a day."""
    return make_policy(markets).model_copy(
        update={"freshness": Freshness(), "horizon": Horizon(horizon_hours=24)})


def _check(maker: _Maker) -> None:
    options = maker.options
    check_arguments(maker.num_leads, maker.num_reps, maker.seed, options.at)
    if options.at.astimezone(UTC).time() != time():
        raise UsageError(f"at {options.at.isoformat()} is not the begin of a day; give 0:00 UTC, "
                         f"such as {DAY.at.isoformat()}")
    for name, number, least in (("days", options.days, 1),
                                ("history_days", options.history_days, 0),
                                ("draw", options.draw, 0)):
        if number < least:
            raise UsageError(f"{name} {number} must be {least} or more.")
    if not 0 < maker.slots_per_lead <= _MOST_SLOTS_PER_LEAD:
        raise UsageError(f"slots_per_lead {maker.slots_per_lead:g} must be above 0 and at most "
                         f"{_MOST_SLOTS_PER_LEAD:,}; 0.8 means 800 slots a day for 1,000 leads")
    if maker.noise is not None and not 0 <= maker.noise <= 1:
        raise UsageError(f"noise {maker.noise:g} must be from 0 (the truth is known) to 1 (nothing "
                         "is); leave it out for a world without a hidden truth")
