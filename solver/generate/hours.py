"""When the leads of a UTC day come: around the clock, or by the office hours of their zones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from solver.calendar.zones import zone
from solver.generate.draws import Floats, Ints

HOUR_SECONDS = 3600
DAY_SECONDS = 24 * HOUR_SECONDS
#: Local hours in which offices are open, Monday to Friday.
_OPENS, _CLOSES = 8, 18
#: Leads per hour outside office hours, against one within them.
_QUIET_RATE = 0.05


def num_leads_of(day: datetime, num_leads: int) -> int:
    """Return how many leads a day brings where offices are open: far fewer at weekends."""
    if day.weekday() < 5:
        return num_leads
    open_hours = _CLOSES - _OPENS
    working_day = open_hours + (24 - open_hours) * _QUIET_RATE
    return max(1, round(num_leads * 24 * _QUIET_RATE / working_day))


def arrival_seconds(
    rng: np.random.Generator, day: datetime, zones: Sequence[str | None]
) -> Ints:
    """Draw when each lead of a day comes, in whole seconds after the day's start.

    Parameters
    ----------
    rng
        One number is drawn per lead, whatever its zone.
    day
        0:00 UTC.
    zones
        The time zone of each lead, ``None``: at any hour alike.
    """
    edges = np.arange(25) * HOUR_SECONDS
    rolls = rng.random(len(zones))
    seconds = np.zeros(len(zones))
    for name in dict.fromkeys(zones):
        here = np.array([other == name for other in zones])
        seconds[here] = np.interp(rolls[here], _shares_until(day, name), edges)
    return np.minimum(seconds, DAY_SECONDS - 1).astype(np.int64)


def opening_second(day: datetime, timezone: str) -> int:
    """Return when offices of a zone open in a UTC day, in seconds after its start."""
    offset = day.astimezone(zone(timezone)).utcoffset() or timedelta()
    return (_OPENS * HOUR_SECONDS - offset // timedelta(seconds=1)) % DAY_SECONDS


def _shares_until(day: datetime, timezone: str | None) -> Floats:
    """Return (25,) the share of a day's leads that have come by each full hour of UTC."""
    if timezone is None:
        return np.linspace(0.0, 1.0, 25)
    rates = [_rate((day + timedelta(hours=hour, minutes=30)).astimezone(zone(timezone)))
             for hour in range(24)]
    return np.concatenate(([0.0], np.cumsum(rates) / np.sum(rates)))


def _rate(local: datetime) -> float:
    is_open = local.weekday() < 5 and _OPENS <= local.hour < _CLOSES
    return 1.0 if is_open else _QUIET_RATE
