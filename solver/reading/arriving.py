"""One lead as it is posted: an object of canonical names, read leniently as a row of a file is."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo

from solver.models import Change, Issue, IssueCode, Lead, Policy, Severity
from solver.prepare.normalise.mojibake import mend_encoding
from solver.reading.columns import LEADS, LISTS, Column, Kind
from solver.reading.formats.text_form import clean, to_text
from solver.reading.mapping.cell_reader import Read, cell_reader
from solver.reading.mapping.lenient import Lenient, Reread
from solver.reading.mapping.rules import FieldRule
from solver.reading.model_errors import build
from solver.reading.parsing.cells import CellError, parse_number, parse_whole
from solver.reading.parsing.scan import MAX_CELL_BYTES
from solver.reading.records import damaged_id

_ATTRIBUTES = "attributes"
_NAMES = (*LEADS.columns, _ATTRIBUTES)
_IDS = frozenset({"lead_id", "account_id"})
#: Between the items of a list that comes as one; no text holds it.
_BETWEEN = "\x1f"
_DROPPED = str.maketrans("", "", _BETWEEN)
_MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class ReadLead:
    """What became of one posted lead."""

    lead: Lead | None
    """None where an issue is an error."""
    changes: tuple[Change, ...] = ()
    """Cells that only a second reading gave, or that count as blank."""
    issues: tuple[Issue, ...] = ()
    """The pointer of each is the name of the field."""


def read_lead(fields: Mapping[str, object], policy: Policy, timezone: ZoneInfo | None = None
              ) -> ReadLead:
    """Read one lead from an object of names and values.

    Parameters
    ----------
    fields
        Canonical names to values: text as people write it, or numbers, lists and objects as in
        JSON; None is blank. ``attributes`` is an object of further columns.
    policy
        Its currency and exchange rates.
    timezone
        Zone of times that carry no offset.

    Returns
    -------
    ReadLead
        What cannot be read is blank, with a change and a warning. A name that is no field, and a
        ``lead_id`` that is missing or no text, are errors.
    """
    reading = _Reading(fields, Lenient(policy, timezone))
    lead_id = reading.lead_id()
    for name, value in fields.items():
        if name == _ATTRIBUTES:
            reading.read_attributes(value)
        elif name not in LEADS.columns:
            reading.refuse_name(name)
        elif name != "lead_id" and value is not None:
            reading.read(LEADS.columns[name], value)
    if lead_id is None or any(one.severity is Severity.ERROR for one in reading.issues):
        return ReadLead(None, tuple(reading.changes), tuple(reading.issues))
    lead = reading.lead()
    return ReadLead(lead, tuple(reading.changes), tuple(reading.issues))


@dataclass
class _Reading:
    """One lead while it is read."""

    fields: Mapping[str, object]
    lenient: Lenient
    values: dict[str, object] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def lead_id(self) -> str | None:
        """Read the id: text, or a whole number."""
        given = self.fields.get("lead_id")
        if isinstance(given, bool) or not isinstance(given, str | int | None):
            self._refuse(IssueCode.BLANK_CELL, "lead_id", "must be a text", given)
            return None
        lead_id = "" if given is None else to_text(given).strip()
        if not lead_id:
            self._refuse(IssueCode.BLANK_CELL, "lead_id", "the cell must not be blank", None)
        elif rule := damaged_id(lead_id):
            self._refuse(IssueCode.DUPLICATE_ID, "lead_id", rule, lead_id)
        elif _is_long(lead_id):
            self._refuse_long("lead_id", lead_id)
        self.values["lead_id"] = lead_id
        return lead_id or None

    def read(self, column: Column, value: object) -> None:
        """Read one field, strictly or else leniently."""
        shown = to_text(value).strip()
        if not shown:
            return
        if _is_long(shown):
            self._refuse_long(column.name, shown)
            return
        shown = self._mended(column.name, shown)
        try:
            found = self._typed(column, value)
            if found is None:
                found = self._text(column, value, shown)
        except CellError as error:
            self._warn(column, error.code, error.rule, error.remedy, shown)
            return
        if found.rule is not None:
            self._note(column.name, shown, found.shown, found.rule)
        if found.value is not None:
            self.values[column.name] = found.value

    def _typed(self, column: Column, value: object) -> Reread | None:
        """Take numbers as they stand; None where the value is to be read as text."""
        if isinstance(value, Mapping) and column.kind is not Kind.WEIGHTS:
            raise CellError(IssueCode.BAD_LIST, "must be one value, not an object", column.remedy)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        if column.kind is Kind.WHOLE:
            return Reread(parse_whole(to_text(value)), None)
        if column.kind is not Kind.NUMBER:
            return None
        if isinstance(value, float) and math.isinf(value):
            raise CellError(IssueCode.NOT_A_NUMBER, "must be a finite number", column.remedy)
        return Reread(parse_number(to_text(value)), None)

    def _text(self, column: Column, value: object, shown: str) -> Reread:
        text, is_list = shown, False
        if column.kind in LISTS and isinstance(value, list | tuple | Mapping):
            text, is_list = mend_encoding(_joined(value)), True
        if not text or (column.kind is Kind.TEXT and column.grammar is None):
            return Reread(text or None, None)
        self.lenient.look_at(column, (text,))
        return self.lenient.read(column, text, _reader(column.name, self.lenient.timezone, is_list))

    def _mended(self, name: str, text: str) -> str:
        """Return a text in the letters that were meant; ids stay as they are."""
        if name in _IDS or text.isascii() or (mended := mend_encoding(text)) == text:
            return text
        self._note(name, text, mended, "encoding repaired")
        return mended

    def read_attributes(self, value: object) -> None:
        """Take further columns as text; blank ones are left out."""
        if value is None:
            return
        if not isinstance(value, Mapping):
            self._refuse(IssueCode.BAD_LIST, _ATTRIBUTES, "must be an object of names and texts",
                         value)
            return
        texts = {clean(str(name)).strip(): to_text(one).strip() for name, one in value.items()}
        for name, text in texts.items():
            if _is_long(name) or _is_long(text):
                self._refuse_long(f"{_ATTRIBUTES}/{name[:80]}", text)
        self.values[_ATTRIBUTES] = {name: text for name, text in texts.items() if name and text}

    def refuse_name(self, name: str) -> None:
        """Note that a name is no field of a lead."""
        near = difflib.get_close_matches(name, _NAMES, 1)
        self.issues.append(Issue(
            code=IssueCode.UNKNOWN_KEY, column=name, record_id=self._id, rule="is no field of a "
            "lead", remedy=f"Maybe it is {near[0]!r}; what is none of them belongs under attributes"
            if near else "Put what is none of the fields under attributes"))

    def lead(self) -> Lead:
        """Build the lead; what the model refuses counts as blank."""
        while isinstance(built := build(LEADS, self.values), list):
            for name, rule in dict(built).items():
                self._warn(LEADS.columns[name], IssueCode.OUT_OF_RANGE, rule,
                           LEADS.columns[name].remedy, str(self.values.pop(name)))
        assert isinstance(built, Lead)
        return built

    @property
    def _id(self) -> str | None:
        return str(self.values.get("lead_id") or "") or None

    def _note(self, name: str, before: str, after: str | None, rule: str) -> None:
        self.changes.append(Change(self._id or "", name, before, after, rule))

    def _warn(self, column: Column, code: IssueCode, rule: str, remedy: str, shown: str) -> None:
        self._note(column.name, shown, None, f"unreadable: {rule}")
        self.issues.append(Issue(
            code=code, severity=Severity.WARNING, column=column.name, record_id=self._id,
            offending=shown[:_MOST_SHOWN], rule=rule, remedy=remedy))

    def _refuse_long(self, name: str, text: str) -> None:
        self._refuse(IssueCode.CELL_TOO_LONG, name,
                     f"must not have more than {MAX_CELL_BYTES:,} bytes", text)

    def _refuse(self, code: IssueCode, name: str, rule: str, offending: object) -> None:
        self.issues.append(Issue(
            code=code, column=name, record_id=self._id,
            offending=None if offending is None else to_text(offending)[:_MOST_SHOWN], rule=rule,
            remedy=LEADS.columns[name].remedy if name in LEADS.columns else "Correct the value"))


def _joined(value: Iterable[object] | Mapping[str, object]) -> str:
    """Return the items of a list as one text; of an object ``name:number``."""
    if isinstance(value, Mapping):
        items: Iterable[str] = (f"{name}:{to_text(one)}" for name, one in value.items())
    else:
        items = map(to_text, value)
    return _BETWEEN.join(clean(item).translate(_DROPPED).strip() for item in items)


def _is_long(text: str) -> bool:
    return len(text) * 4 > MAX_CELL_BYTES and len(text.encode()) > MAX_CELL_BYTES


@lru_cache(maxsize=1024)
def _reader(name: str, timezone: ZoneInfo | None, is_list: bool) -> Read:
    rule = FieldRule(separator=_BETWEEN) if is_list else FieldRule()
    return cell_reader(LEADS.columns[name], rule, timezone)
