"""A table under its rules: typed cells by canonical column, with what was supplied noted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from solver.models.issue import Issue, Severity
from solver.names import name_key
from solver.prepare.normalise.mojibake import mend_encoding
from solver.reading.columns import Column, FileKind, Kind
from solver.reading.mapping.cell_reader import Read, Value, cell_reader, read_scalar
from solver.reading.mapping.lenient import Lenient, Mended, Reread
from solver.reading.mapping.rules import FieldRule, Segment
from solver.reading.mapping.sources import Sources, find_sources
from solver.reading.parsing.cells import CellError
from solver.reading.parsing.table import Table

#: Columns whose cells are exact, whatever they look like.
_IDS = frozenset({"lead_id", "account_id"})


@dataclass
class Fields:
    """Typed cells of one file; ``None`` is blank."""

    table: Table
    sources: Sources
    values: dict[str, list[Value | None]] = field(default_factory=dict)
    """Cells by canonical column, one per row of the table."""
    refused: set[tuple[str, int]] = field(default_factory=set)
    """(canonical column, position) of the cells that could not be read."""
    assumed: dict[int, list[str]] = field(default_factory=dict)
    """Canonical columns that the mapping supplied, by position, sorted."""
    issues: list[Issue] = field(default_factory=list)
    lenient: Lenient | None = None
    """Second readings of cells; None: cells are read strictly."""

    def shown(self, name: str) -> str:
        """Return the file's name of a canonical column."""
        return self.sources.headers.get(name, name)


def apply_rules(
    table: Table,
    kind: FileKind,
    rules: Mapping[str, FieldRule],
    demanded: Mapping[str, FieldRule],
    timezone: ZoneInfo | None,
    lenient: Lenient | None = None,
) -> Fields:
    """Read every cell of a table under the rules of preset and mapping.

    With second readings, what cannot be read is blank: its issues are warnings.

    Segments of ``defaults`` see the cells as they are before any default is filled in.
    """
    sources = find_sources(table, kind, rules, demanded)
    fields = Fields(table, sources, issues=list(sources.issues), lenient=lenient)
    for name, header in sources.headers.items():
        rule = rules.get(name, FieldRule())
        _read_column(fields, kind, name, table.columns[header], rule, timezone)
    num_rows = len(table.rows)
    for name, rule in sorted(rules.items()):
        if rule.constant is not None:
            value = read_scalar(kind.columns[name], rule.constant, timezone)
            fields.values[name] = [value] * num_rows
            _note_assumed(fields, name, range(num_rows) if value is not None else ())
    _fill_defaults(fields, kind, rules, timezone)
    for names in fields.assumed.values():
        names.sort()
    return fields


def _read_column(
    fields: Fields, kind: FileKind, name: str, cells: list[str], rule: FieldRule,
    timezone: ZoneInfo | None,
) -> None:
    column = kind.columns[name]
    if fields.lenient is not None and name not in _IDS and not all(map(str.isascii, cells)):
        cells = _with_encoding(fields.lenient, name, cells)
    if column.kind is Kind.TEXT and column.grammar is None and not rule.values:
        fields.values[name] = [cell or None for cell in cells]
        return
    read = cell_reader(column, rule, timezone)
    if fields.lenient is not None:
        fields.lenient.look_at(column, cells)
    known: dict[str, Reread | CellError] = {"": Reread(None, None)}
    values: list[Value | None] = []
    for position, cell in enumerate(cells):
        if cell not in known:
            known[cell] = _try(fields, column, read, cell, rule.multiply)
        found = known[cell]
        if isinstance(found, CellError):
            fields.refused.add((name, position))
            fields.issues.append(_issue(fields, kind, name, position, found))
            found = Reread(None, f"unreadable: {found.rule}")
        if found.rule is not None and fields.lenient is not None:
            fields.lenient.mended.append(Mended(name, position, cell, found.shown, found.rule))
        values.append(found.value)
    fields.values[name] = values


def _with_encoding(lenient: Lenient, name: str, cells: list[str]) -> list[str]:
    """Return cells in the letters that were meant, and note which ones were not."""
    mended = list(map(mend_encoding, cells))
    lenient.mended += [Mended(name, position, before, after, "encoding repaired")
                       for position, (before, after) in enumerate(zip(cells, mended, strict=True))
                       if before != after]
    return mended


def _try(fields: Fields, column: Column, read: Read, cell: str, multiply: float | None
         ) -> Reread | CellError:
    try:
        if fields.lenient is not None:
            return fields.lenient.read(column, cell, read, multiply)
        return Reread(read(cell), None)
    except CellError as error:
        return error


def _issue(
    fields: Fields, kind: FileKind, name: str, position: int, error: CellError
) -> Issue:
    table, header = fields.table, fields.shown(name)
    id_header = fields.sources.headers.get(kind.id_column)
    record_id = table.columns[id_header][position] if id_header else None
    severity = Severity.ERROR if fields.lenient is None else Severity.WARNING
    return Issue(code=error.code, severity=severity, file=table.file,
                 row=table.rows[position], column=header, record_id=record_id or None,
                 offending=table.columns[header][position], rule=error.rule,
                 remedy=error.remedy)


def _fill_defaults(
    fields: Fields, kind: FileKind, rules: Mapping[str, FieldRule], timezone: ZoneInfo | None
) -> None:
    before = dict(fields.values)
    num_rows = len(fields.table.rows)
    for name, rule in rules.items():
        if rule.default is None and not rule.defaults:
            continue
        column = kind.columns[name]
        found = list(before.get(name, [None] * num_rows))
        segments = [(_keys(segment), read_scalar(column, segment.value, timezone))
                    for segment in rule.defaults]
        default = _default(column, rule, timezone)
        filled = []
        for position, value in enumerate(found):
            if value is not None or (name, position) in fields.refused:
                continue
            new = next((supplied for keys, supplied in segments
                        if _matches(before, keys, position)), default)
            if new is not None:
                found[position] = new
                filled.append(position)
        fields.values[name] = found
        _note_assumed(fields, name, filled)


def _default(column: Column, rule: FieldRule, timezone: ZoneInfo | None) -> Value | None:
    return None if rule.default is None else read_scalar(column, rule.default, timezone)


def _keys(segment: Segment) -> dict[str, set[str]]:
    return {name: set(map(name_key, values)) for name, values in segment.when.items()}


def _matches(
    values: Mapping[str, list[Value | None]], keys: Mapping[str, set[str]], position: int
) -> bool:
    for name, wanted in keys.items():
        value = values[name][position] if name in values else None
        if value is None:
            return False
        names = value if isinstance(value, tuple | dict) else (str(value),)
        if wanted.isdisjoint(map(name_key, names)):
            return False
    return True


def _note_assumed(fields: Fields, name: str, positions: Iterable[int]) -> None:
    for position in positions:
        fields.assumed.setdefault(position, []).append(name)
