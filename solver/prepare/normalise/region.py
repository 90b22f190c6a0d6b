"""States and provinces: codes, names and exonyms to the name that ISO 3166-2 gives."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.folding import fold
from solver.prepare.normalise.outcome import CACHED, as_blank, recognised, unrecognised
from solver.prepare.normalise.region_names import (
    full_names,
    region_names,
    regions_of,
    short_names,
    translated_names,
    without_kind,
)
from solver.prepare.normalise.spelling import closest

_CODE = re.compile(r"([A-Za-z]{2})\s*[-_./]\s*([A-Za-z0-9]{1,3})")
#: No region has a longer name; what is longer is no name.
_LONGEST = 120


@lru_cache(maxsize=CACHED)
def normalise_region(text: str, country: str | None) -> Cell:
    """Return a region's name as ISO 3166-2 has it: ``CA`` and ``US-CA`` are ``California``.

    Parameters
    ----------
    text : str
        Code, name, exonym or translation.
    country : str | None
        Alpha-2 code; None: not known. Then a name or a whole code counts that is unique in the
        world, and ``CA`` alone is unknown.
    """
    trimmed = text.strip()
    owner = country.strip().upper() if country and country.strip() else None
    if owner is not None and trimmed in _names_of(owner):
        return Cell(trimmed)
    codes, rule = _code(trimmed, owner), "region code"
    if not codes:
        if (blank := as_blank(text)) is not None:
            return blank
        codes, rule = _named(trimmed, owner), "region name"
    if not codes and owner is not None:
        codes, rule = closest(fold(trimmed), full_names(owner)), "region spelling"
    names = {region_names()[code] for code in codes}
    owners = {code.partition("-")[0] for code in codes}
    unique = len(names) == 1 and len(owners) == 1
    return recognised(text, rule, *names) if unique else unrecognised(text)


@lru_cache(maxsize=CACHED)
def country_of_region(text: str) -> str | None:
    """Return the only country that has a region of this name, or of this whole code."""
    codes = _code(text.strip(), None) or _named(text.strip(), None)
    owners = {code.partition("-")[0] for code in codes}
    return next(iter(owners)) if len(owners) == 1 else None


def region_codes(text: str, country: str) -> frozenset[str]:
    """Return the ISO 3166-2 codes in `country` that a code or name stands for."""
    return _code(text.strip(), country) or _named(text.strip(), country)


@cache
def _names_of(country: str) -> frozenset[str]:
    return frozenset(region_names()[code] for code in regions_of(country))


def _code(text: str, country: str | None) -> frozenset[str]:
    """Return the code that `text` is; capitals only for what forms also write for nothing."""
    if (whole := _CODE.fullmatch(text)) is not None:
        code = f"{whole[1]}-{whole[2]}".upper()
        return frozenset({code} & set(regions_of(country or code[:2])))
    code = f"{country}-{text.upper()}"
    known = country is not None and code in regions_of(country)
    return frozenset({code}) if known and (text.isupper() or text.upper() != "NA") \
        else frozenset()


def _named(text: str, country: str | None) -> frozenset[str]:
    """Return the codes of a name, from the first list that has it."""
    if len(text) > _LONGEST:
        return frozenset()
    key = fold(text)
    if codes := full_names(country).get(key):
        return codes
    bare = without_kind(key)
    for names in (short_names, full_names, translated_names):
        for name in (key, bare):
            if codes := names(country).get(name):
                return codes
    return frozenset()
