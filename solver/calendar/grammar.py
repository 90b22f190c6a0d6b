"""How shifts and time off are written: ``Mon-Fri 09:00-17:00``, ``2026-11-23/2026-11-27``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

MINUTES_PER_DAY = 1440
_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFT = re.compile(
    r"([A-Za-z]{3})(?:\s*-\s*([A-Za-z]{3}))?\s+([0-9]{1,2}:[0-9]{2})\s*-\s*([0-9]{1,2}:[0-9]{2})"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    r"(?P<offset>[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?"
)
_TIME_OFF_FORM = ("'2026-11-23/2026-11-27' (local dates, both included) or "
                  "'2026-11-23T09:00:00Z/2026-11-23T12:00:00Z' (instants)")


@dataclass(frozen=True)
class Shift:
    """One weekly stretch of working hours, on the wall clock of the rep's zone."""

    days: tuple[int, ...]
    """Weekdays on which the stretch begins, Monday = 0, ascending."""
    start_minute: int
    """First working minute of the day, 0 to 1439."""
    end_minute: int
    """First minute past the stretch; above 1440 where it runs into the next day."""


@dataclass(frozen=True)
class DatesOff:
    """An absence of whole local dates."""

    first: date
    """First date off."""
    last: date
    """Last date off, included."""


@dataclass(frozen=True)
class InstantsOff:
    """An absence between two instants, in UTC: ``[start, end)``."""

    start: datetime
    """First instant off."""
    end: datetime
    """First instant back."""


@lru_cache(maxsize=4096)
def parse_shift(text: str) -> Shift:
    """Read one stretch of working hours.

    Parameters
    ----------
    text
        ``Mon-Fri 09:00-17:00``, ``Sat 9:00-12:00``, ``Fri-Mon 22:00-06:00`` (each runs into the
        next day), ``Sun 00:00-24:00``. Day names in any case.

    Returns
    -------
    Shift
        The weekdays and minutes of the stretch.

    Raises
    ------
    ValueError
        If the text is no such stretch, with a sentence that says why.
    """
    match = _SHIFT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"working hours {text!r} must have the form 'Mon-Fri 09:00-17:00'")
    first_day, last_day, start_text, end_text = match.groups()
    first = _weekday(first_day, text)
    last = first if last_day is None else _weekday(last_day, text)
    days = tuple(sorted((first + step) % 7 for step in range((last - first) % 7 + 1)))
    start, end = _minute(start_text, text), _minute(end_text, text)
    if start == MINUTES_PER_DAY:
        raise ValueError(f"working hours {text!r} must start at 23:59 or before; "
                         "24:00 may only be an end")
    if start == end:
        raise ValueError(f"working hours {text!r} must not start and end at the same time; "
                         "a whole day is 00:00-24:00")
    return Shift(days, start, end if end > start else end + MINUTES_PER_DAY)


def check_shift(text: str) -> str:
    """Return `text` unchanged if :func:`parse_shift` can read it.

    Raises
    ------
    ValueError
        As :func:`parse_shift`.
    """
    parse_shift(text)
    return text


@lru_cache(maxsize=4096)
def parse_time_off(text: str) -> DatesOff | InstantsOff:
    """Read one absence.

    Parameters
    ----------
    text
        Local dates, both included: ``2026-11-23/2026-11-27``, or one date alone; or two RFC 3339
        instants ``a/b`` with offsets, meaning ``[a, b)``. Digits past the microsecond are cut.

    Returns
    -------
    DatesOff or InstantsOff
        The absence.

    Raises
    ------
    ValueError
        If the text is no such absence or ends before it starts, with a sentence that says why.
    """
    parts = [part.strip() for part in text.split("/")]
    are_dates = [_DATE.fullmatch(part) is not None for part in parts]
    if all(are_dates) and len(parts) <= 2:
        return _dates_off(parts, text)
    if len(parts) != 2:
        raise ValueError(f"time off {text!r} must have the form {_TIME_OFF_FORM}")
    instants = [_INSTANT.fullmatch(part) for part in parts]
    if any(are_dates) and any(instants):
        raise ValueError(f"time off {text!r} must be two dates or two instants, not one of each")
    for part, match in zip(parts, instants, strict=True):
        if match is None:
            raise ValueError(f"time off {text!r} must have the form {_TIME_OFF_FORM}; "
                             f"{part!r} is neither a date nor an instant")
        if match["offset"] is None:
            raise ValueError(f"time off {text!r} must give each instant an offset such as "
                             f"Z or +01:00; {part!r} has none")
    return _instants_off(parts, text)


def check_time_off(text: str) -> str:
    """Return `text` unchanged if :func:`parse_time_off` can read it.

    Raises
    ------
    ValueError
        As :func:`parse_time_off`.
    """
    parse_time_off(text)
    return text


def check_date(text: str) -> str:
    """Return `text` unchanged if it is a date such as ``2026-11-23``.

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        if _DATE.fullmatch(text) is not None:
            date.fromisoformat(text)
            return text
    except ValueError:
        pass
    raise ValueError(f"{text!r} must be a day of the calendar, as in 2026-11-23")


def is_local_time_off(text: str) -> bool:
    """Tell whether an absence is in local dates, which mean nothing without a time zone.

    Raises
    ------
    ValueError
        As :func:`parse_time_off`.
    """
    return isinstance(parse_time_off(text), DatesOff)


def _weekday(name: str, text: str) -> int:
    if name.lower() not in _DAY_NAMES:
        raise ValueError(f"working hours {text!r} must name days as Mon, Tue, Wed, Thu, Fri, Sat "
                         f"or Sun; {name!r} is none of them")
    return _DAY_NAMES.index(name.lower())


def _minute(clock: str, text: str) -> int:
    hour, minute = (int(part) for part in clock.split(":"))
    total = hour * 60 + minute
    if minute > 59 or total > MINUTES_PER_DAY:
        raise ValueError(f"working hours {text!r} must have times from 00:00 to 24:00; "
                         f"{clock!r} is none")
    return total


def _dates_off(parts: list[str], text: str) -> DatesOff:
    try:
        first, last = date.fromisoformat(parts[0]), date.fromisoformat(parts[-1])
    except ValueError:
        raise ValueError(f"time off {text!r} must name days that the calendar has") from None
    if last < first:
        raise ValueError(f"time off {text!r} must not end before it starts")
    return DatesOff(first, last)


def _instants_off(parts: list[str], text: str) -> InstantsOff:
    try:
        start, end = (datetime.fromisoformat(part.upper()).astimezone(UTC) for part in parts)
    except (ValueError, OverflowError):
        raise ValueError(f"time off {text!r} must name days and times that the calendar "
                         "has") from None
    if end <= start:
        raise ValueError(f"time off {text!r} must end after it starts")
    return InstantsOff(start, end)
