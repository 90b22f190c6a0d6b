"""``fairlead route``: what it prints, what it writes, and what it refuses to do."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import pytest

from solver.generate import generate_window
from solver.models import Window
from solver.plan_files import PLAN_FILES
from tests.command_line import (
    AT,
    SAMPLE,
    Run,
    contents,
    fairlead,
    fairlead_process,
    reading,
    write_inputs,
)

ROUTE_SAMPLE = ("route", *reading(SAMPLE), "--at", AT)


@pytest.fixture(scope="module")
def window() -> Window:
    """A realistic window that is small enough to route often."""
    return generate_window(40, 6, 3, datetime.fromisoformat(AT))


@pytest.fixture
def inputs(tmp_path: Path, window: Window) -> Path:
    """The folder of the window's input files."""
    return write_inputs(tmp_path / "in", window)


def _rows(data: bytes | str) -> list[dict[str, str]]:
    text = data.decode() if isinstance(data, bytes) else data
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_sample_is_routed_as_a_process_for_each_format(tmp_path: Path) -> None:
    """Table, JSON and CSV say the same, stdout is data only, and the folder holds five files."""
    plan = tmp_path / "plan"
    table = fairlead_process(*ROUTE_SAMPLE, "--compare", "--out", plan)
    summary = fairlead_process(*ROUTE_SAMPLE, "--compare", "--format", "json")
    rows = fairlead_process(*ROUTE_SAMPLE, "--format", "csv")
    assert [run.code for run in (table, summary, rows)] == [0, 0, 0]
    assert table.said == [f"wrote {', '.join(PLAN_FILES)} to {plan}"]
    assert summary.said == rows.said == []
    assert rows.stderr.splitlines()[0] == "read 200 leads and 25 reps; routing"
    assert rows.stderr.splitlines()[1].startswith("solved: 119 owned, ")
    document, files = json.loads((plan / "plan.json").read_bytes()), contents(plan)
    assert sorted(files) == sorted(PLAN_FILES)
    assert json.loads(summary.stdout)["certificate"] == document["certificate"]
    assert document["certificate"]["gap"] == 0
    assert rows.stdout.encode() == files["assignments.csv"]
    for shown in ("Owners, highest value first", "Held, by queue and reason", "gap 0.00",
                  "round_robin", "more than round robin"):
        assert shown in table.stdout


def test_the_summary_counts_every_lead_and_compares_every_method(inputs: Path) -> None:
    """Owned, held and kept leads are all leads; no method is worth more than the optimum."""
    run = fairlead("route", *reading(inputs), "--at", AT, "--compare", "--format", "json")
    summary = json.loads(run.stdout)
    counts = summary["counts"]
    assert counts["owned"] + counts["held"] + counts["kept"] == counts["leads"] == 40
    assert sum(summary["held_by_queue"].values()) == counts["held"]
    methods = {row["method"]: row for row in summary["comparison"]}
    assert list(methods) == ["optimal", "first_match", "round_robin", "weighted_round_robin",
                             "most_free_slots", "greedy", "current"]
    assert methods["optimal"]["share"] == 1
    assert all(row["share"] <= 1 for row in methods.values())


def test_the_same_inputs_give_the_same_bytes_in_any_order(inputs: Path, tmp_path: Path) -> None:
    """A process of its own, reading the rows backwards, writes the very same files."""
    backwards = tmp_path / "backwards"
    backwards.mkdir()
    for path in inputs.iterdir():
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        ordered = rows if path.suffix == ".yaml" else rows[::-1]
        (backwards / path.name).write_text("\n".join([header, *ordered, ""]), encoding="utf-8")
    runs = [fairlead("route", *reading(inputs), "--at", AT, "--out", tmp_path / "here"),
            fairlead_process("route", *reading(backwards), "--at", "2026-11-18T16:00:00+01:00",
                             "--out", tmp_path / "there")]
    assert [run.code for run in runs] == [0, 0]
    assert contents(tmp_path / "here") == contents(tmp_path / "there")


