"""``fairlead simulate``: whole days by each method, as a table, as data and as a plot."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from solver.generate import generate_window
from solver.models import Rep
from solver.simulate import Method
from solver.writing import render_inputs
from tests.command_line import AT, Run, fairlead, fairlead_process, python_process, write_inputs

_SMALL = ("--num-leads", 60, "--num-reps", 4, "--seeds", 2)
_METHODS = [method.value for method in Method]
_INSTANT = datetime.fromisoformat(AT)


@pytest.fixture(scope="module")
def small() -> list[dict[str, Any]]:
    """The rows of a small run over two levels of slots."""
    return _rows(fairlead("simulate", *_SMALL, "--slots", "1.2,0.5", "--format", "json"))


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reps, the policy and the past leads of an organisation."""
    window = generate_window(300, 4, 4, _INSTANT - timedelta(hours=1))
    around_the_clock = tuple(
        Rep(rep_id=rep.rep_id, capacity=9, territories=("*",), skills=rep.skills)
        for rep in window.reps)
    folder = tmp_path_factory.mktemp("past")
    return write_inputs(folder, window.model_copy(update={"reps": around_the_clock}))


def _rows(run: Run) -> list[dict[str, Any]]:
    assert run.code == 0, run.stderr
    rows: list[dict[str, Any]] = json.loads(run.stdout)["rows"]
    return rows


def _own(past: Path, *arguments: object) -> Run:
    return fairlead("simulate", "--history", past / "leads.csv", "--reps", past / "reps.csv",
                    "--policy", past / "policy.yaml", "--at", AT, "--seeds", 2, *arguments)


def test_every_method_is_played_at_every_level(small: list[dict[str, Any]]) -> None:
    """Levels ascending, methods in their order, no method above hindsight."""
    levels = [(level, [row["method"] for row in rows]) for level, rows in groupby(
        small, key=lambda row: row["slots_per_lead"])]
    assert levels == [(0.5, _METHODS), (1.2, _METHODS)]
    assert all(0 < row["share_worst"] <= row["share"] <= 1 for row in small)
    assert all(row["value"] <= row["hindsight"] for row in small)
    assert all(row["owned"] <= 60 * min(1, row["slots_per_lead"]) for row in small)
    assert {row["hindsight_method"] for row in small} == {
        "exact: one min-cost flow over the reps' days"}


def test_differences_are_paired_to_optimal_windows(small: list[dict[str, Any]]) -> None:
    """The mean difference is the difference of the means; the base has none."""
    for _, level in groupby(small, key=lambda row: row["slots_per_lead"]):
        rows = {row["method"]: row for row in level}
        base = rows.pop("optimal")
        assert (base["difference"], base["difference_interval"]) == (None, None)
        for row in rows.values():
            assert row["difference"] == pytest.approx(row["value"] - base["value"])
            assert row["difference_interval"] >= 0


def test_scarce_slots_are_better_kept(small: list[dict[str, Any]]) -> None:
    """At half a slot per lead, refreshed floors bring more than windows without, and at once."""
    rows = {row["method"]: row for row in small if row["slots_per_lead"] == 0.5}
    assert rows["optimal_refreshed"]["share"] > rows["optimal"]["share"] + 0.1
    assert rows["instant"]["share"] > rows["optimal"]["share"] + 0.1
    assert rows["instant"]["wait_minutes"] == 0 < rows["optimal"]["wait_minutes"]


