"""``fairlead capacity``: the ranking, and every question about slots."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from solver import generate_window, solve
from solver.capacity import (
    best_slots_to_add,
    best_slots_to_move,
    best_slots_within,
    rank_slots,
    value_curve,
    value_of_training,
)
from solver.models.floors import Floors, ForecastBasis, RepFloor
from solver.scenarios import AddReps, Scenario
from solver.what_ifs import what_if
from tests.command_line import AT, Run, fairlead, reading, write_inputs

_WINDOW = generate_window(80, 6, seed=5, at=datetime.fromisoformat(AT))
_REPS = tuple(rep.rep_id for rep in _WINDOW.reps if rep.active)
_TEAM = next(rep.team for rep in _WINDOW.reps if rep.active and rep.team)
_SKILL = min(name for rep in _WINDOW.reps for name in rep.skills)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a window."""
    return write_inputs(tmp_path_factory.mktemp("capacity"), _WINDOW)


def _capacity(folder: Path, *arguments: object) -> Run:
    return fairlead("capacity", *reading(folder), "--raw", "--at", AT, *arguments)


def _json(folder: Path, *arguments: object) -> Any:
    run = _capacity(folder, *arguments, "--format", "json")
    assert run.code == 0, run.stderr
    return json.loads(run.stdout)


def test_the_ranking_is_that_of_the_plan(folder: Path) -> None:
    """Reps, teams and territories; the same as CSV, money in whole units."""
    ranking = rank_slots(solve(_WINDOW), _WINDOW)
    assert _json(folder)["ranking"] == ranking.model_dump(mode="json")
    rows = list(csv.DictReader(io.StringIO(_capacity(folder, "--format", "csv").stdout)))
    assert [(row["kind"], row["name"]) for row in rows] == [
        *(("rep", one.name) for one in ranking.reps),
        *(("team", one.name) for one in ranking.teams),
        *(("territory", one.name) for one in ranking.territories)]
    assert [Decimal(row["more"]) * 100 for row in rows if row["kind"] == "rep"] == [
        one.more for one in ranking.reps]
    assert {row["currency"] for row in rows} == {_WINDOW.policy.currency}


def test_every_question_is_answered_as_the_library_does(folder: Path) -> None:
    """Money on the command line is whole units, in the answers minor units."""
    found = _json(folder, "--add", 3, "--move", 2, "--budget", "2,000.50", "--cost", 300, "--cost",
                  f"{_REPS[0]}=450.25", "--curve", 2, "--team", _TEAM, "--hire", f"{_REPS[1]}=3",
                  "--train", f"{_REPS[0]}:{_SKILL}=0.75")
    members = [rep.rep_id for rep in _WINDOW.reps if rep.active and rep.team == _TEAM]
    assert found["add"] == best_slots_to_add(_WINDOW, 3, reps=members).model_dump(mode="json")
    assert found["move"] == best_slots_to_move(_WINDOW, 2, reps=members).model_dump(mode="json")
    cost = {**dict.fromkeys(members, 30_000), _REPS[0]: 45_025}
    assert found["bought"] == best_slots_within(_WINDOW, 200_050, cost).model_dump(mode="json")
    assert found["curves"] == {_TEAM: value_curve(_WINDOW, members, fewer=2, more=2).model_dump(
        mode="json")}
    (hire,) = found["hires"]
    assert hire["rep_id"] == f"{_REPS[1]}+1"
    assert [point["slots"] for point in hire["points"]] == [0, 1, 2, 3]
    assert found["trainings"] == [
        value_of_training(_WINDOW, _REPS[0], _SKILL, 0.75).model_dump(mode="json")]


