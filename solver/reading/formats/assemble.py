"""Records under a header to a table: columns get names, what does not fit is set aside."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from solver.models.issue import Issue, IssueCode
from solver.names import name_key
from solver.reading.formats.lines import RawRecord, fits
from solver.reading.formats.result import Quarantine, TolerantTable, warning
from solver.reading.parsing.scan import MAX_CELL_BYTES

#: Columns that a quarantine file puts before the file's own; all four are left out on reading.
OWN_COLUMNS = ("_file", "_row", "_code", "_rule")
_BATCH = 8_192
_SIGNS = frozenset("=+-@")
_FORMULA = re.compile(r"=.|@[A-Za-z]+\(|[+\-@][A-Za-z]\w*\||[+-][A-Za-z]+\(", re.DOTALL)
#: Stands for a byte that was lost, in this reading or before (U+FFFD).
_LOST = "\ufffd"
#: Rows that a warning names one by one.
_MOST_ROWS = 20
_TEXT_FORMULA = re.compile(r'="([^"]*)"')


@dataclass
class Assembler:
    """Builds the table of one file, record by record."""

    file: str
    header: list[str]
    """Names of the columns as they came, trimmed; those of a quarantine file are taken out."""
    header_row: int = 1
    issues: list[Issue] = field(default_factory=list)
    _formulas: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    """By column: how many cells hold a formula, the first row, and the first cell."""
    _lost: dict[str, tuple[int, list[int], str]] = field(default_factory=dict)
    """By column: how many cells lack a letter, the first rows, and the first cell."""
    _rows: list[int] = field(default_factory=list)
    _batch: list[list[str]] = field(default_factory=list)
    _columns: list[list[str]] = field(default_factory=list)
    _own: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if set(OWN_COLUMNS) <= set(self.header):
            self._own = frozenset(n for n, name in enumerate(self.header) if name in OWN_COLUMNS)
            self.header = self._without_own(self.header)
        self._columns = [[] for _ in self.header]
        self._aside = Quarantine(self.file)

    def _without_own(self, cells: Sequence[str]) -> list[str]:
        return [cell for position, cell in enumerate(cells) if position not in self._own]

    def add(self, record: RawRecord) -> None:
        """Add a record to the table or to the quarantine; a blank one is skipped."""
        cells = [cell.strip() for cell in record.cells]
        if self._own and record.problem is None:
            cells = self._without_own(cells)
        if not any(cells):
            return
        problem = record.problem or self._problem(cells)
        if problem is not None:
            self._aside.add(record.row, problem, cells)
            return
        self._rows.append(record.row)
        self._batch.append(cells)
        if len(self._batch) >= _BATCH:
            self._flush()

    def add_apart(self, record: RawRecord, *, is_part: bool = False) -> None:
        """Set aside a row above the header, or one whose names the header took over."""
        rule = "the row is part of the header; its names were taken over" if is_part else None
        self._aside.add(record.row, "ABOVE_HEADER", record.cells, rule)

    def _problem(self, cells: list[str]) -> str | None:
        width = len(self.header)
        if len(cells) < width:
            return "TOO_FEW_CELLS"
        if not fits(cells, width):
            return "TOO_MANY_CELLS"
        if max(map(len, cells)) > MAX_CELL_BYTES // 4 and any(
                len(cell.encode()) > MAX_CELL_BYTES for cell in cells):
            return "CELL_TOO_LONG"
        repeats = width > 1 and cells[1:width] == self.header[1:]
        if repeats and cells[0].lstrip("\ufeff") == self.header[0]:
            return "REPEATED_HEADER"
        return None

    def _flush(self) -> None:
        for column, cells in zip(self._columns, zip(*self._batch, strict=False), strict=False):
            column.extend(cells)
        self._batch.clear()

    def finish(self) -> TolerantTable:
        """Return the table with a warning for each kind of thing that was not as it should be."""
        self._flush()
        firsts = self.first_cells()
        table = self.take(name_columns(self.header, firsts))
        self.issues += self.warnings(firsts)
        table.issues = self.issues
        return table

    def take(self, names: Mapping[int, str]) -> TolerantTable:
        """Return the table of the rows since the last call, without warnings.

        Parameters
        ----------
        names
            Name of each column by its position, from :func:`name_columns`.
        """
        self._flush()
        columns = {name: self._columns[position] for position, name in names.items()}
        for name, cells in columns.items():
            self._mark_formulas(name, cells)
            self._mark_lost(name, cells)
        quarantine = self._aside.take()
        table = TolerantTable(
            self.file, columns, self._rows, [], self._aside.lost, quarantine,
            len(self._rows) + len(quarantine), tuple(self.header), self.header_row)
        self._rows, self._columns = [], [[] for _ in self.header]
        return table

    def first_cells(self) -> dict[int, int]:
        """Return the first row of each nameless column that holds data, by its position."""
        self._flush()
        found: dict[int, int] = {}
        for position, name in enumerate(self.header):
            cells = self._columns[position]
            if not name and any(cells):
                found[position] = self._rows[next(n for n, cell in enumerate(cells) if cell)]
        return found

    def warnings(self, first_cells: Mapping[int, int]) -> list[Issue]:
        """Return a warning for each kind of thing in all rows that was not as it should be.

        Parameters
        ----------
        first_cells
            First row of each nameless column that holds data, by its position.
        """
        names = name_columns(self.header, first_cells)
        issues = [issue for position, new in names.items()
                  if (issue := self._name_issue(position, new, first_cells)) is not None]
        issues += [warning(
            self.file, f"{count:,} cell(s) hold a formula, which is kept as text",
            "Export values instead of formulas", row=row, column=name, offending=cell)
            for name, (count, row, cell) in self._formulas.items()]
        issues += [warning(
            self.file, f"{count:,} cell(s) hold {_LOST} in place of a letter whose byte was lost; "
            f"they stay so: {_listed(rows, count)}", "Write the letter, or export the file "
            "again as UTF-8", code=IssueCode.NOT_UTF8, row=rows[0], column=name, offending=cell)
            for name, (count, rows, cell) in self._lost.items()]
        if not names:
            issues.append(Issue(
                code=IssueCode.EMPTY_FILE, file=self.file, rule="the file names no columns",
                remedy="Check how it was exported or saved"))
        return issues + self._aside.warnings()

    def _name_issue(self, position: int, new: str, first_cells: Mapping[int, int]) -> Issue | None:
        name = self.header[position]
        if new == name:
            return None
        if name:
            return warning(
                self.file, f"the header names the column twice; the later one is read as {new!r}",
                "Rename one of the two columns", code=IssueCode.DUPLICATE_COLUMN,
                row=self.header_row, column=name)
        return warning(
            self.file, f"the column holds data (first in row {first_cells[position]}) and has no "
            f"name; it is read as {new!r}", "Name it in the header", row=self.header_row,
            column=new)

    def _mark_formulas(self, name: str, cells: list[str]) -> None:
        """Note cells that a spreadsheet would calculate; text in the form of one is text."""
        for position, cell in enumerate(cells):
            if cell[:1] not in _SIGNS or not _FORMULA.match(cell):
                continue
            if text := _TEXT_FORMULA.fullmatch(cell):
                cells[position] = text[1].strip()
            else:
                count, row, first = self._formulas.get(name, (0, self._rows[position], cell))
                self._formulas[name] = count + 1, row, first


    def _mark_lost(self, name: str, cells: list[str]) -> None:
        """Note cells with a sign that stands for a lost byte."""
        if _LOST not in "".join(cells):
            return
        found = [position for position, cell in enumerate(cells) if _LOST in cell]
        count, rows, first = self._lost.get(name, (0, [], cells[found[0]]))
        rows += [self._rows[position] for position in found[:_MOST_ROWS - len(rows)]]
        self._lost[name] = count + len(found), rows, first


def _listed(rows: Sequence[int], count: int) -> str:
    more = f" and {count - len(rows):,} more" if count > len(rows) else ""
    return f"row{'s' if count > 1 else ''} {', '.join(map(str, rows))}{more}"


def name_columns(header: Sequence[str], filled: Collection[int]) -> dict[int, str]:
    """Return the name of each column by its position: every name once.

    Parameters
    ----------
    header
        The names as they came.
    filled
        Positions of nameless columns that hold data; the others are left out.
    """
    taken = {name_key(name) for name in header}
    seen: set[str] = set()
    names: dict[int, str] = {}
    for position, name in enumerate(header):
        if not name and position not in filled:
            continue
        if name and name_key(name) not in seen:
            seen.add(name_key(name))
            names[position] = name
            continue
        names[position] = _free_name(name, position, taken)
        taken.add(name_key(names[position]))
    return names


def _free_name(name: str, position: int, taken: set[str]) -> str:
    """Return ``name_2`` for a repeated name and ``unnamed_8`` for none, or the next one free."""
    stem = name or f"unnamed_{position + 1}"
    new, number = (f"{stem}_2", 2) if name else (stem, 1)
    while name_key(new) in taken:
        number += 1
        new = f"{stem}_{number}"
    return new
