"""Contents of files to a window: every problem of every file is collected, then reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from solver.models import Account, Activity, Issue, Policy, Rep, Severity, Window
from solver.models.scoring import ScoreUse
from solver.prepare.enrich.provider import Provider
from solver.prepare.results import Incoming, Prepared
from solver.reading.activities_file import activity_issues, read_activities
from solver.reading.cautions import Files, content_cautions, header_cautions
from solver.reading.columns import FILE_KINDS
from solver.reading.cross_checks import parent_cycles
from solver.reading.formats import is_other_format, known_columns, read_any
from solver.reading.mapping.apply import apply_rules
from solver.reading.mapping.lenient import Lenient
from solver.reading.mapping.mapping_file import MappingFile, read_mapping
from solver.reading.mapping.rules import ColumnRules, combine
from solver.reading.parsing.table import Table, read_table
from solver.reading.policy_file import read_policy
from solver.reading.prepared import prepare_records, with_final_leads
from solver.reading.records import Records, make_records

_USES = (*FILE_KINDS, "activities", "policy", "columns")


@dataclass(frozen=True)
class Reading:
    """What was read: a window, unless there are errors, and every problem found."""

    window: Window | None
    issues: tuple[Issue, ...]
    """Errors and warnings by file (leads, reps, accounts, activities, policy, columns), row and
    column."""
    prepared: Prepared | None = None
    """All that preparing did; None where there is no window, or leads were read raw."""
    activities: tuple[Activity, ...] = ()
    """What leads did."""
    header_cells: tuple[str, ...] = ()
    """The header of the leads file as it came; none where leads were read raw."""

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
    """Content by use: ``leads``, ``reps``, ``accounts``, ``activities``, ``policy`` or
    ``columns``."""
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
    raw: bool = False
    """Whether leads are read strictly and routed as they come."""
    providers: tuple[Provider, ...] = ()
    """Who fills in what leads lack."""


def collect(order: Order) -> Reading:
    """Read all files, then the window if there is no error in any."""
    issues: dict[str, list[Issue]] = {use: [] for use in _USES}
    policy: Policy | None = order.policy
    if "policy" in order.data:
        policy, issues["policy"] = read_policy(order.data["policy"], order.names["policy"])
    mapping = MappingFile()
    if "columns" in order.data:
        mapping = read_mapping(order.data["columns"], order.names["columns"], order.timezone)
        issues["columns"] = mapping.issues
    tables = {use: _table(order, use, mapping) for use in FILE_KINDS if use in order.data}
    for use, table in tables.items():
        issues[use] += table.issues
    records: dict[str, Records] = {}
    if not mapping.unreadable:  # else nothing is known of any column
        records = {use: _records(order, use, table, mapping, policy)
                   for use, table in tables.items()}
        _add_record_issues(issues, records)
    activities: Sequence[Activity] = ()
    if "activities" in order.data:
        activities, issues["activities"] = read_activities(
            order.data["activities"], order.names["activities"], timezone=order.timezone)
    prepared = None
    if not order.raw and policy is not None and records and not _has_error(issues):
        prepared = _prepare(order, policy, activities, records, issues)
        policy = prepared.policy
    if not mapping.issues:
        files = Files(order.at, records["leads"], records["reps"], records.get("accounts"),
                      policy, order.names.get("policy"))
        for use, cautions in content_cautions(files).items():
            issues[use] += cautions
    reading = _reading(order.at, policy, records, issues, prepared)
    return replace(reading, activities=tuple(activities),
                   header_cells=getattr(tables["leads"], "header_cells", ()))


def _prepare(order: Order, policy: Policy, activities: Sequence[Activity],
             records: dict[str, Records], issues: dict[str, list[Issue]]) -> Prepared:
    """Prepare the leads; from here on their records are those that are routed."""
    reps, accounts = ([record for _, record in records[use].items] if use in records else []
                      for use in ("reps", "accounts"))
    incoming = Incoming(at=order.at, leads=(), reps=(), accounts=(), policy=policy,
                        activities=activities, providers=order.providers)
    ids = records["leads"].ids
    prepared, said = prepare_records(
        records["leads"], [rep for rep in reps if isinstance(rep, Rep)],
        [account for account in accounts if isinstance(account, Account)], incoming)
    issues["leads"] += said
    issues["activities"] += activity_issues(activities, ids, order.at,
                                            order.names.get("activities"))
    records["leads"] = with_final_leads(records["leads"], prepared)
    return prepared


def _has_error(issues: Mapping[str, Sequence[Issue]]) -> bool:
    return any(issue.severity is Severity.ERROR for found in issues.values() for issue in found)


def _table(order: Order, use: str, mapping: MappingFile) -> Table:
    """Read one file; leads that are prepared in any condition, others in any format."""
    data, name = order.data[use], order.names[use]
    if (use == "leads" and not order.raw) or is_other_format(data, name):
        return read_any(data, name, known_columns(use, combine(order.preset, mapping.mapping)))
    return read_table(data, name)


def _records(order: Order, use: str, table: Table, mapping: MappingFile, policy: Policy | None
             ) -> Records:
    """Read one table; columns whose rule is faulty are left out, for nothing is known of them."""
    kind = FILE_KINDS[use]
    kept = {name: column for name, column in kind.columns.items()
            if (use, name) not in mapping.faulty}
    lenient = None
    if use == "leads" and not order.raw:
        lenient = Lenient(policy or Policy(), order.timezone)
        scored = policy is not None and policy.scoring is not None and (
            policy.scoring.use is not ScoreUse.GIVEN)
        if scored and "score" in kept:
            kept["score"] = replace(kept["score"], needed=False)
    kind = replace(kind, columns=kept)
    demanded = mapping.mapping.of(use)
    rules = {name: rule for name, rule in combine(order.preset, mapping.mapping).of(use).items()
             if name in kept}
    return make_records(kind, apply_rules(table, kind, rules, demanded, order.timezone, lenient))


def _add_record_issues(issues: dict[str, list[Issue]], records: Mapping[str, Records]) -> None:
    for use, found in records.items():
        issues[use] += found.issues + header_cautions(found, FILE_KINDS[use])
    if "accounts" in records:
        issues["accounts"] += parent_cycles(records["accounts"])


def _reading(
    at: datetime, policy: Policy | None, records: Mapping[str, Records],
    issues: Mapping[str, list[Issue]], prepared: Prepared | None,
) -> Reading:
    ordered = tuple(issue for found in issues.values() for issue in sorted(found, key=_place))
    if policy is None or any(issue.severity is Severity.ERROR for issue in ordered):
        return Reading(None, ordered)
    if prepared is not None:
        return Reading(Window(
            at=at, policy=policy, leads=prepared.leads, reps=prepared.reps,
            accounts=prepared.accounts, holds=prepared.holds,
            preparation=prepared.preparation), ordered, prepared)
    items = {use: tuple(record for _, record in found.items) for use, found in records.items()}
    return Reading(Window.model_validate({"at": at, "policy": policy, **items}), ordered)


def _place(issue: Issue) -> tuple[int, str, str]:
    return issue.row or 0, issue.column or "", issue.code.value
