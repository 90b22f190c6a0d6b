"""Company sizes in people: ``11-50``, ``10,000+``, ``~200``, and what spreadsheets make of them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from solver.prepare.normalise.month_names import month_number
from solver.prepare.normalise.quantity import (
    NUMBER,
    DecimalSign,
    Span,
    plain,
    read_digits,
    read_span,
)

_UNITS = re.compile(r" *\b(?:employees?|emp|people|persons?|staff|staff members|members|workers"
                    r"|headcount|ftes?|full[ -]time(?: equivalents?)?|mitarbeiter(?:innen)?"
                    r"|mitarbeitende|beschäftigte|personen|ma|employés|salariés|personnes"
                    r"|empleados|trabajadores|personas|funcionários|colaboradores|pessoas"
                    r"|dipendenti|addetti|persone|medewerkers|werknemers|anställda|pracowników)\b"
                    r"\.?$", re.IGNORECASE)
_NUMBER = re.compile(rf"({NUMBER}) *(k|thousand|tsd\.?|m|mio\.?|million)?",
                     re.ASCII | re.IGNORECASE)
_SCALES = {"k": 1e3, "thousand": 1e3, "tsd": 1e3, "m": 1e6, "mio": 1e6, "million": 1e6}
_DAY_MONTH = re.compile(r"([0-9]{1,2})[-. /]+([^\W\d_]{3,9})\.?")
_MONTH_YEAR = re.compile(r"([^\W\d_]{3,9})[-. /]+([0-9]{2})")
_ONE_PERSON = frozenset(("just me", "myself only", "only me", "self employed", "self-employed",
                         "sole proprietor", "solo"))

SPREADSHEET_DATE = "range that a spreadsheet took for a date"


@dataclass(frozen=True, slots=True)
class Headcount:
    """A company's size in people."""

    value: int
    """Of a range the middle, rounded half up."""
    low: int | None
    high: int | None
    """Ends of the range; None: open, or only about."""
    rule: str
    """How it was read."""


def read_headcount(text: str, decimal: DecimalSign | None = None) -> Headcount | None:
    """Return the number of people that a text names, or None: it names none.

    Of a range the middle counts, rounded half up; of ``10,000+`` the low end. A range that a
    spreadsheet took for a date (``May-20``, ``01-May``, ``Nov-50``) is read back; a whole date is
    not. Separators are read as :func:`solver.prepare.normalise.amount.read_amount` reads them.

    Parameters
    ----------
    text
        The cell.
    decimal
        The column's decimal sign, where it is known.
    """
    cell = plain(text)
    cell = _UNITS.sub("", cell).strip()
    if cell.casefold() in _ONE_PERSON:
        return Headcount(1, 1, 1, "one person")
    damaged = _from_date(cell)
    if damaged is not None:
        return damaged
    if cell.startswith("+"):
        cell = cell[1:].strip() + "+"
    span = read_span(cell, lambda part: _single(part, decimal)) if cell else None
    return _counted(span, decimal) if span is not None else None


def _counted(span: Span, decimal: DecimalSign | None) -> Headcount | None:
    read = _single(span.text, decimal)
    if span.kind == "range":
        return _middle(span, decimal)
    if read is None:
        return None
    value, rules, _ = read
    people, rule = _half_up(value), ", ".join(rules)
    if span.kind == "exact":
        rounded = rule if people == value else ", ".join((*rules, "rounded"))
        return Headcount(people, people, people, rounded or "plain number")
    if span.kind == "about":
        return Headcount(people, None, None, ", ".join((*rules, "about")))
    if span.kind == "at least":
        return Headcount(people, people, None, ", ".join((*rules, "low end of an open range")))
    high = people if span.kind == "at most" else people - 1
    return _between(1, high, (*rules, "middle of a range from 1"))


def _middle(span: Span, decimal: DecimalSign | None) -> Headcount | None:
    low, high = _single(span.text, decimal), _single(_UNITS.sub("", span.high), decimal)
    if low is None or high is None:
        return None
    bottom = low[0] * high[2] if low[2] == 1 and low[0] * high[2] < high[0] else low[0]  # 1-5k
    rules = tuple(dict.fromkeys((*low[1], *high[1], "middle of a range")))
    return _between(_half_up(bottom), _half_up(high[0]), rules)


def _between(low: int, high: int, rules: tuple[str, ...]) -> Headcount | None:
    if not 0 <= low <= high:
        return None
    return Headcount((low + high + 1) // 2, low, high, ", ".join(rules))


def _single(text: str, decimal: DecimalSign | None) -> tuple[float, tuple[str, ...], float] | None:
    """Return a number of people, its rules and its multiplier."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    scale = _SCALES[match[2].lower().rstrip(".")] if match[2] else 1
    sign: DecimalSign | None = decimal
    if match[2]:
        sign = "," if match[2].lower().startswith(("tsd", "mio")) else "."
    read = read_digits(match[1].strip(), sign)
    if read is None or math.isinf(read[0] * scale):
        return None
    rules = (read[1] if scale == 1 else None, "multiplier" if scale != 1 else None)
    return read[0] * scale, tuple(rule for rule in rules if rule), scale


def _half_up(value: float) -> int:
    return math.floor(value + 0.5)


def _from_date(cell: str) -> Headcount | None:
    """Return the range of which a spreadsheet made day and month, or month and year.

    ``5-20`` becomes May of 2020 or the 20th of May, ``11-50`` November of 1950: in either order the
    two numbers are still there, and the smaller came first.
    """
    day_month, month_year = _DAY_MONTH.fullmatch(cell), _MONTH_YEAR.fullmatch(cell)
    if day_month is not None:
        number, name = day_month.groups()
    elif month_year is not None:
        name, number = month_year.groups()
    else:
        return None
    month = month_number(name)
    if month is None or not int(number):
        return None
    low, high = sorted((month, int(number)))
    return _between(low, high, (SPREADSHEET_DATE,))
