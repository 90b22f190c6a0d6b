"""Amounts of money as people write them: ``$200,000``, ``1,5 Mio``, ``(500)``, ``1'000 CHF``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from solver.prepare.normalise.currency import currency_of
from solver.prepare.normalise.quantity import (
    COLUMN_SIGN,
    NUMBER,
    DecimalSign,
    Span,
    plain,
    read_digits,
    read_span,
)

#: Multipliers of languages that write the decimal point, in small letters without dots.
_POINT_SCALES: Mapping[str, float] = MappingProxyType({
    "k": 1e3, "thousand": 1e3, "lakh": 1e5, "lakhs": 1e5, "lac": 1e5, "lacs": 1e5, "m": 1e6,
    "mm": 1e6, "mn": 1e6, "million": 1e6, "millions": 1e6, "crore": 1e7, "crores": 1e7, "cr": 1e7,
    "b": 1e9, "bn": 1e9, "billion": 1e9, "billions": 1e9, "trn": 1e12, "trillion": 1e12,
})
#: Multipliers of languages that write the decimal comma.
_COMMA_SCALES: Mapping[str, float] = MappingProxyType({
    "tsd": 1e3, "tausend": 1e3, "mille": 1e3, "mila": 1e3, "tys": 1e3, "mio": 1e6, "mill": 1e6,
    "millionen": 1e6, "mln": 1e6, "millón": 1e6, "millones": 1e6, "milhão": 1e6, "milhões": 1e6,
    "milione": 1e6, "milioni": 1e6, "miljoen": 1e6, "mia": 1e9, "mrd": 1e9, "md": 1e9, "mds": 1e9,
    "mld": 1e9, "milliarde": 1e9, "milliarden": 1e9, "milliard": 1e9, "milliards": 1e9,
    "miliardi": 1e9, "miljard": 1e9,
})
#: ``TEUR`` and ``T€`` are thousands, ``M€`` and ``MUSD`` millions.
_JOINED_SCALES: Mapping[str, float] = MappingProxyType({"t": 1e3, "k": 1e3, "m": 1e6})
_SCALE_NAMES = "|".join(sorted((*_POINT_SCALES, *_COMMA_SCALES), key=len, reverse=True))
_AROUND = re.compile(rf"(?P<before>[^\d]*?)(?P<number>{NUMBER})(?P<after>[^\d]*)", re.ASCII)
_SCALE_FIRST = re.compile(rf"({_SCALE_NAMES})(?:\.|\b) *(.*)", re.IGNORECASE)
_SCALE_LAST = re.compile(rf"(.*?) *\b({_SCALE_NAMES})\.?", re.IGNORECASE)
_BRACKETS = re.compile(r"(.*?)\( *(.*?\d.*?) *\)(.*)")
#: ``5,- €``: no cents.
_NO_CENTS = re.compile(r"[.,] ?--?(?=\D*$)")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money."""

    value: float
    currency: str | None
    """Code of ISO 4217; None: none is named, or a sign such as ``$`` that several share."""
    rule: str
    """How it was read."""


@dataclass(frozen=True, slots=True)
class _Single:
    """One number with its units."""

    value: float
    currencies: frozenset[str] | None
    scaled: bool
    rules: tuple[str, ...]

    @property
    def currency(self) -> str | None:
        """The one currency that it can be."""
        codes = self.currencies or frozenset()
        return next(iter(codes)) if len(codes) == 1 else None


@dataclass(frozen=True, slots=True)
class _Units:
    """What stands behind a number."""

    currency: str
    scale: float | None = None
    decimal: DecimalSign | None = None


_END_RULES = {"exact": (), "about": ("about",), "at least": ("low end of an open range",),
              "below": ("middle of a range from 0",), "at most": ("middle of a range from 0",)}


def read_amount(text: str, decimal: DecimalSign | None = None) -> Amount | None:
    """Return the amount that a text names, or None: it names none that can be read safely.

    Exactly three digits after a single separator are thousands (``1.200`` and ``1,200`` are both
    1200), unless the column's decimal sign is given or a multiplier shows its language. Of a range
    the middle counts, of ``over`` the low end, of ``under`` half. Formulas are not read.

    Parameters
    ----------
    text
        The cell.
    decimal
        The column's decimal sign, from :func:`solver.prepare.normalise.quantity.infer_decimal`.
    """
    cell = plain(text)
    span = read_span(cell, lambda part: _single(part, decimal)) if cell else None
    if span is None:
        return None
    if span.kind == "range":
        return _middle(span, decimal)
    read = _single(span.text, decimal)
    if read is None or (span.kind not in {"exact", "about"} and read.value <= 0):
        return None
    value = read.value / 2 if span.kind in {"below", "at most"} else read.value
    rules = (*read.rules, *_END_RULES[span.kind])
    return Amount(value, read.currency, ", ".join(rules) or "plain number")