def test_a_hire_has_the_floor_of_the_rep_whom_it_is_like(folder: Path) -> None:
    """So that the answer is that of the scenario add_reps."""
    at, rep = datetime.fromisoformat(AT), _REPS[-1]
    floors = Floors(
        at=at, until=at + timedelta(days=7), refresh_at=at + timedelta(days=1),
        basis=ForecastBasis.STEADY, history_leads=100, history_days=7.0, scale=1.0,
        expected_leads=10.0, samples=5, seed=0, currency=_WINDOW.policy.currency,
        floors=tuple(RepFloor(rep_id=one.rep_id, floor=1_000_00) for one in _WINDOW.reps))
    (folder / "floors.json").write_text(floors.model_dump_json(), encoding="utf-8")
    found = _json(folder, "--floors", folder / "floors.json", "--hire", f"{rep}=2")
    scenario = Scenario(name="hire", edits=(AddReps(like=rep, capacity=2),))
    figures = what_if(_WINDOW, [scenario], floors=floors).results[0].figures
    assert figures is not None
    assert found["hires"][0]["points"][2]["objective"] == figures.objective


def test_tables_show_every_answer(folder: Path) -> None:
    """Each with its title; a curve for each team where none is named."""
    run = _capacity(folder, "--add", 2, "--move", 1, "--budget", 1000, "--cost", 300, "--curve", 1,
                    "--hire", f"{_REPS[0]}=2", "--train", f"{_REPS[0]}:{_SKILL}=1")
    assert run.code == 0, run.stderr
    for text in ("by what one slot more would bring", "Teams", "Territories",
                 "The best slots to add", "The best slots to move",
                 "The best slots within 1,000.00", f"Value against capacity of team {_TEAM}",
                 "A hire", "Trainings", "They cost", "limited by",
                 "All figures are changes of what decides"):
        assert text in run.stdout, text


@pytest.mark.parametrize(("arguments", "said"), [
    (["--budget", 5], "belong together"), (["--cost", 5], "belong together"),
    (["--budget", "much", "--cost", 5], "must be money"),
    (["--budget", 5, "--cost", "0.001"], "must be money"),
    (["--budget", 5, "--cost", 5, "--cost", 6], "both are of every rep"),
    (["--budget", 5, "--cost", "none=5"], "no rep of the window is called 'none'"),
    (["--team", "Nobody's"], "no active rep is in it"), (["--hire", "none=2"], "is called 'none'"),
    (["--hire", f"{_REPS[0]}=0"], "REP=SLOTS"), (["--train", f"{_REPS[0]}=1"], "REP:SKILL=LEVEL"),
    (["--train", f"{_REPS[0]}:crm=2"], "level from 0 to 1"),
    (["--train", f"{_REPS[0]}:{_SKILL}x=0.5"], f"Maybe it is {_SKILL!r}"),
    (["--train", "none:crm=0.5"], "rep 'none' is not in the window")])
def test_what_cannot_be_meant_is_refused(folder: Path, arguments: list[object], said: str) -> None:
    """Exit code 2, with the flag and what it should be."""
    run = _capacity(folder, *arguments)
    assert run.code == 2
    assert said in run.stderr


@pytest.mark.parametrize("question", [[], ["--add", 2]])
def test_rules_that_allow_no_answer_are_named_before_anything_is_solved(
        folder: Path, tmp_path: Path, question: list[object]) -> None:
    """Exit code 2, and the limits by their names."""
    policy = _WINDOW.policy.model_dump(mode="json", exclude_defaults=True)
    worth = sorted(lead.deal_value or 0.0 for lead in _WINDOW.leads)
    low, high = worth[len(worth) // 3], worth[2 * len(worth) // 3]
    limits = [{"name": name, "leads": f"lead.deal_value {band}", "upper": 3} for name, band in (
        ("early", f"< {high}"), ("late", f"> {low}"), ("both", f"!= {low}"))]
    path = tmp_path / "policy.json"
    path.write_text(json.dumps({**policy, "limits": limits}), encoding="utf-8")
    run = _capacity(folder, "--policy", path, *question)
    assert (run.code, run.stdout) == (2, "")
    assert "this window has limits ('early', 'late', 'both')" in run.stderr
    assert "solving" not in run.stderr
