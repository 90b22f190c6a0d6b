"""Pieces of a wall clock: one local date, one UTC offset, so that it runs as elapsed time does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_NO_OFFSET = timedelta(0)


class Piece(NamedTuple):
    """Instants ``[begin, end)`` of one local date, in which the UTC offset is constant."""

    day: date
    """The local date."""
    midnight: datetime
    """Instant in UTC at which minute 0 of the day falls, or would fall at this offset."""
    begin: datetime
    """First instant, in UTC."""
    end: datetime
    """First instant past the piece, in UTC."""


def pieces(clock: tzinfo, begin: datetime, end: datetime) -> Iterator[Piece]:
    """Cut ``[begin, end)`` at the local midnights and clock changes of a zone.

    Parameters
    ----------
    clock
        The zone.
    begin
        First instant, in UTC.
    end
        First instant past the last piece, in UTC.

    Yields
    ------
    Piece
        The pieces, ascending, without gaps.
    """
    while begin < end:
        local = begin.astimezone(clock)
        offset = local.utcoffset() or _NO_OFFSET
        midnight = datetime.combine(local, time.min, UTC) - offset
        stop = min(_end_of_offset(clock, begin, midnight + _DAY, offset), end)
        yield Piece(local.date(), midnight, begin, stop)
        begin = stop


def _end_of_offset(clock: tzinfo, begin: datetime, end: datetime, offset: timedelta) -> datetime:
    """Return the first instant after `begin` with another offset than `begin`; at most `end`.

    Offsets change at whole seconds, and days lie between two changes of any zone (six at least), so
    that within a day bisection finds the only one.
    """
    before, after = begin.replace(microsecond=0), end - _SECOND
    if after <= before or after.astimezone(clock).utcoffset() == offset:
        return end
    while after - before > _SECOND:
        middle = before + (after - before) // (2 * _SECOND) * _SECOND
        if middle.astimezone(clock).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
