"""When a rep works: hours, time off and holidays on the rep's own wall clock.

Working time is a set of wall-clock stretches, taken piece by piece of constant UTC offset; so an
hour that the clocks repeat counts twice and one that they skip does not count at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from solver.calendar.grammar import (
    MINUTES_PER_DAY,
    DatesOff,
    InstantsOff,
    Shift,
    parse_shift,
    parse_time_off,
)
from solver.calendar.pieces import Piece, pieces
from solver.calendar.public_holidays import is_public_holiday
from solver.calendar.zones import zone

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_TICK = datetime.resolution
# Nearer than this to the ends of the calendar, some zone's wall clock cannot be written.
_EARLIEST = datetime.min.replace(tzinfo=UTC) + 2 * _DAY
_LATEST = datetime.max.replace(tzinfo=UTC) - 2 * _DAY

_Point = TypeVar("_Point", int, datetime)
#: Working minutes of a local day as ascending, disjoint [start, end).
_Stretches = tuple[tuple[int, int], ...]
#: The stretches of each weekday, Monday = 0.
_Week = tuple[_Stretches, ...]
_NO_WEEK: _Week = ((),) * 7
_WHOLE_WEEK: _Week = (((0, MINUTES_PER_DAY),),) * 7


@dataclass(frozen=True)
class Schedule:
    """When a rep works."""

    zone: ZoneInfo | None
    """Zone of the wall clock; ``None`` only without shifts, dates off and holidays."""
    shifts: tuple[Shift, ...] = ()
    """Weekly hours."""
    around_the_clock: bool = False
    """Without shifts: whether every minute is working time, or none."""
    dates_off: tuple[DatesOff, ...] = ()
    """Absences in local dates."""
    instants_off: tuple[InstantsOff, ...] = ()
    """Absences between instants, by start."""
    holidays: tuple[str, ...] = ()
    """Codes of the public holidays kept."""


def schedule_from(timezone: str | None, working_hours: Sequence[str], time_off: Sequence[str],
                  holidays: Sequence[str], around_the_clock: bool) -> Schedule:
    """Build a schedule from the fields of a rep.

    Parameters
    ----------
    timezone
        IANA time zone of the rep.
    working_hours
        Shifts, such as ``Mon-Fri 09:00-17:00``; they may overlap.
    time_off
        Absences, such as ``2026-11-23/2026-11-27``.
    holidays
        Holidays codes, such as ``GB-ENG``.
    around_the_clock
        What a rep without hours is taken for: always at work, or never.

    Returns
    -------
    Schedule
        The schedule, ready for :func:`next_working_instant`.

    Raises
    ------
    ValueError
        If a text is malformed, or hours, local dates or holidays come without a time zone.
    """
    absences = [parse_time_off(text) for text in time_off]
    dates_off = tuple(off for off in absences if isinstance(off, DatesOff))
    instants_off = [off for off in absences if isinstance(off, InstantsOff)]
    if timezone is None and (working_hours or dates_off or holidays):
        raise ValueError("working hours, local dates off and holidays need a time zone")
    return Schedule(
        zone=None if timezone is None else zone(timezone),
        shifts=tuple(parse_shift(text) for text in working_hours),
        around_the_clock=around_the_clock,
        dates_off=dates_off,
        instants_off=tuple(sorted(instants_off, key=lambda off: off.start)),
        holidays=tuple(holidays),
    )


def next_working_instant(schedule: Schedule, at: datetime, until: datetime) -> datetime | None:
    """Find the first working instant of a rep in ``[at, until]``, exact to the microsecond.

    An instant is working time if the wall clock of the rep's zone lies in ``[start, end)`` of that
    day's hours, the local date is neither a public holiday nor off, and no absence ``[a, b)``
    covers it. The part of an overnight shift after midnight belongs to the hours of the day it
    began on; the date test uses the instant's own local date.

    Parameters
    ----------
    schedule
        The rep's schedule.
    at
        Aware instant from which to look.
    until
        Aware instant up to which to look, included.

    Returns
    -------
    datetime or None
        The instant in UTC; ``None`` if there is none up to `until`. The first and the last two
        days that ``datetime`` can hold never are working time.

    Raises
    ------
    ValueError
        If `at` or `until` has no UTC offset, or a holidays code is unknown.
    """
    _check_offsets(at, until)
    week = _week_of(schedule)
    if not any(week) or at > _LATEST or until < _EARLIEST:
        return None
    begin, last = max(at, _EARLIEST).astimezone(UTC), min(until, _LATEST).astimezone(UTC)
    for piece in pieces(schedule.zone or UTC, begin, last + _TICK):
        found = _first_of_piece(schedule, week, piece)
        if found is not None and not _is_off(schedule, piece.day):
            return found if found <= last else None
    return None


def working_intervals(schedule: Schedule, begin: datetime,
                      end: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Return the working time of a rep in ``[begin, end)``, exact to the microsecond.

    An instant is in one of the stretches if and only if :func:`next_working_instant` from that
    instant on is the instant itself.

    Parameters
    ----------
    schedule
        The rep's schedule.
    begin
        Aware instant from which to look.
    end
        Aware instant up to which to look, not included.

    Returns
    -------
    tuple of tuple of datetime
        Stretches ``[start, stop)`` in UTC, ascending, none of which meets the next; empty where
        `end` is not after `begin`.

    Raises
    ------
    ValueError
        If `begin` or `end` has no UTC offset, or a holidays code is unknown.
    """
    _check_offsets(begin, end)
    week = _week_of(schedule)
    if not any(week) or begin > _LATEST or end <= _EARLIEST:
        return ()
    first = max(begin, _EARLIEST).astimezone(UTC)
    stop = min(end, _LATEST + _TICK).astimezone(UTC)
    hours = [hour for piece in pieces(schedule.zone or UTC, first, stop)
             if week[piece.day.weekday()] and not _is_off(schedule, piece.day)
             for hour in _hours_of_piece(week, piece)]
    return tuple(left for hour in _merged(hours) for left in _cut(hour, schedule.instants_off))


