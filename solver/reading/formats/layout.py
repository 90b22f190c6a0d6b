"""Where the header of a file stands, and what separates its cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from solver.names import name_key
from solver.reading.formats.lines import RawRecord, fits, parse_record

#: Separators in the order in which they win a tie, with their names.
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
#: Records at the beginning of a file among which the header is looked for.
PEEK = 100
_PEEK_SPAN = 16
_SEPARATOR_LINE = re.compile(r'\s*"?sep=([,;\t|])"?\s*', re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """How a delimited file is laid out."""

    delimiter: str
    header: list[str]
    """Names of the columns, trimmed."""
    row: int
    """Row of the header."""
    next_line: int
    """Position of the first line behind the header."""
    next_row: int
    """Its row."""
    apart: tuple[RawRecord, ...]
    """Rows above the header, and those that are part of it."""


@dataclass(frozen=True)
class Header:
    """The header among the first rows of a file."""

    index: int
    """Position of its row."""
    names: list[str]
    parts: tuple[int, ...] = ()
    """Position of a second row, below it, whose names were taken over."""


@dataclass(frozen=True)
class _Peek:
    """The first records under one separator, blank ones left out."""

    records: list[RawRecord]
    grid: list[list[str]]
    """Trimmed cells of each record; of a broken one as far as they can be told apart."""
    ends: list[int]
    """Position of the line behind each record."""


def known_keys(known: Collection[str]) -> frozenset[str]:
    """Return column names as they compare."""
    return frozenset(map(name_key, known))


def find_header(grid: Sequence[list[str]], keys: frozenset[str]) -> Header:
    """Choose the header among rows of trimmed cells.

    It is the row with the most known names, of several the first; where no row has any, the first
    row as wide as most. A row above gives names where cells of the header are blank, and a row
    below that holds nothing but known names completes it: both come of merged cells.
    """
    scores = [_score(cells, keys) for cells in grid]
    best = max(scores)
    index = scores.index(best) if best else _usual(grid)
    names = list(grid[index])
    if index > 0:
        above = grid[index - 1][: len(names)]
        for position, name in enumerate(above):
            if not names[position] and name_key(name) in keys:
                names[position] = name
    below = grid[index + 1] if index + 1 < len(grid) else []
    filled = {position: name for position, name in enumerate(below) if name}
    if len(filled) > 1 and len(below) <= len(names) and all(
            name_key(name) in keys and name_key(names[position]) not in keys
            for position, name in filled.items()):
        for position, name in filled.items():
            names[position] = name
        return Header(index, names, (index + 1,))
    return Header(index, names)


def _score(cells: Sequence[str], keys: frozenset[str]) -> int:
    """Count known names; one name among many other cells is rather a value."""
    found = len({name_key(cell) for cell in cells} & keys)
    return found if found > 1 or 2 * found >= sum(map(bool, cells)) else 0


def _usual(grid: Sequence[list[str]]) -> int:
    counts = Counter(len(cells) for cells in grid)
    width = max(counts, key=lambda size: (counts[size], size))
    return next((index for index, cells in enumerate(grid)
                 if len(cells) == width and sum(map(bool, cells)) > 1), 0)


def find_layout(lines: Sequence[str], known: Collection[str], usual: str = ",") -> Layout | None:
    """Return the layout of a delimited text; None where every line is blank.

    Parameters
    ----------
    lines
        All lines, with their ends.
    known
        Names that columns may have.
    usual
        Separator that wins a tie.
    """
    keys = known_keys(known)
    first = next((n for n, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return None
    said = _SEPARATOR_LINE.fullmatch(lines[first])
    start = 0 if said is None else first + 1
    order = [said[1]] if said else sorted(DELIMITERS, key=lambda mark: mark != usual)
    best: tuple[tuple[int, int], Layout] | None = None
    for mark in order:
        peek = _peek(lines, start, mark)
        if not peek.records:
            return None
        candidate = _judge(peek, mark, keys)
        if best is None or candidate[0] > best[0]:
            best = candidate
    return best[1] if best else None


def _peek(lines: Sequence[str], start: int, delimiter: str) -> _Peek:
    peek = _Peek([], [], [])
    row = start
    while start < len(lines) and len(peek.records) < PEEK:
        row += 1
        found = parse_record(lines, start, delimiter, _PEEK_SPAN)
        if found is None:  # a title with a stray quote, or the first damage of the file
            record = RawRecord(row, [lines[start].strip()], "BROKEN_QUOTE")
            cells = [cell.strip(' \t"') for cell in record.cells[0].split(delimiter)]
            start += 1
        else:
            cells = [cell.strip() for cell in found[0]]
            record = RawRecord(row, cells)
            start = found[1]
        if any(record.cells):
            peek.records.append(record)
            peek.grid.append(cells)
            peek.ends.append(start)
    return peek


def _judge(peek: _Peek, delimiter: str, keys: frozenset[str]) -> tuple[tuple[int, int], Layout]:
    """Return how much speaks for a separator, and the layout that it gives."""
    header = find_header(peek.grid, keys)
    apart = [*range(header.index), *header.parts]
    last = max(header.index, *header.parts, 0)
    width = len(header.names)
    num_fitting = sum(fits(cells, width) for cells in peek.grid[last:]) if width > 1 else 0
    layout = Layout(delimiter, header.names, peek.records[header.index].row, peek.ends[last],
                    peek.records[last].row + 1, tuple(peek.records[n] for n in apart))
    return (_score(header.names, keys), num_fitting), layout
