"""Forms of dates: what a text can mean, before the order of day and month is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal

from solver.prepare.normalise.month_names import is_weekday, month_number
from solver.prepare.normalise.quantity import plain

#: Clock times: with seconds, fractions, AM and PM, and an offset from UTC.
_CLOCK = (r"(?P<hour>\d{1,2}):(?P<minute>\d{2})"
          r"(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
          r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
          r"(?: ?(?P<offset>[Zz]|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?|UTC|GMT))?(?: ?\([^()]*\))?")
_TEXT = re.compile(rf"(?P<day>.+?)(?:(?:(?<=\d)[Tt]|,? (?:(?:at|um|à|a las|alle|om) )?){_CLOCK})?",
                   re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[Tt](\d{4}|\d{6})|(\d{6}))([Zz])?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_YMD = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0+)?", re.ASCII)
_DOTS = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})([-/])(\d{1,2})\2(\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}([-/.]) ?\d{1,2}\1 ?\d{2}", re.ASCII)
_MONTH = r"(?P<month>[^\W\d_]{3,12})\.?"
_OF = r"(?: de| del| of)?"
_ORDINAL = r"(?:st|nd|rd|th|er|º|°|o|\.)?"
_MONTH_FORMS = tuple(re.compile(form) for form in (
    rf"(?P<day>[0-9]{{1,2}}){_ORDINAL}{_OF}[-./ ]*{_MONTH},?{_OF}[-./ ]*(?P<year>[0-9]{{2,4}})",
    rf"{_MONTH}[-./ ]*(?P<day>[0-9]{{1,2}}){_ORDINAL}(?:, ?|[-./ ])(?P<year>[0-9]{{2,4}})",
    rf"(?P<year>[0-9]{{4}})[-./ ]*{_MONTH}[-./ ]*(?P<day>[0-9]{{1,2}})",
    rf"{_MONTH}[-./ ]*(?P<year>[0-9]{{2}})",
))
_WEEKDAY = re.compile(r"([^\W\d_]{2,13})(?:[.,] *| )")
_EPOCH = re.compile(r"(\d{10}|\d{13})(?:\.0+)?", re.ASCII)
_SERIAL = re.compile(r"(\d{5}(?:\.\d{1,12})?)", re.ASCII)
#: Epoch seconds from 2001 to 2099; serial days from 1954 to 2064.
_EPOCHS, _SERIALS = range(1_000_000_000, 4_102_444_800), (20_000, 60_000)
_DAY_ZERO = datetime(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a text may mean."""

    moment: datetime
    """Naive where the text has no offset."""
    rule: str
    order: Literal["day", "month"] | None = None
    """Which of two numbers is first; None: the form leaves no doubt."""


@dataclass(frozen=True, slots=True)
class Readings:
    """All that a text may mean."""

    all: tuple[Reading, ...]
    problem: str | None = None
    """Why there is none, in words, where that is known."""


def readings(text: str) -> Readings:
    """Return all meanings of a text: none, one, or two where day and month may be swapped."""
    cell = plain(text)
    number = _of_number(cell)
    if number is not None:
        return Readings((number,))
    match = _TEXT.fullmatch(cell)
    if match is None:
        return Readings(())
    clock = _clock(match)
    if clock is None:
        return Readings(())
    day_text = _without_weekday(match["day"].rstrip(",").strip())
    days = list(_days(day_text))
    if not days:
        return Readings((), "two-digit year" if _has_short_year(day_text) else None)
    return Readings(tuple(Reading(datetime.combine(day, clock), rule, order)
                          for day, rule, order in days))


def _of_number(cell: str) -> Reading | None:
    """Return the meaning of a bare number: an epoch, a spreadsheet's day, a compact time."""
    if match := _EPOCH.fullmatch(cell):
        digits = match[1]
        seconds = int(digits[:10])
        if seconds in _EPOCHS:
            moment = datetime.fromtimestamp(seconds, UTC)
            if len(digits) == 10:
                return Reading(moment, "epoch seconds")
            return Reading(moment + timedelta(milliseconds=int(digits[10:])), "epoch milliseconds")
    if (match := _SERIAL.fullmatch(cell)) and _SERIALS[0] <= float(match[1]) <= _SERIALS[1]:
        seconds = round(float(match[1]) * 86_400)
        return Reading(_DAY_ZERO + timedelta(seconds=seconds), "spreadsheet serial")
    if match := _COMPACT.fullmatch(cell):
        return _of_compact(match)
    return None


def _of_compact(match: re.Match[str]) -> Reading | None:
    clock = (match[4] or match[5]).ljust(6, "0")
    try:
        moment = datetime.combine(
            _date(match[1], match[2], match[3]),
            time(int(clock[:2]), int(clock[2:4]), int(clock[4:]), tzinfo=UTC if match[6] else None))
    except ValueError:
        return None
    return Reading(moment, "yyyymmdd and time")


def _clock(match: re.Match[str]) -> time | None:
    """Return the time of day, midnight where the text has none; None: there is no such time."""
    if match["hour"] is None:
        return time()
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] in "Pp" else 0)
    fraction = (match["fraction"] or "")[:6].ljust(6, "0")
    try:
        return time(hour, int(match["minute"]), int(match["second"] or 0), int(fraction),
                    _offset(match["offset"]))
    except ValueError:
        return None


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    digits = text.upper().removeprefix("UTC").removeprefix("GMT").removeprefix("Z")
    if not digits:
        return UTC
    hours, minutes = int(digits[1:3]), int(digits[-2:]) if len(digits) > 3 else 0
    if minutes > 59:
        raise ValueError(text)
    return timezone((-1 if digits[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes))


def _without_weekday(text: str) -> str:
    match = _WEEKDAY.match(text)
    return text[match.end():] if match and is_weekday(match[1]) else text


def _days(text: str) -> Iterator[tuple[date, str, Literal["day", "month"] | None]]:
    """Yield the dates that a text may mean, with the rule and the order of day and month."""
    for parts, rule, order in _parts(text):
        try:
            yield _date(*parts), rule, order
        except ValueError:
            continue


def _parts(
    text: str
) -> Iterator[tuple[tuple[str, str | int, str], str, Literal["day", "month"] | None]]:
    """Yield year, month and day as they are written."""
    if match := _YEAR_FIRST.fullmatch(text):
        iso = match[2] == "-" and len(match[3]) == len(match[4]) == 2
        yield (match[1], match[3], match[4]), "ISO 8601" if iso else "year first", None
    elif match := _YMD.fullmatch(text):
        yield (match[1], match[2], match[3]), "yyyymmdd", None
    elif match := _DOTS.fullmatch(text):
        yield (match[3], match[2], match[1]), "day first", None
    elif match := _NUMBERS.fullmatch(text):
        yield (match[4], match[3], match[1]), "day first", "day"
        yield (match[4], match[1], match[3]), "month first", "month"
    elif match := _month_form(text):
        month = month_number(match["month"])
        if month is not None and len(match["year"]) == 4 and "day" in match.re.groupindex:
            yield (match["year"], month, match["day"]), "month name", None


def _month_form(text: str) -> re.Match[str] | None:
    for form in _MONTH_FORMS:
        match = form.fullmatch(text)
        if match is not None and month_number(match["month"]) is not None:
            return match
    return None


def _has_short_year(text: str) -> bool:
    match = _month_form(text)
    return bool(_SHORT_YEAR.fullmatch(text)) or (match is not None and len(match["year"]) == 2)


def _date(year: str, month: str | int, day: str) -> date:
    return date(int(year), int(month), int(day))
