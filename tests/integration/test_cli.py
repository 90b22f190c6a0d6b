"""The other commands: verify, explain, generate, versions, demo."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from solver.generate import generate_window
from solver.models import Plan
from solver.plan_files import parse_plan, render_plan
from tests.command_line import (
    AT,
    SAMPLE,
    contents,
    fairlead,
    fairlead_process,
    reading,
    write_inputs,
)


@pytest.fixture(scope="module")
def routed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the inputs ``in`` of a small window and its ``plan``."""
    folder = tmp_path_factory.mktemp("routed")
    write_inputs(folder / "in", generate_window(40, 6, 3, datetime.fromisoformat(AT)))
    run = fairlead("route", *reading(folder / "in"), "--at", AT, "--out", folder / "plan")
    assert run.code == 0, run.stderr
    return folder


@pytest.fixture
def copy(routed: Path, tmp_path: Path) -> Path:
    """A copy of inputs and plan, to be tampered with."""
    return Path(shutil.copytree(routed, tmp_path / "copy"))


def _read_plan(folder: Path) -> Plan:
    return parse_plan((folder / "plan" / "plan.json").read_bytes())


def _rewrite(folder: Path, plan: Plan) -> None:
    """Write a plan as all its files, which then agree with each other."""
    for name, data in render_plan(plan).items():
        (folder / "plan" / name).write_bytes(data)


def _failed(folder: Path) -> tuple[int, str]:
    run = fairlead("verify", folder / "plan", *reading(folder / "in"))
    return run.code, "\n".join(line for line in run.stdout.splitlines() if line.startswith("FAIL"))


def _change_owner(plan: Plan) -> Plan:
    first, second = plan.assignments[0], next(
        a for a in plan.assignments if a.rep_id != plan.assignments[0].rep_id)
    swapped = {first.lead_id: second.rep_id, second.lead_id: first.rep_id}
    return plan.model_copy(update={"assignments": tuple(
        a.model_copy(update={"rep_id": swapped.get(a.lead_id, a.rep_id)})
        for a in plan.assignments)})


def _change_price(plan: Plan) -> Plan:
    first, *others = plan.slots
    changed = first.model_copy(update={"price": first.price + 1, "gain": first.gain + 1})
    return plan.model_copy(update={"slots": (changed, *others)})


def _exceed_capacity(plan: Plan) -> Plan:
    full = next(slot for slot in plan.slots if slot.assigned == slot.free_slots > 0)
    taken = next(a for a in plan.assignments if a.rep_id != full.rep_id)
    return plan.model_copy(update={"assignments": tuple(
        a.model_copy(update={"rep_id": full.rep_id}) if a is taken else a
        for a in plan.assignments)})


def test_verify_passes_as_a_process_and_prints_a_line_per_check(routed: Path) -> None:
    """Invariants 1 to 5, the inputs and the files, each with pass; stderr is empty."""
    run = fairlead_process("verify", routed / "plan", *reading(routed / "in"))
    assert run.code == 0
    assert run.stderr == ""
    lines = run.stdout.splitlines()
    assert len(lines) == 7
    assert all(line.startswith("pass  ") for line in lines)
    assert [line.split()[1] for line in lines[:5]] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(("tamper", "check"), [
    (_change_owner, "every figure as recomputed"),
    (_change_price, "every figure as recomputed"),
    (_exceed_capacity, "within capacity and eligibility"),
])
def test_verify_fails_on_a_tampered_plan(
        tamper: Callable[[Plan], Plan], check: str, copy: Path) -> None:
    """Even where all files agree with each other: one owner, one price, one slot too many."""
    _rewrite(copy, tamper(_read_plan(copy)))
    code, failed = _failed(copy)
    assert code == 1
    assert check in failed
    assert "files say the same" not in failed


@pytest.mark.parametrize("name", ["assignments.csv", "held.csv", "kept.csv", "slots.csv"])
def test_verify_fails_on_one_changed_cell(name: str, copy: Path) -> None:
    """The first cell of the last row of any CSV file is another id."""
    path = copy / "plan" / name
    *rows, last = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*rows, b"X" + last]))
    code, failed = _failed(copy)
    assert code == 1
    assert f"{name} row" in failed


