"""The history file: past leads, read by the rules of a leads file."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from solver.calendar.zones import zone
from solver.errors import InputWarning, InvalidInputError, UsageError
from solver.models.issue import Issue, IssueCode, Severity
from solver.models.lead import Lead
from solver.models.policy import Policy
from solver.prepare.normalise.records import LeadNormaliser, apply
from solver.reading.cautions import header_cautions
from solver.reading.columns import LEADS
from solver.reading.formats import is_other_format, known_columns, read_any
from solver.reading.mapping.apply import apply_rules
from solver.reading.mapping.lenient import Lenient
from solver.reading.mapping.mapping_file import MappingFile, read_mapping
from solver.reading.mapping.presets import read_preset
from solver.reading.mapping.rules import ColumnRules, combine
from solver.reading.parsing.source import read_files
from solver.reading.parsing.table import read_table
from solver.reading.records import make_records

_VALUED = ("created_at", "deal_value", "score")


def read_past_leads(
    path: str | Path, *, at: datetime, preset: str | None = None,
    columns: str | Path | None = None, timezone: str | None = None,
    policy: Policy | None = None, raw: bool = False,
) -> tuple[tuple[Lead, ...], list[Issue]]:
    """Read the leads of the past, from which a forecast learns.

    Like those that are routed they are read in any condition and normalised, so that they lie in
    the same territories; they are neither merged nor scored.

    Parameters
    ----------
    path
        CSV file with the columns of a leads file. Owners do not matter.
    at
        Instant of the decision; no lead may be younger.
    preset, columns, timezone, policy, raw
        As of :func:`load`.

    Returns
    -------
    tuple
        The leads in the order of the file, and every problem of it; no leads where there is an
        error. A faulty mapping gives neither: whoever reads the window reports it.

    Raises
    ------
    UsageError
        A file cannot be opened, or there is no such preset or zone.
    """
    try:
        local = None if timezone is None else zone(timezone)
    except ValueError as error:
        raise UsageError(str(error)) from None
    below = ColumnRules() if preset is None else read_preset(preset)
    given = {"history": path} if columns is None else {"history": path, "columns": columns}
    data = read_files(given)
    mapping = (MappingFile() if columns is None
               else read_mapping(data["columns"], Path(columns).name, local))
    if mapping.issues:
        return (), []
    both, name, content = combine(below, mapping.mapping), Path(path).name, data["history"]
    table = (read_table(content, name) if raw and not is_other_format(content, name)
             else read_any(content, name, known_columns("leads", both)))
    lenient = None if raw else Lenient(policy or Policy(), local)
    records = make_records(LEADS, apply_rules(table, LEADS, both.of("leads"),
                                              mapping.mapping.of("leads"), local, lenient))
    past = tuple(lead for _, lead in records.items if isinstance(lead, Lead))
    if not raw:
        normaliser = LeadNormaliser(policy)
        past = tuple(apply(lead, normaliser.normalise(lead)) for lead in past)
    issues = [*table.issues, *records.issues, *(
        issue for issue in header_cautions(records, LEADS)
        if issue.code is not IssueCode.HEADER_ONLY)]
    if records.complete or not raw:
        issues += past_issues(past, table.file, at)
    return (() if any(i.severity is Severity.ERROR for i in issues) else past), issues


def load_past_leads(
    path: str | Path, *, at: datetime, preset: str | None = None,
    columns: str | Path | None = None, timezone: str | None = None,
    policy: Policy | None = None, raw: bool = False,
) -> tuple[Lead, ...]:
    """Load the leads of the past, from which a forecast learns.

    Parameters
    ----------
    path
        CSV file with the columns of a leads file. Owners do not matter.
    at
        Instant of the decision; no lead may be younger.
    preset, columns, timezone, policy, raw
        As of :func:`load`.

    Returns
    -------
    tuple
        The leads in the order of the file.

    Raises
    ------
    InvalidInputError
        The file has errors; all of them are listed.
    UsageError
        A file cannot be opened, or there is no such preset or zone.

    Warns
    -----
    InputWarning
        Once for each problem that does not stop the run.
    """
    past, issues = read_past_leads(path, at=at, preset=preset, columns=columns, timezone=timezone,
                                   policy=policy, raw=raw)
    if any(issue.severity is Severity.ERROR for issue in issues):
        raise InvalidInputError(issues)
    for issue in issues:
        warnings.warn(issue.message, InputWarning, stacklevel=2)
    return past


def past_issues(past: Sequence[Lead], file: str, at: datetime) -> list[Issue]:
    """Say what keeps leads from being the past of an instant.

    Parameters
    ----------
    past
        Leads in the order of their file.
    file
        Name for the issues.
    at
        Instant of the decision.

    Returns
    -------
    list
        An error if some were created later, a warning if none has what a value needs.
    """
    late = [(lead.lead_id, lead.created_at) for lead in past
            if lead.created_at is not None and lead.created_at > at]
    if late:
        (lead_id, created_at), count = late[0], len(late)
        return [Issue(
            code=IssueCode.HISTORY_IN_FUTURE, file=file, column="created_at", record_id=lead_id,
            offending=created_at.isoformat(),
            rule=f"{count:,} past lead{'s' if count > 1 else ''} created after the instant of the "
                 f"decision ({at.isoformat()})",
            remedy="Decide at a later instant with --at, or check the time zone of the export")]
    if any(all(getattr(lead, name) is not None for name in _VALUED) for lead in past):
        return []
    return [Issue(
        code=IssueCode.EMPTY_HISTORY, severity=Severity.WARNING, file=file,
        rule=f"no lead of the history has {', '.join(_VALUED[:-1])} and {_VALUED[-1]}, so that "
             "nothing is expected and every floor is 0",
        remedy="Name a file with the leads of some weeks")]
