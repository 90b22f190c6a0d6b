"""The activities file: what leads did and when; a row with a problem is set aside and said."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from solver.models.activity import Activity
from solver.models.issue import Issue, IssueCode, Severity
from solver.models.preparation import QuarantinedRow
from solver.names import name_key
from solver.reading.formats.readers import read_any
from solver.reading.formats.result import TolerantTable
from solver.reading.parsing.cells import CellError
from solver.reading.parsing.source import read_files
from solver.reading.parsing.times import parse_instant

#: Columns of the file; ``detail`` may be missing or blank.
COLUMNS = ("lead_id", "at", "kind", "detail")
_NEEDED = COLUMNS[:3]
_SET_ASIDE = "the activity is set aside until then"


@dataclass(frozen=True, slots=True)
class ActivitiesRead:
    """What an activities file holds: as many rows as activities and rows set aside."""

    activities: tuple[Activity, ...] = ()
    """In the order of the file."""
    issues: tuple[Issue, ...] = ()
    """Every problem of the file. An error means that nothing could be read."""
    quarantine: tuple[QuarantinedRow, ...] = ()
    """Rows set aside; they can be mended and fed again."""
    header_cells: tuple[str, ...] = ()
    """The header as it came."""


def read_activities(
    data: bytes | Path, file: str, *, timezone: ZoneInfo | None, formats: Sequence[str] = ()
) -> ActivitiesRead:
    """Read activities, in any condition, as leads are; a row with a problem is set aside.

    Parameters
    ----------
    data
        Content of the file, or its place: CSV, Excel, Parquet, JSON lines.
    file
        Name for the issues.
    timezone
        Zone of times that carry no offset; None: such a time is a problem of its row.
    formats
        Further forms of times in the notation of ``strptime``.

    Raises
    ------
    UsageError
        If the file cannot be opened.
    """
    content = read_files({"activities": data})["activities"] if isinstance(data, Path) else data
    table = read_any(content, file, COLUMNS)
    headers = {name: header for name in COLUMNS if (header := table.header(name)) is not None}
    issues = [*table.issues, *_missing(table, headers)]
    if any(issue.severity is Severity.ERROR for issue in issues):
        return ActivitiesRead(issues=tuple(issues))
    found: list[Activity] = []
    aside = list(table.quarantine)
    for row, cells in _rows(table, headers):
        try:
            found.append(_activity(cells, timezone, formats))
        except _RowError as problem:
            issue = problem.issue(file, row, headers, cells)
            issues.append(issue)
            aside.append(_set_aside(table, row, issue))
    return ActivitiesRead(tuple(found), tuple(sorted(issues, key=lambda issue: issue.row or 0)),
                          tuple(sorted(aside, key=lambda one: one.row)), table.header_cells)


def _set_aside(table: TolerantTable, row: int, issue: Issue) -> QuarantinedRow:
    at = table.rows.index(row)
    cells = (table.columns[name][at] if name in table.columns else ""
             for name in table.header_cells)
    return QuarantinedRow(file=table.file, row=row, code=issue.code.value, rule=issue.rule,
                          cells=tuple(cells))


def activity_issues(activities: Sequence[Activity], lead_ids: Collection[str], at: datetime,
                    file: str | None = None) -> list[Issue]:
    """Warn of activities that count for nothing: of unknown leads, and of times to come.

    Parameters
    ----------
    activities
        As read from the file.
    lead_ids
        Ids of all leads that are known.
    at
        Instant of the decision.
    file
        Name for the issues.
    """
    known = frozenset(lead_ids)
    issues = []
    strangers = [activity.lead_id for activity in activities if activity.lead_id not in known]
    if strangers:
        issues.append(Issue(
            code=IssueCode.UNKNOWN_LEAD, severity=Severity.WARNING, file=file, column="lead_id",
            offending=strangers[0],
            rule=f"{_count(strangers)} of {len(set(strangers)):,} lead id(s) that are not in the "
                 "leads file, and count for nothing",
            remedy="Check the ids; they compare exactly"))
    late = [activity for activity in activities if activity.at > at]
    if late:
        issues.append(Issue(
            code=IssueCode.FUTURE_ACTIVITY, severity=Severity.WARNING, file=file, column="at",
            record_id=late[0].lead_id, offending=late[0].at.isoformat(),
            rule=f"{_count(late)} after the instant of the decision ({at.isoformat()}), which do "
                 "not count yet",
            remedy="Check the time zone of the export, or decide at a later instant"))
    return issues


def _count(found: Sequence[object]) -> str:
    return f"{len(found):,} {'activity' if len(found) == 1 else 'activities'}"


def _missing(table: TolerantTable, headers: Mapping[str, str]) -> list[Issue]:
    if not table.columns:
        return []  # a file without a header has its own issue
    issues = []
    others = {name_key(header): header for header in table.columns
              if header not in headers.values()}
    for name in _NEEDED:
        if name in headers:
            continue
        close = difflib.get_close_matches(name, others, n=1, cutoff=0.6)
        issues.append(Issue(
            code=IssueCode.MISSING_COLUMN, file=table.file, row=table.header_row, column=name,
            rule="the column is missing",
            remedy=f"Maybe it is {others[close[0]]!r}: rename it" if close else "Add it"))
    return issues


def _rows(table: TolerantTable, headers: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the row and the cells of each record by the column's canonical name."""
    columns = (table.columns[header] for header in headers.values())
    for row, values in zip(table.rows, zip(*columns, strict=True), strict=True):
        yield row, dict(zip(headers, values, strict=True))


class _RowError(Exception):
    """A column and what is wrong with its cell."""

    def __init__(self, column: str, error: CellError) -> None:
        super().__init__(column)
        self._column, self._error = column, error

    def issue(self, file: str, row: int, headers: Mapping[str, str], cells: Mapping[str, str]
              ) -> Issue:
        """Return the warning that names the row."""
        return Issue(
            code=self._error.code, severity=Severity.WARNING, file=file, row=row,
            column=headers[self._column], record_id=cells["lead_id"] or None,
            offending=cells[self._column] or None, rule=self._error.rule,
            remedy=f"{self._error.remedy}; {_SET_ASIDE}")


def _activity(cells: Mapping[str, str], timezone: ZoneInfo | None, formats: Sequence[str]
              ) -> Activity:
    for name in _NEEDED:
        if not cells[name]:
            raise _RowError(name, CellError(IssueCode.BLANK_CELL, "the cell must not be blank",
                                            "Fill it in"))
    try:
        at = parse_instant(cells["at"], formats, timezone)
    except CellError as error:
        raise _RowError("at", _as_told(error)) from None
    return Activity(lead_id=cells["lead_id"], at=at, kind=cells["kind"],
                    detail=cells.get("detail", ""))


def _as_told(error: CellError) -> CellError:
    """Return the problem of a time with a remedy that holds here: no mapping reads the file."""
    if error.code is IssueCode.NAIVE_TIME:
        return error
    return CellError(error.code, error.rule, "Write it as in 2026-11-18T15:00:00Z")