def test_each_format_shows_the_same_figures(small: list[dict[str, Any]]) -> None:
    """CSV has the rows of JSON, the table their shares; progress goes to stderr."""
    asked = ("simulate", *_SMALL, "--slots", "0.5,1.2")
    as_csv, table = fairlead(*asked, "--format", "csv"), fairlead_process(*asked)
    assert (as_csv.code, table.code) == (0, 0)
    read = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    assert [(row["method"], row["value"]) for row in read] == [
        (row["method"], str(row["value"])) for row in small]
    assert list(read[0]) == list(small[0])
    for row in small:
        (line,) = [line for line in table.stdout.splitlines()
                   if line.split()[:1] == [row["method"]] and f"{row['share']:.1%}" in line
                   and f"{row['share_worst']:.1%}" in line]
        assert " ± " in line
    assert table.stderr.splitlines() == ["played 0.50 slots per lead, seeds 1 to 2",
                                         "played 1.20 slots per lead, seeds 1 to 2"]


def test_figures_do_not_depend_on_the_number_of_processes(small: list[dict[str, Any]]) -> None:
    """Two processes give the very rows of one."""
    run = fairlead_process("simulate", *_SMALL, "--slots", "0.5,1.2", "--jobs", 2,
                           "--format", "json")
    assert _rows(run) == small


def test_one_world_has_no_interval() -> None:
    """Neither a number nor a sign stands where nothing is known."""
    asked = ("simulate", "--num-leads", 30, "--num-reps", 3, "--seeds", 1, "--slots", "0.5")
    rows = _rows(fairlead(*asked, "--format", "json"))
    assert {row["value_interval"] for row in rows} == {None}
    table = fairlead(*asked).stdout
    assert "0.50 slots per lead, 1 world; hindsight" in table
    assert "±" not in table


def test_windows_by_minutes_and_held_leads_that_return() -> None:
    """House rules change the figures: a lead that returns is owned later rather than lost."""
    asked = ("simulate", *_SMALL, "--slots", "0.8", "--format", "json")
    lost, back, hourly = (
        {row["method"]: row for row in _rows(fairlead(*asked, *rules))}
        for rules in ((), ("--held", "return"), ("--minutes", 60)))
    assert back["optimal_refreshed"]["owned"] >= lost["optimal_refreshed"]["owned"]
    assert back["optimal_refreshed"]["wait_minutes"] > lost["optimal_refreshed"]["wait_minutes"]
    assert hourly["optimal"]["wait_minutes"] < lost["optimal"]["wait_minutes"]


def test_an_own_past_is_played_for_the_own_reps(past: Path) -> None:
    """Without --slots the reps' own; with it, scaled; the days come from the past leads."""
    as_they_stand = _rows(_own(past, "--format", "json"))
    scaled = _rows(_own(past, "--slots", "0.5,2", "--days", 2, "--format", "json"))
    assert [row["method"] for row in as_they_stand] == _METHODS
    assert len({row["slots_per_lead"] for row in as_they_stand}) == 1
    assert all(row["owned"] <= 36 for row in as_they_stand)
    assert {row["slots_per_lead"] for row in scaled} == {0.5, 2}
    assert all(0 < row["share"] <= 1 for row in as_they_stand + scaled)
    assert "read 300 past leads and 4 reps; playing" in _own(past).stderr.splitlines()


@pytest.mark.parametrize(("suffix", "begin"), [(".png", b"\x89PNG"), (".svg", b"<?xml")])
def test_a_plot_is_the_same_file_each_time(suffix: str, begin: bytes, tmp_path: Path) -> None:
    """Of the kind that the name asks for, and drawn without a window."""
    files = [tmp_path / f"one{suffix}", tmp_path / f"two{suffix.upper()}"]
    asked = ("simulate", "--num-leads", 30, "--num-reps", 3, "--seeds", 1, "--slots", "0.5,1")
    runs = [fairlead(*asked, "--plot", files[0]), fairlead_process(*asked, "--plot", files[1])]
    assert [run.code for run in runs] == [0, 0], runs[1].stderr
    assert runs[0].stderr.splitlines()[-1] == f"wrote {files[0]}"
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].read_bytes().startswith(begin)


