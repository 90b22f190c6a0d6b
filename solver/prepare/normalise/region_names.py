"""Every name of a state or province, folded, to its ISO 3166-2 codes."""

from __future__ import annotations

import gettext
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from solver.prepare.normalise.folding import fold, foldings
from solver.prepare.normalise.tables.region_aliases import REGION_ALIASES

Names = dict[str, frozenset[str]]
"""Folded name to the codes that bear it."""

_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_INSIDE = re.compile(r"[(\[]([^)\]]*)[)\]]")
#: Words that say what kind of region it is, or join that word to the name; folded.
_KINDS = frozenset({
    "state", "states", "province", "provinces", "region", "county", "prefecture", "governorate",
    "district", "department", "oblast", "territory", "canton", "republic", "voivodeship",
    "municipality", "metropolitan", "city", "autonomous", "capital", "emirate", "estado",
    "provincia", "provincie", "provinz", "regione", "departement", "departamento", "comunidad",
    "autonoma", "principado", "comunitat", "land", "kanton", "bundesland", "freistaat",
    "respublika", "kraj", "kray", "krai", "okrug", "lan", "lans", "fylke", "wojewodztwo", "judet",
    "megye", "sheng", "shi", "zizhiqu", "ken", "teukbyeolsi", "gwangyeoksi", "do", "il", "ili",
})
_JOINTS = frozenset({
    "of", "the", "de", "del", "della", "di", "du", "da", "do",
})


@lru_cache(maxsize=1)
def region_names() -> dict[str, str]:
    """Return every ISO 3166-2 code with the name that a region is normalised to."""
    import pycountry  # noqa: PLC0415

    return {found.code: _BRACKETS.sub("", found.name).strip() or found.name
            for found in sorted(pycountry.subdivisions, key=lambda found: found.code)}


@cache
def regions_of(country: str) -> tuple[str, ...]:
    """Return the ISO 3166-2 codes of a country."""
    return tuple(code for code in region_names() if code.partition("-")[0] == country)


@cache
def full_names(country: str | None) -> Names:
    """Return names as ISO has them, aliases, and the usual abbreviations of US states."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for code in _codes(country):
        for name in (region_names()[code], *REGION_ALIASES.get(code, ()), *_abbreviation(code)):
            for key in foldings(name):
                found[key].add(code)
    return _frozen(found)


@cache
def short_names(country: str | None) -> Names:
    """Return names without the kind of region, each half of ``London, City of``, bracketed ones."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for code, name in _raw_names(country).items():
        head, _, tail = region_names()[code].partition(", ")
        for part in (head, f"{tail} {head}", without_kind(fold(name)), *_INSIDE.findall(name)):
            found[without_kind(fold(part))].add(code)
            found[fold(part)].add(code)
    return _frozen(found)


@cache
def translated_names(country: str | None) -> Names:
    """Return the names in all languages into which ISO's are translated (Debian's iso-codes)."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for code, name in _raw_names(country).items():
        texts = {text for one in _translations() if (text := one.get(name)) is not None}
        for part in {part for text in texts for part in re.split(r"\s*[;/]\s*", text)}:
            key = fold(part)
            found[key].add(code)
            found[without_kind(key)].add(code)
    return _frozen(found)


def without_kind(key: str) -> str:
    """Return a folded name without ``state of``, ``province``, ``lan`` and their like."""
    words = key.split()
    kept = [word for word in words if word not in _KINDS]
    while len(kept) < len(words) and kept and kept[0] in _JOINTS:
        kept.pop(0)
    while len(kept) < len(words) and kept and kept[-1] in _JOINTS:
        kept.pop()
    return " ".join(kept) or key


def _codes(country: str | None) -> tuple[str, ...]:
    return tuple(region_names()) if country is None else regions_of(country)


@lru_cache(maxsize=1)
def _abbreviations() -> dict[str, str]:
    import us  # noqa: PLC0415

    return {f"US-{state.abbr}": state.ap_abbr for state in us.STATES if state.ap_abbr}


def _abbreviation(code: str) -> Iterator[str]:
    if code.startswith("US-") and code in _abbreviations():
        yield _abbreviations()[code]


@cache
def _raw_names(country: str | None) -> dict[str, str]:
    import pycountry  # noqa: PLC0415

    wanted = frozenset(_codes(country))
    return {found.code: found.name for found in pycountry.subdivisions if found.code in wanted}


@lru_cache(maxsize=1)
def _translations() -> tuple[dict[str, str], ...]:
    """Return ISO's name to the translated one, per language that `pycountry` brings along."""
    import pycountry  # noqa: PLC0415

    names = {found.name for found in pycountry.subdivisions}
    folder = Path(pycountry.LOCALES_DIR)
    languages = sorted(file.parts[-3] for file in folder.glob("*/LC_MESSAGES/iso3166-2.mo"))
    return tuple(_translated(gettext.translation("iso3166-2", folder, languages=[language]), names)
                 for language in languages)


def _translated(catalogue: gettext.NullTranslations, names: set[str]) -> dict[str, str]:
    found = ((name, catalogue.gettext(name)) for name in names)
    return {name: text for name, text in found if text != name}


def _frozen(found: dict[str, set[str]]) -> Names:
    return {key: frozenset(codes) for key, codes in found.items() if key}
