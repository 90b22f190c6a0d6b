"""The rules of a sales floor on the command line, from files to a plan and the next window's."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import Run, contents, fairlead, fairlead_process, reading

MORNING, NOON = "2026-11-18T09:00:00Z", "2026-11-18T12:00:00Z"
_LEADS = """\
lead_id,created_at,deal_value,score,account_id,source,effort
a1,2026-11-18T08:00:00Z,900,100,acme,,
a2,2026-11-18T08:00:00Z,500,100,acme,,
b1,2026-11-18T08:00:00Z,700,100,bolt,,
c1,2026-11-18T08:00:00Z,400,100,,,2
v1,2026-11-18T08:00:00Z,10,100,,vip,
"""
_LATER = """\
lead_id,created_at,deal_value,score,account_id,source,effort
d1,2026-11-18T11:00:00Z,800,100,,,
d2,2026-11-18T11:00:00Z,600,100,,,
d3,2026-11-18T11:00:00Z,300,100,,,
"""
_REPS = """\
rep_id,capacity,name,team,performance,timezone,working_hours
ana,6,Ana,West,1,UTC,Mon-Sun 00:00-24:00
ben,6,Ben,West,0.9,UTC,Mon-Sun 00:00-24:00
cy,2,Cy,East,0.5,UTC,Mon-Sun 00:00-24:00
"""
_ACCOUNTS = "account_id,named_rep_id,owner_id\nacme,,\nbolt,cy,ana\n"
_POLICY = """\
groups: {by: account}
must_place: source = 'vip'
limits:
- {name: West today, reps: team = 'West', period: day, upper: 4}
- {name: East, reps: team = 'East', measure: slots, lower: 1, price: 20}
fairness: {method: price, price: 5}
stability: {price: 30, lock: lead_id = 'a1'}
"""


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """The folder of the morning's files."""
    return _write(tmp_path / "in")


def _write(folder: Path, **files: str) -> Path:
    folder.mkdir()
    given = {"leads": _LEADS, "reps": _REPS, "accounts": _ACCOUNTS, "policy": _POLICY, **files}
    for name, text in given.items():
        suffix = "yaml" if name == "policy" else "csv"
        (folder / f"{name}.{suffix}").write_text(text, encoding="utf-8")
    return folder


def _route(inputs: Path, out: Path, *more: object, at: str = MORNING) -> Run:
    return fairlead("route", *reading(inputs), "--at", at, "--rounds", 200, "--out", out, *more)


def _plan(folder: Path) -> Any:
    return json.loads((folder / "plan.json").read_bytes())


def _owners(folder: Path) -> dict[str, str]:
    return {row["lead_id"]: row["rep_id"] for row in _plan(folder)["assignments"]}


def _rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def _limit(folder: Path, name: str) -> dict[str, str]:
    return next(row for row in _rows(contents(folder)["limits.csv"]) if row["limit"] == name)


def _failed(run: Run) -> list[str]:
    return [line for line in run.stdout.splitlines() if line.startswith("FAIL")]


def test_a_window_of_rules_is_routed_checked_and_explained(inputs: Path, tmp_path: Path) -> None:
    """As a process: the account whole, the named rep, the cap of the day, and a plan that passes.

    Acme's two leads and the large one fill the West's cap of four with the one that must be
    placed or without it; bolt is Cy's named account, before its owner.
    """
    plan = tmp_path / "plan"
    run = fairlead_process("route", *reading(inputs), "--at", MORNING, "--time-limit", 20, "--out",
                           plan)
    assert (run.code, len(run.said)) == (0, 1), run.stderr
    assert run.said[0] == (
        "wrote plan.json, assignments.csv, held.csv, kept.csv, slots.csv, limits.csv, ledger.csv "
        f"to {plan}")
    owners = _owners(plan)
    assert owners["a1"] == owners["a2"]
    assert (owners["b1"], set(owners)) == ("cy", {"a1", "a2", "b1", "c1", "v1"})
    used = {row["rep_id"]: row["used"] for row in _rows(contents(plan)["slots.csv"])}
    assert sum(map(int, used.values())) == 6
    assert _limit(plan, "West today")["used"] == "4"
    for shown in ("West today", "gap 0.00"):
        assert shown in run.stdout
    checked = fairlead("verify", plan, *reading(inputs))
    assert (checked.code, _failed(checked)) == (0, [])
    assert "Kept together with 1 more of acme." in fairlead(
        "explain", plan, "--lead", "a1").stdout
    assert "Kept with Cy, whose named account it is" in fairlead(
        "explain", plan, "--lead", "b1").stdout


