"""What came before a window: the ledger, and the plan whose owners should not move for nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from solver.errors import UsageError
from solver.fairness.periods import period_limits
from solver.models import Issue, Ledger, PreviousOwner, Severity, Window
from solver.plan_files import parse_plan
from solver.reading.collect import Reading
from solver.reading.ledger_checks import ledger_issues
from solver.reading.ledger_file import read_ledger


def with_earlier(reading: Reading, *, ledger: str | Path | None, previous: str | Path | None,
                 zone: ZoneInfo | None) -> Reading:
    """Return what was read with the ledger and the previous owners in its window.

    Parameters
    ----------
    reading
        The window without them; as it is where it has errors.
    ledger
        CSV file.
    previous
        Folder of a plan.
    zone
        Of times that carry no offset.

    Raises
    ------
    UsageError
        If the file cannot be opened or the folder holds no plan.
    """
    window = reading.window
    if window is None or (ledger is None and previous is None):
        return reading
    found, issues = (None, ()) if ledger is None else _ledger(ledger, window, zone)
    if any(issue.severity is Severity.ERROR for issue in issues):
        return replace(reading, window=None, issues=(*reading.issues, *issues))
    owners = () if previous is None else previous_owners(previous, window)
    return replace(reading, issues=(*reading.issues, *issues), window=window.model_copy(
        update={"ledger": found, "previous": owners}))


def previous_owners(folder: str | Path, window: Window) -> tuple[PreviousOwner, ...]:
    """Return the owners of a plan, of leads that are in the window.

    Raises
    ------
    UsageError
        If the folder holds no plan.
    """
    path = Path(folder) / "plan.json"
    try:
        plan = parse_plan(path.read_bytes())
    except OSError as error:
        raise UsageError(f"--previous {folder}: {path.name} cannot be read: "
                         f"{error.strerror}") from error
    except ValidationError as error:
        raise UsageError(f"--previous {folder} holds no Fairlead plan: "
                         f"{error.errors()[0]['msg']}") from error
    here = {lead.lead_id for lead in window.leads}
    return tuple(PreviousOwner(lead_id=one.lead_id, rep_id=one.rep_id)
                 for one in plan.assignments if one.lead_id in here)


def _ledger(file: str | Path, window: Window, zone: ZoneInfo | None
            ) -> tuple[Ledger | None, tuple[Issue, ...]]:
    policy = window.policy
    found, issues = read_ledger(file, currency=policy.currency,
                                timezone=policy.fairness.timezone, zone=zone)
    if found is None:
        return None, tuple(issues)
    names = [limit.name for limit in period_limits(window)]
    return found, (*issues, *ledger_issues(found, Path(file).name, window,
                                           timezone=policy.fairness.timezone, limits=names))
