"""Public holidays by country or subdivision, from the ``holidays`` library.

The library is imported when the first code is looked up: most commands never need it.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache


def check_holidays_code(code: str) -> str:
    """Return `code` unchanged if public holidays are known for it.

    Parameters
    ----------
    code
        A country (``GB``) or a country and a subdivision (``GB-ENG``).

    Raises
    ------
    ValueError
        If the library knows no such place, with a code that it knows.
    """
    country, dash, subdivision = code.partition("-")
    countries = _subdivisions_by_country()
    if country not in countries:
        hint = country.upper() if country.upper() in countries else "GB"
        raise ValueError(f"holidays code {code!r} must begin with an ISO country code such as "
                         f"{hint!r}; {country!r} is none that is known")
    if dash and subdivision not in countries[country]:
        raise ValueError(f"holidays code {code!r} must name a subdivision of {country}: "
                         f"{_subdivision_hint(country, subdivision)}")
    return code


def is_public_holiday(code: str, day: date) -> bool:
    """Tell whether a day is a public holiday of a place.

    Parameters
    ----------
    code
        A country, whose nationwide public holidays count, or a subdivision, where its own count.
    day
        The local date.

    Raises
    ------
    ValueError
        If the code is unknown.
    """
    return day in _public_holidays(code, day.year)


@lru_cache(maxsize=1024)
def _public_holidays(code: str, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415

    country, _, subdivision = check_holidays_code(code).partition("-")
    # One year at a time, not expanding: the answer must not depend on earlier questions.
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year,
                                               expand=False, categories=holidays.PUBLIC))


@lru_cache(maxsize=1)
def _subdivisions_by_country() -> Mapping[str, frozenset[str]]:
    import holidays  # noqa: PLC0415

    countries = holidays.list_supported_countries(include_aliases=True)
    return {country: frozenset(known) for country, known in countries.items()}


def _subdivision_hint(country: str, subdivision: str) -> str:
    known = sorted(_subdivisions_by_country()[country])
    if not known:
        return f"none is known there, write {country!r}"
    folded = {name.casefold(): name for name in known}
    if close := difflib.get_close_matches(subdivision.casefold(), folded, n=1):
        return f"perhaps '{country}-{folded[close[0]]}'"
    return f"one of {', '.join(known)}"