def test_why_not_a_rep_is_answered_by_another_solve(inputs: Path, tmp_path: Path) -> None:
    """What forcing costs and who moves along; or the rule that refuses."""
    _route(inputs, tmp_path / "plan")
    owners = _owners(tmp_path / "plan")
    other = "ben" if owners["a1"] == "ana" else "ana"
    forced = fairlead("explain", tmp_path / "plan", "--lead", "a1", "--rep", other,
                      *reading(inputs))
    assert forced.code == 0
    (last,) = forced.stdout.splitlines()[-1:]
    assert last.startswith(f"Forcing lead a1 onto {other.title()} would cost ")
    assert "lead" in last.partition("and move ")[2]
    refused = fairlead("explain", tmp_path / "plan", "--lead", "b1", "--rep", "ana",
                       *reading(inputs))
    assert "Cy" in refused.stdout.splitlines()[-1]


def test_a_cap_over_the_day_counts_on_through_the_ledger(inputs: Path, tmp_path: Path) -> None:
    """The morning leaves the West nothing; without its ledger the noon starts anew."""
    morning, noon, anew = tmp_path / "morning", tmp_path / "noon", tmp_path / "anew"
    later = _write(tmp_path / "later", leads=_LATER)
    assert _route(inputs, morning).code == 0
    ledger = ("--ledger", morning / "ledger.csv")
    assert _route(later, noon, *ledger, at=NOON).code == 0
    assert _route(later, anew, at=NOON).code == 0
    assert set(_owners(noon).values()) == {"cy"}
    assert "ana" in _owners(anew).values()
    cap = _limit(noon, "West today")
    assert (cap["used_before"], cap["used"], cap["upper"]) == ("4", "0", "0")
    held = {row["lead_id"]: row for row in _rows(contents(noon)["held.csv"])}
    assert held["d3"]["reason"] == "LIMIT"
    assert held["d3"]["detail"].startswith("West today was at 0 of 0 leads")
    balances = {row["rep_id"]: row["leads"] for row in _rows(contents(noon)["ledger.csv"])
                if row["kind"] == "balance"}
    assert sorted(balances) == ["ana", "ben", "cy"]
    checked = fairlead("verify", noon, *reading(later), *ledger)
    assert (checked.code, _failed(checked)) == (0, [])


def test_verify_and_explain_ask_for_the_ledger_and_the_plan_before(inputs: Path, tmp_path: Path
                                                                   ) -> None:
    """A plan made with them is checked and questioned with them; other ones fail the check."""
    morning, again = tmp_path / "morning", tmp_path / "again"
    (tmp_path / "given.csv").write_text(
        "kind,at,rep_id,lead_id\nmanual,2026-11-18T07:00:00Z,ben,z9\n", encoding="utf-8")
    ledger, previous = ("--ledger", tmp_path / "given.csv"), ("--previous", morning)
    _route(inputs, morning)
    assert _route(inputs, again, *ledger, *previous).code == 0
    for command in (("verify", again), ("explain", again, "--lead", "a1", "--rep", "cy")):
        for given, missing in ((previous, "ledger; add --ledger FILE"),
                               (ledger, "plan before it; add --previous DIR")):
            run = fairlead(*command, *reading(inputs), *given)
            assert (run.code, run.said) == (2, [f"error: the plan was made with a {missing}"])
        assert fairlead(*command, *reading(inputs), *ledger, *previous).code == 0
    other = tmp_path / "other.csv"
    other.write_text("kind,at,rep_id,lead_id\nmanual,2026-11-18T07:00:00Z,ben,z8\n",
                     encoding="utf-8")
    wrong = fairlead("verify", again, *reading(inputs), *previous, "--ledger", other)
    assert wrong.code == 1
    assert any("ledger_sha256" in line for line in _failed(wrong))
    asked = fairlead("explain", again, "--lead", "a1", "--rep", "cy", *reading(inputs), *previous,
                     "--ledger", other)
    assert asked.code == 2
    assert "made from other leads, reps, accounts, policy, ledger" in asked.said[-1]


def test_who_moved_is_listed_and_locked_leads_stay(tmp_path: Path) -> None:
    """At noon Ben sells twice as well: a2's group stays with a1, which is locked; c1 moves."""
    morning, noon = tmp_path / "morning", tmp_path / "noon"
    single = _POLICY.replace("groups: {by: account}\n", "")
    files = {"policy": single, "reps": _REPS.replace("ben,6,Ben,West,0.9", "ben,6,Ben,West,0.5")}
    _route(_write(tmp_path / "before", **files), morning)
    before = _owners(morning)
    better = _write(tmp_path / "after", policy=single,
                    reps=_REPS.replace("ben,6,Ben,West,0.9", "ben,6,Ben,West,3"))
    run = _route(better, noon, "--previous", morning)
    assert run.code == 0
    assert "moves.csv" in run.said[0]
    after = _owners(noon)
    assert (before["a1"], after["a1"]) == ("ana", "ana")
    moved = {row["lead_id"]: row for row in _rows(contents(noon)["moves.csv"])}
    assert {lead: row["to_rep_id"] for lead, row in moved.items()} == {
        lead: rep for lead, rep in after.items() if before[lead] != rep}
    assert moved["c1"]["to_rep_id"] == "ben"
    assert all(row["price"] == "30.00" for row in moved.values())
    assert _plan(noon)["certificate"]["moves"] == 3_000 * len(moved)
    assert "It is locked to its owner of the previous plan." in fairlead(
        "explain", noon, "--lead", "a1").stdout


