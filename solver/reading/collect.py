"""Contents of files to a window: every problem of every file is collected, then reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from solver.models import (
    Account,
    Activity,
    Issue,
    IssueCode,
    Policy,
    QuarantinedRow,
    Rep,
    Severity,
    Window,
)
from solver.models.scoring import ScoreUse
from solver.prepare.enrich.provider import Provider
from solver.prepare.results import Incoming, Prepared
from solver.reading.activities_file import ActivitiesRead, activity_issues, read_activities
from solver.reading.cautions import Files, content_cautions, header_cautions
from solver.reading.columns import FILE_KINDS
from solver.reading.cross_checks import parent_cycles
from solver.reading.formats import is_other_format, known_columns, quarantine_file, read_any
from solver.reading.mapping.apply import apply_rules
from solver.reading.mapping.lenient import Lenient
from solver.reading.mapping.mapping_file import MappingFile, read_mapping
from solver.reading.mapping.rules import ColumnRules, combine
from solver.reading.parsing.table import Table, read_table
from solver.reading.policy_cautions import policy_cautions
from solver.reading.policy_file import read_policy
from solver.reading.prepared import prepare_records, with_final_leads
from solver.reading.records import First, Records, make_records

_USES = (*FILE_KINDS, "activities", "policy", "columns")


@dataclass(frozen=True)
class SourceRows:
    """Rows of one of several sources that were set aside."""

    source: str
    """Its name."""
    quarantine: tuple[QuarantinedRow, ...]
    """In the order of the file."""
    header_cells: tuple[str, ...]
    """The header of its file as it came."""


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
    activities_aside: ActivitiesRead | None = None
    """The activities file as it was read, with the rows that were set aside."""
    header_cells: tuple[str, ...] = ()
    """The header of the leads file as it came; none where leads were read raw or came from
    several sources."""
    set_aside: tuple[SourceRows, ...] = ()
    """Of leads that came from several sources, the rows of each that were set aside."""

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
    policy, issues["policy"] = policy_of(order)
    mapping = MappingFile()
    if "columns" in order.data:
        mapping = read_mapping(order.data["columns"], order.names["columns"], order.timezone)
        issues["columns"] = mapping.issues
    tables = {use: table_of(order, use, mapping) for use in FILE_KINDS if use in order.data}
    for use, table in tables.items():
        issues[use] += table.issues
    records: dict[str, Records] = {}
    if not mapping.unreadable:  # else nothing is known of any column
        records = {use: records_of(order, use, table, mapping, policy)
                   for use, table in tables.items()}
        for use, found in records.items():
            issues[use] += record_issues(found, use)
    done = activities_of(order)
    activities, issues["activities"] = done.activities, list(done.issues)
    prepared = None
    if not order.raw and policy is not None and records and not has_error(issues):
        prepared = _prepare(order, policy, activities, records, issues)
        policy = prepared.policy
    if not mapping.issues:
        files = Files(order.at, records["leads"], records["reps"], records.get("accounts"),
                      policy, order.names.get("policy"))
        for use, cautions in content_cautions(files).items():
            issues[use] += cautions
        issues["policy"] += policy_cautions(files)
    reading = reading_of(order.at, policy, records, issues, prepared)
    return replace(reading, activities=activities, activities_aside=done,
                   header_cells=getattr(tables["leads"], "header_cells", ()))


def policy_of(order: Order) -> tuple[Policy | None, list[Issue]]:
    """Return the policy, None where its file has problems, and these."""
    if "policy" not in order.data:
        return order.policy, []
    return read_policy(order.data["policy"], order.names["policy"])


def activities_of(order: Order) -> ActivitiesRead:
    """Return what leads did, nothing where there is no file of it."""
    if "activities" not in order.data:
        return ActivitiesRead()
    return read_activities(order.data["activities"], order.names["activities"],
                           timezone=order.timezone)


def incoming_of(order: Order, policy: Policy, activities: Sequence[Activity],
                records: Mapping[str, Records]) -> Incoming:
    """Return what goes into preparing, but for the leads."""
    reps, accounts = ([record for _, record in records[use].items] if use in records else []
                      for use in ("reps", "accounts"))
    return Incoming(at=order.at, leads=(), reps=[rep for rep in reps if isinstance(rep, Rep)],
                    accounts=[account for account in accounts if isinstance(account, Account)],
                    policy=policy, activities=activities, providers=order.providers)


def _prepare(order: Order, policy: Policy, activities: Sequence[Activity],
             records: dict[str, Records], issues: dict[str, list[Issue]]) -> Prepared:
    """Prepare the leads; from here on their records are those that are routed."""
    leads = records["leads"]
    prepared, said = prepare_records({quarantine_file(): leads},
                                     incoming_of(order, policy, activities, records))
    issues["leads"] += said
    issues["activities"] += activity_issues(activities, leads.ids, order.at,
                                            order.names.get("activities"))
    records["leads"] = with_final_leads(leads, prepared)
    return prepared


def has_error(issues: Mapping[str, Sequence[Issue]]) -> bool:
    """Tell whether anything was found that prevents a window."""
    return any(issue.severity is Severity.ERROR for found in issues.values() for issue in found)


def table_of(order: Order, use: str, mapping: MappingFile) -> Table:
    """Read one file; leads that are prepared in any condition, others in any format."""
    data, name = order.data[use], order.names[use]
    prepared = use == "leads" and not order.raw
    if not prepared and not is_other_format(data, name):
        return read_table(data, name)
    table = read_any(data, name, known_columns(use, combine(order.preset, mapping.mapping)))
    if not prepared:  # where nothing is set aside, a row that cannot be read is an error
        table.issues += [Issue(code=IssueCode.BAD_CSV, file=name, row=row.row, rule=row.rule,
                               remedy="Correct the row, or delete it") for row in table.quarantine]
    return table


def records_of(order: Order, use: str, table: Table, mapping: MappingFile, policy: Policy | None,
               lenient: Lenient | None = None, first: First | None = None) -> Records:
    """Read one table; columns whose rule is faulty are left out, for nothing is known of them.

    Where the table is only a part of its file, `lenient` knows what whole columns show, and
    `first` the rows before.
    """
    kind = FILE_KINDS[use]
    kept = {name: column for name, column in kind.columns.items()
            if (use, name) not in mapping.faulty}
    if use == "leads" and not order.raw:
        lenient = lenient or Lenient(policy or Policy(), order.timezone)
        scored = policy is not None and policy.scoring is not None and (
            policy.scoring.use is not ScoreUse.GIVEN)
        if scored and "score" in kept:
            kept["score"] = replace(kept["score"], needed=False)
    kind = replace(kind, columns=kept)
    demanded = mapping.mapping.of(use)
    rules = {name: rule for name, rule in combine(order.preset, mapping.mapping).of(use).items()
             if name in kept}
    return make_records(kind, apply_rules(table, kind, rules, demanded, order.timezone, lenient),
                        first)


def record_issues(records: Records, use: str) -> list[Issue]:
    """Return what is wrong with the rows of a file, and what its header lets suspect."""
    issues = [*records.issues, *header_cautions(records, FILE_KINDS[use])]
    return [*issues, *parent_cycles(records)] if use == "accounts" else issues


def reading_of(
    at: datetime, policy: Policy | None, records: Mapping[str, Records],
    issues: Mapping[str, list[Issue]], prepared: Prepared | None,
) -> Reading:
    """Return all issues, file by file in the order of rows, and the window if none prevents it."""
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
