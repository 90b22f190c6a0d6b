"""Numbers as people write them: separators, multipliers, ranges, "about" and "more than"."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from solver.prepare.normalise.plain_text import MAX_SHORT_CELL

DecimalSign = Literal[".", ","]

THREE_DIGITS = "three digits after a single separator are thousands"
COLUMN_SIGN = "decimal sign of the column"

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-") | {"’": "'", "‘": "'", "`": "'", "´": "'",
                                                           "ʼ": "'", "⁄": "/"})
_PLAIN = re.compile(r"\d+(?:\.\d+)?[eE][+-]?\d{1,3}|\d+", re.ASCII)
_SPACED = re.compile(r"(\d{1,3}(?:[ ']\d{3})+)(?:[.,](\d*))?", re.ASCII)
_COMMAS_POINT = re.compile(r"((?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}))\.(\d*)", re.ASCII)
_POINTS_COMMA = re.compile(r"(\d{1,3}(?:\.\d{3})+),(\d*)", re.ASCII)
_GROUPS = re.compile(r"\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:\.\d{3}){2,}|\d{1,2}(?:,\d{2})+,\d{3}",
                     re.ASCII)
_ONE_SIGN = re.compile(r"(\d*)([.,])(\d*)", re.ASCII)
#: A number somewhere in a text, with what stands before and after it.
NUMBER = (r"(?:\d[\d., ']*\d|\d)(?:[.,](?!\w))?(?:[eE][+-]?\d{1,3}(?![\w.,]))?"
          r"|(?<![^\W\d_])[.,]\d+")
_CORE = re.compile(NUMBER, re.ASCII)

_ABOUT = re.compile(r"(?:[~≈]|(?:ca|circa|approx|approximately|about|around|roughly|etwa|rund"
                    r"|ungefahr|ungefähr|environ|aprox|aproximadamente)\b\.?) *", re.IGNORECASE)
_AT_LEAST = re.compile(r"(?:>=?|≥|(?:over|above|more than|greater than|at least|min|minimum|from"
                       r"|starting at|über|mehr als|mindestens|ab|plus de|au moins|más de|mas de"
                       r"|mais de|oltre|piu di|più di)\b\.?) *", re.IGNORECASE)
_OR_MORE = re.compile(r" *(?:\+|(?:or more|and more|and above|and over|and up|or above|plus"
                      r"|oder mehr|und mehr|et plus|ou plus|o más|o mas|e oltre))$", re.IGNORECASE)
_AT_MOST = re.compile(r"(?:(<=|≤|(?:up to|at most|max|maximum|bis zu|bis|höchstens|jusqu'à|hasta"
                      r"|fino a)\b\.?)|<|(?:under|below|less than|fewer than|unter|weniger als"
                      r"|moins de|menos de|meno di)\b) *", re.IGNORECASE)
_RANGE = re.compile(r"(?:(?:between|from|von|zwischen|entre|de|da|tra) +)?(.*?\d.*?)"
                    r"(?: *- *| +(?:to|and|bis|und|until|a|à|y|e|et) +|\.\.\.?| *… *)(.*?\d.*)",
                    re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """What a text says about a number: itself, or the ends between which it lies."""

    text: str
    """The number, or the low end where there is one."""
    kind: Literal["exact", "about", "at least", "below", "at most", "range"]
    high: str = ""
    """The high end of a range."""


def plain(text: str) -> str:
    """Return a short cell with ASCII digits, dashes and apostrophes and single blanks; or "".

    Empty for texts too long to be a number, and for formulas (``=1+2``), which are not read.
    """
    if len(text) > MAX_SHORT_CELL:
        return ""
    text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
                       for sign in text)
    text = " ".join(text.split())
    return "" if text[:1] in {"=", "@"} else text


def read_digits(text: str, decimal: DecimalSign | None = None) -> tuple[float, str | None] | None:
    """Return the number that digits with separators make, and the rule where one was needed.

    Parameters
    ----------
    text
        Without sign and currency, such as ``1.234,56``.
    decimal
        The decimal sign where it is known; it settles what ``1.200`` is, and nothing else.
    """
    whole_fraction = _digits(text, decimal)
    if whole_fraction is None:
        return None
    digits, rule = whole_fraction
    value = float(digits)
    return (value, rule) if math.isfinite(value) else None


def _digits(text: str, decimal: DecimalSign | None) -> tuple[str, str | None] | None:
    if _PLAIN.fullmatch(text):
        return text, None
    for form in (_SPACED, _COMMAS_POINT, _POINTS_COMMA):
        match = form.fullmatch(text)
        if match is not None:
            return f"{_only_digits(match[1])}.{match[2] or 0}", "separators"
    if _GROUPS.fullmatch(text):
        return _only_digits(text), "separators"
    return _one_sign(text, decimal)


def _one_sign(text: str, decimal: DecimalSign | None) -> tuple[str, str | None] | None:
    """Return ``whole.fraction``, or a whole number where the sign parts thousands."""
    match = _ONE_SIGN.fullmatch(text)
    if match is None or not match[1] + match[3]:
        return None
    whole, sign, fraction = match.groups()
    if len(fraction) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0":
        if decimal is None:
            return whole + fraction, THREE_DIGITS
        return (f"{whole}.{fraction}" if sign == decimal else whole + fraction), COLUMN_SIGN
    return f"{whole or 0}.{fraction or 0}", None if sign == "." else "decimal comma"


def _only_digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def infer_decimal(texts: Iterable[str]) -> DecimalSign | None:
    """Return the decimal sign of a whole column, or None where it shows none, or both.

    A number such as ``1.200`` may be read two ways; one such as ``12.5`` or ``1,234.56`` in its
    column settles it. Stops as soon as both signs are seen.
    """
    seen: set[DecimalSign] = set()
    for text in texts:
        for core in _CORE.findall(plain(text)):
            sign = _decimal_of(core.strip(" '"))
            if sign is not None:
                seen.add(sign)
        if len(seen) > 1:
            return None
    return seen.pop() if seen else None


def _decimal_of(core: str) -> DecimalSign | None:
    """Return the decimal sign that a number shows beyond doubt."""
    if _COMMAS_POINT.fullmatch(core):
        return "."
    if _POINTS_COMMA.fullmatch(core):
        return ","
    match = _ONE_SIGN.fullmatch(core)
    if match is None or not match[3]:
        return None
    doubtful = len(match[3]) == 3 and 1 <= len(match[1]) <= 3 and match[1][0] != "0"
    if doubtful:
        return None
    return "." if match[2] == "." else ","


def read_span(text: str, single: Callable[[str], object | None]) -> Span | None:
    """Return what a plain text says about a number; None: it says nothing of the kind.

    Parameters
    ----------
    text
        From :func:`plain`.
    single
        Reads one number with its units; None where it is none.
    """
    if single(text) is not None:
        return Span(text, "exact")
    about = _ABOUT.match(text)
    if about is not None:
        inner = read_span(text[about.end():], single)
        return inner if inner is None or inner.kind != "exact" else Span(inner.text, "about")
    least, more, most = _AT_LEAST.match(text), _OR_MORE.search(text), _AT_MOST.match(text)
    if more is not None and single(text[:more.start()]) is not None:
        return Span(text[:more.start()], "at least")
    if least is not None and single(text[least.end():]) is not None:
        return Span(text[least.end():], "at least")
    if most is not None and single(text[most.end():]) is not None:
        return Span(text[most.end():], "at most" if most[1] else "below")
    match = _RANGE.fullmatch(text)
    return Span(match[1].strip(), "range", match[2].strip()) if match else None
