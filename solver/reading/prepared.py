"""Leads that are prepared: owners are found among the reps, then all is handed to preparing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from solver.models import Account, Issue, IssueCode, Lead, Rep, Severity
from solver.prepare.preparing import prepare
from solver.prepare.results import Incoming, Prepared
from solver.reading.formats.owners import resolve_owners
from solver.reading.records import Records


def prepare_records(leads: Records, reps: Sequence[Rep], accounts: Sequence[Account],
                    incoming: Incoming) -> tuple[Prepared, list[Issue]]:
    """Prepare the leads that were read.

    Parameters
    ----------
    leads
        Records of the leads file, read leniently.
    reps, accounts
        Of the other files.
    incoming
        Instant, policy, activities and providers; the rest is filled in here.

    Returns
    -------
    tuple
        Leads that can be routed, and what the user should know of it.
    """
    found, issues = _with_owners(leads, reps)
    if leads.quarantine:
        first = leads.quarantine[0]
        issues.append(_warning(
            leads, IssueCode.SET_ASIDE, f"{len(leads.quarantine):,} rows without an id are set "
            "aside", "Give every row an id of its own; `fairlead prepare` writes them to "
            "quarantine.csv", row=first.row))
    quarantine = getattr(leads.table, "quarantine", ())
    prepared = prepare(replace(
        incoming, leads=found, reps=reps, accounts=accounts, changes=tuple(leads.changes),
        quarantine=tuple(sorted((*quarantine, *leads.quarantine), key=lambda row: row.row))))
    return prepared, [*issues, *_said(leads, prepared)]


def with_final_leads(leads: Records, prepared: Prepared) -> Records:
    """Return the records with the leads as they are routed, each with its first row."""
    return replace(leads, items=[(leads.ids[lead.lead_id], lead) for lead in prepared.leads])


def _with_owners(leads: Records, reps: Sequence[Rep]) -> tuple[tuple[Lead, ...], list[Issue]]:
    """Name owners by rep id, where the file has their Salesforce id, e-mail or name."""
    records = [lead for _, lead in leads.items if isinstance(lead, Lead)]
    owners, problems = resolve_owners(
        (lead.owner_id for lead in records if lead.owner_id is not None), reps)
    issues = [_warning(leads, IssueCode.AMBIGUOUS_OWNER, problem.rule, problem.remedy,
                       offending=problem.owner, column="owner_id") for problem in problems]
    return tuple(
        lead if lead.owner_id is None or owners[lead.owner_id] == lead.owner_id
        else lead.model_copy(update={"owner_id": owners[lead.owner_id]})
        for lead in records), issues


def _said(leads: Records, prepared: Prepared) -> list[Issue]:
    """Return warnings of what preparing found in the file as a whole."""
    issues = [_warning(leads, IssueCode.UNKNOWN_RUSH, rush.rule, rush.remedy, column=rush.field,
                       offending=rush.value) for rush in prepared.report.rushes]
    issues += [_warning(leads, IssueCode.ENRICHMENT, f"provider {warned.provider!r}: {warned.rule}",
                        warned.remedy) for warned in prepared.enrichment_warnings]
    if prepared.refused_values:
        first, number = prepared.refused_values[0], len(prepared.refused_values)
        issues.append(_warning(
            leads, IssueCode.ENRICHMENT, f"{number:,} values of providers are refused; the first, "
            f"for {first.field} of lead {first.lead_id!r}: {first.rule}",
            "See how the provider writes the field", offending=first.value))
    if prepared.skipped_blocks:
        issues.append(_warning(
            leads, IssueCode.CROWDED_KEYS,
            f"{prepared.skipped_blocks:,} values are shared by too many records to compare them "
            "all for duplicates", "Name shared domains under matching.free_mail in the policy"))
    return issues


def _warning(leads: Records, code: IssueCode, rule: str, remedy: str, *, row: int | None = None,
             column: str | None = None, offending: str | None = None) -> Issue:
    return Issue(code=code, severity=Severity.WARNING, file=leads.table.file, row=row,
                 column=leads.fields.shown(column) if column else None, offending=offending,
                 rule=rule, remedy=remedy)
