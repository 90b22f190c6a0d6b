"""Instants: RFC 3339, and the date forms that a mapping or a preset names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from solver.models.issue import IssueCode
from solver.reading.parsing.cells import CellError

_RFC3339 = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?",
    re.ASCII,
)
_EXAMPLE = "2026-11-20T08:15:30+01:00"


def parse_instant(
    text: str, formats: Sequence[str] = (), timezone: ZoneInfo | None = None
) -> datetime:
    """Return an instant in UTC.

    Parameters
    ----------
    text
        RFC 3339, or one of the forms.
    formats
        Further forms in the notation of ``strptime``, tried in this order.
    timezone
        Zone of times that carry no offset; of a clock time that comes twice, the first.

    Raises
    ------
    CellError
        The text is in none of the forms, is no date of the calendar, or has neither offset nor
        zone.
    """
    found = _rfc3339(text)
    if found is None:
        found = _first_form(text, formats)
    if found is None:
        known = " or a date form of the mapping" if formats else ""
        raise CellError(
            IssueCode.BAD_INSTANT, f"must be an instant in RFC 3339{known}",
            f"Write it as {_EXAMPLE}, or name the form under date_formats in a mapping")
    if found.tzinfo is None and timezone is None:
        raise CellError(
            IssueCode.NAIVE_TIME, "the time has no offset from UTC",
            f"Write it as {_EXAMPLE}, or say with --timezone in which zone the times are")
    try:
        return (found if found.tzinfo else found.replace(tzinfo=timezone)).astimezone(UTC)
    except OverflowError:
        raise CellError(IssueCode.BAD_INSTANT, "the instant lies outside the years 1 to 9999 (UTC)",
                        "Correct the date") from None


def _rfc3339(text: str) -> datetime | None:
    match = _RFC3339.fullmatch(text)
    if match is None:
        return None
    date, clock, fraction, offset = match.groups(default="")
    offset = "+00:00" if offset in {"Z", "z"} else offset
    try:
        return datetime.fromisoformat(f"{date}T{clock}{fraction[:7]}{offset}")
    except ValueError as error:
        raise CellError(IssueCode.BAD_INSTANT, f"is no instant of the calendar ({error})",
                        "Correct the date or the time") from None


def _first_form(text: str, formats: Sequence[str]) -> datetime | None:
    for form in formats:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None


def date_form_problem(form: str) -> str | None:
    """Return what is wrong with a ``strptime`` form, or None; it must hold the whole date."""
    sample = datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)
    if "%Z" in form:
        return "names of zones are ambiguous: use %z, or give the zone with --timezone"
    try:
        read = datetime.strptime(sample.strftime(form), form)
    except (ValueError, re.error) as error:
        return f"is not a date form ({error})"
    return None if read.date() == sample.date() else "must hold year, month and day"
