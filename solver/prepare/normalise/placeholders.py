"""Placeholders: what forms and exports write where nothing is known."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from solver.prepare.normalise.folding import fold

#: Folded. German, Spanish, French, Italian, Dutch and Portuguese beside English.
_WORDS = frozenset({
    "na", "nan", "nil", "null", "none", "blank", "empty", "missing", "unknown", "undefined",
    "unspecified", "undisclosed", "undetermined", "select", "choose", "tbd", "tba", "tbc", "xx",
    "xxx", "xxxx", "anonymous", "unassigned", "void", "nodata", "novalue", "unbekannt",
    "desconocido", "desconocida", "inconnu", "inconnue", "sconosciuto", "onbekend",
    "desconhecido", "desconhecida",
})
_PHRASES = frozenset({
    "not available", "not applicable", "not provided", "not specified", "not known", "not set",
    "not given", "not disclosed", "not entered", "not stated", "not found", "no data", "no value",
    "no answer", "no information", "no info", "to be determined", "to be defined", "none given",
    "prefer not to say", "please select", "please choose", "select one", "choose one",
    "select an option", "choose an option", "select option", "select a country",
    "select country", "select a state", "select state", "select value", "select a value",
    "please select one", "unknown country", "unknown region", "unknown unknown",
    "keine angabe", "keine angaben", "nicht bekannt", "bitte wahlen", "bitte waehlen",
    "bitte auswahlen", "no aplica", "no disponible", "seleccione", "sin datos", "non renseigne",
    "non defini", "non disponible", "nao informado", "nao se aplica", "niet bekend", "geen",
})
#: Only with dots or slashes in between ("k. A."): without, it is the code of a language.
_ABBREVIATIONS = frozenset({"ka"})
_MARKS = frozenset("=~|<>+^`$")
_DIGIT = re.compile("[0-9]")
_LONGEST = 40
#: Texts that are remembered.
_KEPT = 16_384


def is_placeholder(text: str) -> bool:
    """Tell whether a cell stands for "nothing": ``Select``, ``n/a``, ``-``, ``--None--``.

    A blank cell is none: it is blank.
    """
    trimmed = text.strip()
    if not trimmed or _DIGIT.search(trimmed):
        return False
    if not trimmed[0].isalnum() and _only_marks(trimmed):
        return True
    return len(trimmed) <= _LONGEST and "@" not in trimmed and _says_nothing(trimmed)


@lru_cache(maxsize=_KEPT)
def _says_nothing(trimmed: str) -> bool:
    folded = fold(trimmed)
    if folded in _WORDS or folded in _PHRASES:
        return True
    return folded in _ABBREVIATIONS and any(mark in trimmed for mark in "./")


def _only_marks(text: str) -> bool:
    return all(character in _MARKS or unicodedata.category(character)[0] in "PZ"
               for character in text)
