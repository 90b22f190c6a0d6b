"""Typed cells to leads, reps and accounts; what a model or a rule over columns refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from solver.calendar.grammar import is_local_time_off
from solver.models.issue import Issue, IssueCode, Severity
from solver.models.preparation import Change, QuarantinedRow
from solver.names import name_key
from solver.reading.columns import FILE_KINDS, AnyRecord, FileKind
from solver.reading.mapping.apply import Fields
from solver.reading.model_errors import build, stand_ins
from solver.reading.parsing.table import Table

_FLOAT_ID = re.compile(r"\d\.\d+E\+\d+", re.IGNORECASE)


@dataclass
class Records:
    """The records of one file, with the row of each."""

    table: Table
    fields: Fields
    items: list[tuple[int, AnyRecord]] = field(default_factory=list)
    """(row as in a spreadsheet, record) of the rows without errors."""
    ids: dict[str, int] = field(default_factory=dict)
    """Every id of the file, also of rows with errors, to its first row."""
    issues: list[Issue] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    """Cells that only a second reading gave, or that count as blank."""
    quarantine: list[QuarantinedRow] = field(default_factory=list)
    """Rows that cannot become a record; only where cells are read a second time."""

    @property
    def complete(self) -> bool:
        """Whether every row of the file became a record, and no needed column is missing."""
        return (not self.table.damaged and not self.fields.sources.issues
                and len(self.items) == len(self.table.rows))


@dataclass(frozen=True)
class _Row:
    """One row with its cells by canonical column, blank ones left out."""

    kind: FileKind
    fields: Fields
    position: int
    values: dict[str, object]
    beside: dict[str, object] = field(default_factory=dict)
    """What the mapping assumed, and the file's other columns."""

    def issue(self, code: IssueCode, name: str, rule: str, remedy: str) -> Issue:
        table, header = self.fields.table, self.fields.shown(name)
        cells = table.columns.get(header) if name in self.fields.sources.headers else None
        offending = cells[self.position] if cells else None
        return Issue(
            code=code, file=table.file, row=table.rows[self.position], column=header,
            record_id=str(self.values.get(self.kind.id_column, "")) or None,
            offending=offending or None, rule=rule, remedy=remedy)


#: Gives the record of the first row of an id: the one that is given, or an earlier one.
First = Callable[[str, AnyRecord], AnyRecord]


def make_records(kind: FileKind, fields: Fields, first: First | None = None) -> Records:
    """Build the records of one file; a row with any problem gives issues instead.

    `first` knows the rows before, where the table is only a part of its file.
    """
    if fields.lenient is not None:
        seen: dict[str, AnyRecord] = {}
        return _make_leniently(kind, fields, first or seen.setdefault)
    records = Records(fields.table, fields, issues=list(fields.issues))
    table = fields.table
    broken = {position for _, position in fields.refused}
    filled = stand_ins(FILE_KINDS[kind.use])
    for row in _rows(kind, fields):
        position = row.position
        issues = list(_row_issues(row, records.ids))
        built = build(kind, {**filled, **row.values, **row.beside})
        if isinstance(built, list):
            issues += [row.issue(IssueCode.OUT_OF_RANGE, name, rule, kind.columns[name].remedy)
                       for name, rule in built]
        elif not issues and position not in broken:
            records.items.append((table.rows[position], built))
        records.issues += issues
    return records


def _make_leniently(kind: FileKind, fields: Fields, first: First) -> Records:
    """Build the records of rows that have an id; what a model refuses counts as blank."""
    records = Records(fields.table, fields, issues=list(fields.issues))
    table = fields.table
    assert fields.lenient is not None
    ids = [str(value or "") for value in fields.values.get(kind.id_column,
                                                           [None] * len(table.rows))]
    kept: set[int] = set()
    for row in _rows(kind, fields):
        if not ids[row.position]:
            issue = row.issue(IssueCode.BLANK_CELL, kind.id_column, "the cell must not be blank",
                              "Give every row an id of its own")
            records.quarantine.append(_set_aside(row, issue))
            continue
        built = build(kind, {**row.values, **row.beside})
        refused: list[Change] = []
        while isinstance(built, list):
            for name, rule in built:
                value = row.values.pop(name)
                records.issues.append(row.issue(
                    IssueCode.OUT_OF_RANGE, name, rule, kind.columns[name].remedy)
                    .model_copy(update={"severity": Severity.WARNING}))
                refused.append(Change(record_id=ids[row.position], field=name,
                                      before=str(value), after=None, rule=f"unreadable: {rule}"))
            built = build(kind, {**row.values, **row.beside})
        problem = (_contradiction(first(ids[row.position], built), built)
                   or damaged_id(ids[row.position]))
        if problem is not None:
            issue = row.issue(IssueCode.DUPLICATE_ID, kind.id_column, problem,
                              "Give the row an id of its own")
            records.quarantine.append(_set_aside(row, issue))
            continue
        records.ids.setdefault(ids[row.position], table.rows[row.position])
        records.items.append((table.rows[row.position], built))
        records.changes += refused
        kept.add(row.position)
    records.changes += [Change(record_id=ids[cell.position], field=cell.name, before=cell.before,
                               after=cell.after, rule=cell.rule)
                        for cell in fields.lenient.mended if cell.position in kept]
    return records


