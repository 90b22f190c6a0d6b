"""Languages: codes, locale ids and names in many languages to the English name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from solver.prepare.normalise.cell import Cell
from solver.prepare.normalise.folding import fold, foldings
from solver.prepare.normalise.outcome import CACHED, as_blank, recognised, unrecognised

_LOCALE_ID = re.compile(r"([a-z]{2,3})(?:[_-](?:[a-z]{4}|[a-z]{2}|\d{3}|[a-z0-9]{5,8}))+"
                        r"(?:\.[\w-]+)?(?:@\w+)?", re.IGNORECASE | re.ASCII)
_BRACKETED = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*$")
_PLACE = re.compile(r"\s+[-–—|/]\s+.*$|,\s.*$")
#: Languages whose names for other languages are known, beside English and every native name.
_TELLING = ("de", "es", "fr", "it", "nl", "pt")
#: What people call languages beside CLDR's names; ISO 639 codes.
_ALIASES = {"Mandarin": "zh", "Chinese Mandarin": "zh", "Castellano": "es", "Castilian": "es",
            "Farsi": "fa", "Flemish": "nl", "Vlaams": "nl",
            "Brazilian": "pt", "Tagalog": "fil", "Pilipino": "fil", "Bangla": "bn",
            "Bengali": "bn", "Panjabi": "pa", "Serbo-Croatian": "sh", "Gaelic": "gd",
            "Myanmar": "my", "Valencian": "ca", "Moldovan": "ro", "Sinhalese": "si",
            "Oriya": "or", "Hochdeutsch": "de", "Afaan Oromo": "om"}
_LONGEST = 80


@lru_cache(maxsize=CACHED)
def normalise_language(text: str) -> Cell:
    """Return the English name of a language: ``es_ES``, ``spa`` and ``Español`` are ``Spanish``.

    The place of a locale is dropped (``English (UK)`` is ``English``). A name that fits several
    languages is unknown.
    """
    if (blank := as_blank(text)) is not None:
        return blank
    trimmed = text.strip()
    if len(trimmed) > _LONGEST:
        return unrecognised(text)
    locale = _LOCALE_ID.fullmatch(trimmed)
    code = locale[1] if locale else trimmed
    if code.isascii() and (name := _codes().get(code.lower())) is not None:
        return recognised(text, "language code", name)
    for part in (trimmed, _BRACKETED.sub("", trimmed), _PLACE.sub("", trimmed)):
        meant = language_names().get(fold(part), frozenset())
        if len(meant) == 1:
            return recognised(text, "language name", *meant)
    return unrecognised(text)


@lru_cache(maxsize=1)
def _english() -> dict[str, str]:
    """Return CLDR's codes of languages to their English names."""
    from babel import localedata  # noqa: PLC0415

    languages = localedata.load("en", merge_inherited=False)["languages"]
    return {code: name for code, name in sorted(languages.items())
            if code.isalpha() and code not in {"und", "zxx", "mul", "mis"}}


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """Return ISO 639 codes of two and three letters to English names."""
    import pycountry  # noqa: PLC0415

    codes = dict(_english())
    for language in pycountry.languages:
        short = getattr(language, "alpha_2", None) or language.alpha_3
        for code in (language.alpha_3, getattr(language, "bibliographic", None)):
            if code and short in _english():
                codes.setdefault(code, _english()[short])
    return codes


@lru_cache(maxsize=1)
def language_names() -> dict[str, frozenset[str]]:
    """Return folded names of languages to the English names they can mean; English ones first."""
    certain = {key: frozenset({name}) for name in _english().values() for key in foldings(name)}
    for alias, code in (*_ALIASES.items(), *_regional_names()):
        certain.setdefault(fold(alias), frozenset({_english().get(code, alias)}))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, code in _names_elsewhere():
        for key in foldings(name):
            found[key].add(_english()[code])
    return {**{key: frozenset(names) for key, names in found.items()}, **certain}


def _regional_names() -> Iterator[tuple[str, str]]:
    """Yield names such as ``Brazilian Portuguese`` with the code of the language."""
    from babel import localedata  # noqa: PLC0415

    for code, name in localedata.load("en", merge_inherited=False)["languages"].items():
        language, separator, _ = code.partition("_")
        if separator and language in _english():
            yield name, language


def _names_elsewhere() -> Iterator[tuple[str, str]]:
    """Yield names in other languages with their code: each one's own, all in the telling ones."""
    from babel import localedata  # noqa: PLC0415

    for locale in localedata.locale_identifiers():
        code = locale.partition("_")[0]
        if locale != code and code not in _TELLING:
            continue
        languages = localedata.load(locale, merge_inherited=False).get("languages", {})
        wanted = languages if code in _TELLING else {code} & set(languages)
        yield from ((languages[found], found) for found in wanted if found in _english())