def _middle(span: Span, decimal: DecimalSign | None) -> Amount | None:
    """Return the middle of a range whose ends fit together."""
    low, high = _single(span.text, decimal), _single(span.high, decimal)
    if low is None or high is None:
        return None
    currencies = _common(low.currencies, high.currencies)
    if currencies is not None and not currencies:
        return None
    bottom = low.value
    if high.scaled and not low.scaled and bottom < 1000:  # $1-5M
        bottom *= _scale_of(span.high)
    if not 0 <= bottom < high.value:
        return None
    rules = tuple(dict.fromkeys((*low.rules, *high.rules, "middle of a range")))
    both = _Single(bottom + (high.value - bottom) / 2, currencies, high.scaled, rules)
    return Amount(both.value, both.currency, ", ".join(rules))


def _scale_of(text: str) -> float:
    """Return the multiplier of a number that has one."""
    match = _AROUND.fullmatch(text)
    units = _units(match["after"].strip()) if match else None
    return (units.scale if units else None) or 1


def _single(text: str, decimal: DecimalSign | None) -> _Single | None:
    """Return one amount with its sign, currency and multiplier."""
    bracketed, in_brackets = _without_brackets(_NO_CENTS.sub("", text.strip()))
    match = _AROUND.fullmatch(bracketed)
    if match is None:
        return None
    before, signs = _without_sign(match["before"].strip())
    after = match["after"].strip()
    if after.startswith("-"):
        signs, after = signs + "-", after[1:].strip()
    units = _units(after)
    if before and units == _Units("") and currency_of(before) is None:
        units, before = _units(before), ""  # TEUR 500
        units = units if units and units.currency else None
    if units is None or len(signs) + in_brackets > 1:
        return None
    currencies = _of_both(before, units.currency)
    read = read_digits(match["number"].strip(), units.decimal or decimal)
    if currencies == frozenset() or read is None:
        return None
    value = read[0] * (units.scale or 1)
    if math.isinf(value):
        return None
    rules = (None if units.decimal and read[1] == COLUMN_SIGN else read[1],
             "multiplier" if units.scale else None, "currency" if currencies else None,
             "negative in brackets" if in_brackets else None)
    negative = in_brackets or signs == "-"
    return _Single(-value if negative and value else value, currencies, units.scale is not None,
                   tuple(rule for rule in rules if rule))


def _without_brackets(text: str) -> tuple[str, bool]:
    match = _BRACKETS.fullmatch(text)
    if match is None:
        return text, False
    return f"{match[1]} {match[2]} {match[3]}".strip(), True


def _without_sign(before: str) -> tuple[str, str]:
    """Return what stands before a number without its sign, and the sign."""
    for sign in "-+":
        if before.startswith(sign):
            return before[1:].strip(), sign
        if before.endswith(sign):
            return before[:-1].strip(), sign
    return before, ""


def _units(after: str) -> _Units | None:
    """Return the multiplier behind a number and the text of the currency; None: other words."""
    if not after or currency_of(after) is not None:
        return _Units(after)
    first, last = _SCALE_FIRST.fullmatch(after), _SCALE_LAST.fullmatch(after)
    if first is not None and (not first[2] or currency_of(first[2]) is not None):
        return _scaled(first[2], first[1])
    if last is not None and currency_of(last[1]) is not None:
        return _scaled(last[1], last[2])
    joined, rest = _JOINED_SCALES.get(after[0].lower()), after[1:].strip()
    return _Units(rest, joined) if joined and currency_of(rest) is not None else None


def _scaled(currency: str, name: str) -> _Units:
    name = name.lower()
    if name in _POINT_SCALES:
        return _Units(currency, _POINT_SCALES[name], ".")
    return _Units(currency, _COMMA_SCALES[name], ",")


def _of_both(before: str, after: str) -> frozenset[str] | None:
    """Return the currencies that both texts allow; empty: they differ, or one is no currency."""
    found: frozenset[str] | None = None
    for text in (before, after):
        if text:
            found = _common(found, currency_of(text) or frozenset())
    return found


def _common(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return one if other is None else other
    return one & other