def test_verify_fails_on_other_inputs_and_on_another_policy(copy: Path) -> None:
    """The hashes tell the inputs apart, and --policy must be the plan's."""
    other = write_inputs(copy / "other", generate_window(40, 6, 4, datetime.fromisoformat(AT)))
    run = fairlead("verify", copy / "plan", *reading(other))
    assert run.code == 1
    assert "FAIL  made from these inputs" in run.stdout
    (other / "policy.yaml").write_text("version: 2\n", encoding="utf-8")
    run = fairlead("verify", copy / "plan", *reading(copy / "in"), "--policy",
                   other / "policy.yaml")
    assert run.code == 1
    assert f"FAIL  policy: {other / 'policy.yaml'} differs" in run.stdout


def test_verify_needs_no_policy_file(routed: Path) -> None:
    """The policy is read from the plan."""
    leads_and_reps = reading(routed / "in")[:4]
    assert fairlead("verify", routed / "plan", *leads_and_reps).code == 0


def test_verify_tells_a_broken_plan_from_no_plan(copy: Path) -> None:
    """What is no plan fails; what is not there is a usage error."""
    (copy / "plan" / "plan.json").write_bytes(b'{"schema_version": "1.0"}')
    run = fairlead("verify", copy / "plan", *reading(copy / "in"))
    assert run.code == 1
    assert "holds no Fairlead plan: plan.json/at: Field required" in run.stdout
    (copy / "plan" / "plan.json").unlink()
    for folder, says in ((copy / "plan", "has no plan.json"), (copy / "none", "is not a folder")):
        run = fairlead("verify", folder, *reading(copy / "in"))
        assert run.code == 2
        assert says in run.said[0]


def test_explain_answers_for_each_fate(routed: Path) -> None:
    """An owned lead with its factors, a held one with its reasons, a kept one with its owner."""
    plan = _read_plan(routed)
    owned, held, kept = plan.assignments[0], plan.held[0], plan.kept[0]
    told = {lead.lead_id: fairlead("explain", routed / "plan", "--lead", lead.lead_id)
            for lead in (owned, held, kept)}
    assert {run.code for run in told.values()} == {0}
    first, second, *_ = told[owned.lead_id].stdout.splitlines()
    assert first == owned.why
    assert second.startswith("Its value is worth ")
    assert held.reasons[0].code.value in told[held.lead_id].stdout
    assert told[kept.lead_id].stdout == (
        f"Lead {kept.lead_id} is kept by its owner {kept.owner_id}.\n")


def test_explain_says_why_not_another_rep(routed: Path) -> None:
    """A rule that refuses, or the cost of forcing; the owner itself is no other choice."""
    owned = next(a for a in _read_plan(routed).assignments if a.runner_up_rep_id)
    for rep_id in (owned.runner_up_rep_id, owned.rep_id):
        run = fairlead("explain", routed / "plan", "--lead", owned.lead_id, "--rep", rep_id,
                       *reading(routed / "in"))
        assert run.code == 0, run.stderr
        assert run.stdout.splitlines()[0] == owned.why
        assert owned.lead_id in run.stdout.splitlines()[-1]


def test_explain_refuses_what_it_cannot_answer(copy: Path) -> None:
    """An unknown lead or rep, missing files and files of another plan are usage errors."""
    plan, files = copy / "plan", reading(copy / "in")
    lead_id = _read_plan(copy).assignments[0].lead_id
    for arguments, says in (
            (["--lead", "nobody"], "lead 'nobody' is not in the plan"),
            (["--lead", lead_id, "--rep", "nobody", *files], "rep 'nobody' is not in the files"),
            (["--lead", lead_id, "--rep", "r-01"], "add --leads FILE and --reps FILE")):
        run = fairlead("explain", plan, *arguments)
        assert run.code == 2
        assert says in run.said[-1]
    other = write_inputs(copy / "other", generate_window(40, 6, 4, datetime.fromisoformat(AT)))
    run = fairlead("explain", plan, "--lead", lead_id, "--rep", "r-01", *reading(other))
    assert run.code == 2
    assert "the plan was made from other leads, reps, accounts, policy" in run.said[-1]


