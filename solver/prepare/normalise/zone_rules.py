"""The zones of the ``tzdata`` package: names, clocks, and which ones a country has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

_FOLDER = "zoneinfo"


@lru_cache(maxsize=1)
def zone_names() -> dict[str, str]:
    """Return every name of a zone, in small letters, to the name as it is written."""
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return {name.lower(): name for name in names}


@lru_cache(maxsize=1)
def zone_cities() -> dict[str, str]:
    """Return the last part of names such as ``Europe/Berlin``, where it means one zone."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in zone_names().values():
        area, slash, city = name.rpartition("/")
        if slash and not area.startswith(("Etc", "SystemV", "US", "Canada", "Brazil", "Mexico")):
            found[city.replace("_", " ").lower()].add(name)
    return {city: min(names, key=lambda name: (name not in _listed(), name))
            for city, names in found.items() if len({clock(name) for name in names}) == 1}


@lru_cache(maxsize=1)
def country_zones() -> dict[str, tuple[str, ...]]:
    """Return the zones of each country (``zone.tab``), as listed: the most people first."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    table = files("tzdata").joinpath(_FOLDER, "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found[country].append(zone)
    return {country: tuple(zones) for country, zones in found.items()}


def one_clock(zones: Iterable[str]) -> str | None:
    """Return the first of several zones if all keep the same time from now on, else None."""
    listed = tuple(zones)
    return listed[0] if listed and len({clock(zone) for zone in listed}) == 1 else None


@cache
def clock(zone: str) -> str:
    """Return the rule for all times to come, the last line of the zone's file (RFC 8536)."""
    data = files("tzdata").joinpath(_FOLDER, *zone.split("/")).read_bytes()
    return data.rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")


@lru_cache(maxsize=1)
def _listed() -> frozenset[str]:
    """Return the names that stand for a place today; the others are older names of them."""
    return frozenset(zone for zones in country_zones().values() for zone in zones)
