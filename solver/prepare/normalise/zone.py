"""Time zones: names, abbreviations and Windows names to IANA; and the zone of a place."""

from __future__ import annotations

import re
from functools import lru_cache

from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.folding import fold
from solver.prepare.normalise.outcome import CACHED, as_blank, recognised, unrecognised
from solver.prepare.normalise.region import region_codes
from solver.prepare.normalise.tables.region_zones import (
    COUNTRY_ZONES,
    REGION_ZONES,
    ZONE_ABBREVIATIONS,
)
from solver.prepare.normalise.zone_rules import (
    country_zones,
    one_clock,
    zone_cities,
    zone_names,
)

_BRACKETED = re.compile(r"\(([^()]*)\)")
_OFFSET = re.compile(r"\((?:utc|gmt)[^()]*\)\s*", re.IGNORECASE)
_COUNTRIES = re.compile(r"\s*\((?:us|usa)(?:\s*(?:&|and)\s*canada)?\)\s*$", re.IGNORECASE)
_LONGEST = 120


@lru_cache(maxsize=CACHED)
def normalise_zone(text: str) -> Cell:
    """Return the IANA name of a time zone.

    Read are IANA names in any case (``us_slash_pacific`` too, as HubSpot writes them),
    abbreviations (``PST``; ``EST`` is New York's clock), Windows names, the labels of Salesforce,
    and cities that have a zone of their own. An offset alone (``UTC+2``) is no zone.
    """
    if (blank := as_blank(text)) is not None:
        return blank
    if len(text.strip()) > _LONGEST:
        return unrecognised(text)
    for part in (text, *reversed(_BRACKETED.findall(text)), _OFFSET.sub("", text)):
        if (found := _zone(part.strip())) is not None:
            return recognised(text, *found)
    return unrecognised(text)


def _zone(text: str) -> tuple[str, str] | None:
    """Return the rule that reads one spelling, and the zone."""
    written = text.lower().replace("_slash_", "/").replace(" ", "_")
    short = _COUNTRIES.sub("", text)
    if "/" not in text and (zone := ZONE_ABBREVIATIONS.get(fold(short))) is not None:
        return "zone abbreviation", zone
    if (name := zone_names().get(written)) is not None:
        return "zone name", name
    if (zone := _windows_zones().get(text.lower())) is not None:
        return "Windows zone", zone
    if (zone := zone_cities().get(text.lower())) is not None:
        return "city of a zone", zone
    return None


@lru_cache(maxsize=CACHED)
def zone_of(country: str | None, region: str | None) -> str | None:
    """Return the zone of a place, if all or nearly all of its people live by one clock.

    Parameters
    ----------
    country : str | None
        Alpha-2 code.
    region : str | None
        Name or ISO 3166-2 code; decides in countries with several zones. One that is not known
        leaves the country's zone.

    Notes
    -----
    Zones that keep the same time from now on count as one; the one with the most people is named.
    Nearly all: at least about 19 of 20 people, see `tables.region_zones`.
    """
    owner = (country or "").strip().upper()
    codes = region_codes(region, owner) if region and owner in country_zones() else frozenset()
    zones = {_region_zone(code) for code in codes}
    if len(zones) == 1 and (zone := next(iter(zones))) is not None:
        return zone
    return COUNTRY_ZONES.get(owner) or one_clock(country_zones().get(owner, ()))


def _region_zone(code: str) -> str | None:
    return REGION_ZONES.get(code) or one_clock(_state_zones().get(code, ()))


@lru_cache(maxsize=1)
def _state_zones() -> dict[str, tuple[str, ...]]:
    """Return the zones of the US states and territories."""
    import us  # noqa: PLC0415

    return {f"US-{state.abbr}": tuple(state.time_zones)
            for state in (*us.STATES_AND_TERRITORIES, us.states.DC)}


@lru_cache(maxsize=1)
def _windows_zones() -> dict[str, str]:
    """Return Windows names in small letters to IANA names (CLDR)."""
    from babel.core import get_global  # noqa: PLC0415

    known = zone_names()
    return {windows.lower(): known[zone.lower()]
            for windows, zone in get_global("windows_zone_mapping").items()
            if zone.lower() in known}
