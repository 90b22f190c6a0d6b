"""Dates and times in the forms of exports; what may mean two days is reported, not guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from solver.prepare.normalise.date_forms import Reading, readings

#: What is read without preparing, too.
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)?",
                      re.ASCII)

Problem = Literal["ambiguous", "naive", "unreadable"]


class DateOrder(StrEnum):
    """In which order a column writes day and month where both are numbers."""

    ISO = "iso"
    """Every date leaves no doubt: ISO 8601, ``yyyymmdd``, an epoch, a month's name."""
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    UNKNOWN = "unknown"
    """No date shows it."""
    MIXED = "mixed"
    """Some dates can only be the one, some only the other."""


@dataclass(frozen=True, slots=True)
class When:
    """An instant, or why there is none."""

    instant: datetime | None
    """In UTC."""
    rule: str | None
    """How it was read, such as ``month first``; None: RFC 3339 as it stands, or nothing read."""
    problem: Problem | None = None
    """``ambiguous``: two days are possible; ``naive``: it needs a time zone; ``unreadable``."""


def infer_order(texts: Iterable[str]) -> DateOrder:
    """Return the order of day and month of a whole column.

    A number above 12 shows it: ``1/18/2021`` has the month first. Dates that could be either,
    dates with dots (always day first), and dates with the month's name show nothing; neither do
    dates that no calendar has. Stops as soon as both orders are seen.

    Parameters
    ----------
    texts
        The cells of one column; each distinct text need be given only once.
    """
    shown: set[str] = set()
    doubtful = clear = False
    for text in texts:
        found = readings(text).all
        orders = {reading.order for reading in found if reading.order is not None}
        if len(orders) == 1:
            shown |= orders
            if len(shown) > 1:
                return DateOrder.MIXED
        elif orders:
            doubtful = doubtful or _differ(found)
        clear = clear or (bool(found) and not orders)
    if shown:
        return DateOrder.DAY_FIRST if "day" in shown else DateOrder.MONTH_FIRST
    return DateOrder.ISO if clear and not doubtful else DateOrder.UNKNOWN


def read_instant(text: str, order: DateOrder, timezone: ZoneInfo | None = None) -> When:
    """Return the instant that a text names.

    A date alone is its midnight. A clock time that comes twice is the first of the two. Years of
    two digits are not read; nor is a date that both orders allow, unless the order is given.

    Parameters
    ----------
    text
        The cell.
    order
        Of the column, from :func:`infer_order` or from its mapping.
    timezone
        Zone of texts that carry no offset.
    """
    found = readings(text)
    if not found.all:
        return When(None, found.problem, "unreadable")
    candidates = found.all
    if len(candidates) > 1 and _differ(candidates):
        wanted = {DateOrder.DAY_FIRST: "day", DateOrder.MONTH_FIRST: "month"}.get(order)
        candidates = tuple(one for one in candidates if one.order == wanted)
        if not candidates:
            return When(None, None, "ambiguous")
    return _located(candidates[0], timezone, text)


def _differ(found: tuple[Reading, ...]) -> bool:
    """Tell whether the readings are not all of one moment, as those of ``5/5/2021`` are."""
    return len({reading.moment for reading in found}) > 1


def _located(reading: Reading, timezone: ZoneInfo | None, text: str) -> When:
    moment, rule = reading.moment, _rule(reading, text)
    if moment.tzinfo is None:
        if timezone is None:
            return When(None, rule, "naive")
        moment = moment.replace(tzinfo=timezone)
    try:
        return When(moment.astimezone(UTC), rule)
    except OverflowError:
        return When(None, "outside the years 1 to 9999", "unreadable")


def _rule(reading: Reading, text: str) -> str | None:
    return None if _RFC3339.fullmatch(text.strip()) else reading.rule
