"""Delimited text as it comes: nothing stops the reading, and no row is lost."""

from __future__ import annotations

from collections.abc import Collection

from solver.models.issue import IssueCode
from solver.reading.columns import FILE_KINDS
from solver.reading.formats.assemble import Assembler
from solver.reading.formats.decoding import decode_any
from solver.reading.formats.layout import DELIMITERS, find_layout
from solver.reading.formats.lines import cut_records, split_lines
from solver.reading.formats.result import TolerantTable, unreadable, warning
from solver.reading.mapping.rules import ColumnRules

EMPTY = ("the file is empty", "Check how it was exported or saved")


def known_columns(use: str, rules: ColumnRules) -> frozenset[str]:
    """Return every name that a column of a file may have, for finding its header.

    Parameters
    ----------
    use
        ``leads``, ``reps`` or ``accounts``.
    rules
        Rules of preset and mapping together.
    """
    return frozenset(FILE_KINDS[use].columns).union(
        *(rule.column for rule in rules.of(use).values()))


def usual_delimiter(file: str) -> str:
    """Return what separates the cells of a file of this name, if nothing speaks against it."""
    return "\t" if file.lower().endswith((".tsv", ".tab")) else ","


def read_tolerantly(data: bytes, file: str, known: Collection[str] = ()) -> TolerantTable:
    """Read delimited text in any encoding, with any separator and any damage.

    Parameters
    ----------
    data
        Content of the file.
    file
        Name for the issues; of a file that ends in ``.tsv``, tabs are expected.
    known
        Names that columns may have, by which the header is found; see :func:`known_columns`.

    Returns
    -------
    TolerantTable
        What was understood; every other row is in its quarantine. Nothing is raised. A file
        without any text gives an error.
    """
    text, issues = decode_any(data, file)
    lines = split_lines(text)
    usual = usual_delimiter(file)
    layout = find_layout(lines, known, usual)
    if layout is None:
        return unreadable(file, IssueCode.EMPTY_FILE, *EMPTY)
    if layout.delimiter != usual:
        issues.append(warning(
            file, f"the columns are separated by {DELIMITERS[layout.delimiter]}; the file was "
            "read so", "Export it with commas if columns are in the wrong place"))
    table = Assembler(file, layout.header, layout.row, issues)
    for record in layout.apart:
        table.add_apart(record, is_part=record.row > layout.row)
    for record in cut_records(lines, layout.next_line, layout.next_row, layout.delimiter,
                              len(layout.header)):
        table.add(record)
    return table.finish()
