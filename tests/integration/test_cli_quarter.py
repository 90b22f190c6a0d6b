"""``fairlead quarter``: scenarios played, intervals, staffing, results that are kept."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.cli import quarter as command
from solver.generate import generate_window
from solver.models import Rep
from solver.quarter import Fixed, GeneratedWorlds, HouseRules, Measure, play_quarter
from solver.quarter.makers import QUARTER_DAYS
from solver.scenarios import Scenario
from tests.command_line import AT, Run, fairlead, write_inputs

_SIZE = ("--num-leads", 12, "--num-reps", 3, "--days", 4, "--jobs", 1)
#: Floors, and many windows, take the time of a quarter.
_QUICK = ("--method", "optimal", "--minutes", 240)
_SCENARIOS: list[dict[str, Any]] = [
    {"name": "half the leads", "edits": [{"edit": "scale_leads", "factor": 0.5}]}]


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of one scenario."""
    file = tmp_path_factory.mktemp("quarter") / "scenarios.json"
    file.write_text(json.dumps(_SCENARIOS), encoding="utf-8")
    return file


def _quarter(*arguments: object) -> Run:
    return fairlead("quarter", *_SIZE, *_QUICK, *arguments)


def test_json_is_what_the_library_says(scenarios: Path) -> None:
    """Means, intervals and paired differences of every measure, by the same rules of the house."""
    run = fairlead("quarter", *_SIZE, "--days", 1, "--scenarios", scenarios, "--replications", 2,
                   "--format", "json")
    assert run.code == 0, run.stderr
    worlds = GeneratedWorlds(12, 3, 1, 0.8, type(QUARTER_DAYS)(
        at=QUARTER_DAYS.at, days=1, history_days=QUARTER_DAYS.history_days, calendars=True))
    expected = play_quarter(worlds, [Scenario.model_validate(one) for one in _SCENARIOS],
                            replications=Fixed(2), rules=HouseRules())
    assert json.loads(run.stdout) == json.loads(expected.model_dump_json())


def test_csv_has_a_row_a_scenario_and_measure(scenarios: Path) -> None:
    """Half the leads are owned less; value is in whole units of its currency."""
    rows = list(csv.DictReader(io.StringIO(
        _quarter("--scenarios", scenarios, "--replications", 3, "--format", "csv").stdout)))
    assert [(row["scenario"], row["measure"]) for row in rows] == [
        (name, measure.value) for name in ("as it is", "half the leads") for measure in Measure]
    owned = next(row for row in rows if row["scenario"] == "half the leads"
                 and row["measure"] == "owned")
    assert float(owned["difference"]) < 0
    for row in rows:
        is_value = row["measure"] == "value"
        assert row["currency"] == ("USD" if is_value else "")
        assert not is_value or row["mean"][-3] == "."


def test_the_table_says_how_it_was_made(scenarios: Path) -> None:
    """Rule, windows and what in time means."""
    shown = _quarter("--scenarios", scenarios, "--replications", 2).stdout
    for text in ("2 quarters", "half the leads", "2 replications, as given", "in time", "±"):
        assert text in shown


def test_a_wanted_width_decides_how_many(scenarios: Path) -> None:
    """Stein's rule; a width in money that a first stage has already ends with it."""
    run = _quarter("--scenarios", scenarios, "--half-width", 1e9, "--format", "json")
    assert run.code == 0, run.stderr
    assert json.loads(run.stdout)["num_replications"] == 10


