"""Leads of several sources: each file by its own mapping, then all of them together.

The id of a lead becomes ``NAME:ID``, for the ids of two systems may coincide; where a row names no
source, its source is the file's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from solver.models import Activity, Issue, IssueCode, Lead, Policy, Severity
from solver.prepare.enrich.provider import Provider
from solver.prepare.results import Prepared
from solver.reading.activities_file import activity_issues
from solver.reading.cautions import Files, content_cautions
from solver.reading.collect import (
    Order,
    Reading,
    SourceRows,
    activities_of,
    has_error,
    incoming_of,
    policy_of,
    reading_of,
    record_issues,
    records_of,
    table_of,
)
from solver.reading.formats import quarantine_file
from solver.reading.mapping.mapping_file import MappingFile, read_mapping
from solver.reading.mapping.rules import ColumnRules
from solver.reading.parsing.source import read_files
from solver.reading.prepared import prepare_records, quarantine_of, with_final_leads
from solver.reading.records import Records
from solver.reading.sources_file import OpenedSource, read_sources_file
from solver.reading.window import FilePath, in_utc, named_zone

_BESIDE = ("reps", "accounts")


def read_sources(  # noqa: PLR0913 - one argument for each input of a run
    path: FilePath,
    reps: FilePath,
    *,
    at: datetime,
    accounts: FilePath | None = None,
    policy: FilePath | Policy | None = None,
    timezone: str | None = None,
    activities: FilePath | None = None,
    providers: Sequence[Provider] = (),
) -> Reading:
    """Read and prepare the leads of several sources as one window.

    Parameters
    ----------
    path
        YAML file that names the sources, ``sources: [{name, leads, preset, columns, timezone}]``;
        all but name and leads may be missing, and paths begin in its folder.
    reps, accounts
        As for :func:`read_window`, under their canonical headers; account ids and owners of leads
        mean these.
    at
        Instant of the decision, with an offset or a zone.
    policy
        YAML file that overrides the defaults key by key, or a policy.
    timezone
        IANA zone of times that carry no offset, where a source names none.
    activities
        CSV file of what leads did. Its lead ids are ``NAME:ID``, or the file's own where only one
        source has it.
    providers
        Who fills in what leads lack.

    Returns
    -------
    Reading
        The window, or None where there are errors; every problem of all files; all that preparing
        did; and ``set_aside``, the rows of each source that are no leads. The order of the sources
        changes nothing but that of the problems.

    Raises
    ------
    UsageError
        One of the files given here cannot be opened, `at` has no offset, or there is no such zone.
        What the sources file names and is not there is an issue.
    """
    instant, local = in_utc(at), named_zone(timezone)
    given = {use: file for use, file in {
        "sources": path, "reps": reps, "accounts": accounts, "policy": policy,
        "activities": activities}.items() if file is not None and not isinstance(file, Policy)}
    order = Order(
        read_files(given), {use: Path(file).name for use, file in given.items()}, instant,
        ColumnRules(), local, policy if isinstance(policy, Policy) else Policy(),
        providers=tuple(providers))
    sources, issues = read_sources_file(order.data["sources"], Path(path))
    return _collect(order, sources, issues)


@dataclass
class _Found:
    """What was read so far, and every problem by the file to look at."""

    issues: dict[str, list[Issue]] = field(default_factory=dict)
    leads: dict[str, Records] = field(default_factory=dict)
    """Records of each source, with the ids and sources that they have from here on."""
    beside: dict[str, Records] = field(default_factory=dict)
    """Records of reps and accounts."""
    mapped: set[str] = field(default_factory=set)
    """Sources whose mapping has no problem."""

    def say(self, about: str, issues: Sequence[Issue]) -> None:
        """Note problems; what stands first is said first."""
        self.issues.setdefault(about, []).extend(issues)


def _collect(order: Order, sources: Sequence[OpenedSource], issues: Sequence[Issue]) -> Reading:
    """Read the files of all sources, then the window if there is no error in any."""
    found = _Found()
    found.say(order.names["sources"], issues)
    policy, policy_issues = policy_of(order)
    for source in sources:
        _read_source(order, source, policy, found)
    for use in _BESIDE:
        if use in order.data:
            table = table_of(order, use, MappingFile())
            found.beside[use] = records_of(order, use, table, MappingFile(), policy)
            found.say(use, [*table.issues, *record_issues(found.beside[use], use)])
    done = activities_of(order)
    activities = done.activities
    found.say("activities", list(done.issues))
    found.say("policy", policy_issues)
    prepared = None
    if policy is not None and not has_error(found.issues):
        activities = _with_full_ids(order, activities, found)
        prepared = _prepare(order, policy, activities, found)
        policy = prepared.policy
    set_aside = tuple(
        SourceRows(name, tuple(quarantine_of(leads)), getattr(leads.table, "header_cells", ()))
        for name, leads in found.leads.items())
    _add_cautions(order, policy, prepared, found)
    reading = reading_of(order.at, policy, found.beside, found.issues, prepared)
    return replace(reading, activities=activities, activities_aside=done, set_aside=set_aside)


def _read_source(order: Order, source: OpenedSource, policy: Policy | None, found: _Found) -> None:
    """Read the leads of one source by its own mapping."""
    own = replace(order, data={"leads": source.leads.data}, names={"leads": source.leads.shown},
                  preset=source.preset, timezone=source.timezone or order.timezone)
    mapping = MappingFile()
    if source.columns is not None:
        file = source.columns.shown
        mapping = read_mapping(source.columns.data, file, own.timezone)
        known = found.issues.get(file, [])  # several sources may have the same mapping
        found.say(file, [issue for issue in [*mapping.issues, *_unused(mapping, file)]
                         if issue not in known])
    table = table_of(own, "leads", mapping)
    found.say(source.leads.shown, table.issues)
    if mapping.unreadable:
        return  # nothing is known of any column
    if not mapping.issues:
        found.mapped.add(source.name)
    records = records_of(own, "leads", table, mapping, policy)
    found.say(source.leads.shown, record_issues(records, "leads"))
    found.leads[source.name] = _named(records, source.name)


def _unused(mapping: MappingFile, file: str) -> list[Issue]:
    return [Issue(code=IssueCode.BAD_MAPPING, severity=Severity.WARNING, file=file, column=use,
                  rule=f"a source's mapping is of its leads; its rules of {use} are not used",
                  remedy=f"Write the {use} under their canonical columns")
            for use in _BESIDE if mapping.rules[use]]


def _named(records: Records, name: str) -> Records:
    """Return the records under ids of all sources, each with the source that it came from."""
    return replace(
        records,
        items=[(row, _with_name(lead, name)) for row, lead in records.items
               if isinstance(lead, Lead)],
        ids={_full(name, lead_id): row for lead_id, row in records.ids.items()},
        changes=[change._replace(record_id=_full(name, change.record_id))
                 for change in records.changes])


def _with_name(lead: Lead, name: str) -> Lead:
    update: dict[str, object] = {"lead_id": _full(name, lead.lead_id)}
    if lead.source is None and not lead.sources:
        update["source"] = name
    return lead.model_copy(update=update)


def _full(name: str, lead_id: str) -> str:
    return f"{name}:{lead_id}"


def _prepare(order: Order, policy: Policy, activities: Sequence[Activity], found: _Found
             ) -> Prepared:
    prepared, said = prepare_records(
        {quarantine_file(name): leads for name, leads in found.leads.items()},
        incoming_of(order, policy, activities, found.beside), order.names["sources"])
    for issue in said:
        found.say(issue.file or order.names["sources"], [issue])
    ids = [lead_id for leads in found.leads.values() for lead_id in leads.ids]
    found.say("activities", activity_issues(activities, ids, order.at,
                                            order.names.get("activities")))
    return prepared


def _with_full_ids(order: Order, activities: Sequence[Activity], found: _Found
                   ) -> tuple[Activity, ...]:
    """Name leads as they are named here; activities whose lead could be several are left out."""
    if not activities:
        return ()
    full = {lead_id for leads in found.leads.values() for lead_id in leads.ids}
    owners: dict[str, list[str]] = {}
    for name, leads in found.leads.items():
        for lead_id in leads.ids:
            owners.setdefault(lead_id.removeprefix(_full(name, "")), []).append(lead_id)
    kept, unclear = [], []
    for activity in activities:
        of = [activity.lead_id] if activity.lead_id in full else owners.get(activity.lead_id, [])
        if len(of) > 1:
            unclear.append(activity)
        else:
            kept.append(activity.model_copy(update={"lead_id": of[0]}) if of else activity)
    if unclear:
        first = unclear[0].lead_id
        found.say("activities", [Issue(
            code=IssueCode.UNKNOWN_LEAD, severity=Severity.WARNING,
            file=order.names.get("activities"), column="lead_id", offending=first,
            rule=f"{len(unclear):,} activities of leads whose id several sources have, which "
                 "count for nothing",
            remedy=f"Write the source before the id, as in {owners[first][0]}")])
    return tuple(kept)


def _add_cautions(order: Order, policy: Policy | None, prepared: Prepared | None, found: _Found
                  ) -> None:
    """Warn of what the records of all files say together: of leads file by file."""
    is_first = True
    for name, leads in found.leads.items():
        if name not in found.mapped:
            continue
        final = leads if prepared is None else with_final_leads(leads, prepared)
        cautions = content_cautions(Files(
            order.at, final, found.beside["reps"], found.beside.get("accounts"), policy,
            order.names.get("policy")))
        found.say(leads.table.file, _as_in_file(cautions.pop("leads"), name))
        for use, issues in cautions.items() if is_first else ():
            found.say(use, issues)
        is_first = False


def _as_in_file(issues: Sequence[Issue], name: str) -> list[Issue]:
    """Name leads as their own file does."""
    return [issue if issue.record_id is None else issue.model_copy(
        update={"record_id": issue.record_id.removeprefix(_full(name, ""))}) for issue in issues]
