"""Time zones of the pinned ``tzdata`` package, so that every machine counts the same minutes."""

from __future__ import annotations

import difflib
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo


def check_zone(name: str) -> str:
    """Return `name` unchanged if it is an IANA time zone.

    Raises
    ------
    ValueError
        If it is none, with the closest name.
    """
    if name not in _zone_names():
        raise ValueError(f"time zone {name!r} must be an IANA name such as "
                         f"'{_closest(name) or 'Europe/London'}'")
    return name


@cache
def zone(name: str) -> ZoneInfo:
    """Return the rules of an IANA time zone, read from the ``tzdata`` package.

    Raises
    ------
    ValueError
        If there is no such zone, with the closest name.
    """
    path = files("tzdata").joinpath("zoneinfo", *check_zone(name).split("/"))
    with path.open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    """Return the alpha-2 codes that ISO 3166 assigns, as listed in the ``tzdata`` package."""
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line[:2] for line in table.splitlines() if not line.startswith("#"))


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def _closest(name: str) -> str | None:
    wanted = name.strip().replace(" ", "_").casefold()
    names = {known.casefold(): known for known in sorted(_zone_names())}
    # People write the city alone more often than they misspell the continent.
    cities = {folded.rsplit("/", 1)[-1]: known for folded, known in names.items()}
    for known in (names, cities):
        if close := difflib.get_close_matches(wanted, known, n=1, cutoff=0.75):
            return known[close[0]]
    return None
