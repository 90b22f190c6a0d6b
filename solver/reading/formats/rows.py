"""Records with names of their own, from JSON or Parquet, to a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from solver.reading.formats.assemble import Assembler
from solver.reading.formats.lines import RawRecord
from solver.reading.formats.result import TolerantTable
from solver.reading.formats.text_form import clean


class NamedRecord(NamedTuple):
    """One record: cells by name, or the raw text of what is none."""

    row: int
    """Row that it would have in a CSV of the same data: the first is row 2."""
    cells: list[tuple[str, str]]
    problem: str | None = None
    """Code under which the record is set aside; its one cell is the raw text."""


class Names:
    """The columns of records with names of their own, in the order in which they first come.

    A name that one record has twice makes two columns.
    """

    def __init__(self) -> None:
        self._positions: dict[tuple[str, int], int] = {}

    @property
    def header(self) -> list[str]:
        """The names, trimmed."""
        return [clean(name).strip() for name, _ in self._positions]

    def place(self, record: NamedRecord) -> dict[int, str]:
        """Return the cells of a record by the position of their column; new columns are added."""
        counts: dict[str, int] = {}
        cells: dict[int, str] = {}
        for name, text in record.cells:
            counts[name] = counts.get(name, -1) + 1
            position = self._positions.setdefault((name, counts[name]), len(self._positions))
            cells[position] = text
        return cells

    def row(self, record: NamedRecord) -> RawRecord:
        """Return a record as a row under the header; all its names must be known."""
        if record.problem is not None:
            return RawRecord(record.row, [record.cells[0][1]], record.problem)
        cells = self.place(record)
        return RawRecord(record.row, [cells.get(n, "") for n in range(len(self._positions))])


def table_of(file: str, records: Iterable[NamedRecord]) -> TolerantTable:
    """Return the table of records; a name that only some have is blank for the others."""
    names, known = Names(), list(records)
    for record in known:
        if record.problem is None:
            names.place(record)
    table = Assembler(file, names.header)
    for record in known:
        table.add(names.row(record))
    return table.finish()