def test_an_svg_names_axes_and_methods(tmp_path: Path) -> None:
    """Text stays text, so that what the lines are can be read and searched."""
    run = fairlead("simulate", "--num-leads", 30, "--num-reps", 3, "--seeds", 1, "--plot",
                   tmp_path / "day.svg")
    assert run.code == 0
    text = (tmp_path / "day.svg").read_text(encoding="utf-8")
    assert all(name in text for name in (*_METHODS, "slots per lead", "share of hindsight"))


_HISTORY = ("--history", "leads.csv")


@pytest.mark.parametrize(("arguments", "says"), [
    (["--slots", "0.5,much"], "--slots '0.5,much' must be numbers above 0"),
    (["--slots", "0"], "must be numbers above 0 and at most 100, separated by commas"),
    (["--slots", "nan"], "must be numbers above 0"),
    (["--slots", "101"], "at most 100"),
    (["--windows", "10", "--minutes", "15"], "give one of them"),
    (["--plot", "day.pdf"], "--plot day.pdf must end in .png or .svg"),
    (["--plot", "absent/day.png"], "lies in a folder that does not exist"),
    (["--days", "3"], "--days needs --history FILE"),
    (["--at", AT], "--at needs --history FILE"),
    (["--reps", "reps.csv"], "--reps needs --history FILE"),
    (_HISTORY, "--history needs --reps FILE"),
    ([*_HISTORY, "--reps", "reps.csv", "--num-leads", "9"], "are of made-up days"),
    ([*_HISTORY, "--reps", "reps.csv", "--leads", "leads.csv"], "--leads has no place here"),
    ([*_HISTORY, "--reps", "absent.csv"], "'absent.csv' cannot be read"),
    ([*_HISTORY, "--reps", "reps.csv", "--at", "noon"], "--at 'noon' must be an instant"),
])
def test_a_call_that_cannot_be_carried_out_ends_with_2(
        arguments: list[str], says: str, past: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line on stderr names the option and the remedy; nothing is played or written."""
    monkeypatch.chdir(past)
    before = sorted(past.iterdir())
    run = fairlead("simulate", *arguments)
    assert (run.code, run.stdout) == (2, "")
    assert run.said[-1].startswith("error: ")
    assert says in run.said[-1]
    assert sorted(past.iterdir()) == before


@pytest.mark.parametrize("arguments", [
    ["--seeds", "0"], ["--num-leads", "0"], ["--minutes", "0"], ["--jobs", "0"],
    ["--held", "kept"], ["--days", "61"]])
def test_a_number_out_of_range_ends_with_2(arguments: list[str]) -> None:
    """The parser names the option and its range."""
    run = fairlead_process("simulate", *arguments)
    assert (run.code, run.stdout) == (2, "")
    assert f"Invalid value for '{arguments[0]}'" in run.stderr


def test_a_past_in_the_future_is_an_error(past: Path) -> None:
    """The days begin where the past ends."""
    run = _own(past, "--at", "2026-11-01T00:00:00Z")
    assert (run.code, run.stdout) == (3, "")
    assert any(line.startswith("error HISTORY_IN_FUTURE leads.csv, column created_at, id ")
               for line in run.said)


def test_an_empty_past_cannot_be_played(past: Path, tmp_path: Path) -> None:
    """A header without rows has no leads to draw from."""
    (tmp_path / "history.csv").write_text(
        render_inputs(generate_window(1, 1, 1, _INSTANT))["leads.csv"].splitlines()[0] + "\n",
        encoding="utf-8")
    run = _own(past, "--history", tmp_path / "history.csv")
    assert (run.code, run.stdout) == (3, "")
    assert any(line.startswith("error EMPTY_HISTORY history.csv") for line in run.said)


def test_help_imports_no_plotting() -> None:
    """Matplotlib is loaded only by a run."""
    run = python_process("-c", "import sys\nfrom api.cli import app\n"
                         "assert not {'matplotlib', 'numpy', 'solver'} & set(sys.modules)")
    assert (run.code, run.stderr) == (0, "")
