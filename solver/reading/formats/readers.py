"""A file of any format to a table: the ending of its name says which, its first bytes know."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator

import fastexcel
import polars as pl

from solver.models.issue import IssueCode
from solver.reading.formats.assemble import Assembler
from solver.reading.formats.json_rows import read_json
from solver.reading.formats.layout import PEEK, find_header, known_keys
from solver.reading.formats.lines import RawRecord
from solver.reading.formats.result import TolerantTable, unreadable, warning
from solver.reading.formats.rows import NamedRecord, table_of
from solver.reading.formats.text_form import clean, flatten, to_text
from solver.reading.formats.tolerant import EMPTY, read_tolerantly

#: First bytes of workbooks, new and old.
EXCEL_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
#: First bytes of Parquet.
PARQUET_MARK = b"PAR1"
JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
_MIDNIGHT = re.compile(r"\d{4}-\d{2}-\d{2}(?= 00:00:00$)")
#: The libraries are written in Rust: what they do not expect is a panic, no ordinary exception.
FAILURES = (Exception, pl.exceptions.PanicException)
_Sheet = list[tuple[int, list[str]]]


def read_any(data: bytes, file: str, known: Collection[str] = ()) -> TolerantTable:
    """Read CSV, TSV, Parquet, JSON, JSON lines or Excel into the same kind of table.

    Parameters
    ----------
    data
        Content of the file.
    file
        Its name. Workbooks and Parquet are known by their first bytes, for many a file is named
        ``.csv`` or ``.xls`` and is something else.
    known
        Names that columns may have, by which the header is found.

    Returns
    -------
    TolerantTable
        Text cells as a CSV of the same data would hold them. Nothing is raised; a workbook or
        Parquet file that cannot be opened gives an error.
    """
    ending = file.lower()
    if data.startswith(PARQUET_MARK) or (data and ending.endswith(".parquet")):
        return _read_parquet(data, file)
    if data.startswith(EXCEL_MARKS):
        return _read_excel(data, file, known)
    if ending.endswith(JSON_ENDINGS):
        return read_json(data, file)
    return read_tolerantly(data, file, known)


def is_other_format(data: bytes, file: str) -> bool:
    """Tell whether a file is a workbook, Parquet or JSON, by its first bytes or its ending."""
    ending = file.lower()
    return (data.startswith((PARQUET_MARK, *EXCEL_MARKS))
            or ending.endswith((".parquet", *JSON_ENDINGS)))


def _read_parquet(data: bytes, file: str) -> TolerantTable:
    try:
        frame = pl.read_parquet(io.BytesIO(data))
        return table_of(file, frame_records(frame))
    except FAILURES as error:
        return damaged(file, "Parquet file", error)


def frame_records(frame: pl.DataFrame, first_row: int = 2) -> Iterator[NamedRecord]:
    """Yield the rows of a frame as records; the cells of a struct by their joined names."""
    for row, values in enumerate(frame.iter_rows(), first_row):
        cells: list[tuple[str, str]] = []
        for name, value in zip(frame.columns, values, strict=True):
            cells += flatten(value, name) if isinstance(value, dict) else [(name, to_text(value))]
        yield NamedRecord(row, cells)


def _read_excel(data: bytes, file: str, known: Collection[str]) -> TolerantTable:
    try:
        book = fastexcel.read_excel(data)
        sheets = {name: rows for name in book.sheet_names if (rows := _sheet(book, name))}
    except FAILURES as error:
        return damaged(file, "workbook", error)
    if not sheets:
        return unreadable(file, IssueCode.EMPTY_FILE, *EMPTY)
    keys = known_keys(known)
    chosen = next((name for name, rows in sheets.items() if _names_in(rows, keys) > 1),
                  next(iter(sheets)))
    table = _sheet_table(file, sheets[chosen], keys)
    for name in sheets:
        if name != chosen:
            table.issues.append(warning(
                file, f"the sheet {name!r} is not read; the leads are taken from {chosen!r}",
                "Save the sheet as a file of its own if it holds data"))
    return table


def _sheet(book: fastexcel.ExcelReader, name: str) -> _Sheet:
    """Return the rows of a sheet that hold anything, each with its number."""
    frame = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
    rows = ((row, [_cell(cell) for cell in cells])
            for row, cells in enumerate(frame.iter_rows(), 1))
    return [(row, cells) for row, cells in rows if any(cells)]


def _cell(cell: str | None) -> str:
    if cell is None:
        return ""
    midnight = _MIDNIGHT.match(cell)
    return midnight[0] if midnight else clean(cell).strip()


def _names_in(rows: _Sheet, keys: frozenset[str]) -> int:
    grid = [cells for _, cells in rows[:PEEK]]
    header = find_header(grid, keys)
    return len(known_keys(header.names) & keys)


def _sheet_table(file: str, rows: _Sheet, keys: frozenset[str]) -> TolerantTable:
    header = find_header([cells for _, cells in rows[:PEEK]], keys)
    table = Assembler(file, header.names, rows[header.index][0])
    for index, (row, cells) in enumerate(rows):
        record = RawRecord(row, cells)
        if index < header.index or index in header.parts:
            table.add_apart(record, is_part=index in header.parts)
        elif index > header.index:
            table.add(record)
    return table.finish()


def damaged(file: str, what: str, error: BaseException) -> TolerantTable:
    """Return the table of a file that a library cannot open: its error, no rows."""
    reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
    return unreadable(file, IssueCode.BAD_CSV, f"the {what} cannot be opened: {reason}",
                      "Export the file again, or save it as CSV")
