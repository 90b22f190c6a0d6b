"""What tolerant reading gives: a table, and every row that could not join it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from solver.models.issue import Issue, IssueCode, Severity
from solver.models.preparation import QuarantinedRow
from solver.reading.parsing.table import Table

#: Codes of rows set aside, each with what must hold and what to do.
RULES = {
    "ABOVE_HEADER": ("the row stands above the names of the columns",
                     "Delete it, or check that the header was recognised"),
    "REPEATED_HEADER": ("the row repeats the header", "Delete it"),
    "TOO_FEW_CELLS": ("the row must have as many cells as the header",
                      "Add the cells that are missing, or delete a total or a footer"),
    "TOO_MANY_CELLS": ("the row must not have more cells than the header",
                       "Put a cell that holds the separator in quotes"),
    "BROKEN_QUOTE": ("a quote must be closed, and doubled inside a quoted cell",
                     "Close the quote, or double every quote inside the cell"),
    "CELL_TOO_LONG": ("a cell must not be above 64 KiB",
                      "Shorten the cell, or look for a quote that is not closed"),
    "BAD_JSON": ("the text must be JSON", "Correct it, or export the file again"),
    "NOT_AN_OBJECT": ("the entry must be an object of names and values",
                      "Write it as {\"name\": \"value\"}"),
}


@dataclass
class TolerantTable(Table):
    """A table that any bytes give; what it lacks lies in quarantine.

    ``num_rows == len(rows) + len(quarantine)`` always holds. ``damaged`` says that rows of data
    are in quarantine; problems are warnings, unless nothing could be read at all.
    """

    quarantine: tuple[QuarantinedRow, ...] = ()
    """Rows set aside, in the order of the file."""
    num_rows: int = 0
    """Rows seen: all but the header and blank ones."""
    header_cells: tuple[str, ...] = ()
    """The header as it came, trimmed; nameless columns and repeated names as they are."""
    header_row: int = 1
    """Row of the header as in a spreadsheet."""


@dataclass
class Quarantine:
    """Collects rows that are set aside."""

    file: str
    rows: list[QuarantinedRow] = field(default_factory=list)
    _seen: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By code: the first row, and how many there are."""

    @property
    def lost(self) -> bool:
        """Whether rows of data are among those set aside."""
        return not self._seen.keys() <= {"ABOVE_HEADER", "REPEATED_HEADER"}

    def take(self) -> tuple[QuarantinedRow, ...]:
        """Return the rows set aside since the last call."""
        rows, self.rows = tuple(self.rows), []
        return rows

    def add(self, row: int, code: str, cells: Sequence[str], rule: str | None = None) -> None:
        """Set a row aside; trailing blank cells of lines above the header are left out.

        A line padded to the width of the header would pass for data when it is fed again.
        """
        kept = list(cells)
        while code == "ABOVE_HEADER" and len(kept) > 1 and not kept[-1]:
            kept.pop()
        first, count = self._seen.get(code, (row, 0))
        self._seen[code] = first, count + 1
        self.rows.append(QuarantinedRow(file=self.file, row=row, code=code,
                                        rule=rule or RULES[code][0], cells=tuple(kept)))

    def warnings(self) -> list[Issue]:
        """Return a warning for each code, with its first row and how many rows it has."""
        return [warning(self.file, f"{count:,} row{'s' if count > 1 else ''} set aside as {code}: "
                        f"{RULES[code][0]}", RULES[code][1], row=first)
                for code, (first, count) in self._seen.items()]


def warning(
    file: str, rule: str, remedy: str, *, code: IssueCode = IssueCode.BAD_CSV,
    row: int | None = None, column: str | None = None, offending: str | None = None,
) -> Issue:
    """Return a problem that does not stop the reading."""
    return Issue(code=code, severity=Severity.WARNING, file=file, row=row, column=column,
                 offending=offending, rule=rule, remedy=remedy)


def unreadable(file: str, code: IssueCode, rule: str, remedy: str) -> TolerantTable:
    """Return the table of a file of which nothing could be read: an error, no rows."""
    return TolerantTable(file, issues=[Issue(code=code, file=file, rule=rule, remedy=remedy)],
                         damaged=True)
