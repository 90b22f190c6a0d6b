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


class PublicHolidays:
    """Public holidays, looked up by code and local date; each year is computed once per object."""

    def __init__(self) -> None:
        self._years: dict[tuple[str, int], Mapping[date, str]] = {}

    def contains(self, code: str, day: date) -> bool:
        """Tell whether `day` is a public holiday of `code`.

        Holidays are the nationwide public ones or, for a subdivision, those kept there.

        Raises
        ------
        ValueError
            If the code is unknown.
        """
        return day in self._year(code, day.year)

    def name(self, code: str, day: date) -> str | None:
        """Return the name of the public holiday of `code` on `day`; ``None`` if there is none.

        Raises
        ------
        ValueError
            If the code is unknown.
        """
        return self._year(code, day.year).get(day)

    def _year(self, code: str, year: int) -> Mapping[date, str]:
        known = self._years.get((code, year))
        if known is None:
            known = self._years[code, year] = _holidays_of(code, year)
        return known


@lru_cache(maxsize=1024)
def _holidays_of(code: str, year: int) -> dict[date, str]:
    import holidays  # noqa: PLC0415

    country, _, subdivision = check_holidays_code(code).partition("-")
    # One year at a time, not expanding: the answer must not depend on earlier questions.
    return dict(holidays.country_holidays(country, subdiv=subdivision or None, years=year,
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