def test_the_plan_names_no_path_and_no_clock_but_its_own(inputs: Path, tmp_path: Path) -> None:
    """plan.json holds neither where the files lie nor when the run took place."""
    fairlead("route", *reading(inputs), "--at", AT, "--out", tmp_path / "plan")
    text = (tmp_path / "plan" / "plan.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert "leads.csv" not in text
    assert f"{datetime.now():%Y-%m-%dT%H:}" not in text
    assert set(json.loads(text)) == {
        "schema_version", "at", "policy", "inputs", "outcome", "stopped_by", "engine",
        "engine_reason", "certificate", "assignments", "held", "kept", "slots", "limits", "moves",
        "violations", "preparation", "floors", "versions"}


def test_the_csv_files_have_the_columns_and_forms_of_the_readme(inputs: Path,
                                                                tmp_path: Path) -> None:
    """Ids sorted, money with two decimals, fractions with six, counts and minutes as integers."""
    fairlead("route", *reading(inputs), "--at", AT, "--out", tmp_path / "plan")
    files = contents(tmp_path / "plan")
    headers = {name: data.split(b"\n")[0].decode().split(",") for name, data in files.items()}
    assert headers["assignments.csv"] == [
        "lead_id", "rep_id", "value", "match", "wait_minutes", "use", "floor", "price",
        "limit_price", "net_value", "runner_up_rep_id", "runner_up_net_value", "group", "why",
        "campaign", "landing_page"]
    assert headers["held.csv"] == ["lead_id", "reason", "queue", "detail"]
    assert headers["kept.csv"] == ["lead_id", "owner_id"]
    assert headers["slots.csv"] == ["rep_id", "free_slots", "assigned", "used", "floor", "price",
                                    "gain", "loss"]
    owned, slots = _rows(files["assignments.csv"]), _rows(files["slots.csv"])
    assert [row["lead_id"] for row in owned] == sorted(row["lead_id"] for row in owned)
    assert [row["rep_id"] for row in slots] == sorted(row["rep_id"] for row in slots)
    document = json.loads(files["plan.json"])
    for row, assignment in zip(owned, document["assignments"], strict=True):
        assert row["value"] == f"{assignment['value'] / 100:.2f}"
        assert row["match"] == f"{assignment['match']:.6f}"
        assert row["wait_minutes"] == str(assignment["wait_minutes"])
    for lead_id in {row["lead_id"] for row in _rows(files["held.csv"])}:
        queues = {row["queue"] for row in _rows(files["held.csv"]) if row["lead_id"] == lead_id}
        assert len(queues) == 1


def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path: Path) -> None:
    """Guarded in the CSV files, untouched in plan.json, and known to verify."""
    inputs = tmp_path / "in"
    inputs.mkdir()
    (inputs / "leads.csv").write_text(
        "lead_id,created_at,deal_value,score,owner_id,=note,plain\n"
        "=1+1,2026-11-18T12:00:00Z,100,50,,@SUM(A1),-5\n"
        "'kept,2026-11-18T12:00:00Z,100,50,+1 555,,\n"
        "-held,,100,50,,,\n", encoding="utf-8")
    (inputs / "reps.csv").write_text("rep_id,capacity,name\n-r,1,=Ana\n", encoding="utf-8")
    run = fairlead("route", *reading(inputs), "--at", AT, "--out", tmp_path / "plan")
    assert run.code == 0
    files = contents(tmp_path / "plan")
    (owned,) = _rows(files["assignments.csv"])
    assert (owned["lead_id"], owned["rep_id"], owned["'=note"], owned["plain"], owned["value"]) == (
        "'=1+1", "'-r", "'@SUM(A1)", "'-5", "35.00")
    assert _rows(files["kept.csv"]) == [{"lead_id": "''kept", "owner_id": "'+1 555"}]
    assert [row["lead_id"] for row in _rows(files["held.csv"])] == ["'-held"]
    document = json.loads(files["plan.json"])
    assert document["assignments"][0]["attributes"] == {"=note": "@SUM(A1)", "plain": "-5"}
    assert document["kept"] == [{"lead_id": "'kept", "owner_id": "+1 555"}]
    assert fairlead("verify", tmp_path / "plan", *reading(inputs)).code == 0


