"""The rows of a file as tables of some rows each, alike in their columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from solver.models.issue import Issue
from solver.reading.formats.assemble import Assembler, name_columns
from solver.reading.formats.result import TolerantTable
from solver.reading.streaming.rows import Rows


class Tables:
    """Cuts the rows of a file into tables; they can be gone through several times.

    Parameters
    ----------
    rows
        The file.
    size
        Records of a table, those set aside and blank ones among them.
    """

    def __init__(self, rows: Rows, size: int) -> None:
        self._rows, self._size = rows, size
        self._assembler = self._assemble()
        self._first_cells: dict[int, int] = {}

    @property
    def names(self) -> dict[int, str]:
        """Name of each column by its position; of nameless ones those that hold data so far."""
        return name_columns(self._assembler.header, self._first_cells)

    def look_through(self) -> Iterator[TolerantTable]:
        """Yield all tables, nameless columns among theirs, and learn which of those hold data."""
        self._assembler, self._first_cells = self._assemble(), {}
        everything = name_columns(self._assembler.header, range(len(self._assembler.header)))
        for _ in self._batches():
            for position, row in self._assembler.first_cells().items():
                self._first_cells.setdefault(position, row)
            yield self._assembler.take(everything)

    def read(self) -> Iterator[TolerantTable]:
        """Yield all tables under the names that :meth:`look_through` found."""
        self._assembler, names = self._assemble(), self.names
        for _ in self._batches():
            yield self._assembler.take(names)

    def issues(self) -> list[Issue]:
        """Return what was not as it should be, once all tables were read."""
        return [*self._rows.issues(), *self._assembler.warnings(self._first_cells)]

    @property
    def header(self) -> list[str]:
        """The header as it came."""
        return self._assembler.header

    def empty(self) -> TolerantTable:
        """Return a table with the columns and no rows."""
        columns: Mapping[str, list[str]] = {name: [] for name in self.names.values()}
        return TolerantTable(self._rows.file, dict(columns))

    def _assemble(self) -> Assembler:
        return Assembler(self._rows.file, list(self._rows.header), self._rows.header_row)

    def _batches(self) -> Iterator[None]:
        """Fill the assembler up to the size again and again; at least once."""
        for record in self._rows.apart:
            self._assembler.add_apart(record, is_part=record.row > self._rows.header_row)
        records = self._rows.records()
        batch = list(islice(records, self._size))
        while True:
            for record in batch:
                self._assembler.add(record)
            yield
            batch = list(islice(records, self._size))
            if not batch:
                return
