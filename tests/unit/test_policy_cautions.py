"""What a policy says in vain is named by every command that reads it."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import yaml

from solver.models import IssueCode, Policy
from solver.reading import Reading, read_window
from tests.command_line import ROOT, fairlead

AT = "2026-11-18T15:00:00Z"
LEADS = "lead_id,created_at,deal_value,score,Plan\nL1,2026-11-18T08:00:00Z,900,50,Pro\n"
REPS = "rep_id,capacity\nr1,5\n"


def _read(folder: Path, policy: str) -> Reading:
    for name, text in (("leads.csv", LEADS), ("reps.csv", REPS), ("policy.yaml", policy)):
        (folder / name).write_text(text, encoding="utf-8")
    return read_window(folder / "leads.csv", folder / "reps.csv",
                       at=datetime.fromisoformat(AT), policy=folder / "policy.yaml")


def test_conditions_that_never_hold_are_named(tmp_path: Path) -> None:
    """A seniority, a function and a column that nobody has; what the file has is no caution."""
    reading = _read(tmp_path, """
scoring:
  fit:
    - {name: a, when: {seniority: big boss, function: magic, attributes: {Plan: Pro}}, points: 1}
    - {name: b, when: {attributes: {Tier: Gold}}, points: 1}
""")
    dead = [(issue.column, issue.offending) for issue in reading.warnings
            if issue.code is IssueCode.DEAD_CONDITION]
    assert sorted(dead) == [
        ("scoring.fit.0.when.function", "magic"), ("scoring.fit.0.when.seniority", "big boss"),
        ("scoring.fit.1.when.attributes", "Tier")]


def test_reps_for_customers_must_be_in_the_file(tmp_path: Path) -> None:
    """The id that no rep has is named."""
    reading = _read(tmp_path, "matching: {customers: reps, customer_rep_ids: [r1, r9]}")
    (issue,) = [one for one in reading.warnings if one.code is IssueCode.UNKNOWN_REP]
    assert (issue.column, issue.offending) == ("matching.customer_rep_ids", "r9")


def test_raw_leads_are_not_scored(tmp_path: Path) -> None:
    """Activities beside --raw would count for nothing, so the two together are refused."""
    _read(tmp_path, "")
    (tmp_path / "acts.csv").write_text("lead_id,at,kind\n", encoding="utf-8")
    run = fairlead("route", "--leads", tmp_path / "leads.csv", "--reps", tmp_path / "reps.csv",
                   "--at", AT, "--raw", "--activities", tmp_path / "acts.csv")
    assert run.code == 2
    assert "--activities" in run.stderr


def test_the_example_of_a_scoring_is_a_policy() -> None:
    """The example of the README of preparing is read as it stands."""
    text = (ROOT / "solver" / "prepare" / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(# policy\.yaml\nscoring:.*?)```", text, re.DOTALL)
    scoring = Policy.model_validate(yaml.safe_load(example)).scoring
    assert scoring is not None
    assert [rule.kind for rule in scoring.behaviour] == [("visit",), ("visit",)]
