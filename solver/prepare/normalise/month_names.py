"""Names of months and weekdays in the languages of exports, from the Unicode CLDR (Babel)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from babel import Locale

from solver.prepare.normalise.folding import fold

_LOCALES = ("en", "de", "fr", "es", "it", "pt", "nl")
_CONTEXTS = ("format", "stand-alone")
_WIDTHS = ("wide", "abbreviated")


def month_number(name: str) -> int | None:
    """Return the month that a name or its abbreviation stands for, or None."""
    return _months().get(fold(name))


def is_weekday(name: str) -> bool:
    """Tell whether a word names a day of the week."""
    return fold(name) in _weekdays()


@cache
def _months() -> dict[str, int]:
    """Return folded names that mean one month in every language that has them."""
    found: dict[str, set[int]] = defaultdict(set)
    found["sept"].add(9)
    for locale in map(Locale, _LOCALES):
        for number, name in _texts(locale.months):
            found[fold(name)].add(number)
    return {name: numbers.pop() for name, numbers in found.items()
            if len(numbers) == 1 and name.isalpha()}


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(fold(name) for locale in map(Locale, _LOCALES)
                     for _, name in _texts(locale.days))


def _texts(calendar: object) -> Iterator[tuple[int, str]]:
    """Yield number and name of months or weekdays in every form."""
    for context in _CONTEXTS:
        for width in _WIDTHS:
            yield from calendar[context][width].items()  # type: ignore[index]
