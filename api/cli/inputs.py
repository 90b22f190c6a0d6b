"""``fairlead validate``, ``schema`` and ``versions``."""

from __future__ import annotations

import json

from api.cli.exits import say_issues
from api.cli.instants import parse_at
from api.cli.reading_options import ReadingOptions
from solver.errors import InvalidInputError, PolicyConflictError
from solver.models import (
    Account,
    Activity,
    Lead,
    Plan,
    Policy,
    Rep,
    Severity,
    Territory,
    Window,
)
from solver.models.base import Record
from solver.rule_checks import rule_findings
from solver.solving import check
from solver.versions import versions as library_versions

_SCHEMAS: dict[str, type[Record]] = {
    "lead": Lead, "rep": Rep, "account": Account, "activity": Activity, "territory": Territory,
    "policy": Policy, "window": Window, "plan": Plan,
}


def validate(reading: ReadingOptions, at: str | None) -> None:
    """Read and value everything; problems go to stderr, a count to stdout."""
    window = reading.read(parse_at(at))
    findings = rule_findings(window, None if reading.policy is None else reading.policy.name)
    say_issues(findings)
    invalid = any(issue.severity is Severity.ERROR for issue in findings)
    try:
        check(window)
    except PolicyConflictError as error:
        if not invalid:
            raise
        say_issues(error.issues)
    if invalid:
        raise InvalidInputError([])
    print(f"valid: {len(window.leads):,} leads, {len(window.reps):,} reps, "
          f"{len(window.accounts):,} accounts, policy version {window.policy.version}")


def schema(name: str) -> None:
    """Print a record's JSON Schema."""
    print(json.dumps(_SCHEMAS[name].model_json_schema(), indent=2))


def versions() -> None:
    """Print one library per line."""
    for library, version in library_versions().items():
        print(f"{library} {version}")
