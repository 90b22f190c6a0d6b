"""``fairlead whatif``: tables, data, wrong edits, results that are kept."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from solver import generate_window
from solver.scenarios import read_scenarios
from solver.what_ifs import Comparison, what_if
from tests.command_line import AT, Run, fairlead, reading, write_inputs
from tests.service.processes import Processes

_INSTANT = datetime.fromisoformat(AT)
_WINDOW = generate_window(60, 6, seed=11, at=_INSTANT)
_FIRST, _SECOND = (rep.rep_id for rep in _WINDOW.reps[:2])
_SCENARIOS: list[dict[str, Any]] = [
    {"name": "first leaves", "edits": [{"edit": "remove_reps", "rep_ids": [_FIRST]}]},
    {"name": "one more [like second]", "note": "from next week on",
     "edits": [{"edit": "add_reps", "like": _SECOND, "capacity": 4}]},
    {"name": "reserve", "edits": [{"edit": "policy", "set": {"reserve_value": 100}}]}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a window, and scenarios."""
    found = write_inputs(tmp_path_factory.mktemp("whatif"), _WINDOW)
    (found / "scenarios.json").write_text(json.dumps(_SCENARIOS), encoding="utf-8")
    return found


def _whatif(folder: Path, *arguments: object, scenarios: str = "scenarios.json") -> Run:
    return fairlead("whatif", *_files(folder), "--scenarios", folder / scenarios, *arguments)


def _files(folder: Path) -> list[object]:
    return [*reading(folder), "--raw", "--at", AT]


def test_json_is_what_the_library_says(folder: Path) -> None:
    """To the last field; each result echoes its edits."""
    run = _whatif(folder, "--format", "json")
    assert run.code == 0, run.stderr
    found = Comparison.model_validate_json(run.stdout)
    expected = what_if(_WINDOW, read_scenarios(folder / "scenarios.json"))
    assert found.base == expected.base
    assert found.results == expected.results
    assert [one.scenario.model_dump(mode="json", exclude_unset=True)["name"]
            for one in found.results] == [one["name"] for one in _SCENARIOS]


def test_csv_has_a_row_a_scenario(folder: Path) -> None:
    """The base first; differences are those of the figures."""
    base, *rows = csv.DictReader(io.StringIO(_whatif(folder, "--format", "csv").stdout))
    assert base["scenario"] == "as it is"
    assert [row["scenario"] for row in rows] == [one["name"] for one in _SCENARIOS]
    for row in rows:
        for name in ("value", "objective", "owned", "held"):
            assert Decimal(row[name]) - Decimal(base[name]) == Decimal(row[f"{name}_difference"])
    assert Decimal(base["objective"]) * 100 == what_if(_WINDOW, ()).base.objective
    assert {row["currency"] for row in (base, *rows)} == {_WINDOW.policy.currency}
    assert int(rows[0]["owned_difference"]) <= 0
    assert int(rows[0]["moved"]) > 0


def test_tables_show_figures_reasons_and_moves(folder: Path) -> None:
    """Names are shown as they are; cascades are marked."""
    shown = _whatif(folder).stdout
    for text in ("as it is", "first leaves", "one more [like second]", "Held, by first reason",
                 "Who moved", "edited", "The objective decides", "Prices: the lowest",
                 "Leads are those that are routed"):
        assert text in shown
    assert "-0.00" not in shown


def test_who_moved_shows_every_scenario(folder: Path) -> None:
    """How many moved and how many because others did, and some of each."""
    many = [{"name": f"{nth}: half as many again", "edits": [
        {"edit": "scale_leads", "factor": 1.5}]} for nth in range(4)]
    (folder / "more.json").write_text(json.dumps(many), encoding="utf-8")
    found = what_if(_WINDOW, read_scenarios(folder / "more.json")).results
    shown = _whatif(folder, scenarios="more.json").stdout
    counts, first = shown[shown.index("How many moved"):].split("Who moved, the first 6 of each")
    for result in found:
        cascades = sum(move.cascade for move in result.moves)
        line = next(line for line in counts.splitlines() if result.scenario.name in line)
        assert line.split()[-2:] == [str(len(result.moves)), str(cascades)]
        assert first.count(result.scenario.name) == 6


