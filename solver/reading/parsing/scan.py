"""Structure of a CSV file: cells per row, quotes, blank rows; nothing is interpreted.

Polars fills short rows and does not name a row that is too long, so the structure is checked here
with the standard library's reader, and both must then see the same rows.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

from solver.models.issue import Issue, IssueCode

#: A cell above this many bytes (64 KiB) is refused.
MAX_CELL_BYTES = 65_536
_LONGEST_NAME = 500
_LONG_CELL = "a cell must not be above 64 KiB"
_CLOSE_QUOTE = "Look for a quote that is not closed in or before this row"


@dataclass
class Scan:
    """What the structural scan of one file found; positions count records, the header is 0."""

    file: str
    header: list[str] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    """Records that hold data and have as many cells as the header."""
    num_records: int = 0
    quoted: dict[int, list[str]] = field(default_factory=dict)
    """Records with a quote inside a cell, to be compared with what polars sees."""
    issues: list[Issue] = field(default_factory=list)
    damaged: bool = False
    """The rows could not be told apart up to the end."""

    def report(self, position: int, rule: str, remedy: str) -> None:
        """Add a structural problem of one record."""
        self.issues.append(Issue(code=IssueCode.BAD_CSV, file=self.file, row=position + 1,
                                 rule=rule, remedy=remedy))


def scan_csv(text: str, file: str) -> Scan:
    """Return the structure of a CSV text with every structural problem named by its row."""
    scan = Scan(file)
    if "\0" in text:
        before = text[: text.index("\0")]
        row = sum(part.count("\n") for part in before.split('"')[::2])
        scan.report(row, "the row holds a NUL character", "Save the file as UTF-8 text")
    # The reader's own limit would end the reading at the first long cell, without its column.
    earlier = csv.field_size_limit(max(len(text), MAX_CELL_BYTES))
    try:
        for cells in csv.reader(io.StringIO(text, newline="\n"), strict=True):
            _take(scan, cells)
    except csv.Error as error:
        _report_broken(scan, str(error))
    finally:
        csv.field_size_limit(earlier)
    return scan


def _take(scan: Scan, cells: list[str]) -> None:
    position = scan.num_records
    scan.num_records += 1
    if position == 0:
        scan.header = [cell.strip() for cell in cells]
        _check_header(scan)
        return
    if scan.damaged or not any(cell.strip() for cell in cells):
        return
    if len(cells) != len(scan.header):
        scan.report(position, f"the row has {len(cells)} cells and the header {len(scan.header)}",
                    "Give every row as many cells as the header; a cell that holds a comma "
                    "stands in quotes")
        return
    scan.kept.append(position)
    if any('"' in cell for cell in cells):
        scan.quoted[position] = cells


def _check_header(scan: Scan) -> None:
    if not any(scan.header):
        scan.report(0, "the first row must hold the names of the columns",
                    "Delete what stands above the header")
        scan.damaged = True
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(scan.header) == 1 and mark in scan.header[0]:
            scan.report(0, f"the columns are separated by {name}",
                        "Export the file with commas between the columns")
            scan.damaged = True
    if max(map(len, scan.header), default=0) > _LONGEST_NAME:
        scan.report(0, f"the name of a column is longer than {_LONGEST_NAME} characters",
                    "Look for a quote that is not closed, or shorten the name")
        scan.damaged = True
    if scan.damaged:
        scan.header = []  # no name in it can be relied on


def _report_broken(scan: Scan, error: str) -> None:
    scan.damaged = True
    position = scan.num_records
    if "new-line character" in error:
        scan.report(position, "the row holds a carriage return that does not end it",
                    "Save the file with line ends LF or CRLF")
    elif "unexpected end" in error:
        scan.report(position, "a quote that opens in this row is never closed", _CLOSE_QUOTE)
    else:
        scan.report(position, "after a closing quote a comma or the end of the row must follow",
                    "Double every quote that stands inside a quoted cell")


def too_long(file: str, row: int, column: str, cell: str) -> Issue:
    """Return the issue of a cell above :data:`MAX_CELL_BYTES`."""
    return Issue(code=IssueCode.CELL_TOO_LONG, file=file, row=row, column=column, offending=cell,
                 rule=_LONG_CELL, remedy="Shorten the cell, or look for a quote that is not closed")
