"""How a text reads as a number, a flag, an instant or words, in filters and in attributes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from typing import TypeVar

from solver.filters.language.fields import Kind
from solver.filters.language.tree import Literal, Op, Span, moment_of
from solver.names import name_key, postal_key

_NUMBER = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]{1,4})?)\s*(%|[kmb])?")
_UNITS = {"%": Fraction(1, 100), "k": Fraction(10**3), "m": Fraction(10**6), "b": Fraction(10**9)}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}t[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
                      r"(?:z|[+-][0-9]{2}:[0-9]{2})")
#: As in the files.
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_DAY = 86_400_000_000
_WORD = re.compile(r"\w+")
#: No number that is meant is longer; longer digits are slow to read.
_LONGEST = 64

_Ordered = TypeVar("_Ordered", float, str)


def exact(text: str) -> str:
    """Return a text as it is."""
    return text


#: How the texts of each kind compare.
FOLDS: dict[Kind, Callable[[str], str]] = {
    Kind.TEXT: name_key, Kind.ID: exact, Kind.POSTAL: postal_key, Kind.ATTRIBUTE: name_key,
}


def read_fraction(key: str) -> Fraction | None:
    """Return the exact number that a folded text is: ``10``, ``2.5``, ``10%``, ``5k``, ``1.5m``."""
    found = _NUMBER.fullmatch(key) if len(key) <= _LONGEST else None
    if found is None:
        return None
    return Fraction(found[1]) * _UNITS.get(found[2], Fraction(1))


def read_number(key: str) -> float | None:
    """Return the number that a folded text is; None for none, or one past what a float holds."""
    number = read_fraction(key)
    if number is None:
        return None
    try:
        return float(number)
    except OverflowError:
        return None


def read_flag(key: str) -> bool | None:
    """Return whether a folded text says true (yes, 1) or false (no, 0)."""
    return _FLAGS.get(key)


def read_span(text: str) -> Span | None:
    """Return the stretch that a date (its day in UTC) or an instant with an offset stands for."""
    key = text.casefold()
    try:
        if _DATE.fullmatch(key):
            begin = moment_of(datetime.fromisoformat(key).replace(tzinfo=UTC))
            return Span(begin, begin + _DAY, text)
        if _INSTANT.fullmatch(key):
            begin = moment_of(datetime.fromisoformat(key.upper()))
            return Span(begin, begin + 1, text)
    except (ValueError, OverflowError):
        pass
    return None


def words_of(key: str) -> str:
    """Return the words of a folded text with one blank before and after each."""
    return f" {' '.join(_WORD.findall(key))} "


def read_moment(key: str) -> int | None:
    """Return the microseconds since 1970 UTC at which a folded text's date or instant begins."""
    span = read_span(key)
    return None if span is None else span.begin


def ordered(value: _Ordered, op: Op, literal: _Ordered) -> bool:
    """Tell whether a number or a folded text is equal to, below or above another."""
    if op is Op.EQ:
        return value == literal
    if op is Op.LT:
        return value < literal
    if op is Op.LE:
        return value <= literal
    return value > literal if op is Op.GT else value >= literal


def moment_holds(moment: int, op: Op, span: Span) -> bool:
    """Tell whether an instant lies in, before or after a date or an instant."""
    if op is Op.EQ:
        return span.begin <= moment < span.end
    if op is Op.LT:
        return moment < span.begin
    if op is Op.LE:
        return moment < span.end
    return moment >= (span.end if op is Op.GT else span.begin)


def text_holds(key: str, op: Op, literal: str) -> bool:
    """Tell whether a folded text stands to a folded literal as the comparison says."""
    if op is Op.CONTAINS:
        return literal in key
    if op is Op.STARTS:
        return key.startswith(literal)
    if op is Op.ENDS:
        return key.endswith(literal)
    if op is Op.HAS:
        return words_of(literal) in words_of(key)
    return ordered(key, op, literal)


def key_holds(key: str, op: Op, literal: Literal) -> bool:
    """Tell whether a folded text, read as what the literal is, stands to it as the comparison says.

    Text of a literal is folded already. What cannot be read so matches nothing.
    """
    if isinstance(literal, str):
        return text_holds(key, op, literal)
    if isinstance(literal, Span):
        moment = read_moment(key)
        return moment is not None and moment_holds(moment, op, literal)
    if isinstance(literal, bool):
        return read_flag(key) is literal
    number = read_number(key)
    return number is not None and ordered(number, op, literal)