def test_a_scenario_without_a_plan_says_why(folder: Path) -> None:
    """The others are solved."""
    limits = [{"name": "all", "leads": "lead.deal_value >= 0", "lower": 5_000}]
    scenarios = [_SCENARIOS[0], {"name": "too much", "edits": [
        {"edit": "policy", "set": {"limits": limits}}]}]
    (folder / "conflict.json").write_text(json.dumps(scenarios), encoding="utf-8")
    run = _whatif(folder, scenarios="conflict.json")
    assert run.code == 0, run.stderr
    assert "too much has no plan" in run.stdout


def test_what_is_ill_written_and_what_does_not_fit_are_named_in_one_round(folder: Path) -> None:
    """Each with its row, in the order of the file."""
    (folder / "both.yaml").write_text(
        "- name: a\n  edits:\n  - {edit: remove_reps, rep_ids: [nobody]}\n"
        "- name: b\n  edits:\n  - {edit: what}\n"
        f"- name: c\n  edits:\n  - edit: add_reps\n    like: {_FIRST}\n"
        "    changes:\n      min_deal: 2\n      max_deal: 1\n", encoding="utf-8")
    run = _whatif(folder, scenarios="both.yaml")
    assert run.code == 3
    places = [run.stderr.index(f"row {row}, column scenarios[{at}].edits[0]")
              for at, row in enumerate((3, 6, 12))]
    assert places == sorted(places)


def test_wrong_edits_are_named_before_anything_runs(folder: Path) -> None:
    """All of them, with scenario, position and remedy; exit code 3, and no figure."""
    (folder / "wrong.yaml").write_text(
        "- name: a\n  edits:\n  - {edit: remove_reps, rep_ids: [nobody]}\n"
        f"- name: b\n  edits:\n  - {{edit: capacity, rep_ids: [{_FIRST}], add: -10000}}\n"
        "  - {edit: remove_reps, where: \"rep.team = 'No such team'\"}\n", encoding="utf-8")
    run = _whatif(folder, scenarios="wrong.yaml")
    assert (run.code, run.stdout) == (3, "")
    for text in ("wrong.yaml", "scenarios[0].edits[0]", "'nobody'", "scenarios[1].edits[0]",
                 "scenarios[1].edits[1]"):
        assert text in run.stderr
    assert "solving" not in run.stderr


@pytest.mark.parametrize(("arguments", "said"), [
    (["--jobs", 2, "--dask", "tcp://127.0.0.1:1"], "give one of them"),
    (["--keep", "/none/there/file"], "lies in a folder that does not exist"),
    (["--floors", "none.json"], "none.json")])
def test_what_cannot_be_meant_is_refused(folder: Path, arguments: list[object], said: str) -> None:
    """Exit code 2, one line."""
    run = _whatif(folder, *arguments)
    assert run.code == 2
    assert said in run.stderr


def test_an_interrupted_run_shows_what_is_done_and_goes_on(folder: Path, tmp_path: Path) -> None:
    """Ctrl-C: exit code 5; the same command then ends with what an undisturbed one says."""
    many = [{"name": f"{nth} slots", "edits": [
        {"edit": "capacity", "rep_ids": [_FIRST], "set": nth % 40}, {
            "edit": "scale_leads", "factor": 1 + nth / 100}]} for nth in range(240)]
    (folder / "many.json").write_text(json.dumps(many), encoding="utf-8")
    keep = tmp_path / "results"
    arguments = ["whatif", *_files(folder), "--scenarios", folder / "many.json", "--keep", keep,
                 "--format", "json", "--jobs"]
    with Processes() as processes:
        first = processes.fairlead(*arguments, 2)
        first.wait_for_line(r"scenarios: [\d,]+ of 240 done", 60)
        os.kill(first.pid, signal.SIGINT)
        assert first.wait(60) == 5, first.log
    assert "the same command goes on from there" in first.log
    done = len(keep.read_text(encoding="utf-8").splitlines()) - 1
    assert 0 < done < 240
    assert f"interrupted: {done:,} of 240 scenarios are done" in first.log
    second = fairlead(*arguments, 1)
    assert second.code == 0, second.stderr
    assert len(keep.read_text(encoding="utf-8").splitlines()) == 241
    assert fairlead(*arguments, 1).stdout == second.stdout
    undisturbed = what_if(_WINDOW, read_scenarios(folder / "many.json"))
    assert Comparison.model_validate_json(second.stdout).results == undisturbed.results
