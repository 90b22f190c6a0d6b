"""The floors file: JSON as `fairlead floors` writes it, held against reps and instant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from solver.models.floors import Floors
from solver.models.issue import Issue, IssueCode, Severity
from solver.models.window import Window
from solver.reading.parsing.source import decode, read_files
from solver.reading.validation import bound_rule

_REMEDY = "Make the file anew with `fairlead floors`"
_RULES = {
    "missing": "the value is missing",
    "extra_forbidden": "there is no such key here",
    "int_type": "must be a whole number of minor units, without quotes",
    "model_type": "must be an object of keys and values",
    "string_too_short": "must not be blank",
}


def read_floors(path: str | Path) -> tuple[Floors | None, list[Issue]]:
    """Read a floors file; None (and issues) where it has problems.

    Parameters
    ----------
    path
        JSON file of a :class:`Floors` record.

    Raises
    ------
    UsageError
        If the file cannot be opened.
    """
    data = read_files({"floors": path})["floors"]
    file = Path(path).name
    text, issues = decode(data, file)
    if text is None:
        return None, issues
    try:
        return Floors.model_validate_json(text, strict=True), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    return None, [_misfit(text, file, detail) for detail in details]


def floors_issues(floors: Floors, file: str, window: Window) -> list[Issue]:
    """Hold floors against the window that they are to serve.

    Parameters
    ----------
    floors
        As read from the file.
    file
        Name for the issues.
    window
        Its reps must be those of the floors; its instant should lie in their time.

    Returns
    -------
    list
        An error for each rep who is not in the window, for floors in another currency and for
        those whose horizon is over; warnings of floors that were to be made anew by now, or only
        later, and of active reps without a floor.
    """
    known = {rep.rep_id for rep in window.reps}
    unknown = [Issue(
        code=IssueCode.UNKNOWN_FLOOR_REP, file=file, column=f"floors.{n}.rep_id",
        offending=floor.rep_id, rule="the rep is not in the rep file",
        remedy="Make the floors anew for these reps, or delete the entry")
        for n, floor in enumerate(floors.floors) if floor.rep_id not in known]
    if floors.currency != window.policy.currency:
        unknown.append(Issue(
            code=IssueCode.BAD_FLOORS, file=file, column="currency", offending=floors.currency,
            rule=f"the floors must be in the policy's currency, {window.policy.currency}",
            remedy=_REMEDY))
    return [*unknown, *_stale(floors, file, window), *_missing(floors, file, window)]


def _stale(floors: Floors, file: str, window: Window) -> Iterator[Issue]:
    if floors.until < window.at:
        yield Issue(code=IssueCode.STALE_FLOORS, file=file, column="until",
                    offending=floors.until.isoformat(),
                    rule="the horizon of the floors ended before the instant of the decision, "
                         f"{window.at.isoformat()}", remedy=_REMEDY)
        return
    late = floors.refresh_at < window.at
    if not late and window.at >= floors.at:
        return
    when = (f"were to be made anew at {floors.refresh_at.isoformat()}" if late else
            f"were made only at {floors.at.isoformat()}")
    yield Issue(code=IssueCode.STALE_FLOORS, severity=Severity.WARNING, file=file,
                column="refresh_at" if late else "at",
                rule=f"the floors {when}, and the instant of the decision is "
                     f"{window.at.isoformat()}",
                remedy="Make the floors anew for this instant with `fairlead floors`")


def _missing(floors: Floors, file: str, window: Window) -> Iterator[Issue]:
    named = floors.by_rep()
    without = [rep.rep_id for rep in window.reps if rep.active and rep.rep_id not in named]
    if without:
        count = f"{len(without):,} active rep{'s' if len(without) > 1 else ''}"
        yield Issue(code=IssueCode.MISSING_FLOOR, severity=Severity.WARNING, file=file,
                    column="floors", offending=without[0],
                    rule=f"{count} without a floor, whose slots are kept for nobody",
                    remedy="Make the floors anew for these reps")


def _misfit(text: str, file: str, detail: ErrorDetails) -> Issue:
    """Name the place of what does not fit, and the rep where it is one's floor."""
    kind, path = detail["type"], detail["loc"]
    if kind == "json_invalid":
        return Issue(code=IssueCode.BAD_FLOORS, file=file,
                     rule=f"the file is not JSON: {detail['ctx']['error']}", remedy=_REMEDY)
    rule = (str(detail["ctx"]["error"]) if kind == "value_error"
            else bound_rule(detail) or _RULES.get(kind, detail["msg"]))
    found: Any = detail["input"]
    return Issue(code=IssueCode.BAD_FLOORS, file=file, column=".".join(map(str, path)) or None,
                 record_id=_rep_at(text, path), rule=rule.rstrip("."), remedy=_REMEDY,
                 offending=None if isinstance(found, dict | list) else json.dumps(found))


def _rep_at(text: str, path: tuple[int | str, ...]) -> str | None:
    match path:
        case ("floors", int(at), *_):
            entry = json.loads(text)["floors"][at]
            rep_id = entry.get("rep_id") if isinstance(entry, dict) else None
            return rep_id if isinstance(rep_id, str) else None
    return None
