"""Countries that the rest of the address speaks against: ``CO`` beside Denver and +1 303.

Each field of a lead is one piece of evidence for its country or for another. The country is
doubted where more speaks for another one than for it, and at least one piece of that is more than
an ending of a domain.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from solver.prepare.normalise.country_names import countries
from solver.prepare.normalise.folding import fold
from solver.prepare.normalise.postal import normalise_postal
from solver.prepare.normalise.region import country_of_region, normalise_region, region_codes
from solver.prepare.normalise.region_names import region_names
from solver.prepare.normalise.tables.postal_formats import POSTAL_FORMATS
from solver.prepare.normalise.tables.state_cities import STATE_CITIES
from solver.prepare.normalise.zone_rules import country_zones, zone_cities

#: Weights of a piece of evidence; an ending such as ``.de`` never decides alone.
_STRONG, _WEAK = 2, 1
#: Pieces that must agree before a cell is read as a region of another country.
_ENOUGH = 2
#: Endings that are sold as words, whatever the country (Google Search Central, "generic ccTLDs").
_GENERIC = frozenset({
    "ad", "ai", "as", "bz", "cc", "cd", "co", "dj", "fm", "io", "la", "me", "ms", "nu", "sc", "sr",
    "su", "tk", "tv", "ws"})
#: Parts of a country that have a code of their own (ISO 3166-1), to that country.
_PARTS = {
    **dict.fromkeys(("GG", "IM", "JE"), "GB"),
    **dict.fromkeys(("PR", "GU", "VI", "AS", "MP"), "US"),
    **dict.fromkeys(("GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF"), "FR"),
    **dict.fromkeys(("AW", "CW", "SX", "BQ"), "NL"), **dict.fromkeys(("FO", "GL"), "DK"),
    **dict.fromkeys(("CC", "CX", "NF"), "AU"), **dict.fromkeys(("HK", "MO", "TW"), "CN"),
    "SJ": "NO", "AX": "FI", "VA": "IT", "EH": "MA",
}


class Place(NamedTuple):
    """What a lead says of where it is."""

    cell: str
    """The country as it came."""
    country: str
    """Alpha-2 code that it was read as."""
    region: str | None
    postal_code: str | None
    city: str | None
    phone: str | None
    phone_country: str | None
    """The country of the number, if it tells one."""
    domain: str | None
    """Of the site or the e-mail address."""


class CountryDoubt(NamedTuple):
    """A country that other fields contradict."""

    cell: str
    """As it came."""
    country: str
    """What it would be by itself."""
    other: str
    """Alpha-2 code of the country that the other fields name."""
    evidence: tuple[str, ...]
    """What speaks for that one, in words."""
    region: str | None
    """Name of the region of the other country that the cell is read as; None: it is left."""


def doubt_country(place: Place) -> CountryDoubt | None:
    """Return why a country is doubted, and what it is read as; None: it is not.

    A cell that is a code or name of a region of the other country is read as that region where two
    pieces agree and no third speaks against it; any other is left as it came.
    """
    found = []
    for other in sorted(_candidates(place)):
        against = list(_against(place, other))
        weight = sum(weight for weight, _ in against)
        if (any(weight == _STRONG for weight, _ in against)
                and weight > sum(_supporting(place, other))):
            found.append((weight, other, tuple(words for _, words in against)))
    if not found:
        return None
    weight, other, evidence = max(found, key=lambda one: one[0])
    alone = sum(one[0] == weight for one in found) == 1
    region = _region_meant(place, other) if alone and len(evidence) >= _ENOUGH else None
    return CountryDoubt(place.cell, place.country, other, evidence, region)


def may_be_state(country: str, city: str | None) -> bool:
    """Tell whether a city is one of a state that has the country's two letters."""
    return city is not None and country in _state_cities() and fold(
        city) in _state_cities()[country]


def is_part(country: str, other: str) -> bool:
    """Tell whether two codes are one country's, such as those of Jersey and the United Kingdom."""
    return _PARTS.get(country, country) == _PARTS.get(other, other)


def _candidates(place: Place) -> set[str]:
    """Return the countries that some field names instead."""
    named = {place.phone_country, _region_country(place), _ending(place.domain),
             *(code[:2] for code in _states(place.country))} - {None}
    return {code for code in named if code is not None and not is_part(code, place.country)}


def _region_country(place: Place) -> str | None:
    return None if place.region is None else country_of_region(place.region)


def _against(place: Place, other: str) -> Iterator[tuple[int, str]]:
    """Yield what speaks for the other country, with its weight."""
    in_region = region_codes(place.region, other) if place.region is not None else frozenset()
    if in_region and not _is_region(place, place.country):
        yield _STRONG, f"region {place.region!r}"
        if in_region == region_codes(place.cell, other):
            yield _STRONG, f"{place.cell!r} as its code"
    if place.phone_country is not None and is_part(place.phone_country, other):
        yield _STRONG, f"phone {place.phone!r}"
    has_codes = place.country in POSTAL_FORMATS or bool(_states(place.country))
    if has_codes and _fits(place.postal_code, other) and not _fits(
            place.postal_code, place.country):
        yield _STRONG, f"postal code {place.postal_code!r}"
    if may_be_state(place.country, place.city) and other in {
            code[:2] for code in _states(place.country)
            if fold(place.city or "") in _cities(code)}:
        yield _STRONG, f"city {place.city!r}"
    if _ending(place.domain) == other:
        yield _WEAK, f"domain {place.domain!r}"


def _supporting(place: Place, other: str) -> Iterator[int]:
    """Yield the weights of what speaks for the country as it stands."""
    if _is_region(place, place.country):
        yield _STRONG
    if place.phone_country is not None and is_part(place.phone_country, place.country) \
            and (place.phone or "").lstrip().startswith(("+", "00")):
        yield _STRONG
    if _fits(place.postal_code, place.country) and not _fits(place.postal_code, other):
        yield _STRONG
    if zone_cities().get((place.city or "").lower()) in country_zones().get(place.country, ()):
        yield _STRONG
    if _ending(place.domain) == place.country:
        yield _WEAK


def _is_region(place: Place, country: str) -> bool:
    return place.region is not None and normalise_region(place.region, country).known


def _fits(postal_code: str | None, country: str) -> bool:
    return (postal_code is not None and country in POSTAL_FORMATS
            and normalise_postal(postal_code, country).known)


def _region_meant(place: Place, other: str) -> str | None:
    """Return the only region that the cell can be, unless the lead has another one."""
    codes = region_codes(place.cell, other)
    theirs = region_codes(place.region, other) if place.region is not None else codes
    return region_names()[next(iter(codes))] if len(codes) == 1 and theirs == codes else None


def _ending(domain: str | None) -> str | None:
    """Return the country that a domain ends in, if it says one."""
    ending = (domain or "").rpartition(".")[2].lower()
    if ending in _GENERIC:
        return None
    code = "GB" if ending == "uk" else ending.upper()
    return code if code in countries() else None


@cache
def _states(country: str) -> tuple[str, ...]:
    """Return the states that have the two letters of a country."""
    return tuple(code for code in STATE_CITIES if code.partition("-")[2] == country)


@lru_cache(maxsize=1)
def _state_cities() -> dict[str, frozenset[str]]:
    return {code.partition("-")[2]: frozenset().union(*map(_cities, _states(code[3:])))
            for code in STATE_CITIES}


@cache
def _cities(code: str) -> frozenset[str]:
    return frozenset(map(fold, STATE_CITIES[code]))