def wait_minutes(at: datetime, instant: datetime) -> int:
    """Return the whole minutes from `at` to `instant`, elapsed time rounded up.

    Parameters
    ----------
    at
        Aware instant of the decision.
    instant
        Aware instant at which the rep is next at work.

    Returns
    -------
    int
        Minutes, exact; 0 where both are the same instant.
    """
    return -((at - instant) // _MINUTE)


def _check_offsets(one: datetime, other: datetime) -> None:
    if one.utcoffset() is None or other.utcoffset() is None:
        raise ValueError(f"instants must have a UTC offset: {one.isoformat()}, {other.isoformat()}")


def _hours_of_piece(week: _Week, piece: Piece) -> Iterator[tuple[datetime, datetime]]:
    """Yield the stretches of a piece within hours, absences or not."""
    for start_minute, end_minute in week[piece.day.weekday()]:
        start = max(piece.begin, piece.midnight + start_minute * _MINUTE)
        stop = min(piece.end, piece.midnight + end_minute * _MINUTE)
        if start < stop:
            yield start, stop


def _first_of_piece(schedule: Schedule, week: _Week, piece: Piece) -> datetime | None:
    """Return the first instant of a piece within hours and outside absences."""
    for start, stop in _hours_of_piece(week, piece):
        found = _past_absences(start, schedule.instants_off)
        if found < stop:
            return found
    return None


def _cut(hours: tuple[datetime, datetime],
         absences: tuple[InstantsOff, ...]) -> Iterator[tuple[datetime, datetime]]:
    """Yield what absences, sorted by start, leave of a stretch."""
    start, stop = hours
    for off in absences:
        if off.start >= stop:
            break
        if off.end > start:
            if start < off.start:
                yield start, off.start
            start = off.end
    if start < stop:
        yield start, stop


def _is_off(schedule: Schedule, day: date) -> bool:
    """Tell whether a local date is off or a public holiday."""
    return (any(off.first <= day <= off.last for off in schedule.dates_off)
            or any(is_public_holiday(code, day) for code in schedule.holidays))


def _past_absences(instant: datetime, absences: tuple[InstantsOff, ...]) -> datetime:
    """Return the first instant from `instant` on that no absence covers."""
    for off in absences:
        if off.start > instant:
            break
        instant = max(instant, off.end)
    return instant


def _week_of(schedule: Schedule) -> _Week:
    if schedule.shifts:
        return _week(schedule.shifts)
    return _WHOLE_WEEK if schedule.around_the_clock else _NO_WEEK


@lru_cache(maxsize=1024)
def _week(shifts: tuple[Shift, ...]) -> _Week:
    """Merge shifts into the working minutes of each weekday."""
    minutes: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for shift in shifts:
        for day in shift.days:
            minutes[day].append((shift.start_minute, min(shift.end_minute, MINUTES_PER_DAY)))
            if shift.end_minute > MINUTES_PER_DAY:
                minutes[(day + 1) % 7].append((0, shift.end_minute - MINUTES_PER_DAY))
    return tuple(_merged(stretches) for stretches in minutes)


def _merged(stretches: list[tuple[_Point, _Point]]) -> tuple[tuple[_Point, _Point], ...]:
    merged: list[tuple[_Point, _Point]] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)
