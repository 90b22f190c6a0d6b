"""Files of rows that can be read again and again: delimited text, JSON lines, Parquet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import polars as pl

from solver.errors import InvalidInputError, UsageError
from solver.models.issue import Issue, IssueCode
from solver.reading.formats.json_rows import is_json, json_records, line_records
from solver.reading.formats.layout import DELIMITERS, Layout, find_layout
from solver.reading.formats.lines import RawRecord, cut_records
from solver.reading.formats.readers import (
    EXCEL_MARKS,
    FAILURES,
    JSON_ENDINGS,
    PARQUET_MARK,
    damaged,
    frame_records,
)
from solver.reading.formats.result import warning
from solver.reading.formats.rows import NamedRecord, Names
from solver.reading.formats.tolerant import EMPTY, usual_delimiter
from solver.reading.streaming.text import LineWindow, TextFile, read_chunks

_FRAME = 20_000


@dataclass(frozen=True)
class Rows:
    """The rows of a file, which can be read several times."""

    file: str
    header: list[str]
    """Names of the columns as they came, trimmed."""
    header_row: int
    apart: tuple[RawRecord, ...]
    """Rows above the header, and those that are part of it."""
    records: Callable[[], Iterator[RawRecord]]
    """Gives all other rows, each time from the first."""
    issues: Callable[[], list[Issue]]
    """What was not as it should be, once all rows were read."""


def open_rows(path: Path, known: Collection[str]) -> Rows:
    """Find out what a file is, and where its header stands.

    Parameters
    ----------
    path
        Delimited text, JSON lines or Parquet, in any condition.
    known
        Names that columns may have, by which the header is found.

    Raises
    ------
    UsageError
        The file is of a kind that cannot be read in parts.
    InvalidInputError
        Nothing of it can be read.
    """
    head = next(read_chunks(path, 8), b"")
    ending = path.name.lower()
    if head.startswith(PARQUET_MARK) or (head and ending.endswith(".parquet")):
        return _parquet_rows(path)
    if head.startswith(EXCEL_MARKS):
        raise UsageError(f"{path.name} is a workbook, which cannot be read in parts; save it as "
                         "CSV, or prepare it without --stream")
    if ending.endswith(JSON_ENDINGS):
        return _json_rows(path)
    return _text_rows(path, known)


def _text_rows(path: Path, known: Collection[str]) -> Rows:
    text = TextFile(path)
    usual = usual_delimiter(path.name)
    layout = find_layout(LineWindow(text.lines()), known, usual)
    if layout is None:
        raise _empty(path)

    def issues() -> list[Issue]:
        if layout.delimiter == usual:
            return text.issues
        return [*text.issues, warning(
            path.name, f"the columns are separated by {DELIMITERS[layout.delimiter]}; the file "
            "was read so", "Export it with commas if columns are in the wrong place")]

    return Rows(path.name, layout.header, layout.row, layout.apart,
                lambda: _cut(text, layout), issues)


def _cut(text: TextFile, layout: Layout) -> Iterator[RawRecord]:
    lines = LineWindow(text.lines())
    lines.forget()
    return cut_records(lines, layout.next_line, layout.next_row, layout.delimiter,
                       len(layout.header))


def _json_rows(path: Path) -> Rows:
    text = TextFile(path)
    peeked = list(islice((line for line in text.lines() if line.strip()), 2))
    if not peeked:
        raise _empty(path)
    if len(peeked) == 1:  # it may be a list, or wrap one
        whole = "".join(text.lines())
        return _named_rows(path.name, lambda: iter(json_records(whole)), lambda: text.issues)
    if not is_json(peeked[0].strip().rstrip(",").rstrip()):
        raise UsageError(f"{path.name} is JSON in one piece, which cannot be read in parts; write "
                         "an object on each line, or prepare it without --stream")
    return _named_rows(path.name, lambda: line_records(text.lines()), lambda: text.issues)


def _parquet_rows(path: Path) -> Rows:
    def records() -> Iterator[NamedRecord]:
        row = 2
        for frame in pl.scan_parquet(path).collect_batches(chunk_size=_FRAME):
            yield from frame_records(frame, row)
            row += frame.height

    try:
        return _named_rows(path.name, records, list)
    except FAILURES as error:
        raise InvalidInputError(damaged(path.name, "Parquet file", error).issues) from error


def _named_rows(file: str, records: Callable[[], Iterator[NamedRecord]],
                issues: Callable[[], list[Issue]]) -> Rows:
    """Read once for the names of the columns; no row stands above them."""
    names = Names()
    for record in records():
        if record.problem is None:
            names.place(record)
    return Rows(file, names.header, 1, (), lambda: map(names.row, records()), issues)


def _empty(path: Path) -> InvalidInputError:
    return InvalidInputError([Issue(code=IssueCode.EMPTY_FILE, file=path.name, rule=EMPTY[0],
                                    remedy=EMPTY[1])])