def test_kept_results_are_played_once(scenarios: Path, tmp_path: Path,
                                      monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted after two quarters they are shown, exit code 5, and the next run goes on."""
    keep = tmp_path / "results"
    asked = ("--scenarios", scenarios, "--replications", 4, "--format", "json", "--keep", keep)
    whole = _quarter(*asked[:-2])
    monkeypatch.setattr(command, "progress_of", _interrupting(5))
    first = _quarter(*asked)
    assert first.code == 5, first.stderr
    assert "interrupted: 2 of 4 quarters are done" in first.stderr
    assert json.loads(first.stdout)["num_replications"] == 2
    counts: list[int] = []
    monkeypatch.setattr(command, "progress_of", _counting(counts))
    second = _quarter(*asked)
    assert (second.code, second.stdout) == (0, whole.stdout)
    assert counts == [5, 6, 7, 8]


def test_an_interrupted_run_that_is_to_be_precise_says_so(
        scenarios: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done is shown with Student's interval, and nobody takes it for what was asked."""
    monkeypatch.setattr(command, "progress_of", _interrupting(7))
    run = _quarter("--scenarios", scenarios, "--half-width", 1e9, "--format", "json")
    assert run.code == 5, run.stderr
    assert "interrupted: 3 quarters are done, too few for intervals as narrow" in run.stderr
    found = json.loads(run.stdout)
    assert (found["num_replications"], found["precise"]) == (3, False)


class _interrupting:  # noqa: N801 - stands in for a function
    """Progress that ends as by Ctrl-C after so many items."""

    def __init__(self, after: int) -> None:
        self._after = after

    def __call__(self, _: str) -> _interrupting:
        return self

    def __enter__(self) -> Any:
        def tell(done: int, _: int) -> None:
            if done == self._after:
                raise KeyboardInterrupt
        return tell

    def __exit__(self, *_: object) -> None:
        pass


class _counting(_interrupting):  # noqa: N801 - likewise
    """Progress that writes down what it is told."""

    def __init__(self, counts: list[int]) -> None:
        super().__init__(-1)
        self._counts = counts

    def __enter__(self) -> Any:
        return lambda done, _: self._counts.append(done)


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reps, the policy and the past leads of an organisation."""
    window = generate_window(300, 4, 4, datetime.fromisoformat(AT) - timedelta(hours=1))
    around_the_clock = tuple(
        Rep(rep_id=rep.rep_id, capacity=9, territories=("*",), skills=rep.skills, team="one")
        for rep in window.reps)
    return write_inputs(tmp_path_factory.mktemp("past"),
                        window.model_copy(update={"reps": around_the_clock}))


def _own(past: Path) -> list[object]:
    return ["quarter", "--history", past / "leads.csv", "--reps", past / "reps.csv", "--policy",
            past / "policy.yaml", "--at", AT, "--days", 7, "--jobs", 1, *_QUICK]


def test_an_own_past_is_played(past: Path) -> None:
    """For the reps of the file; the same seed gives the same figures."""
    runs = [fairlead(*_own(past), "--replications", 2, "--format", "json") for _ in range(2)]
    assert runs[0].code == 0, runs[0].stderr
    assert runs[0].stdout == runs[1].stdout
    assert json.loads(runs[0].stdout)["base"]["measures"]["owned"]["level"]["mean"] > 0


def test_staffing_in_one_call(past: Path) -> None:
    """A table by hour and day, checked on fresh quarters; the same as CSV and JSON."""
    asked = ("--staffing", 0.8, "--within", 120, "--probability", 0.8)
    shown = fairlead(*_own(past), *asked)
    assert shown.code == 0, shown.stderr
    assert "Team one" in shown.stdout
    assert "Checked on 40 fresh quarters" in shown.stdout
    assert "All hours are those of UTC" in shown.stdout
    said = list(dict.fromkeys(line.partition(":")[0] for line in shown.stderr.splitlines()
                              if line.startswith("quarters")))
    assert said[0] == "quarters to plan from"
    assert said[1].startswith("quarters to raise short hours by, round 1 of 3")
    assert said[-1] == "quarters to check the plan on"
    rows = list(csv.DictReader(io.StringIO(fairlead(*_own(past), *asked, "--format", "csv"
                                                    ).stdout)))
    found = json.loads(fairlead(*_own(past), *asked, "--format", "json").stdout)
    assert [int(row["capacity"]) for row in rows] == found["teams"][0]["capacity"]


@pytest.mark.parametrize(("arguments", "said"), [
    (["--replications", 3, "--half-width", 5], "give one of them"),
    (["--reps", "reps.csv"], "needs --history FILE"),
    (["--staffing", 0.9, "--keep", "x"], "--staffing plays no scenarios"),
    (["--staffing", 1.5], "service_level 1.5"),
    (["--staffing", 0.9, "--replications", 5], "plans from 20 quarters and checks on 40"),
    (["--leads", "leads.csv"], "--leads has no place here"),
    (["--history", "x", "--reps", "y"], "are of made-up days")])
def test_what_cannot_be_meant_is_refused(arguments: list[object], said: str) -> None:
    """Exit code 2, with what to do instead."""
    run = _quarter(*arguments)
    assert run.code == 2
    assert said in run.stderr
