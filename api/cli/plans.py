"""``fairlead verify`` and ``fairlead explain``: questions to a written plan."""

from __future__ import annotations

from pathlib import Path

import typer
from pydantic import ValidationError

from api.cli.exits import ExitCode, say
from api.cli.reading_options import ReadingOptions
from api.plan_folder import read_plan_folder
from solver.digests import digest, policy_sha256
from solver.errors import InvalidInputError, UsageError
from solver.explanation import explain as explain_lead
from solver.explanation import why_not
from solver.models import Plan, Policy, Window
from solver.plan_files import parse_plan
from solver.reading.policy_file import read_policy
from solver.verify import verify_files


def verify(directory: Path, reading: ReadingOptions) -> None:
    """Print each check with pass or fail; exit 1 on a fail."""
    files = read_plan_folder(directory)
    plan = _plan(directory, files)
    same_policy = reading.policy is None or (
        policy_sha256(_policy(reading.policy)) == policy_sha256(plan.policy))
    window = reading.read(plan.at, plan.policy)
    checks = verify_files(files, window)
    for check in checks:
        number = "" if check.number is None else f"{check.number} "
        print(f"{'pass' if check.passed else 'FAIL'}  {number}{check.name}: {check.detail}")
    if not same_policy:
        print(f"FAIL  policy: {reading.policy} differs from the plan's policy, version "
              f"{plan.policy.version}")
    if not same_policy or not all(check.passed for check in checks):
        raise typer.Exit(ExitCode.CHECK_FAILED)


def explain(directory: Path, reading: ReadingOptions, lead_id: str, rep_id: str | None) -> None:
    """Print why the lead went where it went, and why not to ``rep_id``."""
    plan = _plan(directory, read_plan_folder(directory))
    sentences = list(explain_lead(plan, lead_id).sentences)
    if rep_id is not None:
        sentences.append(_why_not(plan, reading, lead_id, rep_id))
    print("\n".join(sentences))


def _why_not(plan: Plan, reading: ReadingOptions, lead_id: str, rep_id: str) -> str:
    if not reading.given:
        raise UsageError("--rep asks about another choice and needs the input files: add --leads "
                         "FILE and --reps FILE")
    window = reading.read(plan.at, plan.policy)
    _check_same_inputs(plan, window)
    return why_not(window, plan, lead_id, rep_id).sentence


def _policy(path: Path) -> Policy:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"--policy {path} cannot be read: {error.strerror}") from error
    policy, issues = read_policy(data, path.name)
    if policy is None:
        raise InvalidInputError(issues)
    return policy


def _plan(directory: Path, files: dict[str, bytes]) -> Plan:
    if "plan.json" not in files:
        raise UsageError(f"{directory} has no plan.json; name the folder that `route --out` wrote")
    try:
        return parse_plan(files["plan.json"])
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(map(str, first["loc"]))
        print(f"FAIL  plan.json is not a plan: {where}: {first['msg']}")
        raise typer.Exit(ExitCode.CHECK_FAILED) from error


def _check_same_inputs(plan: Plan, window: Window) -> None:
    if digest(window.leads) != plan.inputs.leads or digest(window.reps) != plan.inputs.reps:
        say("the files differ from those that the plan was made from; route them again")
        raise typer.Exit(ExitCode.CHECK_FAILED)
