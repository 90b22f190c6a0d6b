"""Leads that are prepared: owners are found among the reps, then all is handed to preparing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from solver.models import Issue, IssueCode, Lead, QuarantinedRow, Rep, Severity
from solver.prepare.normalise.country_doubts import CountryDoubt
from solver.prepare.normalise.country_names import country_name
from solver.prepare.preparing import prepare
from solver.prepare.results import Incoming, Prepared
from solver.reading.formats.owners import resolve_owners
from solver.reading.records import Records


def prepare_records(files: Mapping[str, Records], incoming: Incoming, whole: str | None = None
                    ) -> tuple[Prepared, list[Issue]]:
    """Prepare the leads that were read, of all files together.

    Parameters
    ----------
    files
        Records of each leads file, read leniently, by the name of the file that its rows without
        a lead are written to. A lead_id stands in one file only.
    incoming
        All but leads, changes and quarantine, which are filled in here.
    whole
        Name for the issues of the leads as a whole; None: that of the only file.

    Returns
    -------
    tuple
        Leads that can be routed, and what the user should know of it.
    """
    issues: list[Issue] = []
    leads: list[Lead] = []
    for quarantine_name, records in files.items():
        found, problems = _with_owners(records, incoming.reps)
        leads += found
        issues += [*problems, *_set_aside(records, quarantine_name)]
    prepared = prepare(replace(
        incoming, leads=leads,
        num_rows=sum(getattr(records.table, "num_rows", len(records.table.rows))
                     for records in files.values()),
        changes=tuple(chain.from_iterable(records.changes for records in files.values())),
        quarantine=tuple(chain.from_iterable(map(quarantine_of, files.values())))))
    for records in files.values():
        issues += doubt_issues(records, {lead_id: doubt for lead_id, doubt in
                                         prepared.doubts.items() if lead_id in records.ids})
    if whole is not None:
        return prepared, [*issues, *_said(prepared, whole, str)]
    (only,) = files.values()
    return prepared, [*issues, *_said(prepared, only.table.file, only.fields.shown)]


def quarantine_of(records: Records) -> list[QuarantinedRow]:
    """Return the rows of a file that are no leads, in its order, whatever set them aside."""
    return sorted((*getattr(records.table, "quarantine", ()), *records.quarantine),
                  key=lambda row: row.row)


def with_final_leads(leads: Records, prepared: Prepared) -> Records:
    """Return the records with those leads of the file that are routed, each with its first row."""
    return replace(leads, items=[(leads.ids[lead.lead_id], lead) for lead in prepared.leads
                                 if lead.lead_id in leads.ids])


def doubt_issues(records: Records, doubts: Mapping[str, CountryDoubt]) -> list[Issue]:
    """Return a warning for each lead whose country other fields contradict, with its row."""
    issues = []
    for lead_id, doubt in doubts.items():
        done = (f"it was read as {doubt.region}" if doubt.region is not None
                else "it stays and counts as not known")
        issues.append(_warning(
            records.table.file, IssueCode.CONTRADICTED_COUNTRY,
            f"by itself the country is {country_name(doubt.country)}, by "
            f"{', '.join(doubt.evidence)} it is {country_name(doubt.other)}; {done}",
            f"Write {doubt.other} if that is meant, or correct the other fields",
            row=records.ids.get(lead_id), column=records.fields.shown("country"),
            offending=doubt.cell).model_copy(update={"record_id": lead_id}))
    return issues


def _with_owners(leads: Records, reps: Sequence[Rep]) -> tuple[tuple[Lead, ...], list[Issue]]:
    """Name owners by rep id, where the file has their Salesforce id, e-mail or name."""
    records = [lead for _, lead in leads.items if isinstance(lead, Lead)]
    owners, problems = resolve_owners(
        (lead.owner_id for lead in records if lead.owner_id is not None), reps)
    issues = [_warning(leads.table.file, IssueCode.AMBIGUOUS_OWNER, problem.rule, problem.remedy,
                       offending=problem.owner, column=leads.fields.shown("owner_id"))
              for problem in problems]
    return tuple(
        lead if lead.owner_id is None or owners[lead.owner_id] == lead.owner_id
        else lead.model_copy(update={"owner_id": owners[lead.owner_id]})
        for lead in records), issues


def _set_aside(leads: Records, quarantine_name: str) -> list[Issue]:
    if not leads.quarantine:
        return []
    return [_warning(
        leads.table.file, IssueCode.SET_ASIDE, f"{len(leads.quarantine):,} rows are set aside; "
        f"the first: {leads.quarantine[0].rule}", "Give every row an id of its own; `fairlead "
        f"prepare` writes them to {quarantine_name}", row=leads.quarantine[0].row)]


def _said(prepared: Prepared, file: str, shown: Callable[[str], str]) -> list[Issue]:
    """Return warnings of what preparing found in the leads as a whole."""
    issues = [_warning(file, IssueCode.UNKNOWN_RUSH, rush.rule, rush.remedy,
                       column=shown(rush.field), offending=rush.value)
              for rush in prepared.report.rushes]
    issues += [_warning(file, IssueCode.ENRICHMENT, f"provider {warned.provider!r}: {warned.rule}",
                        warned.remedy) for warned in prepared.enrichment_warnings]
    if prepared.refused_values:
        first, number = prepared.refused_values[0], len(prepared.refused_values)
        issues.append(_warning(
            file, IssueCode.ENRICHMENT, f"{number:,} values of providers are refused; the first, "
            f"for {first.field} of lead {first.lead_id!r}: {first.rule}",
            "See how the provider writes the field", offending=first.value))
    if prepared.skipped_blocks:
        issues.append(crowded_keys(file, prepared.skipped_blocks))
    return issues


def crowded_keys(file: str, number: int) -> Issue:
    """Return the warning that so many values of a file are shared by too many records."""
    return _warning(
        file, IssueCode.CROWDED_KEYS, f"{number:,} values are shared by too many records to "
        "compare them all for duplicates",
        "Name shared domains under matching.free_mail in the policy")


def _warning(file: str, code: IssueCode, rule: str, remedy: str, *, row: int | None = None,
             column: str | None = None, offending: str | None = None) -> Issue:
    return Issue(code=code, severity=Severity.WARNING, file=file, row=row, column=column,
                 offending=offending, rule=rule, remedy=remedy)
