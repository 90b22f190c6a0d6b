"""The ledger file: CSV as `fairlead route` writes it, with rows of what happened since by hand."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from solver.models.base import CurrencyCode, Record
from solver.models.issue import Issue, IssueCode
from solver.models.ledger import (
    SHARE_SCALE,
    Entry,
    EntryKind,
    Ledger,
    PeriodUse,
    RepBalance,
    entry_order,
)
from solver.reading.parsing.cells import CellError, parse_ids, parse_whole
from solver.reading.parsing.source import read_files
from solver.reading.parsing.table import Table, read_table
from solver.reading.parsing.times import parse_instant
from solver.reading.validation import bound_rule
from solver.writing.ledger import LEDGER_COLUMNS

RecordT = TypeVar("RecordT", bound=Record)
_BALANCE = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,9})?", re.ASCII)
_KINDS = ("ledger", "balance", "used", *EntryKind)
_ENTRY = ("at", "rep_id", "lead_id", "slots", "worth", "limits", "assigned_at")
#: Columns of each kind of row; those that must be filled stand in capitals.
_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "ledger": ("AT", "CURRENCY", "TIMEZONE", "SCHEMA_VERSION"),
    "balance": ("REP_ID", "LEADS", "SLOTS", "WORTH", "at", "present_at", "absent_since"),
    "used": ("LIMITS", "PERIOD", "MEASURE", "START", "USED"),
    **dict.fromkeys(EntryKind, ("AT", "REP_ID", "LEAD_ID", *_ENTRY[3:]))}
_NAMED = {"at": "last_assigned_at", "present_at": "last_present_at"}
_REMEDY = "Correct the row, or take the ledger that the last plan wrote"


def read_ledger(path: str | Path, *, currency: CurrencyCode, timezone: str,
                zone: ZoneInfo | None = None) -> tuple[Ledger | None, list[Issue]]:
    """Read a ledger file; None (and an issue for every bad row) where it has problems.

    Parameters
    ----------
    path
        CSV file. Without a row of kind ``ledger`` it is a new one: a list of leads given so far.
    currency, timezone
        Of a new ledger.
    zone
        Zone of times that carry no offset; None: such a time is a problem of its row.

    Raises
    ------
    UsageError
        If the file cannot be opened.
    """
    table = read_table(read_files({"ledger": path})["ledger"], Path(path).name)
    found = _Found(table, list(table.issues), zone)
    headers = found.headers()
    if table.damaged or found.issues:
        return None, found.issues
    for position in range(len(table.rows)):
        found.take(position, {name: table.columns[header][position]
                              for name, header in headers.items()})
    ledger = found.ledger(currency, timezone)
    return (None, sorted(found.issues, key=lambda i: i.row or 0)) if found.issues else (ledger, [])


@dataclass
class _Found:
    """Rows read so far, each with its place."""

    table: Table
    issues: list[Issue]
    zone: ZoneInfo | None
    heads: list[dict[str, object]] = field(default_factory=list)
    balances: dict[str, RepBalance] = field(default_factory=dict)
    uses: dict[str, PeriodUse] = field(default_factory=dict)
    entries: dict[object, tuple[int, Entry]] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        """Return the file's headers by column; note those that are missing."""
        headers = {name: header for name in LEDGER_COLUMNS
                   if (header := self.table.header(name)) is not None}
        for name in ("kind", "at", "rep_id", "lead_id"):
            if name not in headers and self.table.columns:
                close = difflib.get_close_matches(name, self.table.columns, n=1, cutoff=0.6)
                self.issues.append(Issue(
                    code=IssueCode.MISSING_COLUMN, file=self.table.file, row=1, column=name,
                    rule="the column is missing",
                    remedy=f"Maybe it is {close[0]!r}: rename it" if close else "Add it"))
        return headers

    def take(self, position: int, cells: Mapping[str, str]) -> None:
        """Read one row, or note every problem of it."""
        kind = cells["kind"]
        if kind not in _OF_KIND:
            self._note(position, cells, "kind", CellError(
                IssueCode.BAD_LEDGER if kind else IssueCode.BLANK_CELL,
                f"must be one of {', '.join(_KINDS)}", "Leads given by hand are manual"))
            return
        before = len(self.issues)
        values = dict(self._values(position, kind, cells))
        if len(self.issues) > before:
            return
        if kind == "ledger":
            self._head(position, cells, values)
        elif kind == "balance":
            self._once(position, cells, self.balances, self._built(
                RepBalance, position, cells,
                {_NAMED.get(name, name): value for name, value in values.items()}), "rep_id")
        elif kind == "used":
            self._once(position, cells, self.uses, self._built(
                PeriodUse, position, cells, {"limit": values.pop("limits"), **values}), "limit")
        elif entry := self._built(Entry, position, cells, {"kind": kind, **values}):
            if entry_order(entry) in self.entries:
                self._note(position, cells, "lead_id", CellError(
                    IssueCode.DUPLICATE_ID, f"row {self.entries[entry_order(entry)][0]} says the "
                    "same of the lead", "Delete one of the two"))
            self.entries.setdefault(entry_order(entry), (self.table.rows[position], entry))

    def ledger(self, currency: str, timezone: str) -> Ledger | None:
        """Put the rows together; note what they break together."""
        entries = sorted(self.entries.items())
        if self.issues:
            return None
        first = entries[0][1][1].at if entries else None
        if not self.heads and (first is None or self.balances or self.uses):
            self.issues.append(Issue(
                code=IssueCode.BAD_LEDGER, file=self.table.file, rule="the row of kind ledger is "
                "missing, which says up to when the others count", remedy=_REMEDY))
            return None
        head = self.heads[0] if self.heads else {
            "at": first, "currency": currency, "timezone": timezone}
        reps = tuple(self.balances[name] for name in sorted(self.balances))
        try:
            ledger = Ledger.model_validate({
                **head, "reps": reps, "periods": [self.uses[name] for name in sorted(self.uses)]})
        except ValidationError as error:
            self.issues += [Issue(code=IssueCode.BAD_LEDGER, file=self.table.file, rule=rule,
                                  remedy=_REMEDY) for _, rule in _refusals(error)]
            return None
        for _, (row, entry) in entries:
            if problem := ledger.entry_problem(entry):
                self.issues.append(Issue(
                    code=IssueCode.BAD_LEDGER, file=self.table.file, row=row, column="at",
                    record_id=entry.lead_id, rule=problem,
                    remedy="Delete the row if it has been counted, else give the time at which it "
                           "was entered"))
        return ledger.model_copy(update={"entries": tuple(e for _, (_, e) in entries)})

    def _values(self, position: int, kind: str, cells: Mapping[str, str]
                ) -> Iterator[tuple[str, object]]:
        columns = {name.lower(): name.isupper() for name in _OF_KIND[kind]}
        for name in LEDGER_COLUMNS[1:]:
            text = cells.get(name, "")
            try:
                if text and name not in columns:
                    raise CellError(IssueCode.BAD_LEDGER, f"a row of kind {kind} has no {name}",
                                    "Leave the cell blank")
                if not text and columns.get(name):
                    raise CellError(IssueCode.BLANK_CELL, "the cell must not be blank",
                                    "Fill it in")
                if text:
                    yield name, self._read(kind, name, text)
            except CellError as error:
                self._note(position, cells, name, error)

    def _read(self, kind: str, name: str, text: str) -> object:
        if name in ("at", "assigned_at", "present_at", "absent_since"):
            return parse_instant(text, (), self.zone)
        if name in ("leads", "slots", "worth") and kind == "balance":
            return _parse_balance(text)
        if name == "limits" and kind != "used":
            return parse_ids(text)
        return _PARSERS.get(name, str)(text)

    def _head(self, position: int, cells: Mapping[str, str], values: dict[str, object]) -> None:
        if self._built(Ledger, position, cells, values) is None:
            return
        self.heads.append(values)
        if len(self.heads) > 1:
            self._note(position, cells, "kind", CellError(
                IssueCode.BAD_LEDGER, "a ledger has one row of kind ledger", "Delete the other"))

    def _once(self, position: int, cells: Mapping[str, str], known: dict[str, RecordT],
              record: RecordT | None, key: str) -> None:
        if record is None:
            return
        name = getattr(record, key)
        if name in known:
            self._note(position, cells, "limits" if key == "limit" else key, CellError(
                IssueCode.DUPLICATE_ID, "another row of this kind has it", "Delete one of the two"))
        known.setdefault(name, record)

    def _built(self, model: type[RecordT], position: int, cells: Mapping[str, str],
               values: Mapping[str, object]) -> RecordT | None:
        try:
            return model.model_validate(values)
        except ValidationError as error:
            columns = {field: column for column, field in _NAMED.items()} | {"limit": "limits"}
            for name, rule in _refusals(error):
                self._note(position, cells, columns.get(name, name) or "kind", CellError(
                    IssueCode.OUT_OF_RANGE if name else IssueCode.BAD_LEDGER, rule, _REMEDY))
            return None

    def _note(self, position: int, cells: Mapping[str, str], name: str, error: CellError) -> None:
        self.issues.append(Issue(
            code=error.code, file=self.table.file, row=self.table.rows[position],
            column=self.table.header(name) or name, offending=cells.get(name) or None,
            record_id=cells["lead_id"] or cells["rep_id"] or None, rule=error.rule,
            remedy=error.remedy))


def _parse_balance(text: str) -> int:
    if _BALANCE.fullmatch(text) is None:
        raise CellError(IssueCode.NOT_A_NUMBER, "must be a decimal number with at most 9 decimals",
                        "Write it as in -0.333333333")
    return int(Decimal(text) * SHARE_SCALE)


def _parse_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CellError(IssueCode.BAD_INSTANT, "must be a date", "Write it as YYYY-MM-DD") from None


_PARSERS: Mapping[str, Callable[[str], object]] = {
    "slots": parse_whole, "worth": parse_whole, "used": parse_whole, "start": _parse_date}


def _refusals(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Yield (field or nothing, rule) of what a model refuses."""
    for detail in error.errors(include_url=False):
        kind, context = detail["type"], detail.get("ctx", {})
        rule = {"value_error": str(context.get("error")),
                "enum": f"must be {context.get('expected')}",
                "string_pattern_mismatch": "must be three capital letters such as USD",
                }.get(kind) or bound_rule(detail) or detail["msg"]
        yield str(detail["loc"][0]) if detail["loc"] else "", rule.rstrip(".")
