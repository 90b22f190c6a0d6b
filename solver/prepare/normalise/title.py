"""Job titles: what the person works on, and how far up the person stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

import yaml

from solver.prepare.normalise.outcome import CACHED
from solver.prepare.normalise.placeholders import is_placeholder
from solver.prepare.normalise.plain_text import MAX_SHORT_CELL, words

#: Standing by power of decision: 0 decides first.
SENIORITY_RANK: Mapping[str, int] = MappingProxyType({name: rank for rank, name in enumerate((
    "owner", "c_level", "vp", "director", "head", "manager", "senior", "staff", "junior",
    "student"))})
_LONGEST_PHRASE = 5
#: Shortest word that may be a compound.
_COMPOUND = 7
#: Whose title the rest is: an assistant to the CEO is no CEO.
_SERVES = frozenset(("advisor", "adviser", "aide", "assistant", "ea", "pa", "reporting", "reports",
                     "secretary", "staff"))


@dataclass(frozen=True, slots=True)
class Title:
    """What a job title says."""

    function: str | None
    """Such as ``finance``; None: it names none that is known."""
    seniority: str | None
    """One of :data:`SENIORITY_RANK`; None: it names none."""
    rule: str
    """The words that decided."""


@dataclass(frozen=True, slots=True)
class _Grammar:
    """Phrases of folded words and what they mean."""

    seniority: Mapping[str, str | None]
    function: Mapping[str, str | None]
    weak_function: Mapping[str, str | None]
    endings: Mapping[str, str]
    beginnings: Mapping[str, str]


@lru_cache(maxsize=CACHED)
def read_title(text: str) -> Title:
    """Return the function and the seniority that a job title names.

    Read from the left, the longest known phrase first. Of several ranks the highest counts, but
    that of a junior or student who does a specialist's work is junior or student; of several
    functions the first counts, and one that the title only implies (an owner runs the firm) where
    it names none.
    """
    if len(text) > MAX_SHORT_CELL or is_placeholder(text):
        return Title(None, None, "no title")
    grammar = _grammar()
    title_words = _own_words(words(text))
    rank = _rank(_found(title_words, grammar.seniority, grammar.endings))
    function = (next(_found(title_words, grammar.function, {}, grammar.beginnings), None)
                or next(_found(title_words, grammar.weak_function, {}), None))
    rules = [f"{what}: {hit[0]}" for what, hit in (("seniority", rank), ("function", function))
             if hit is not None]
    return Title(function[1] if function else None, rank[1] if rank else None,
                 ", ".join(rules) or "no known word")


def _own_words(title_words: list[str]) -> list[str]:
    """Return the words before those of the person whom this one serves."""
    for place, word in enumerate(title_words):
        if word == "to" and place and title_words[place - 1] in _SERVES:
            return title_words[:place]
    return title_words


def _rank(found: Iterator[tuple[str, str]]) -> tuple[str, str] | None:
    """Return the phrase and the rank that count."""
    hits = sorted(found, key=lambda hit: SENIORITY_RANK[hit[1]])
    if not hits:
        return None
    highest, lowest = hits[0], hits[-1]
    if highest[1] in {"senior", "staff"} and lowest[1] in {"junior", "student"}:
        return lowest
    return highest


def _found(
    title_words: list[str], phrases: Mapping[str, str | None], endings: Mapping[str, str],
    beginnings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[tuple[str, str]]:
    """Yield the phrases of a title and their meanings, from the left, the longest first."""
    place = 0
    while place < len(title_words):
        for count in range(min(_LONGEST_PHRASE, len(title_words) - place), 0, -1):
            phrase = " ".join(title_words[place:place + count])
            if phrase in phrases:
                meaning = phrases[phrase]
                break
        else:
            count, phrase = 1, title_words[place]
            meaning = _of_compound(phrase, endings, beginnings)
        if meaning is not None:
            yield phrase, meaning
        place += count


def _of_compound(
    word: str, endings: Mapping[str, str], beginnings: Mapping[str, str]
) -> str | None:
    """Return the meaning of the part that ends or begins a compound."""
    if len(word) < _COMPOUND:
        return None
    for ending, meaning in endings.items():
        if word.endswith(ending):
            return meaning
    return next((meaning for part, meaning in beginnings.items()
                 if word.startswith(part) and len(word) > len(part) + 2), None)


@cache
def _grammar() -> _Grammar:
    """Return the shipped words of titles."""
    table = yaml.safe_load((files("solver.prepare.normalise") / "titles.yaml").read_bytes())
    return _Grammar(
        _by_phrase(table["seniority"]), _by_phrase(table["function"]),
        _by_phrase(table["weak_function"]),
        dict(sorted(table["endings"].items(), key=lambda item: -len(item[0]))),
        dict(sorted(table["beginnings"].items(), key=lambda item: -len(item[0]))))


def _by_phrase(table: Mapping[str, list[str]]) -> dict[str, str | None]:
    """Return phrase to meaning; those under ``none`` only use words up."""
    return {" ".join(words(phrase)): None if meaning == "none" else meaning
            for meaning, phrases in table.items() for phrase in phrases}


def functions() -> frozenset[str]:
    """Return every function that a title may name."""
    grammar = _grammar()
    tables = (grammar.function, grammar.weak_function, grammar.beginnings)
    return frozenset(name for table in tables for name in table.values() if name is not None)


def seniorities() -> frozenset[str]:
    """Return every seniority that a title may name."""
    grammar = _grammar()
    tables = (grammar.seniority, grammar.endings)
    return frozenset(name for table in tables for name in table.values() if name is not None)
