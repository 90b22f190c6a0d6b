"""Postal codes: one spelling per country, with the zeros that spreadsheets lose."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.outcome import CACHED, as_blank, recognised, unrecognised
from solver.prepare.normalise.tables.postal_formats import LEADING_ZERO, POSTAL_FORMATS

_SEPARATORS = re.compile(r"[\s\-–—‐‑‒]+")
_AS_NUMBER = re.compile(r"(\d+)\.0+")
_ZIP_PLUS_4 = re.compile(r"(\d{4,5})[\s\-–—]+(\d{4})")
_PLAUSIBLE = re.compile(r"(?=.*\d)[A-Z0-9](?:[A-Z0-9 -]{0,10}[A-Z0-9])?")
_LONGEST = 40
_CLASSES = {"9": "[0-9]", "a": "[A-Z]", "*": "[A-Z0-9]"}


@lru_cache(maxsize=CACHED)
def normalise_postal(text: str, country: str | None) -> Cell:
    """Return a postal code as its country writes it: ``sw1a1aa`` is ``SW1A 1AA`` in GB.

    Parameters
    ----------
    text : str
        The code, also with the country before it (``D-80331``) or as a number (``80331.0``).
    country : str | None
        Alpha-2 code. None, or a country without a known format: capitals and single blanks, known
        if it looks like a postal code.

    Notes
    -----
    One leading zero that a spreadsheet lost is put back where codes begin with 0 (US ``2130`` is
    ``02130``). ZIP+4 keeps its four digits. A prefix of a code is no code: it is unknown.
    """
    if (blank := as_blank(text)) is not None:
        return blank
    if len(text.strip()) > _LONGEST:
        return unrecognised(text)
    owner = (country or "").strip().upper()
    written = _AS_NUMBER.sub(r"\1", " ".join(
        unicodedata.normalize("NFKC", text).upper().split()))
    if owner not in POSTAL_FORMATS:
        return recognised(text, "postal code spelling", written) if _PLAUSIBLE.fullmatch(written) \
            else unrecognised(text)
    if (code := _shaped(written, owner)) is not None:
        return recognised(text, "postal code spelling", code)
    if owner in LEADING_ZERO and (code := _with_zero(written, owner)) is not None:
        return recognised(text, "postal code lost a zero", code)
    return unrecognised(text)


def _shaped(written: str, country: str) -> str | None:
    """Return the code in the first format of the country that it fits."""
    compact = _SEPARATORS.sub("", written)
    bare = _SEPARATORS.sub("", re.sub(r"^[A-Z]{1,2}[\s\-–—]", "", written))
    for candidate in dict.fromkeys((compact, bare)):
        for pattern, form in _patterns(country):
            if pattern.fullmatch(candidate):
                return _spelt(candidate, form)
        if candidate.isascii() and candidate.isdigit():
            for prefix, form in _lettered(country):
                if _compact(form) == f"{prefix}{'9' * len(candidate)}":
                    return _spelt(f"{prefix}{candidate}", form)
    return None


def _with_zero(written: str, country: str) -> str | None:
    """Return the code with one zero before it, ZIP+4 too."""
    if (parts := _ZIP_PLUS_4.fullmatch(written)) is not None:
        return _shaped(f"0{parts[1]}-{parts[2]}", country) if len(parts[1]) == 4 else None
    return _shaped(f"0{written}", country) if written.isascii() and written.isdigit() else None


@cache
def _patterns(country: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile("".join(_CLASSES.get(sign, sign) for sign in _compact(form))), form)
                 for form in POSTAL_FORMATS[country])


@cache
def _lettered(country: str) -> tuple[tuple[str, str], ...]:
    """Return the formats that begin with the country's own letters, such as ``LV-9999``."""
    return tuple((country, form) for form in POSTAL_FORMATS[country] if form.startswith(country))


def _compact(form: str) -> str:
    return form.replace(" ", "").replace("-", "")


def _spelt(compact: str, form: str) -> str:
    """Put the blanks and hyphens of the format into a code."""
    signs = iter(compact)
    return "".join(sign if sign in " -" else next(signs) for sign in form)
