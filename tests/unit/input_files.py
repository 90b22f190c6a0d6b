"""Small input files for the tests of reading, and what reading says about them."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from solver.models import Issue, IssueCode, Severity
from solver.reading import Reading, read_window

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
LEAD_HEADER = "lead_id,created_at,deal_value,score"
ONE_LEAD = "L1,2026-11-20T08:00:00Z,1000,50"
LEADS = f"{LEAD_HEADER}\n{ONE_LEAD}\n"
HOURS = "Europe/Madrid,Mon-Fri 09:00-17:00"
REPS = f"rep_id,capacity,timezone,working_hours\nr1,3,{HOURS}\n"

Content = str | bytes


def read(leads: Content = LEADS, reps: Content = REPS, **options: Content | None) -> Reading:
    """Read files strictly; accounts, policy and columns are contents too."""
    given = {"leads": leads, "reps": reps} | options
    names = {"leads": "leads.csv", "reps": "reps.csv", "accounts": "accounts.csv",
             "policy": "policy.yaml", "columns": "mapping.yaml"}
    with tempfile.TemporaryDirectory() as folder:
        for use, name in names.items():
            content = given.get(use)
            if content is None:
                continue
            path = Path(folder, name)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            given[use] = path
        return read_window(at=AT, raw=True, **given)  # type: ignore[arg-type]


def lead_rows(*rows: str, header: str = LEAD_HEADER) -> str:
    """Return a leads file with these rows."""
    return "\n".join((header, *rows)) + "\n"


def one_rep(**cells: str) -> str:
    """Return a reps file with one rep, ``r1``, and these cells."""
    row = {"rep_id": "r1", "capacity": "3"} | cells
    return f"{','.join(row)}\n{','.join(row.values())}\n"


def found(reading: Reading, severity: Severity = Severity.ERROR) -> list[tuple[str, ...]]:
    """Return file, row, column and code of each issue, as text."""
    return [(issue.file or "", str(issue.row or ""), issue.column or "", issue.code.value)
            for issue in reading.issues if issue.severity is severity]


def the_issue(reading: Reading, code: IssueCode) -> Issue:
    """Return the one issue of a code."""
    (issue,) = [issue for issue in reading.issues if issue.code is code]
    return issue
