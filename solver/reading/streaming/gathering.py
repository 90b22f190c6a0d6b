"""What comes up row by row in a stream: issues and rows set aside, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from solver.models import Issue, IssueCode, QuarantinedRow, Severity
from solver.reading.formats.quarantine import QuarantineWriter
from solver.reading.prepared import quarantine_of
from solver.reading.records import Records

#: Issues kept of one kind in one column.
MOST_ALIKE = 20


class IssueList:
    """Issues in the order in which they come; of many alike the first ones and their number."""

    def __init__(self) -> None:
        self.kept: list[Issue] = []
        """The first ones of each kind."""
        self._counts: Counter[tuple[str | None, str]] = Counter()

    def add(self, issues: Iterable[Issue]) -> None:
        """Take in issues."""
        for issue in issues:
            kind = issue.column, issue.code.value
            self._counts[kind] += 1
            if self._counts[kind] <= MOST_ALIKE:
                self.kept.append(issue)

    @property
    def more(self) -> dict[tuple[str | None, str], int]:
        """Column and code to how many there are beside those kept."""
        return {kind: count - MOST_ALIKE for kind, count in self._counts.items()
                if count > MOST_ALIKE}


class QuarantineFile:
    """The file of rows set aside; it is there only if a row is.

    Parameters
    ----------
    path
        Where it lies; an earlier one goes.
    header
        The header of the leads file as it came.
    """

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self._path, self._header = path, header
        self._file: TextIO | None = None
        self._writer: QuarantineWriter | None = None
        self._first: QuarantinedRow | None = None
        self._without_lead = 0
        self.num_rows = 0
        """Rows set aside so far."""

    def __enter__(self) -> Self:
        self._path.unlink(missing_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, records: Records) -> None:
        """Write the rows of a table that are no leads."""
        rows = quarantine_of(records)
        if not rows:
            return
        if self._writer is None:
            self._file = self._path.open("w", encoding="utf-8", newline="")
            self._writer = QuarantineWriter(self._file, self._header)
        self._writer.add(rows)
        self.num_rows += len(rows)
        if records.quarantine:
            self._first = self._first or records.quarantine[0]
            self._without_lead += len(records.quarantine)

    def issues(self) -> list[Issue]:
        """Return a warning if rows that could be told apart are no leads."""
        if self._first is None:
            return []
        return [Issue(
            code=IssueCode.SET_ASIDE, severity=Severity.WARNING, file=self._first.file,
            row=self._first.row, rule=f"{self._without_lead:,} rows are set aside; the first: "
            f"{self._first.rule}", remedy="Give every row an id of its own; `fairlead prepare` "
            f"writes them to {self._path.name}")]
