"""Every name of a country, folded: ISO's, the aliases, and those of all locales of CLDR."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from solver.prepare.normalise.folding import fold, foldings
from solver.prepare.normalise.tables.country_aliases import COUNTRY_ALIASES

#: Languages in which spelling slips are looked for, beside English.
_SPELT = ("de", "es", "fr", "it", "nl", "pt")
#: Shorter names in Latin letters would swallow codes.
_SHORTEST_LOCAL = 4
#: Names that a table gives to one country, and people to others or to something else.
_AMBIGUOUS = ("congo", "male")
#: Letters of a script, as in ``zh_Hant``.
_SCRIPT = 4
#: Assigned by users of ISO 3166, not by ISO: CLDR and phone numbers use it for Kosovo.
_KOSOVO = "XK"


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """Return the alpha-2 codes that a country may be normalised to."""
    import pycountry  # noqa: PLC0415

    return frozenset(country.alpha_2 for country in pycountry.countries) | {_KOSOVO}


def country_name(code: str) -> str:
    """Return the name in common use of an alpha-2 code: ``Colombia`` of CO."""
    import pycountry  # noqa: PLC0415

    found = pycountry.countries.get(alpha_2=code)
    return code if found is None else str(getattr(found, "common_name", found.name))


@lru_cache(maxsize=1)
def country_codes() -> dict[str, str]:
    """Return alpha-2, alpha-3 and numeric codes, folded, to alpha-2."""
    import pycountry  # noqa: PLC0415

    codes = {fold(code): country.alpha_2 for country in pycountry.countries
             for code in (country.alpha_2, country.alpha_3, country.numeric)}
    return {**codes, fold(_KOSOVO): _KOSOVO}


@lru_cache(maxsize=1)
def english_names() -> dict[str, str]:
    """Return English names, official names and aliases, folded, to alpha-2.

    Where a name fits two, ISO's own comes before the aliases and those before CLDR's.
    """
    import pycountry  # noqa: PLC0415

    names: dict[str, str] = {}
    for country in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            if name := getattr(country, field, None):
                for key in _ways_round(name):
                    names.setdefault(key, country.alpha_2)
    for code, aliases in COUNTRY_ALIASES.items():
        for alias in aliases:
            names.setdefault(fold(alias), code)
    for key, codes in _names_of(("en",)).items():
        if len(codes) == 1:
            names.setdefault(key, *codes)
    return {name: code for name, code in names.items() if name not in _AMBIGUOUS}


@lru_cache(maxsize=1)
def local_names() -> dict[str, frozenset[str]]:
    """Return the names of all locales, folded, to the codes that bear them."""
    from babel import localedata  # noqa: PLC0415

    # Locales of regions name countries as their language does.
    return _names_of(tuple(locale for locale in localedata.locale_identifiers()
                           if len(locale.partition("_")[2]) in {0, _SCRIPT}))


@lru_cache(maxsize=1)
def spelt_names() -> dict[str, frozenset[str]]:
    """Return the names among which spelling slips are looked for, to their codes."""
    english = {key: frozenset({code}) for key, code in english_names().items()}
    return {**_names_of(_SPELT), **english}


def _names_of(locales: tuple[str, ...]) -> dict[str, frozenset[str]]:
    from babel import localedata  # noqa: PLC0415

    found: defaultdict[str, set[str]] = defaultdict(set)
    for locale in locales:
        # Loading without what is inherited would leave half a locale in babel's cache for others.
        territories = localedata.load(locale).get("territories", {})
        for code, name in territories.items():
            if code in countries():
                for key in foldings(name):
                    found[key].add(code)
    return {key: frozenset(codes) for key, codes in found.items() if key not in _AMBIGUOUS
            and (len(key) >= _SHORTEST_LOCAL or not key.isascii())}


def _ways_round(name: str) -> list[str]:
    """Return ``korea republic of`` and ``republic of korea``."""
    head, comma, tail = name.partition(", ")
    return [fold(name), fold(f"{tail} {head}")] if comma else [fold(name)]
