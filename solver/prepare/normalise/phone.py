"""Phone numbers: E.164, with the country and the time zone that the number gives away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

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

    @property
    def timezone(self) -> str | None:
        """IANA zone of the number, where only one comes into question."""
        return _timezone(self.value, self.country) if self.known and self.value else None


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
            return _cell(trimmed, *found, rule="phone number")
        parts = [part for part in _BETWEEN.split(trimmed) if part]
        for part in parts if len(parts) > 1 else ():
            if (found := _valid(part, owner)) is not None:
                return _cell(trimmed, *found, rule="first phone of several")
    return PhoneCell(trimmed, known=False)


def _valid(text: str, country: str | None) -> tuple[PhoneNumber, str] | None:
    """Return a valid number and the region it belongs to (``001``: no country's)."""
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
        if owner is not None and phonenumbers.is_valid_number_for_region(number, owner):
            return number, owner
    return None


def _cell(trimmed: str, number: PhoneNumber, region: str, *, rule: str) -> PhoneCell:
    import phonenumbers  # noqa: PLC0415

    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.extension:
        value = f"{value};ext={number.extension}"
    country = region if region.isalpha() and not _is_toll_free(number) else None
    return PhoneCell(value, None if value == trimmed else rule, country=country)


def _is_toll_free(number: PhoneNumber) -> bool:
    """Tell whether a number of North America is nobody's: no country's, no area's."""
    return number.country_code == 1 and str(number.national_number)[:3] in _TOLL_FREE


@lru_cache(maxsize=CACHED)
def _timezone(value: str, country: str | None) -> str | None:
    """Return the zone of a number in E.164, else the only zone of its country.

    Worked out only when asked for: most leads have it from their address, and it takes the library
    as long as validating the number.
    """
    import phonenumbers  # noqa: PLC0415
    from phonenumbers.timezone import time_zones_for_number  # noqa: PLC0415

    number = phonenumbers.parse(value)
    zones = tuple(zone for zone in time_zones_for_number(number) if zone.lower() in zone_names())
    whole_country = zone_of(country, None)
    if whole_country is None:
        return one_clock(zones)
    # The country's own name for its clock, if the number does not say another one.
    return (one_clock((whole_country, *zones)) or one_clock(zones)
            or (whole_country if whole_country in zones else None))
