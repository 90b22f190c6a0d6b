"""``fairlead relax``: from a plan's folder to what it would take."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.command_line import AT, SAMPLE, Run, fairlead, reading


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the sample's plan."""
    folder = tmp_path_factory.mktemp("relax") / "plan"
    assert fairlead("route", *reading(SAMPLE), "--at", AT, "--out", folder).code == 0
    return folder


def _relax(plan: Path, *arguments: object) -> Run:
    return fairlead("relax", plan, *reading(SAMPLE), *arguments)


def test_every_held_lead_of_the_sample_gets_an_owner(plan: Path, tmp_path: Path) -> None:
    """The folder says the same in JSON and CSV, and covers all held leads."""
    run = _relax(plan, "--format", "json", "--out", tmp_path / "out", "--rounds", 60)
    assert run.code == 0, run.stderr
    found = json.loads(run.stdout)
    assert json.loads((tmp_path / "out" / "relax.json").read_text()) == found
    assert found["outcome"] == "optimal"
    assert found["checked"]
    with (plan / "held.csv").open(newline="") as file:
        held = {row["lead_id"] for row in csv.DictReader(file)}
    owned = {one["lead_id"] for one in found["owners"]}
    assert held == owned | {one["lead_id"] for one in found["beyond_rules"]}
    with (tmp_path / "out" / "changes.csv").open(newline="") as file:
        changes = list(csv.DictReader(file))
    assert sum(float(row["cost"]) for row in changes) == pytest.approx(found["cost"])
    assert _relax(plan, "--out", plan).code == 2


def test_the_table_reads_as_sentences(plan: Path) -> None:
    """What a sales manager sees."""
    run = _relax(plan, "--rounds", 60)
    assert run.code == 0
    assert "more slots for" in run.stdout
    assert "would have an owner, at a cost of" in run.stdout
    assert "Nothing is cheaper." in run.stdout
    assert "not a matter of rules" in run.stdout


def test_costs_of_the_command_line(plan: Path) -> None:
    """Kinds that are never changed do not come up; slots at their price cost money."""
    run = _relax(plan, "--format", "csv", "--cost", "reserve=never", "--cost", "skill=0.1",
                 "--slot-cost", "price", "--cost", "slot:r-01=0.5", "--rounds", 60)
    assert run.code == 0, run.stderr
    rows = list(csv.DictReader(run.stdout.splitlines()))
    assert "reserve" not in {row["kind"] for row in rows}
    for row in rows:
        if row["rep_id"] == "r-01" and row["kind"] == "slot":
            assert float(row["cost"]) == pytest.approx(0.5 * float(row["amount"]))


@pytest.mark.parametrize(("arguments", "message"), [
    (("--cost", "slots=2"), "kinds are slot"),
    (("--cost", "slot:nobody=2"), "no rep of the plan"),
    (("--cost", "skill=cheap"), "must be a number"),
    (("--cost", "skill=0"), "the cost of skill"),
    (("--slot-cost", "free"), "must be a number"),
])
def test_costs_that_cannot_be_meant(plan: Path, arguments: tuple[str, ...], message: str) -> None:
    """A slip in a cost is a usage error that says what is allowed."""
    run = _relax(plan, *arguments)
    assert run.code == 2
    assert message in run.stderr


def test_the_input_files_are_needed(plan: Path) -> None:
    """Without them there is no window to change."""
    run = fairlead("relax", plan)
    assert run.code == 2
    assert "--leads FILE and --reps FILE" in run.stderr
