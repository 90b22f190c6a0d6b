"""Files to a window: every problem of every file is collected, then reported at once."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from solver.calendar.zones import zone
from solver.errors import InputWarning, InvalidInputError, UsageError
from solver.models.issue import Issue, Severity
from solver.models.policy import Policy
from solver.models.window import Window
from solver.reading.cautions import Files, content_cautions, header_cautions
from solver.reading.columns import FILE_KINDS
from solver.reading.cross_checks import parent_cycles
from solver.reading.mapping.apply import apply_rules
from solver.reading.mapping.mapping_file import MappingFile, read_mapping
from solver.reading.mapping.presets import read_preset
from solver.reading.mapping.rules import ColumnRules, combine
from solver.reading.parsing.source import read_files
from solver.reading.parsing.table import Table, read_table
from solver.reading.policy_file import read_policy
from solver.reading.records import Records, make_records

FilePath = str | Path


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


def load(  # noqa: PLR0913 - one argument for each input of a run
    leads: FilePath,
    reps: FilePath,
    *,
    at: datetime,
    accounts: FilePath | None = None,
    policy: FilePath | Policy | None = None,
    preset: str | None = None,
    columns: FilePath | None = None,
    timezone: str | None = None,
) -> Window:
    """Read a window from files.

    Parameters
    ----------
    leads, reps
        CSV files (UTF-8).
    at
        Instant of the decision, with an offset or a zone.
    accounts
        CSV file of the companies behind the leads.
    policy
        YAML file that overrides the defaults key by key, or a policy.
    preset
        Name of the CRM whose export the files are, such as ``salesforce``.
    columns
        YAML file that maps the columns of any other export; it wins over the preset.
    timezone
        IANA zone of times that carry no offset.

    Returns
    -------
    Window
        Leads, reps and accounts sorted by id, and the policy.

    Raises
    ------
    InvalidInputError
        The files have errors; all of them are listed.
    UsageError
        A file cannot be opened, `at` has no offset, or there is no such preset or zone.

    Warns
    -----
    InputWarning
        Once for each problem that does not stop the run.
    """
    reading = read_window(leads, reps, at=at, accounts=accounts, policy=policy, preset=preset,
                          columns=columns, timezone=timezone)
    if reading.window is None:
        raise InvalidInputError(reading.issues)
    for issue in reading.issues:
        warnings.warn(issue.message, InputWarning, stacklevel=2)
    return reading.window


def read_window(  # noqa: PLR0913 - one argument for each input of a run
    leads: FilePath,
    reps: FilePath,
    *,
    at: datetime,
    accounts: FilePath | None = None,
    policy: FilePath | Policy | None = None,
    preset: str | None = None,
    columns: FilePath | None = None,
    timezone: str | None = None,
) -> Reading:
    """Read a window from files, with every problem of all files; parameters as :func:`load`.

    Returns
    -------
    Reading
        The window, or None where there are errors, and all issues.

    Raises
    ------
    UsageError
        A file cannot be opened, `at` has no offset, or there is no such preset or zone.
    """
    if at.tzinfo is None or at.utcoffset() is None:
        raise UsageError(f"the instant {at.isoformat()} must have an offset from UTC")
    local = _zone(timezone)
    below = read_preset(preset) if preset is not None else ColumnRules()
    given = policy if isinstance(policy, Policy) else None
    paths = {"leads": leads, "reps": reps, "accounts": accounts,
             "policy": None if given else policy, "columns": columns}
    sources = _Sources({use: path for use, path in paths.items()
                        if path is not None and not isinstance(path, Policy)})
    return _read(sources, at.astimezone(UTC), given, below, local)


class _Sources:
    """Name and content of each file by its use."""

    def __init__(self, paths: Mapping[str, FilePath]) -> None:
        self.data = read_files(paths)
        self.names = {use: Path(path).name for use, path in paths.items()}


def _read(
    sources: _Sources, at: datetime, policy: Policy | None, preset: ColumnRules,
    timezone: ZoneInfo | None,
) -> Reading:
    issues: dict[str, list[Issue]] = {use: [] for use in (*FILE_KINDS, "policy", "columns")}
    if "policy" in sources.data:
        policy, issues["policy"] = read_policy(sources.data["policy"], sources.names["policy"])
    elif policy is None:
        policy = Policy()
    mapping = MappingFile()
    if "columns" in sources.data:
        mapping = read_mapping(sources.data["columns"], sources.names["columns"], timezone)
        issues["columns"] = mapping.issues
    tables = {use: read_table(sources.data[use], sources.names[use])
              for use in FILE_KINDS if use in sources.data}
    for use, table in tables.items():
        issues[use] += table.issues
    records: dict[str, Records] = {}
    if not mapping.unreadable:
        records = {use: _records(table, use, preset, mapping, timezone)
                   for use, table in tables.items()}
        for use, found in _record_issues(records, at, policy, sources.names).items():
            issues[use] += found
    ordered = tuple(issue for found in issues.values() for issue in sorted(found, key=_place))
    if policy is None or any(issue.severity is Severity.ERROR for issue in ordered):
        return Reading(None, ordered)
    return Reading(_window(at, records, policy), ordered)


def _records(
    table: Table, use: str, preset: ColumnRules, mapping: MappingFile, timezone: ZoneInfo | None
) -> Records:
    """Read one table; columns whose rule is faulty are left out, for nothing is known of them."""
    kind = FILE_KINDS[use]
    kept = {name: column for name, column in kind.columns.items()
            if (use, name) not in mapping.faulty}
    demanded = mapping.mapping.of(use)
    rules = {name: rule for name, rule in combine(preset, mapping.mapping).of(use).items()
             if name in kept}
    kind = replace(kind, columns=kept)
    return make_records(kind, apply_rules(table, kind, rules, demanded, timezone))


def _record_issues(
    records: dict[str, Records], at: datetime, policy: Policy | None, names: dict[str, str]
) -> dict[str, list[Issue]]:
    accounts = records.get("accounts")
    issues = content_cautions(Files(at, records["leads"], records["reps"], accounts, policy,
                                    names.get("policy")))
    for use, found in records.items():
        issues[use] += found.issues + header_cautions(found, FILE_KINDS[use])
    if accounts is not None:
        issues["accounts"] += parent_cycles(accounts)
    return issues


def _window(at: datetime, records: dict[str, Records], policy: Policy) -> Window:
    found = {use: tuple(record for _, record in records[use].items) if use in records else ()
             for use in FILE_KINDS}
    return Window.model_validate({"at": at, "policy": policy, **found})


def _place(issue: Issue) -> tuple[int, str, str]:
    return issue.row or 0, issue.column or "", issue.code.value


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return zone(name)
    except ValueError as error:
        raise UsageError(str(error)) from None
