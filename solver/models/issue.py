"""An issue: one problem of the input, with where it is, what is wrong and what to do."""

from __future__ import annotations

from enum import StrEnum

from solver.models.base import Record

#: Offending values are cut to this many characters in messages.
MAX_SHOWN = 80


class Severity(StrEnum):
    """An error stops the run; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class IssueCode(StrEnum):
    """Every kind of problem that reading can find."""

    # errors
    EMPTY_FILE = "EMPTY_FILE"
    NOT_UTF8 = "NOT_UTF8"
    BAD_CSV = "BAD_CSV"
    BAD_YAML = "BAD_YAML"
    MISSING_COLUMN = "MISSING_COLUMN"
    DUPLICATE_COLUMN = "DUPLICATE_COLUMN"
    BLANK_CELL = "BLANK_CELL"
    DUPLICATE_ID = "DUPLICATE_ID"
    CELL_TOO_LONG = "CELL_TOO_LONG"
    NOT_A_NUMBER = "NOT_A_NUMBER"
    NOT_AN_INTEGER = "NOT_AN_INTEGER"
    NOT_A_FLAG = "NOT_A_FLAG"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    BAD_INSTANT = "BAD_INSTANT"
    NAIVE_TIME = "NAIVE_TIME"
    BAD_LIST = "BAD_LIST"
    NAME_TWICE = "NAME_TWICE"
    UNKNOWN_ZONE = "UNKNOWN_ZONE"
    MISSING_ZONE = "MISSING_ZONE"
    BAD_HOURS = "BAD_HOURS"
    BAD_TIME_OFF = "BAD_TIME_OFF"
    UNKNOWN_HOLIDAYS = "UNKNOWN_HOLIDAYS"
    DEAL_BAND_REVERSED = "DEAL_BAND_REVERSED"
    PARENT_CYCLE = "PARENT_CYCLE"
    UNKNOWN_KEY = "UNKNOWN_KEY"
    NEEDS_QUOTES = "NEEDS_QUOTES"
    BAD_POLICY = "BAD_POLICY"
    BAD_MAPPING = "BAD_MAPPING"
    VALUE_RANGE = "VALUE_RANGE"
    AMBIGUOUS_DATE = "AMBIGUOUS_DATE"
    NO_EXCHANGE_RATE = "NO_EXCHANGE_RATE"
    HISTORY_IN_FUTURE = "HISTORY_IN_FUTURE"
    BAD_FLOORS = "BAD_FLOORS"
    CONTRADICTION = "CONTRADICTION"
    UNKNOWN_FLOOR_REP = "UNKNOWN_FLOOR_REP"
    BAD_LEDGER = "BAD_LEDGER"
    NEVER_MATCHES = "NEVER_MATCHES"
    BAD_SCENARIO = "BAD_SCENARIO"
    MATCHES_NOBODY = "MATCHES_NOBODY"
    OVERLAPPING_EDITS = "OVERLAPPING_EDITS"
    UNKNOWN_NAME = "UNKNOWN_NAME"
    # warnings
    HEADER_ONLY = "HEADER_ONLY"
    NO_REPS = "NO_REPS"
    NO_CAPACITY = "NO_CAPACITY"
    ALL_HELD = "ALL_HELD"
    ALL_KEPT = "ALL_KEPT"
    DEAD_CONDITION = "DEAD_CONDITION"
    UNKNOWN_REP = "UNKNOWN_REP"
    UNKNOWN_OWNER = "UNKNOWN_OWNER"
    UNKNOWN_ACCOUNT = "UNKNOWN_ACCOUNT"
    UNKNOWN_HOURS = "UNKNOWN_HOURS"
    FUTURE_LEAD = "FUTURE_LEAD"
    UNSERVED_TERRITORY = "UNSERVED_TERRITORY"
    CLOSE_COLUMN = "CLOSE_COLUMN"
    NOT_ISO_COUNTRY = "NOT_ISO_COUNTRY"
    CONTRADICTED_COUNTRY = "CONTRADICTED_COUNTRY"
    SET_ASIDE = "SET_ASIDE"
    AMBIGUOUS_OWNER = "AMBIGUOUS_OWNER"
    UNKNOWN_RUSH = "UNKNOWN_RUSH"
    ENRICHMENT = "ENRICHMENT"
    CROWDED_KEYS = "CROWDED_KEYS"
    UNKNOWN_LEAD = "UNKNOWN_LEAD"
    FUTURE_ACTIVITY = "FUTURE_ACTIVITY"
    EMPTY_HISTORY = "EMPTY_HISTORY"
    STALE_FLOORS = "STALE_FLOORS"
    MISSING_FLOOR = "MISSING_FLOOR"
    UNKNOWN_LIMIT = "UNKNOWN_LIMIT"
    DEAD_RULE = "DEAD_RULE"
    RULES_LEAVE_NOBODY = "RULES_LEAVE_NOBODY"
    NAMED_REP_REFUSED = "NAMED_REP_REFUSED"
    UNSERVED_SEGMENT = "UNSERVED_SEGMENT"
    UNCOVERED_HOURS = "UNCOVERED_HOURS"


class Issue(Record):
    """One problem of the input.

    The same object is printed by the command line, listed by the library's exceptions and, later,
    returned by the service.
    """

    code: IssueCode
    severity: Severity = Severity.ERROR
    file: str | None = None
    """Name of the file, without its folder."""
    row: int | None = None
    """Row as in a spreadsheet: the header is row 1."""
    column: str | None = None
    """Column of the file, or key of the policy."""
    record_id: str | None = None
    """Id of the lead, rep or account of the row, or name of the scenario, where known."""
    offending: str | None = None
    """The value found."""
    rule: str
    """What must hold, as a sentence without a full stop."""
    remedy: str
    """What to do, as a sentence without a full stop."""

    @property
    def pointer(self) -> str:
        """The place as a path: ``leads.csv/7/score``."""
        return "/".join(str(part) for part in (self.file, self.row, self.column)
                        if part is not None)

    @property
    def message(self) -> str:
        """One line that names place, value, rule and remedy; control characters are escaped."""
        place = [self.file or ""]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}")
        if self.record_id is not None:
            place.append(f"id {_shown(self.record_id)}")
        value = "" if self.offending is None else f"{_shown(self.offending)}: "
        where = ", ".join(part for part in place if part)
        return _one_line(f"{where}: {value}{self.rule}. {self.remedy}.")

    def __str__(self) -> str:
        return f"{self.severity.value} {self.code.value} {self.message}"


def _one_line(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _shown(value: str) -> str:
    if len(value) > MAX_SHOWN:
        return f"{value[:MAX_SHOWN]!r}... ({len(value):,} characters)"
    return repr(value)
