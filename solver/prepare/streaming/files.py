"""The files that a stream writes, line by line; they are those of `solver.prepared_files`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Self

from solver.models import Change, Hold, Lead, Merge
from solver.prepare.file_rows import HEADERS, change_row, hold_row, merge_row, review_row
from solver.prepare.match.results import PossibleMatch
from solver.writing.records import header_line, record_line

#: Names of the files that are always written.
STREAMED_FILES = ("leads.csv", "changes.csv", "merged.csv", "review.csv", "held.csv",
                  "report.json")


def change_lines(changes: Iterable[Change]) -> str:
    """Return lines of changes.csv."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(map(change_row, changes))
    return text.getvalue()


def with_changes(lines: str, changes: Iterable[Change]) -> str:
    """Return the lines of one record with further changes, which come last of their field."""
    text = io.StringIO(newline="")
    rows: list[list[str]] = [*csv.reader(io.StringIO(lines, newline="")),
                             *csv.reader(io.StringIO(change_lines(changes), newline=""))]
    rows.sort(key=itemgetter(1))
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


class Files:
    """The CSV files of one folder, open for writing.

    Parameters
    ----------
    folder
        It exists.
    columns, attributes
        Columns of leads.csv.
    """

    def __init__(self, folder: Path, columns: Sequence[str], attributes: Sequence[str]) -> None:
        self._columns, self._attributes = columns, attributes
        self._open = ExitStack()
        self._files = {name: self._open.enter_context(
            (folder / name).open("w", encoding="utf-8", newline=""))
            for name in ("leads.csv", *HEADERS)}
        self._files["leads.csv"].write(header_line(columns, attributes))
        self._writers = {name: csv.writer(self._files[name], lineterminator="\n")
                         for name in HEADERS}
        for name, header in HEADERS.items():
            self._writers[name].writerow(header)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._open.close()

    def add_changes(self, lines: str) -> None:
        """Write lines of :func:`change_lines`."""
        self._files["changes.csv"].write(lines)

    def add_lead(self, lead: Lead) -> None:
        """Write a lead."""
        self._files["leads.csv"].write(record_line(lead, self._columns, self._attributes))

    def add_hold(self, hold: Hold) -> None:
        """Write a lead that is kept out of routing."""
        self._writers["held.csv"].writerow(hold_row(hold))

    def add_merges(self, merges: Iterable[Merge]) -> None:
        """Write leads that are one with another."""
        self._writers["merged.csv"].writerows(map(merge_row, merges))

    def add_possible(self, possible: Iterable[PossibleMatch]) -> Iterator[PossibleMatch]:
        """Write leads that may be one with another, and yield each."""
        for match in possible:
            self._writers["review.csv"].writerow(review_row(match))
            yield match
