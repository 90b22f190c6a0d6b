"""Lines of delimited text to records: a broken quote costs its own lines and no others.

The standard library's reader neither says where a broken record began nor goes on behind it, and
its limit for the length of a cell belongs to the whole process. So it is asked for single lines
alone, where it is quick; what it refuses is cut here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

#: Lines that one record may span; halved, down to the floor, by every quote that never closes.
_LONGEST_SPAN, _SHORTEST_SPAN = 4_096, 32
#: Lines that a record may span where sound rows are looked for behind a broken one.
_RESUME_SPAN = 8
#: From this many columns on, lines that each look whole are rows, not parts of a quoted cell.
_TELLING_WIDTH = 6


class RawRecord(NamedTuple):
    """One record of a file before its cells mean anything."""

    row: int
    """Row as in a spreadsheet, counted from 1; blank lines count."""
    cells: list[str]
    problem: str | None = None
    """Code under which the record is set aside; its one cell is the raw line."""


def split_lines(text: str) -> list[str]:
    """Return the lines with their ends: LF, CRLF, CR alone, or a mix of them."""
    return list(io.StringIO(text, newline=""))


def parse_record(
    lines: Sequence[str], start: int, delimiter: str, span: int
) -> tuple[list[str], int] | None:
    """Return the cells of the record at a line, and the line behind it; None: a quote is broken.

    Parameters
    ----------
    lines
        All lines, with their ends.
    start
        Position of the record's first line.
    delimiter
        What separates the cells.
    span
        Number of lines within which every quote must close.
    """
    line = lines[start]
    if '"' not in line:
        return line.rstrip("\r\n").split(delimiter), start + 1
    try:
        return next(csv.reader((line,), delimiter=delimiter, strict=True)), start + 1
    except csv.Error:
        return _cut_record(lines, start, delimiter, span)


def _cut_record(
    lines: Sequence[str], start: int, delimiter: str, span: int
) -> tuple[list[str], int] | None:
    cells: list[str] = []
    at, row = 0, start
    while True:
        line = lines[row]
        end = len(line.rstrip("\r\n"))
        if not line.startswith('"', at):
            stop = line.find(delimiter, at, end)
            cells.append(line[at: end if stop < 0 else stop])
        else:
            quoted = _quoted_cell(lines, row, at + 1, start + span)
            if quoted is None:
                return None
            cell, row, stop = quoted
            cells.append(cell)
            line = lines[row]
            end = len(line.rstrip("\r\n"))
            while stop < end and line[stop] in " \t" and line[stop] != delimiter:
                stop += 1
            if stop >= end:
                stop = -1
            elif line[stop] != delimiter:
                return None
        if stop < 0:
            return cells, row + 1
        at = stop + 1


def _quoted_cell(
    lines: Sequence[str], row: int, at: int, last: int
) -> tuple[str, int, int] | None:
    """Return a quoted cell, and the line and place behind its closing quote."""
    parts: list[str] = []
    while True:
        line = lines[row]
        close = line.find('"', at)
        if close < 0:
            parts.append(line[at:])
            row, at = row + 1, 0
            if row >= min(last, len(lines)):
                return None
        elif line.startswith('"', close + 1):
            parts.append(line[at: close + 1])
            at = close + 2
        else:
            parts.append(line[at:close])
            return "".join(parts), row, close + 1


def cut_records(
    lines: Sequence[str], start: int, row: int, delimiter: str, width: int
) -> Iterator[RawRecord]:
    """Yield every record from a line on; lines of a broken one are records of their own.

    Behind a broken quote, reading resumes at the next line that holds a row of the right width.
    Looks at no line more than 4,200 lines ahead of the record, so that `lines` may be a window.

    Parameters
    ----------
    lines
        All lines, with their ends.
    start
        Position of the first line.
    row
        Row of the first record.
    delimiter
        What separates the cells.
    width
        Number of cells in the header.
    """
    span = _LONGEST_SPAN
    while start < len(lines):
        found = parse_record(lines, start, delimiter, span)
        resume = start + 1 if found is None else _broken_until(
            lines, start, found, delimiter, width)
        if found is not None and resume is None:
            yield RawRecord(row, found[0])
            row, start = row + 1, found[1]
            continue
        if found is None:
            span = max(_SHORTEST_SPAN, span // 2)
        while start < (resume or 0) or (
                found is None and start < len(lines)
                and not _begins_row(lines, start, delimiter, width)):
            yield RawRecord(row, [lines[start].rstrip("\r\n")], "BROKEN_QUOTE")
            row, start = row + 1, start + 1


def _broken_until(
    lines: Sequence[str], start: int, found: tuple[list[str], int], delimiter: str, width: int
) -> int | None:
    """Return the line at which rows begin again if a record is broken; None: it is not.

    A record over several lines is broken if there are rows among them.
    """
    cells, end = found
    swallows = _swallows(lines, start, end, delimiter, width)
    if end - start == 1 or (fits(cells, width) and not swallows):
        return None
    resume = _resume(lines, start + 1, end, delimiter, width)
    return resume if resume < end or swallows else None


def fits(cells: list[str], width: int) -> bool:
    """Return whether a row has the cells of the header, and at most blank ones behind them."""
    return len(cells) == width or (
        len(cells) > width and not any(cell.strip() for cell in cells[width:]))


def _swallows(lines: Sequence[str], start: int, end: int, delimiter: str, width: int) -> bool:
    """Return whether each line of a record looks whole: two stray quotes, rows between them."""
    return (width >= _TELLING_WIDTH
            and all(line.count(delimiter) == width - 1 for line in lines[start:end])
            and sum(line.count('"') for line in lines[start:end]) == 2)


def _resume(lines: Sequence[str], start: int, end: int, delimiter: str, width: int) -> int:
    """Return the first line before `end` that begins a row of the right width, or `end`."""
    return next((position for position in range(start, end)
                 if _begins_row(lines, position, delimiter, width)), end)


def _begins_row(lines: Sequence[str], position: int, delimiter: str, width: int) -> bool:
    if not lines[position].strip():
        return False
    found = parse_record(lines, position, delimiter, _RESUME_SPAN)
    return found is not None and fits(found[0], width) and not (
        found[1] - position > 1 and _swallows(lines, position, found[1], delimiter, width))
