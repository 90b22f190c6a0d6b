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


def table_of(file: str, records: Iterable[NamedRecord]) -> TolerantTable:
    """Return the table of records; a name that only some have is blank for the others.

    A name that one record has twice makes two columns.
    """
    header: dict[tuple[str, int], int] = {}
    placed: list[NamedRecord | tuple[int, dict[int, str]]] = []
    for record in records:
        if record.problem is not None:
            placed.append(record)
            continue
        counts: dict[str, int] = {}
        cells: dict[int, str] = {}
        for name, text in record.cells:
            counts[name] = counts.get(name, -1) + 1
            cells[header.setdefault((name, counts[name]), len(header))] = text
        placed.append((record.row, cells))
    table = Assembler(file, [clean(name).strip() for name, _ in header])
    width = len(header)
    for entry in placed:
        if isinstance(entry, NamedRecord):
            table.add(RawRecord(entry.row, [entry.cells[0][1]], entry.problem))
        else:
            row, found = entry
            table.add(RawRecord(row, [found.get(n, "") for n in range(width)]))
    return table.finish()