def test_a_salesforce_export_is_routed_with_preset_mapping_and_zone(tmp_path: Path) -> None:
    """The README's example: API names in any case, a score by default, what is assumed marked."""
    (tmp_path / "export.csv").write_text(
        "ID,CreatedDate,Company,AnnualRevenue,LeadSource,OwnerId\n"
        '00Q1,"11/18/2026, 9:30 AM",Acme,"$250,000",Web,\n'
        '00Q2,"11/17/2026, 4:00 PM",Bolt,,Event,\n', encoding="utf-8")
    (tmp_path / "columns.yaml").write_text(
        "score: {default: 50}\n"
        'deal_value: {column: AnnualRevenue, remove: "$, ", multiply: 0.01, default: 5000}\n',
        encoding="utf-8")
    (tmp_path / "reps.csv").write_text("rep_id,capacity\nr1,5\n", encoding="utf-8")
    run = fairlead(
        "route", "--leads", tmp_path / "export.csv", "--preset", "salesforce", "--columns",
        tmp_path / "columns.yaml", "--timezone", "Europe/London", "--reps", tmp_path / "reps.csv",
        "--at", AT, "--out", tmp_path / "plan")
    assert run.code == 0, run.stderr
    plan = json.loads((tmp_path / "plan" / "plan.json").read_bytes())
    assert [(a["lead_id"], a["factors"]["worth"], a["assumed"]) for a in plan["assignments"]] == [
        ("00Q1", 1250.0, ["score"]), ("00Q2", 2500.0, ["deal_value", "score"])]


@pytest.mark.parametrize(("arguments", "says"), [
    (["--at", "2026-11-18T15:00:00"], "with an offset, such as 2026-11-18T15:00:00Z"),
    (["--at", "noon"], "--at 'noon' must be an instant with an offset"),
    (["--at", "9999-12-31T23:59:59-10:00"], "must be an instant with an offset"),
    (["--leads", "absent.csv"], "'absent.csv' cannot be read: No such file or directory"),
    (["--policy", "absent.yaml"], "'absent.yaml' cannot be read: No such file or directory"),
    (["--reps", "."], "the reps file '.' cannot be read: Is a directory"),
    (["--preset", "hubspit"], "there is no preset 'hubspit'; use one of: dynamics, "
                              "hubspot, salesforce"),
    (["--timezone", "Europe/Lundon"], "'Europe/London'"),
])
def test_a_call_that_cannot_be_carried_out_ends_with_2(
        arguments: list[str], says: str, inputs: Path, tmp_path: Path) -> None:
    """One line on stderr names the argument and the remedy; nothing is written."""
    run = fairlead("route", *reading(inputs), "--at", AT, "--out", tmp_path / "plan", *arguments)
    assert run.code == 2
    (line,) = run.said
    assert line.startswith("error: ")
    assert says in line
    assert run.stdout == ""
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize("command", ["route", "validate"])
def test_the_input_files_must_be_named(command: str) -> None:
    """Without --leads and --reps there is nothing to read."""
    run = fairlead(command, "--at", AT)
    assert (run.code, run.said) == (
        2, ["error: name the input files with --leads FILE and --reps FILE"])


def test_lines_on_stderr_are_never_wrapped(tmp_path: Path) -> None:
    """Problems and usage errors are a line each, however narrow the terminal."""
    narrow = {"COLUMNS": "40", "TERMINAL_WIDTH": "40"}
    (tmp_path / "leads.csv").write_text("lead_id,deal_value,score\nL1,1,1\n", encoding="utf-8")
    (tmp_path / "reps.csv").write_text("rep_id,capacity\nr1,two\n", encoding="utf-8")
    problems = fairlead_process("validate", *reading(tmp_path), "--at", AT, env=narrow)
    assert problems.code == 3
    assert [line.split()[:2] for line in problems.said] == [
        ["error", "MISSING_COLUMN"], ["error", "NOT_A_NUMBER"]]
    assert all(len(line) > 100 for line in problems.said)
    usage = fairlead_process("route", "--format", "spreadsheet", env=narrow)
    assert usage == Run(2, "", "error: Invalid value for '--format': Value error, 'spreadsheet' is "
                               "not one of 'table', 'json', 'csv'.\n")
