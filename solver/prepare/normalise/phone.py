"""Phone numbers: E.164, with the country and the time zone that the number gives away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.outcome import CACHED, as_blank
from solver.prepare.normalise.zone import zone_of
from solver.prepare.normalise.zone_rules import one_clock, zone_names

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

#: Not in front of ``;ext=``, which belongs to the number.
_BETWEEN = re.compile(r"\s*(?:;(?!\s*ext)|[/|,\n\r]|\bor\b|\band\b|\boder\b|\bund\b)\s*",
                      re.IGNORECASE)
_AS_NUMBER = re.compile(r"(\+?\d{6,})\.0+")
#: A spreadsheet has dropped digits.
_ROUNDED = re.compile(r"[+-]?\d(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
#: Area codes of the numbering plan of North America that cover all its countries (nanpa.com).
_TOLL_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888", "900"})
#: The longest number has 15 digits; with an extension and words around it.
_LONGEST = 250


@dataclass(frozen=True, slots=True)
class PhoneCell(Cell):
    """A phone number after normalising."""

    country: str | None = None
    """Alpha-2 code of the number's country; None: not known, or a number of no
    country, such as a toll-free one of North America."""
    timezone: str | None = None
    """IANA zone of the number, where only one comes into question."""


@lru_cache(maxsize=CACHED)
def normalise_phone(text: str, country: str | None) -> PhoneCell:
    """Return a phone number in E.164, an extension after ``;ext=``.

    Of several numbers in one cell the first valid one counts. One that is not valid in its
    country stays as it came, and is unknown.

    Parameters
    ----------
    text : str
        The number, national or with ``+`` or ``00``.
    country : str | None
        Alpha-2 code whose national numbers are read; None: only international ones are.
    """
    if (blank := as_blank(text)) is not None:
        return PhoneCell(blank.value, blank.rule)
    trimmed = text.strip()
    plain = _AS_NUMBER.fullmatch(trimmed)
    owner = (country or "").strip().upper() or None
    if len(trimmed) <= _LONGEST and not _ROUNDED.fullmatch(trimmed):
        if (found := _valid(plain[1] if plain else trimmed, owner)) is not None:
            return _cell(trimmed, found, rule="phone number")
        parts = [part for part in _BETWEEN.split(trimmed) if part]
        for part in parts if len(parts) > 1 else ():
            if (found := _valid(part, owner)) is not None:
                return _cell(trimmed, found, rule="first phone of several")
    return PhoneCell(trimmed, known=False)


class _Valid(NamedTuple):
    """A valid number."""

    number: PhoneNumber
    region: str
    """To which it belongs; ``001``: no country's."""
    kind: int
    """The library's type of number: fixed line, mobile, ..."""


def _valid(text: str, country: str | None) -> _Valid | None:
    """Return the number if it is valid."""
    import phonenumbers  # noqa: PLC0415

    region = country if country in phonenumbers.SUPPORTED_REGIONS else None
    international = f"+{text[2:]}" if text.startswith("00") else None
    for written in (text, international):
        if written is None:
            continue
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        owner = phonenumbers.region_code_for_number(number)
        kind = phonenumbers.number_type(number)
        if owner is not None and kind != phonenumbers.PhoneNumberType.UNKNOWN:
            return _Valid(number, owner, kind)
    return None


def _cell(trimmed: str, found: _Valid, *, rule: str) -> PhoneCell:
    import phonenumbers  # noqa: PLC0415

    number, region = found.number, found.region
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.extension:
        value = f"{value};ext={number.extension}"
    country = region if region.isalpha() and not _is_toll_free(number) else None
    return PhoneCell(value, None if value == trimmed else rule, country=country,
                     timezone=_timezone(_zones(found), country))


def _is_toll_free(number: PhoneNumber) -> bool:
    """Tell whether a number of North America is nobody's: no country's, no area's."""
    return number.country_code == 1 and str(number.national_number)[:3] in _TOLL_FREE


def _zones(found: _Valid) -> tuple[str, ...]:
    """Return what `time_zones_for_number` does, which would find out the type once more."""
    import phonenumbers  # noqa: PLC0415
    from phonenumbers.timezone import time_zones_for_geographical_number  # noqa: PLC0415
    from phonenumbers.tzdata import TIMEZONE_DATA  # noqa: PLC0415

    code = found.number.country_code
    if phonenumbers.is_number_type_geographical(found.kind, code):
        return tuple(time_zones_for_geographical_number(found.number))
    return TIMEZONE_DATA.get(str(code), ())


@lru_cache(maxsize=CACHED)
def _timezone(number_zones: tuple[str, ...], country: str | None) -> str | None:
    """Return the zone of a number in these zones, else the only zone of its country."""
    zones = tuple(zone for zone in number_zones if zone.lower() in zone_names())
    whole_country = zone_of(country, None)
    if whole_country is None:
        return one_clock(zones)
    # The country's own name for its clock, if the number does not say another one.
    return (one_clock((whole_country, *zones)) or one_clock(zones)
            or (whole_country if whole_country in zones else None))
