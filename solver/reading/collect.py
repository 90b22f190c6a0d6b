"""Contents of files to a window: every problem of every file is collected, then reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from solver.models.issue import Issue, Severity
from solver.models.policy import Policy
from solver.models.window import Window
from solver.reading.cautions import Files, content_cautions, header_cautions
from solver.reading.columns import FILE_KINDS
from solver.reading.cross_checks import parent_cycles
from solver.reading.mapping.apply import apply_rules
from solver.reading.mapping.mapping_file import MappingFile, read_mapping
from solver.reading.mapping.rules import ColumnRules, combine
from solver.reading.parsing.table import Table, read_table
from solver.reading.policy_file import read_policy
from solver.reading.records import Records, make_records


@dataclass(frozen=True)
class Reading:
    """What was read: a window, unless there are errors, and every problem found."""

    window: Window | None
    issues: tuple[Issue, ...]
    """Errors and warnings by file (leads, reps, accounts, policy, columns), row and column."""

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that prevent a window."""
        return tuple(i for i in self.issues if i.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Issue, ...]:
        """The issues that do not."""
        return tuple(i for i in self.issues if i.severity is Severity.WARNING)


@dataclass(frozen=True)
class Order:
    """What is to be read."""

    data: Mapping[str, bytes]
    """Content by use: ``leads``, ``reps``, ``accounts``, ``policy``, ``columns``."""
    names: Mapping[str, str]
    """Name of each file by its use, without its folder."""
    at: datetime
    """Instant of the decision (UTC)."""
    preset: ColumnRules
    """Rules below those of the mapping file."""
    timezone: ZoneInfo | None
    """Zone of times that carry no offset."""
    policy: Policy
    """Policy where no file of one is given."""


def collect(order: Order) -> Reading:
    """Read all files, then the window if there is no error in any."""
    issues: dict[str, list[Issue]] = {use: [] for use in (*FILE_KINDS, "policy", "columns")}
    policy: Policy | None = order.policy
    if "policy" in order.data:
        policy, issues["policy"] = read_policy(order.data["policy"], order.names["policy"])
    mapping = MappingFile()
    if "columns" in order.data:
        mapping = read_mapping(order.data["columns"], order.names["columns"], order.timezone)
        issues["columns"] = mapping.issues
    tables = {use: read_table(order.data[use], order.names[use])
              for use in FILE_KINDS if use in order.data}
    for use, table in tables.items():
        issues[use] += table.issues
    records: dict[str, Records] = {}
    if not mapping.unreadable:  # else nothing is known of any column
        records = {use: _records(order, use, table, mapping) for use, table in tables.items()}
        _add_record_issues(issues, records)
    if not mapping.issues:
        files = Files(order.at, records["leads"], records["reps"], records.get("accounts"),
                      policy, order.names.get("policy"))
        for use, cautions in content_cautions(files).items():
            issues[use] += cautions
    return _reading(order.at, policy, records, issues)


def _records(order: Order, use: str, table: Table, mapping: MappingFile) -> Records:
    """Read one table; columns whose rule is faulty are left out, for nothing is known of them."""
    kind = FILE_KINDS[use]
    kept = {name: column for name, column in kind.columns.items()
            if (use, name) not in mapping.faulty}
    kind = replace(kind, columns=kept)
    demanded = mapping.mapping.of(use)
    rules = {name: rule for name, rule in combine(order.preset, mapping.mapping).of(use).items()
             if name in kept}
    return make_records(kind, apply_rules(table, kind, rules, demanded, order.timezone))


def _add_record_issues(issues: dict[str, list[Issue]], records: Mapping[str, Records]) -> None:
    for use, found in records.items():
        issues[use] += found.issues + header_cautions(found, FILE_KINDS[use])
    if "accounts" in records:
        issues["accounts"] += parent_cycles(records["accounts"])


def _reading(
    at: datetime, policy: Policy | None, records: Mapping[str, Records],
    issues: Mapping[str, list[Issue]],
) -> Reading:
    ordered = tuple(issue for found in issues.values() for issue in sorted(found, key=_place))
    if policy is None or any(issue.severity is Severity.ERROR for issue in ordered):
        return Reading(None, ordered)
    items = {use: tuple(record for _, record in found.items) for use, found in records.items()}
    return Reading(Window.model_validate({"at": at, "policy": policy, **items}), ordered)


def _place(issue: Issue) -> tuple[int, str, str]:
    return issue.row or 0, issue.column or "", issue.code.value