def _contradiction(first: AnyRecord, other: AnyRecord) -> str | None:
    """Say what two rows of one id do not agree in, where it makes them different people."""
    for name in ("email", "last_name", "company"):
        one, two = getattr(first, name, None), getattr(other, name, None)
        if one and two and name_key(one) != name_key(two):
            return f"another row has the id, and {name} {one!r}"
    return None


def damaged_id(record_id: str) -> str | None:
    """Say what is wrong with an id that a spreadsheet took for a number, or None."""
    if _FLOAT_ID.fullmatch(record_id):
        return "a spreadsheet has made the id a rounded number"
    return None


def _set_aside(row: _Row, issue: Issue) -> QuarantinedRow:
    table = row.fields.table
    return QuarantinedRow(
        file=table.file, row=table.rows[row.position], code=issue.code, rule=issue.rule,
        cells=_cells(table, row.position))


def _cells(table: Table, position: int) -> tuple[str, ...]:
    """Return a row under the header as it came: a column without a name or cells is blank."""
    columns = iter(table.columns.values())
    header = getattr(table, "header_cells", tuple(table.columns))
    found = (next(columns, None) if name or f"unnamed_{at}" in table.columns else None
             for at, name in enumerate(header, 1))
    return tuple("" if column is None else column[position] for column in found)


def _rows(kind: FileKind, fields: Fields) -> Iterator[_Row]:
    """Yield the rows of a table with their cells."""
    table, names = fields.table, list(fields.values)
    attributes = [(name, table.columns[name]) for name in fields.sources.attributes]
    columns = [fields.values[name] for name in names]
    rows = zip(*columns, strict=True) if columns else iter([()] * len(table.rows))
    for position, cells in enumerate(rows):
        values = {name: cell for name, cell in zip(names, cells, strict=True) if cell is not None}
        yield _Row(kind, fields, position, values, beside={
            "assumed": tuple(fields.assumed.get(position, ())),
            "attributes": {name: column[position] for name, column in attributes
                           if column[position]}})


def _row_issues(row: _Row, ids: dict[str, int]) -> Iterator[Issue]:
    """Yield what is wrong with a row as a whole, and note its id."""
    for column in row.kind.columns.values():
        if (column.filled and column.name in row.fields.values
                and column.name not in row.values
                and (column.name, row.position) not in row.fields.refused):
            yield row.issue(IssueCode.BLANK_CELL, column.name, "the cell must not be blank",
                            column.remedy)
    record_id = row.values.get(row.kind.id_column)
    if isinstance(record_id, str):
        here = row.fields.table.rows[row.position]
        first = ids.setdefault(record_id, here)
        if first != here:
            yield row.issue(IssueCode.DUPLICATE_ID, row.kind.id_column,
                            f"the id already stands in row {first}",
                            "Delete one of the rows, or give it an id of its own")
    if row.kind.use == "reps":
        yield from _rep_issues(row)


def _rep_issues(row: _Row) -> Iterator[Issue]:
    low, high = row.values.get("min_deal"), row.values.get("max_deal")
    if isinstance(low, float) and isinstance(high, float) and low > high:
        yield row.issue(IssueCode.DEAL_BAND_REVERSED, "min_deal",
                        f"min_deal must not be above max_deal {high:g}", "Swap the two")
    if "timezone" in row.values or ("timezone", row.position) in row.fields.refused:
        return
    absences = row.values.get("time_off")
    dates = [text for text in absences if is_local_time_off(text)] \
        if isinstance(absences, tuple) else []
    local = {"working_hours": "working_hours" in row.values, "time_off": bool(dates),
             "holidays": "holidays" in row.values}
    needing = [name for name, given in local.items() if given]
    if needing:
        yield row.issue(IssueCode.MISSING_ZONE, "timezone",
                        f"{' and '.join(needing)} cannot be read without a time zone",
                        "Write the rep's IANA zone, such as Europe/Madrid")
