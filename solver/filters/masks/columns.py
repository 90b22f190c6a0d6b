"""Columns of records: read once, distinct texts coded."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.filters.language.fields import Kind
from solver.filters.language.values import FOLDS, read_flag, read_moment, read_number

Bools = NDArray[np.bool_]
#: Floats of numbers and flags, int64 of instants.
Numbers = NDArray[np.float64] | NDArray[np.int64]
_READERS: dict[Kind, Callable[[str], float | int | None]] = {
    Kind.NUMBER: read_number, Kind.FLAG: read_flag, Kind.MOMENT: read_moment,
}


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """Numbers, flags (0 and 1) or instants (microseconds since 1970) of N records."""

    values: Numbers
    """(N,) 0 where not known."""
    known: Bools
    """(N,) False where blank."""


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Texts of N records, one or several on each, by codes."""

    codes: NDArray[np.int32]
    """(N,) code of what each record holds."""
    held: tuple[tuple[str, ...], ...]
    """By code: the texts, trimmed; empty: blank."""

    def holds(self, test: Callable[[tuple[str, ...]], bool]) -> Bools:
        """Return (N,) whether what a record holds passes a test, made once per code."""
        passed = np.fromiter(map(test, self.held), dtype=np.bool_, count=len(self.held))
        return passed[self.codes]

    def folded(self, kind: Kind) -> tuple[tuple[str, ...], ...]:
        """Return the texts by code, as those of a kind compare."""
        fold = FOLDS[kind]
        return tuple(tuple(map(fold, texts)) for texts in self.held)

    def read_as(self, kind: Kind) -> NumberColumn:
        """Return numbers, flags or instants of single texts; what is none is not known."""
        read = _READERS[kind]
        found = [read(texts[0]) if texts else None for texts in self.folded(Kind.ATTRIBUTE)]
        column = number_column(found, kind)
        return NumberColumn(column.values[self.codes], column.known[self.codes])


Column = NumberColumn | TextColumn


def number_column(values: Iterable[float | int | None], kind: Kind) -> NumberColumn:
    """Return a column of numbers, None where blank; a number that is none (NaN) counts as blank.

    Parameters
    ----------
    values
        One for each record.
    kind
        Number, flag or instant.
    """
    listed = list(values)
    known = np.array([value is not None for value in listed], dtype=np.bool_)
    filled = [0 if value is None else value for value in listed]
    if kind is Kind.MOMENT:
        return NumberColumn(np.array(filled, dtype=np.int64), known)
    numbers = np.array(filled, dtype=np.float64)
    return NumberColumn(numbers, known & ~np.isnan(numbers))


def text_column(raws: Iterable[Hashable], read: Callable[[Hashable], Iterable[str]]) -> TextColumn:
    """Return a column of texts.

    Parameters
    ----------
    raws
        What each record holds, in the form in which it holds it.
    read
        From that form to texts; those of only white space are dropped. Called once per form.
    """
    codes: dict[Hashable, int] = {}
    coded = np.array([codes.setdefault(raw, len(codes)) for raw in raws], dtype=np.int32)
    held = tuple(tuple(trimmed for text in read(raw) if (trimmed := text.strip()))
                 for raw in codes)
    return TextColumn(coded, held)
