"""Reports of what an adapter found odd in its source, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl


class QuirkCode(StrEnum):
    """Every kind of oddity that an adapter reports instead of parsing."""

    BAD_DATE = "BAD_DATE"
    BAD_NUMBER = "BAD_NUMBER"
    DAMAGED_RANGE = "DAMAGED_RANGE"
    DUPLICATE_ID = "DUPLICATE_ID"
    DUPLICATE_ROW = "DUPLICATE_ROW"
    EMPTY_COLUMN = "EMPTY_COLUMN"
    EMPTY_HASH = "EMPTY_HASH"
    FAR_AMOUNT = "FAR_AMOUNT"
    LONG_WORK = "LONG_WORK"
    NEGATIVE_AMOUNT = "NEGATIVE_AMOUNT"
    NO_HANDLER = "NO_HANDLER"
    OPEN_CASE = "OPEN_CASE"
    OTHER_CREATOR = "OTHER_CREATOR"
    SEVERAL_DEALS = "SEVERAL_DEALS"
    STRAY_QUOTE = "STRAY_QUOTE"
    UNKNOWN_INDUSTRY = "UNKNOWN_INDUSTRY"
    UNKNOWN_OPPORTUNITY = "UNKNOWN_OPPORTUNITY"
    UNKNOWN_ZONE = "UNKNOWN_ZONE"
    UNNAMED_COLUMN = "UNNAMED_COLUMN"
    WON_BEFORE_CONTACT = "WON_BEFORE_CONTACT"


@dataclass(frozen=True, slots=True)
class Quirk:
    """One oddity of the source: where it is, what it is and what the adapter does with it."""

    code: QuirkCode
    file: str
    row: int
    """Row as in a spreadsheet: the header is row 1."""
    column: str
    value: str
    treatment: str
    """What the adapter does with it, as a clause."""

    def __str__(self) -> str:
        return (f"{self.file} row {self.row}, column {self.column}: {self.value!r} "
                f"({self.code.value}); {self.treatment}")


@dataclass(frozen=True, slots=True)
class Finding:
    """A kind of oddity in one column of one file, before its rows are listed."""

    code: QuirkCode
    file: str
    column: str
    treatment: str

    def at(self, rows: pl.DataFrame) -> list[Quirk]:
        """Return one quirk for each row of a frame with columns ``row`` and the finding's own."""
        return [Quirk(self.code, self.file, row, self.column, "" if value is None else str(value),
                      self.treatment)
                for row, value in rows.select("row", self.column).iter_rows()]
