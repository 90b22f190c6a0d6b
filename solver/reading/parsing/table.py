"""CSV bytes to a table of trimmed text, with the row of each record as in a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from solver.models.issue import Issue, IssueCode
from solver.names import name_key
from solver.reading.parsing.scan import MAX_CELL_BYTES, Scan, scan_csv, too_long
from solver.reading.parsing.source import decode


@dataclass
class Table:
    """One file as columns of trimmed text; a blank cell is the empty string."""

    file: str
    columns: dict[str, list[str]] = field(default_factory=dict)
    """Cells by header, in the file's order."""
    rows: list[int] = field(default_factory=list)
    """Row of each record as in a spreadsheet: the header is row 1."""
    issues: list[Issue] = field(default_factory=list)
    damaged: bool = False
    """Rows are missing here, because the structure of the file is broken."""

    def header(self, name: str) -> str | None:
        """Return the file's own spelling of a column name, compared in any case."""
        key = name_key(name)
        return next((header for header in self.columns if name_key(header) == key), None)


def read_table(data: bytes, file: str) -> Table:
    """Read a CSV file into text cells.

    Parameters
    ----------
    data
        Content of the file: UTF-8, with or without byte order mark, LF or CRLF.
    file
        Name for the issues.
    """
    text, issues = decode(data, file)
    if text is None:
        return Table(file, issues=issues, damaged=True)
    scan = scan_csv(text, file)
    table = Table(file, issues=scan.issues, damaged=bool(scan.issues))
    names = _name_columns(scan)
    frame = None if scan.damaged else _read_frame(text, scan)
    if frame is None:
        table.damaged = True
        table.columns = {name: [] for name in names.values()}
        return table
    table.rows = [position + 1 for position in scan.kept]
    _refuse_long_cells(frame, names, table)
    for position, name in names.items():
        table.columns[name] = frame[:, position].to_list()
    _check_nameless(frame, scan)
    return table


def _name_columns(scan: Scan) -> dict[int, str]:
    """Return the header of each named column by position; of a repeated name the first."""
    names: dict[int, str] = {}
    seen: dict[str, str] = {}
    for position, name in enumerate(scan.header):
        if not name:
            continue
        first = seen.get(name_key(name))
        if first is None:
            names[position] = seen[name_key(name)] = name
            continue
        scan.issues.append(Issue(
            code=IssueCode.DUPLICATE_COLUMN, file=scan.file, row=1, column=name,
            rule=f"the header names the column twice (as {first!r} before; case does not count)",
            remedy="Rename or delete one of the two columns"))
    return names


def _read_frame(text: str, scan: Scan) -> pl.DataFrame | None:
    """Return the kept records as trimmed text, or None (and an issue) where the readers differ."""
    schema = {f"column_{i}": pl.String for i in range(len(scan.header))}
    try:
        frame = pl.read_csv(text.encode(), has_header=False, schema=schema, infer_schema=False,
                            truncate_ragged_lines=True)
    except pl.exceptions.PolarsError:
        frame = pl.DataFrame(schema=schema)
    whole = frame.with_columns(pl.all().fill_null(""))
    if whole.height == scan.num_records and all(
            list(whole.row(position)) == cells for position, cells in scan.quoted.items()):
        return whole[scan.kept].with_columns(pl.all().str.strip_chars())
    scan.report(min(scan.quoted, default=0), "a quote stands inside a cell without quotes",
                "Put every cell that holds a quote in quotes, and double the quote inside")
    return None


def _refuse_long_cells(frame: pl.DataFrame, names: dict[int, str], table: Table) -> None:
    for position, name in names.items():
        column = frame[:, position]
        for index in (column.str.len_bytes() > MAX_CELL_BYTES).arg_true():
            table.issues.append(too_long(table.file, table.rows[index], name, column[index]))


def _check_nameless(frame: pl.DataFrame, scan: Scan) -> None:
    for position, name in enumerate(scan.header):
        if name:
            continue
        filled = (frame[:, position] != "").arg_true()
        if len(filled):
            scan.issues.append(Issue(
                code=IssueCode.BAD_CSV, file=scan.file, row=1,
                rule=f"the {position + 1}th column holds data (first in row "
                     f"{scan.kept[filled[0]] + 1}) but has no name",
                remedy="Name the column in the header, or delete it"))
