"""Columns of two tables compared pair by pair: equal or not, and how alike; in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from solver.prepare.match.blocking import Ints
from solver.prepare.match.facts import FactColumns

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_Texts = pl.Series | list[str | None]
#: Facts by column: a frame, or lists where the records are few.
Table = pl.DataFrame | FactColumns
#: Likeness of a first name that is the beginning of another, and of an initial.
_SHORT_FORM, _INITIAL = 0.93, 0.90
#: Likeness of a name with abbreviated words, and the least at which they are looked for.
_SHORTENED, _LEAST_SHORTENED = 0.94, 0.5
#: Texts that are numbered faster without a frame.
_FEW = 500
#: Pairs that are compared sooner than their doubles are found.
_FEW_PAIRS = 100


@dataclass(frozen=True, slots=True)
class Column:
    """One column of two tables with one set of codes; -1 where blank."""

    left: Ints
    right: Ints
    texts: list[str]
    """Text of each code."""


class Columns:
    """The columns of two tables of facts, made comparable once for any number of pairs."""

    def __init__(self, left: Table, right: Table) -> None:
        self._left, self._right = left, right
        self._columns: dict[tuple[str, str], Column] = {}

    def pairs(self, left: Ints, right: Ints) -> Pairs:
        """Return the pairs of these rows for comparing."""
        return Pairs(self, left, right)

    def column(self, name: str, other: str) -> Column:
        """Return a column of the left table beside one of the right table."""
        key = (name, other)
        if key not in self._columns:
            self._columns[key] = _coded(self._left[name], self._right[other])
        return self._columns[key]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of rows under comparison; every answer is an array with one entry per pair."""

    columns: Columns
    left: Ints
    right: Ints

    def codes(self, name: str, other: str | None = None) -> tuple[Ints, Ints, list[str]]:
        """Return the codes of both sides; equal codes, equal texts."""
        column = self.columns.column(name, other or name)
        return column.left[self.left], column.right[self.right], column.texts

    def both(self, name: str) -> Mask:
        """Tell where both sides have a value."""
        left, right, _ = self.codes(name)
        return np.asarray((left >= 0) & (right >= 0))

    def same(self, name: str, other: str | None = None) -> Mask:
        """Tell where both sides have the same value."""
        left, right, _ = self.codes(name, other)
        return np.asarray((left >= 0) & (left == right))

    def alike(self, name: str, other: str | None = None, among: Mask | None = None) -> Floats:
        """Return how alike two texts are, 0 to 1; NaN where one is blank or was not asked for.

        The share of letters that they have in common, in order (indel similarity), of the texts
        without blanks or with their words sorted, whichever is more.
        """
        left, right, texts = self.codes(name, other)
        return _likeness(left, right, texts, among, _indel)

    def alike_names(self, name: str, other: str) -> Floats:
        """Return how alike two first or last names are, by Jaro and Winkler (1990).

        An initial counts as nearly the same, and so does a short form of a first name ("Ben",
        "Benjamin"), but for this "Li" is not short for "Lindqvist".
        """
        left, right, texts = self.codes(name, other)
        short = 3 if name == other == "first" else None
        return _likeness(left, right, texts, None, partial(_jaro_winkler, short))


def _coded(left: _Texts, right: _Texts) -> Column:
    """Number the distinct texts of both columns, in their order."""
    if len(left) + len(right) <= _FEW:
        return _coded_few(list(left), list(right))
    left, right = (pl.Series(side, dtype=pl.String) for side in (left, right))
    texts = pl.concat([left, right]).drop_nulls().unique().sort()
    numbers = pl.DataFrame({"text": texts, "code": np.arange(len(texts), dtype=np.int64)})
    coded = [pl.DataFrame({"text": side}).join(numbers, on="text", how="left",
                                               maintain_order="left")["code"]
             .fill_null(-1).to_numpy().astype(np.int64) for side in (left, right)]
    return Column(coded[0], coded[1], texts.to_list())


def _coded_few(left: Sequence[str | None], right: Sequence[str | None]) -> Column:
    texts = sorted({text for side in (left, right) for text in side if text is not None})
    numbers: dict[str | None, int] = {text: code for code, text in enumerate(texts)}
    one, other = (np.array([numbers.get(text, -1) for text in side], dtype=np.int64)
                  for side in (left, right))
    return Column(one, other, texts)


def _likeness(left: Ints, right: Ints, texts: list[str], among: Mask | None,
              compare: Callable[[list[str], list[str]], Floats]) -> Floats:
    """Compare each distinct pair of texts once; few pairs as they are."""
    result = np.full(left.size, np.nan)
    asked = (left >= 0) & (right >= 0)
    asked = asked if among is None else asked & among
    result[asked & (left == right)] = 1.0
    rest = np.flatnonzero(asked & (left != right))
    if rest.size:
        low, high = np.minimum(left[rest], right[rest]), np.maximum(left[rest], right[rest])
        if rest.size <= _FEW_PAIRS:
            result[rest] = compare([texts[code] for code in low.tolist()],
                                   [texts[code] for code in high.tolist()])
            return result
        distinct, back = np.unique(low * len(texts) + high, return_inverse=True)
        first = [texts[code] for code in (distinct // len(texts)).tolist()]
        second = [texts[code] for code in (distinct % len(texts)).tolist()]
        result[rest] = compare(first, second)[back]
    return result


def _batch(first: list[str], second: list[str], scorer: Any) -> Floats:
    return np.asarray(process.cpdist(first, second, scorer=scorer, dtype=np.float64),
                      dtype=np.float64)


def _indel(first: list[str], second: list[str]) -> Floats:
    plain = _batch(_squeezed(first), _squeezed(second), fuzz.ratio)
    by_words = _batch(_in_order(first), _in_order(second), fuzz.ratio)
    alike = np.asarray(np.maximum(plain, by_words) / 100)
    for place in np.flatnonzero((alike >= _LEAST_SHORTENED) & (alike < _SHORTENED)).tolist():
        if _shortens(first[place], second[place]):
            alike[place] = _SHORTENED
    return alike


def _shortens(one: str, other: str) -> bool:
    """Tell whether the words are the same but for abbreviations: "mfg" for "manufacturing"."""
    words, other_words = one.split(), other.split()
    if len(words) != len(other_words) or len(words) < 2 or words[0] != other_words[0]:
        return False
    return all(_is_short_for(*sorted(both, key=len))
               for both in zip(words, other_words, strict=True))


def _is_short_for(short: str, word: str) -> bool:
    """Tell whether the letters of a word's abbreviation stand in it in order, from its first on."""
    letters = iter(word)
    return short[:1] == word[:1] and (len(short) > 1 or short == word) and all(
        letter in letters for letter in short)


def _squeezed(texts: list[str]) -> list[str]:
    return [text.replace(" ", "") for text in texts]


def _in_order(texts: list[str]) -> list[str]:
    return [" ".join(sorted(text.split())) for text in texts]


def _jaro_winkler(least: int | None, first: list[str], second: list[str]) -> Floats:
    """Compare names; the beginning of a name is its short form from `least` letters on."""
    alike = _batch(first, second, JaroWinkler.normalized_similarity)
    for place, (one, other) in enumerate(zip(first, second, strict=True)):
        short, long = (one, other) if len(one) < len(other) else (other, one)
        if len(short) == 1:
            alike[place] = _INITIAL if long.startswith(short) else 0.0
        elif least is not None and len(short) >= least and long.startswith(short):
            alike[place] = max(alike[place], _SHORT_FORM)
    return alike
