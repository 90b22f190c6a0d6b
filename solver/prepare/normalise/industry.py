"""Industries: names to sectors of NAICS, by a table that the policy may extend."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml

from solver.models.sectors import SECTORS
from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.placeholders import is_placeholder
from solver.prepare.normalise.plain_text import MAX_SHORT_CELL, tidy, words
from solver.prepare.normalise.spelling import closest

#: A code of two digits, a range, or a longer one; not of four, which may be an SIC code.
_CODE = re.compile(r"(?:NAICS[ :]*)?(\d{2})(?:\d|\d{3}|\d{4}|\s?[-–]\s?\d{2})?", re.IGNORECASE)
_PARTS = re.compile(r"[/,;|&+]| and | - ")
_IGNORED = frozenset(("and", "und", "et", "y", "the"))
#: Words at the end that may be missing from the table's name.
_GENERIC = frozenset(("company", "companies", "firm", "firms", "general", "industries", "industry",
                      "org", "organization", "other", "provider", "providers", "sector", "service",
                      "services"))
#: What forms offer to those who find no name: as good as blank.
_OTHER = frozenset(("industry other", "misc", "miscellaneous", "not listed", "other",
                    "other industry", "other industry not listed", "other not listed", "others",
                    "sonstige", "sonstiges", "unlisted", "autre", "otro", "otros", "altro"))


class Industries:
    """Names of industries and their sectors.

    Parameters
    ----------
    extra
        Further names, each with its sector's code; they go before the table's own.

    Raises
    ------
    ValueError
        A name is blank, or a code is no sector of NAICS.
    """

    def __init__(self, extra: Mapping[str, str] = MappingProxyType({})) -> None:
        own = {_checked_name(name): _checked_code(name, code) for name, code in extra.items()}
        known, wild = _shipped()
        self._own = own
        self._codes = {**known, **own}
        self._wild = wild
        self._meanings = {name: (code,) for name, code in self._codes.items()}

    def sector(self, text: str) -> Cell:
        """Return the cell with the code of the sector, such as ``31-33``.

        What is not known stays as it came, with ``known`` false. ``Other`` and its like count as
        blank. A code of NAICS stands for its sector.
        """
        shown, tidied = tidy(text)
        key = industry_key(shown)
        if key in self._own:
            return Cell(self._own[key], "industry name")
        if not shown:
            return Cell(None)
        if key in _OTHER or is_placeholder(shown):
            return Cell(None, "placeholder")
        code = _read_code(shown)
        if code is not None:
            return Cell(code, None if code == text.strip() else "NAICS code")
        found = self._find(shown, key)
        return Cell(shown, tidied, known=False) if found is None else Cell(*found)

    def _find(self, shown: str, key: str) -> tuple[str, str] | None:
        """Return the sector and the rule that found it."""
        if len(shown) > MAX_SHORT_CELL:
            return None
        code = self._named(key)
        if code is not None:
            return code, "industry name"
        code = self._agreed(shown)
        if code is not None:
            return code, "all parts of the industry name"
        near = closest(key, self._meanings)
        return (next(iter(near)), "industry spelling") if len(near) == 1 else None

    def _named(self, key: str) -> str | None:
        """Return the sector of a name, also without generic words at its end."""
        name_words = key.split()
        while name_words:
            code = self._codes.get(" ".join(name_words))
            if code is not None:
                return code
            if name_words[-1] not in _GENERIC:
                break
            name_words.pop()
        return self._starred(key.split())

    def _starred(self, name_words: list[str]) -> str | None:
        if len(name_words) < 2:
            return None
        patterns = (f"* {' '.join(name_words[-2:])}" if len(name_words) > 2 else "",
                    f"* {name_words[-1]}", f"{name_words[0]} *")
        return next((self._wild[one] for one in patterns if one in self._wild), None)

    def _agreed(self, shown: str) -> str | None:
        """Return the sector that every part of ``A/B & C`` has."""
        parts = [industry_key(part) for part in _PARTS.split(shown)]
        codes = {self._named(part) for part in parts if part}
        return codes.pop() if len(codes) == 1 else None


def industry_key(text: str) -> str:
    """Return a name as the table is searched by: folded, without ``and``."""
    return " ".join(word for word in words(text) if word not in _IGNORED)


def _read_code(shown: str) -> str | None:
    match = _CODE.fullmatch(shown)
    return _sector_of(match[1]) if match and shown.isascii() else None


def _sector_of(digits: str) -> str | None:
    """Return the sector that two digits begin: ``32`` lies in ``31-33``."""
    for code in SECTORS:
        first, _, last = code.partition("-")
        if first <= digits <= (last or first):
            return code
    return None


def _checked_name(name: str) -> str:
    key = industry_key(name)
    if not key:
        raise ValueError(f"industry {name!r} has no letters or digits: write its name")
    return key


def _checked_code(name: str, code: str) -> str:
    found = _read_code(code)
    if found is None:
        raise ValueError(f"industry {name!r}: {code!r} is no sector of NAICS; "
                         f"write one of {', '.join(SECTORS)}")
    return found


@cache
def _shipped() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the table's names and, apart, those with a star."""
    text = (files("solver.prepare.normalise") / "industries.yaml").read_bytes()
    table: dict[str, str] = yaml.safe_load(text)
    known = {industry_key(title): code for code, title in SECTORS.items()}
    known |= {industry_key(name): code for name, code in table.items() if "*" not in name}
    wild = {name: code for name, code in table.items() if "*" in name}
    return MappingProxyType(known), MappingProxyType(wild)
