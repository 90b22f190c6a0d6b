"""``fairlead verify`` and ``fairlead explain``: questions to a written plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import typer
from pydantic import ValidationError

from api.cli.exits import ExitCode
from api.cli.reading_options import ReadingOptions
from api.out_folder import read_plan_folder
from solver.answering import why_not
from solver.errors import InvalidInputError, UsageError
from solver.explanation import explain as explain_lead
from solver.models import Plan, Policy, Window
from solver.plan_files import parse_plan
from solver.prepare.normalise.records import normalise_policy
from solver.reading.policy_file import read_policy
from solver.verify import verify_files


def verify(directory: Path, reading: ReadingOptions) -> None:
    """Print each check with pass or fail; exit 1 on a fail."""
    files = _plan_files(directory)
    try:
        plan = _plan(directory, files)
    except UsageError as error:
        print(f"FAIL  files say the same: {error}")
        raise typer.Exit(ExitCode.CHECK_FAILED) from error
    same_policy = _is_policy_of(plan, reading)
    window = _as_routed(plan, reading).read(plan.at, plan.policy)
    checks = verify_files(files, window)
    for check in checks:
        number = "" if check.number is None else f"{check.number} "
        print(f"{'pass' if check.passed else 'FAIL'}  {number}{check.name}: {check.detail}")
    if not same_policy:
        print(f"FAIL  policy: {reading.policy} differs from the plan's policy, version "
              f"{plan.policy.version}")
    if not same_policy or not all(check.passed for check in checks):
        raise typer.Exit(ExitCode.CHECK_FAILED)


def explain(directory: Path, reading: ReadingOptions, lead_id: str, rep_id: str | None,
            time_limit: float = 30.0) -> None:
    """Print why the lead went where it went, and why not to ``rep_id``."""
    plan = _plan(directory, _plan_files(directory))
    sentences = list(explain_lead(plan, lead_id).sentences)
    if rep_id is not None:
        window = _window(plan, reading, "--rep asks about another choice")
        sentences.append(why_not(window, plan, lead_id, rep_id, time_limit=time_limit).sentence)
    print("\n".join(sentences))


def plan_and_window(directory: Path, reading: ReadingOptions, what: str) -> tuple[Plan, Window]:
    """Read a plan's folder and the window that it was made from.

    Parameters
    ----------
    directory, reading
        Of the command.
    what
        What needs the input files, for the message if they are not named.
    """
    plan = _plan(directory, _plan_files(directory))
    return plan, _window(plan, reading, what)


def _window(plan: Plan, reading: ReadingOptions, what: str) -> Window:
    if not reading.given:
        raise UsageError(f"{what} and needs the input files: add --leads FILE and --reps FILE")
    if not _is_policy_of(plan, reading):
        raise UsageError(f"--policy {reading.policy} differs from the plan's policy, version "
                         f"{plan.policy.version}; leave it out, or route again")
    return _as_routed(plan, reading).read(plan.at, plan.policy)


def _as_routed(plan: Plan, reading: ReadingOptions) -> ReadingOptions:
    """Read leads as the plan says that they were: prepared, or as they came."""
    if plan.inputs.ledger_sha256 is not None and reading.ledger is None:
        raise UsageError("the plan was made with a ledger; add --ledger FILE")
    if plan.inputs.previous is not None and reading.previous is None:
        raise UsageError("the plan was made with a plan before it; add --previous DIR")
    if plan.preparation is None:
        return replace(reading, raw=True, activities=None)
    if plan.preparation.activities and reading.activities is None:
        raise UsageError(f"the plan was made with {plan.preparation.activities:,} activities; add "
                         "--activities FILE")
    return replace(reading, raw=False)


def _is_policy_of(plan: Plan, reading: ReadingOptions) -> bool:
    if reading.policy is None:
        return True
    policy = _policy(reading.policy)
    return plan.policy in (policy, normalise_policy(policy)[0])


def _policy(path: Path) -> Policy:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"--policy {path} cannot be read: {error.strerror}") from error
    policy, issues = read_policy(data, path.name)
    if policy is None:
        raise InvalidInputError(issues)
    return policy


def _plan_files(directory: Path) -> dict[str, bytes]:
    files = read_plan_folder(directory)
    if "plan.json" not in files:
        raise UsageError(f"{directory} has no plan.json; name the folder that `route --out` wrote")
    return files


def _plan(directory: Path, files: dict[str, bytes]) -> Plan:
    try:
        return parse_plan(files["plan.json"])
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(["plan.json", *map(str, first["loc"])])
        raise UsageError(f"{directory} holds no Fairlead plan: {where}: {first['msg']}") from error