def test_generated_files_are_valid_and_routed(tmp_path: Path) -> None:
    """The same seed gives the same files, in a process or here; route takes them as they are."""
    arguments = ("generate", "--leads", 30, "--reps", 4, "--seed", 9, "--out")
    first = fairlead_process(*arguments, tmp_path / "a")
    second = fairlead(*arguments, tmp_path / "b")
    assert (first.code, first.stdout, second.code) == (0, "", 0)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert sorted(contents(tmp_path / "a")) == ["leads.csv", "policy.yaml", "reps.csv"]
    command = next(line for line in second.said if line.startswith("fairlead route "))
    routed = fairlead(*command.split()[1:], "--format", "json")
    assert routed.code == 0, routed.stderr
    assert json.loads(routed.stdout)["certificate"]["gap"] == 0


def test_a_generated_sales_floor_is_routed_with_all_its_files(tmp_path: Path) -> None:
    """Every feature with its files; the command that is printed routes them, and merges nobody."""
    arguments = ("generate", "--leads", 120, "--reps", 10, "--features", "all", "--group-share",
                 0.4, "--out", tmp_path)
    made = fairlead(*arguments)
    assert made.code == 0, made.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "accounts.csv", "leads.csv", "ledger.csv", "policy.yaml", "previous", "reps.csv"]
    command = next(line for line in made.said if line.startswith("fairlead route "))
    routed = fairlead(*command.split()[1:], "--rounds", 5, "--out", tmp_path / "plan")
    assert routed.code == 0, routed.stderr
    plan = parse_plan((tmp_path / "plan" / "plan.json").read_bytes())
    assert plan.limits
    assert plan.inputs.previous is not None
    assert plan.preparation is not None
    assert not plan.preparation.merged
    assert {one.group for one in (*plan.assignments, *plan.held)} > {None}
    again = fairlead(*arguments)
    assert (again.code, "holds leads.csv already" in again.stderr) == (2, True)


def test_generate_never_writes_over_a_file(tmp_path: Path) -> None:
    """A folder that holds one of the files is refused and untouched."""
    (tmp_path / "reps.csv").write_text("mine", encoding="utf-8")
    run = fairlead("generate", "--leads", 5, "--reps", 2, "--out", tmp_path)
    assert run.code == 2
    assert "holds reps.csv already; name another folder" in run.said[0]
    assert contents(tmp_path) == {"reps.csv": b"mine"}


def test_versions_names_every_library_that_an_answer_rests_on() -> None:
    """One library and its version per line."""
    run = fairlead("versions")
    assert run.code == 0
    shown = dict(line.split() for line in run.stdout.splitlines())
    assert shown == {name: version(name) for name in shown}
    assert {"fairlead", "holidays", "numpy", "ortools", "polars", "tzdata"} <= set(shown)


def test_demo_routes_the_sample_and_checks_itself(tmp_path: Path) -> None:
    """As a process: owners, held leads, certificate, comparison and checks; verify agrees."""
    run = fairlead_process("demo", "--out", tmp_path / "plan")
    assert run.code == 0
    for shown in ("Owners, highest value first", "Held, by queue and reason", "gap 0.00",
                  "more than round robin", "6 of 6 checks pass"):
        assert shown in run.stdout
    again = fairlead("route", *reading(SAMPLE), "--at", AT, "--out", tmp_path / "again")
    assert again.code == 0
    assert contents(tmp_path / "plan") == contents(tmp_path / "again")
    assert fairlead("verify", tmp_path / "plan", *reading(SAMPLE)).code == 0


@pytest.mark.parametrize("command", ["demo", "--help"])
def test_a_full_stdout_is_said_in_one_line(command: str) -> None:
    """What cannot be written is a usage error."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        run = subprocess.run([sys.executable, "-m", "api.cli", command], stdout=full,
                             stderr=subprocess.PIPE, text=True, check=False)
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1] == "error: stdout cannot be used: No space left on device"


@pytest.mark.parametrize("command", ["demo", "versions"])
def test_a_reader_who_has_seen_enough_is_no_failure(command: str) -> None:
    """A closed pipe, as with ``| head``, ends the command quietly."""
    run = subprocess.Popen([sys.executable, "-m", "api.cli", command], stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True)
    assert run.stdout is not None
    run.stdout.close()
    _, said = run.communicate(timeout=60)
    assert run.returncode == 0
    assert "Traceback" not in said