def test_rules_that_cannot_be_kept_together_are_named(tmp_path: Path) -> None:
    """A cap of one and two leads that must be placed: exit 4, the smallest set, no plan."""
    leads = _LEADS.replace("c1,2026-11-18T08:00:00Z,400,100,,,2",
                           "c1,2026-11-18T08:00:00Z,400,100,,vip,")
    inputs = _write(tmp_path / "in", leads=leads, policy=(
        "must_place: source = 'vip'\nlimits:\n- {name: all, upper: 1}\n- {name: many, upper: 9}\n"))
    run = _route(inputs, tmp_path / "plan")
    assert (run.code, run.stdout) == (4, "")
    named = sorted(line.split(":")[0] for line in run.said)
    assert named == ["error CONTRADICTION policy, column limits.all",
                     "error CONTRADICTION policy, column must_place",
                     "error CONTRADICTION policy, column must_place"]
    assert "'c1'" in run.stderr
    assert "'v1'" in run.stderr
    assert "without any one the others can" in run.stderr
    assert not (tmp_path / "plan").exists()


def test_a_lock_on_an_owner_who_is_refused_now_is_a_contradiction(inputs: Path, tmp_path: Path
                                                                  ) -> None:
    """The lead and its former owner are named."""
    _route(inputs, tmp_path / "plan")
    owner = _owners(tmp_path / "plan")["a1"]
    refusing = _write(tmp_path / "now", policy=(
        f"{_POLICY}rules: [{{name: away, kind: must_not, reps: rep_id = '{owner}'}}]\n"))
    run = _route(refusing, tmp_path / "new", "--previous", tmp_path / "plan")
    validated = fairlead("validate", *reading(refusing), "--at", MORNING, "--previous",
                         tmp_path / "plan")
    assert (run.code, validated.code) == (4, 4)
    for said in (run.said, validated.said):
        assert any(f"the lead must stay with {owner.title()} ({owner}), but rules refuse" in line
                   for line in said)


def test_validate_names_limits_that_cannot_be_kept_together(tmp_path: Path) -> None:
    """Three leads wanted of the team and two at most of all: nothing is solved, both are named."""
    inputs = _write(tmp_path / "in", policy=(
        "limits:\n- {name: West, reps: team = 'West', lower: 3}\n- {name: all, upper: 2}\n"))
    run = fairlead("validate", *reading(inputs), "--at", MORNING)
    assert (run.code, run.stdout) == (4, "")
    assert sorted(line.split(":")[0] for line in run.said) == [
        "error CONTRADICTION policy, column limits.West",
        "error CONTRADICTION policy, column limits.all"]


def test_validate_finds_what_rules_make_impossible(tmp_path: Path) -> None:
    """Errors of filters that exclude themselves, warnings of rules that nothing matches."""
    inputs = _write(tmp_path / "in", policy=(
        "rules:\n"
        "- {name: none, kind: must_not, leads: score > 100}\n"
        "- {name: gone, kind: must, leads: source = 'vip', reps: team = 'South'}\n"
        "limits: [{name: East, reps: team = 'East', lower: 3, upper: 2}]\n"))
    run = fairlead("validate", *reading(inputs), "--at", MORNING)
    assert run.code == 3
    found = [line.split()[:2] for line in run.said]
    assert ["error", "NEVER_MATCHES"] in found
    assert ["warning", "DEAD_CONDITION"] in found
    assert ["warning", "RULES_LEAVE_NOBODY"] in found
    assert ["error", "CONTRADICTION"] in found
    assert any("limits.East: '3': lower must not be above upper" in line for line in run.said)


@pytest.mark.parametrize(("command", "flag"), [
    ("prepare", "--ledger"), ("prepare", "--previous"), ("simulate", "--ledger"),
    ("simulate", "--previous"), ("floors", "--previous")])
def test_commands_without_a_use_for_earlier_windows_refuse_them(
        command: str, flag: str, inputs: Path) -> None:
    """A flag that would do nothing is an error."""
    needed = ("--history", "x", "--out", "y") if command == "floors" else ()
    run = fairlead(command, *reading(inputs), *needed, flag, "ledger.csv")
    assert run.code == 2
    assert flag in run.stderr


def test_a_ledger_that_does_not_fit_is_named(inputs: Path, tmp_path: Path) -> None:
    """A ledger of the afternoon, a folder without a plan: nothing is routed."""
    later = _write(tmp_path / "later", leads=_LATER)
    _route(later, tmp_path / "noon", at=NOON)
    early = _route(inputs, tmp_path / "plan", "--ledger", tmp_path / "noon" / "ledger.csv")
    assert early.code == 3
    assert early.said[0].startswith("error BAD_LEDGER ledger.csv, column at: ")
    empty = _route(inputs, tmp_path / "plan", "--previous", inputs)
    assert (empty.code, empty.said) == (2, [
        f"error: --previous {inputs}: plan.json cannot be read: No such file or directory"])
