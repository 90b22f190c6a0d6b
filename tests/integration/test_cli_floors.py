"""``fairlead floors`` and ``fairlead route --floors``: from past leads to slots that are kept."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from solver.generate import generate_window
from solver.models import Floors
from solver.plan_files import parse_plan
from solver.writing import render_inputs
from tests.command_line import AT, Run, contents, fairlead, fairlead_process, reading, write_inputs

_INSTANT = datetime.fromisoformat(AT)
_HEADER = "lead_id,created_at,deal_value,score\n"
_OUT = ("--out", "floors.json")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Input files of a small window, and ``past.csv``: the leads of the days before."""
    folder = write_inputs(tmp_path_factory.mktemp("floors") / "in",
                          generate_window(40, 6, 3, _INSTANT))
    past = generate_window(600, 6, 4, _INSTANT - timedelta(hours=1))
    (folder / "past.csv").write_text(render_inputs(past)["leads.csv"], encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def floors_file(inputs: Path) -> Path:
    """The floors of that window."""
    assert _floors(inputs, "--out", inputs / "floors.json").code == 0
    return inputs / "floors.json"


def _floors(inputs: Path, *arguments: object) -> Run:
    return fairlead("floors", *reading(inputs), "--at", AT, "--history", inputs / "past.csv",
                    *arguments)


def _route(inputs: Path, *arguments: object) -> Run:
    return fairlead("route", *reading(inputs), "--at", AT, *arguments)


def _learnt_from(inputs: Path, tmp_path: Path, text: str, *arguments: object) -> Run:
    """Learn from another history, to ``tmp_path/floors.json``."""
    (tmp_path / "history.csv").write_text(text, encoding="utf-8")
    return fairlead("floors", *reading(inputs), "--at", AT, "--history", tmp_path / "history.csv",
                    "--out", tmp_path / "floors.json", *arguments)


def test_each_format_shows_the_floors_of_the_file(inputs: Path, tmp_path: Path) -> None:
    """JSON is the file, CSV has a row per rep, the table names every rep; stderr says the basis."""
    out = ("--out", tmp_path / "floors.json")
    as_json = _floors(inputs, *out, "--format", "json")
    written = (tmp_path / "floors.json").read_text(encoding="utf-8")
    as_csv, table = _floors(inputs, *out, "--format", "csv"), _floors(inputs, *out)
    assert [run.code for run in (as_json, as_csv, table)] == [0, 0, 0]
    assert as_json.stdout == written
    made = Floors.model_validate_json(written)
    rows = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    assert [(row["rep_id"], row["floor"]) for row in rows] == [
        (one.rep_id, f"{one.floor // 100}.{one.floor % 100:02d}") for one in made.floors]
    assert any(one.floor for one in made.floors)
    assert all(one.rep_id in table.stdout for one in made.floors)
    basis, wrote = as_json.said[0], as_json.said[-1]
    assert basis.startswith(f"forecast by {made.basis} from {made.history_leads:,} past leads over")
    assert "leads expected until 2026-11-19T15:00:00Z; 8 samples" in basis
    assert wrote == f"wrote {tmp_path / 'floors.json'}; make it anew by 2026-11-18T15:30:00Z"


def test_the_same_call_writes_the_same_bytes_and_another_seed_others(inputs: Path,
                                                                     tmp_path: Path) -> None:
    """A process of its own writes the same file; the seed is that of the samples."""
    files = [tmp_path / name for name in ("here.json", "there.json", "other.json")]
    runs = [_floors(inputs, "--out", files[0]),
            fairlead_process("floors", *reading(inputs), "--at", AT, "--history",
                             inputs / "past.csv", "--out", files[1]),
            _floors(inputs, "--out", files[2], "--seed", 7)]
    assert [run.code for run in runs] == [0, 0, 0]
    here, there, other = (file.read_bytes() for file in files)
    assert here == there
    assert Floors.model_validate_json(other).seed == 7
    assert Floors.model_validate_json(other).floors != Floors.model_validate_json(here).floors


def test_a_plan_with_floors_keeps_slots_and_says_for_what(inputs: Path, floors_file: Path,
                                                          tmp_path: Path) -> None:
    """Leads worth less than their slots wait; the summary counts them, and verify agrees."""
    plain = json.loads(_route(inputs, "--format", "json").stdout)
    run = _route(inputs, "--floors", floors_file, "--format", "json", "--out", tmp_path / "plan")
    assert run.code == 0
    summary = json.loads(run.stdout)
    plan = parse_plan((tmp_path / "plan" / "plan.json").read_bytes())
    later = summary["later"]
    kept = [lead for lead in plan.held if lead.reasons[0].code == "SLOT_KEPT"]
    assert later["value_now"] == plan.certificate.value < plain["later"]["value_now"]
    assert later["value_kept"] == plan.certificate.value_kept > plain["later"]["value_kept"] == 0
    assert later["passed_over"]["leads"] == len(kept) == summary["held_by_reason"]["SLOT_KEPT"] > 0
    assert later["passed_over"]["example"]["lead_id"] in {lead.lead_id for lead in kept}
    assert later["passed_over"]["value"] > 0
    assert later["floors"]["at"] == AT
    assert plain["later"]["passed_over"] == {"leads": 0, "value": 0, "example": None}
    assert plan.floors == Floors.model_validate_json(floors_file.read_bytes())
    assert all(a.value > plan.floors.by_rep()[a.rep_id] for a in plan.assignments)
    assert plan.certificate.gap == 0
    assert fairlead("verify", tmp_path / "plan", *reading(inputs)).code == 0


def test_the_table_says_what_is_passed_over(inputs: Path, floors_file: Path) -> None:
    """A count, a sum and the most valuable lead; nothing of it without floors."""
    table = _route(inputs, "--floors", floors_file, "--compare")
    assert "Passed over for better leads expected: " in table.stdout
    assert "slot is expected to bring" in table.stdout
    assert "round_robin" in table.stdout
    assert "Passed over" not in _route(inputs).stdout


def test_floors_of_nothing_change_nothing(inputs: Path, tmp_path: Path) -> None:
    """With an empty history the plan's owners are those of a plan without floors."""
    run = _learnt_from(inputs, tmp_path, _HEADER)
    assert run.code == 0
    assert _route(inputs, "--format", "csv").stdout == _route(
        inputs, "--format", "csv", "--floors", tmp_path / "floors.json").stdout


@pytest.mark.parametrize("rows", ["", "P1,2026-11-17T09:00:00Z,,50\nP2,,100,50\n"],
                         ids=["header only", "nothing usable"])
def test_an_empty_history_gives_floors_of_0_and_a_warning(rows: str, inputs: Path, tmp_path: Path
                                                         ) -> None:
    """Whether there are no leads, or none with what a value needs."""
    run = _learnt_from(inputs, tmp_path, _HEADER + rows)
    assert run.code == 0
    assert run.said[0] == (
        "warning EMPTY_HISTORY history.csv: no lead of the history has created_at, deal_value and "
        "score, so that nothing is expected and every floor is 0. Name a file with the leads of "
        "some weeks.")
    assert any(line.startswith("note: little history") for line in run.said)
    made = Floors.model_validate_json((tmp_path / "floors.json").read_bytes())
    assert {one.floor for one in made.floors} == {0}
    assert made.basis == "none"


def test_a_history_in_the_future_is_an_error(inputs: Path, tmp_path: Path) -> None:
    """One line names the first such lead, how many there are and what to do; nothing is written."""
    run = _learnt_from(inputs, tmp_path, f"{_HEADER}P1,2026-11-17T09:00:00Z,9,50\n"
                       "P2,2026-11-18T15:00:01Z,9,50\nP3,2027-01-01T00:00:00Z,9,50\n")
    assert (run.code, run.stdout) == (3, "")
    assert run.said == [
        "error HISTORY_IN_FUTURE history.csv, column created_at, id 'P2': "
        "'2026-11-18T15:00:01+00:00': 2 past leads created after the instant of the decision "
        "(2026-11-18T15:00:00+00:00). Decide at a later instant with --at, or check the time zone "
        "of the export."]
    assert not (tmp_path / "floors.json").exists()


def test_problems_of_all_files_come_in_one_run(inputs: Path, tmp_path: Path) -> None:
    """The history's and the reps'; the history is read by the rules of a leads file."""
    (tmp_path / "reps.csv").write_text("rep_id,capacity\nr1,-3\n", encoding="utf-8")
    run = _learnt_from(inputs, tmp_path, f"{_HEADER}P1,2026-11-17T09:00:00,9,101\n",
                       "--reps", tmp_path / "reps.csv", "--raw")
    assert run.code == 3
    assert [line.split()[1] for line in run.said if line.startswith("error ")] == [
        "NAIVE_TIME", "OUT_OF_RANGE", "OUT_OF_RANGE"]


def test_a_history_is_mapped_as_the_leads_are(inputs: Path, tmp_path: Path) -> None:
    """Preset, mapping and zone serve both files."""
    header = "ID,CreatedDate,AnnualRevenue\n"
    (tmp_path / "export.csv").write_text(
        f'{header}00Q1,"11/18/2026, 9:30 AM","$250,000"\n', encoding="utf-8")
    (tmp_path / "history.csv").write_text(header + "".join(
        f'P{n},"11/{1 + n % 15}/2026, 9:{n:02} AM","$250,000"\n' for n in range(60)),
        encoding="utf-8")
    (tmp_path / "columns.yaml").write_text(
        "score: {default: 50}\n"
        'deal_value: {column: AnnualRevenue, remove: "$, ", default: 5000}\n',
        encoding="utf-8")
    run = fairlead(
        "floors", "--leads", tmp_path / "export.csv", "--history", tmp_path / "history.csv",
        "--preset", "salesforce", "--columns", tmp_path / "columns.yaml", "--timezone",
        "Europe/London", "--reps", inputs / "reps.csv", "--at", AT, "--out",
        tmp_path / "floors.json", "--format", "json")
    assert run.code == 0, run.stderr
    made = json.loads(run.stdout)
    assert (made["history_leads"], made["basis"]) == (60, "hour_of_day")
    assert made["expected_leads"] > 0


@pytest.mark.parametrize(("key", "value", "says"), [
    ("horizon_hours", "-3", "must be above 0"),
    ("horizon_hours", "1441", "must be at most 1,440"),
    ("refresh_minutes", "0", "must be above 0"),
    ("open_hours", "-1", "must be above 0"),
    ("samples", "3", "must be 4 or more"),
])
def test_a_horizon_that_cannot_be_is_an_error(key: str, value: str, says: str, inputs: Path,
                                              tmp_path: Path) -> None:
    """The policy's key, its value and the rule."""
    (tmp_path / "policy.yaml").write_text(f"horizon: {{{key}: {value}}}\n", encoding="utf-8")
    run = _floors(inputs, "--out", tmp_path / "floors.json", "--policy", tmp_path / "policy.yaml")
    assert run.code == 3
    assert run.said == [f"error OUT_OF_RANGE policy.yaml, row 1, column horizon.{key}: '{value}': "
                        f"{says}. Correct the number."]


def _edited(source: Path, target: Path, edit: Callable[[dict[str, Any]], object]) -> Path:
    document = json.loads(source.read_bytes())
    edit(document)
    target.write_text(json.dumps(document), encoding="utf-8")
    return target


def _first(document: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = document["floors"][0]
    return first


@pytest.mark.parametrize(("edit", "where", "says"), [
    (lambda d: _first(d).update(floor=-1), "column floors.0.floor, id 'r-01': '-1'",
     "must be 0 or more"),
    (lambda d: _first(d).update(floor=2**62 + 1),
     f"column floors.0.floor, id 'r-01': '{2**62 + 1}'",
     "must be at most 4,611,686,018,427,387,904"),
    (lambda d: _first(d).update(floor=1.5), "column floors.0.floor, id 'r-01': '1.5'",
     "must be a whole number of minor units"),
    (lambda d: _first(d).update(floor="12"), "column floors.0.floor, id 'r-01': '\"12\"'",
     "must be a whole number of minor units"),
    (lambda d: _first(d).pop("floor"), "column floors.0.floor, id 'r-01'",
     "the value is missing"),
    (lambda d: d.update(colour="red"), "column colour: '\"red\"'", "there is no such key here"),
    (lambda d: d["floors"].insert(0, _first(d)), "",
     "floors must be sorted by rep_id, each rep once: 'r-01' follows 'r-01'"),
    (lambda d: d.update(until="2026-11-01T00:00:00Z"), "", "must not be before at"),
    (lambda d: d.update(currency="EUR"), "column currency: 'EUR'",
     "the floors must be in the policy's currency, USD"),
    (lambda d: d.update(floors={"r-01": 5}), "column floors", "should be a valid"),
    (lambda d: d.update(at="noon"), "column at: '\"noon\"'", "valid datetime"),
])
def test_a_floors_file_that_does_not_fit_is_an_error(
        edit: Callable[[dict[str, Any]], object], where: str, says: str, inputs: Path,
        floors_file: Path, tmp_path: Path) -> None:
    """One line names the key, the rep, the value, the rule and the remedy; nothing is written."""
    bad = _edited(floors_file, tmp_path / "bad.json", edit)
    run = _route(inputs, "--floors", bad, "--out", tmp_path / "plan")
    assert run.code == 3
    (line,) = run.said
    assert line.startswith(f"error BAD_FLOORS bad.json{', ' if where else ''}{where}: ")
    assert says in line
    assert line.endswith("Make the file anew with `fairlead floors`.")
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize(("content", "code", "says"), [
    (b"", "EMPTY_FILE", "the file is empty"),
    (b"\xff\xfe", "NOT_UTF8", "is not UTF-8"),
    (b"rep_id,floor\nr-1,5\n", "BAD_FLOORS", "the file is not JSON"),
    (b"[]", "BAD_FLOORS", "must be an object of keys and values"),
    (b"[" * 9_000, "BAD_FLOORS", "the file is not JSON"),
])
def test_what_is_no_floors_file_at_all_is_an_error(content: bytes, code: str, says: str,
                                                   inputs: Path, tmp_path: Path) -> None:
    """Whatever is in it, one line and exit 3."""
    (tmp_path / "bad.json").write_bytes(content)
    run = _route(inputs, "--floors", tmp_path / "bad.json")
    assert run.code == 3
    (line,) = run.said
    assert line.startswith(f"error {code} bad.json")
    assert says in line


def test_floors_of_an_unknown_rep_are_an_error(inputs: Path, floors_file: Path, tmp_path: Path
                                               ) -> None:
    """The line names the rep, the file and the remedy."""
    bad = _edited(floors_file, tmp_path / "bad.json", lambda d: d["floors"].append(
        {"rep_id": "zoe", "floor": 1}))
    run = _route(inputs, "--floors", bad, "--out", tmp_path / "plan")
    assert run.code == 3
    assert run.said == [
        "error UNKNOWN_FLOOR_REP bad.json, column floors.6.rep_id: 'zoe': the rep is not in the "
        "rep file. Make the floors anew for these reps, or delete the entry."]
    assert not (tmp_path / "plan").exists()


def test_an_active_rep_without_a_floor_gets_a_warning(inputs: Path, floors_file: Path,
                                                      tmp_path: Path) -> None:
    """A rep who came after the floors were made gives every slot away: that must be said."""
    short = _edited(floors_file, tmp_path / "short.json", lambda d: d["floors"].pop())
    run = _route(inputs, "--floors", short)
    assert run.code == 0
    assert run.said == [
        "warning MISSING_FLOOR short.json, column floors: 'r-06': 1 active rep without a floor, "
        "whose slots are kept for nobody. Make the floors anew for these reps."]


@pytest.mark.parametrize(("at", "says"), [
    ("2026-11-18T15:30:00Z", ""),
    ("2026-11-18T15:30:01Z", "column refresh_at: the floors were to be made anew at "
                             "2026-11-18T15:30:00+00:00, and the instant of the decision is "
                             "2026-11-18T15:30:01+00:00"),
    ("2026-11-18T14:59:59Z", "column at: the floors were made only at 2026-11-18T15:00:00+00:00"),
])
def test_floors_of_another_time_get_a_warning(at: str, says: str, inputs: Path,
                                              floors_file: Path) -> None:
    """Past the instant at which they should be made anew, or before they were made."""
    run = _route(inputs, "--floors", floors_file, "--at", at)
    assert run.code == 0
    stale = [line for line in run.said if "STALE_FLOORS" in line]
    assert len(stale) == bool(says)
    assert all(line.startswith("warning STALE_FLOORS floors.json, ") and says in line
               for line in stale)


@pytest.mark.parametrize(("arguments", "says"), [
    (["--history", "absent.csv"], "the history file 'absent.csv' cannot be read: No such file"),
    (["--at", "noon"], "--at 'noon' must be an instant with an offset"),
    (["--seed", "-1"], "greater than or equal to 0"),
    (["--out", "."], "--out . is a folder; name a file"),
    (["--out", "absent/floors.json"], "lies in a folder that does not exist; make it first"),
    (["--timezone", "Europe/Lundon"], "'Europe/London'"),
    (["--preset", "hubspit"], "there is no preset 'hubspit'; use one of: dynamics, "
                              "hubspot, salesforce"),
])
def test_a_call_that_cannot_be_carried_out_ends_with_2(
        arguments: list[str], says: str, inputs: Path, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    """One line on stderr names the option and the remedy; nothing is written."""
    monkeypatch.chdir(tmp_path)
    run = _floors(inputs, *_OUT, *arguments)
    assert run.code == 2
    assert says in run.stderr
    assert run.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["leads.csv", "past.csv", "policy.yaml", "notes.txt"])
def test_floors_are_written_over_floors_only(name: str, inputs: Path, tmp_path: Path) -> None:
    """An input file, or any other file that is there, stays as it is."""
    (inputs / "notes.txt").write_text("mine", encoding="utf-8")
    before = contents(inputs)
    run = _floors(inputs, "--out", inputs / name)
    assert run.code == 2
    assert "name another" in run.said[0]
    assert contents(inputs) == before
    assert _floors(inputs, "--out", tmp_path / "floors.json").code == 0
    assert _floors(inputs, "--out", tmp_path / "floors.json").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["floors.json"]


def test_floors_that_cannot_be_opened_end_with_2(inputs: Path) -> None:
    """The message names the file."""
    run = _route(inputs, "--floors", "absent.json")
    assert (run.code, run.said) == (2, [
        "error: the floors file 'absent.json' cannot be read: No such file or directory"])


def test_floors_whose_horizon_is_over_are_an_error(inputs: Path, floors_file: Path) -> None:
    """What was expected until then has come, or has not."""
    run = _route(inputs, "--floors", floors_file, "--at", "2026-11-19T15:00:01Z")
    assert run.code == 3
    assert any(line.startswith("error STALE_FLOORS floors.json, column until: "
                               "'2026-11-19T15:00:00+00:00': ") for line in run.said)


def test_a_generated_history_makes_floors(tmp_path: Path) -> None:
    """The files of ``generate --history-days`` serve `floors` and `route` as they are."""
    made = fairlead("generate", "--leads", 40, "--reps", 6, "--history-days", 28, "--out",
                   tmp_path / "made")
    assert made.code == 0
    files = {name: tmp_path / "made" / name
             for name in ("leads.csv", "reps.csv", "policy.yaml", "history.csv")}
    common = ["--leads", files["leads.csv"], "--reps", files["reps.csv"], "--policy",
              files["policy.yaml"], "--at", "2026-11-18T15:00:00Z"]
    learnt = fairlead("floors", *common, "--history", files["history.csv"], "--out",
                     tmp_path / "floors.json")
    assert learnt.code == 0
    assert json.loads((tmp_path / "floors.json").read_bytes())["basis"] == "hour_of_week"
    assert fairlead("route", *common, "--floors", tmp_path / "floors.json").code == 0


def test_a_hire_is_worth_the_same_as_a_question_and_as_a_scenario(
        inputs: Path, floors_file: Path, tmp_path: Path) -> None:
    """Both have the floor of the rep who the hire is like."""
    like = next(one.rep_id for one in Floors.model_validate_json(
        floors_file.read_text(encoding="utf-8")).floors if one.floor)
    given = (*reading(inputs), "--at", AT, "--floors", floors_file, "--format", "json")
    scenarios = tmp_path / "scenarios.json"
    scenarios.write_text(json.dumps([{"name": "hire", "edits": [
        {"edit": "add_reps", "like": like, "capacity": 2}]}]), encoding="utf-8")
    asked = fairlead("capacity", *given, "--hire", f"{like}=2")
    compared = fairlead("whatif", *given, "--scenarios", scenarios, "--jobs", 1)
    assert (asked.code, compared.code) == (0, 0), asked.stderr + compared.stderr
    difference = json.loads(compared.stdout)["results"][0]["difference"]
    assert json.loads(asked.stdout)["hires"][0]["points"][2]["change"] == (
        difference["value"] + difference["value_kept"])
