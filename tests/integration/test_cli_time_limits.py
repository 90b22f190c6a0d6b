"""What the command line says and ends with where a limit stops a run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer

from api.cli.exits import ExitCode, end_stopped
from solver import solving
from solver.matrix.pairs import Problem
from solver.models import StoppedBy
from solver.prices_first import problem as prices_first_problem
from solver.prices_first.transportation import Optimum
from solver.program.core_run import NoChoiceFoundError
from solver.program.engine import solve_mip
from solver.program.program import Choice, Ints, Program, SolveLimits, Stop
from solver.warm_up import warm_up_prices_first
from tests.command_line import Run, fairlead, reading

_AT = "2026-11-18T09:00:00Z"
_LEADS = """\
lead_id,created_at,deal_value,score,effort
a1,2026-11-18T08:00:00Z,900,100,2
b1,2026-11-18T08:00:00Z,700,100,3
c1,2026-11-18T08:00:00Z,400,100,2
"""
_REPS = "rep_id,capacity,name,performance\nana,5,Ana,1\nben,4,Ben,0.9\n"


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """The folder of a window for the MIP: leads take 2 or 3 slots."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in (("leads.csv", _LEADS), ("reps.csv", _REPS), ("policy.yaml", "{}\n")):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _route(inputs: Path, out: Path) -> Run:
    return fairlead("route", *reading(inputs), "--at", _AT, "--rounds", 200, "--out", out)


def test_a_run_that_a_limit_stopped_ends_with_5(inputs: Path, tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan is written and passes its checks, and the exit code says that it is unproven."""
    def stopped(program: Program, limits: SolveLimits, start: Ints | None = None) -> Choice:
        choice = solve_mip(program, limits, start)
        return replace(choice, engine_bound=choice.objective + 1, bound=choice.bound + 1,
                       stop=Stop.TIME_LIMIT)
    monkeypatch.setattr("solver.sales_floor.engine.solve_mip", stopped)
    run = _route(inputs, tmp_path / "plan")
    assert run.code == 5
    assert "stopped by the time limit: not proven to be the best" in run.said
    assert run.stdout
    assert (tmp_path / "plan" / "plan.json").exists()


def test_a_run_without_a_plan_in_time_ends_with_6(inputs: Path, tmp_path: Path,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written, and the remedy is named."""
    def nothing(_: Program, limits: SolveLimits, __: Ints | None = None) -> Choice:
        raise NoChoiceFoundError(limits)
    monkeypatch.setattr("solver.sales_floor.engine.solve_mip", nothing)
    run = _route(inputs, tmp_path / "plan")
    assert (run.code, run.stdout) == (6, "")
    assert "allow more time" in run.said[-1]
    assert not (tmp_path / "plan").exists()


def test_explain_keeps_its_time_limit(inputs: Path, tmp_path: Path,
                                      monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine that forces the pair has no more seconds than the option gives."""
    _route(inputs, tmp_path / "plan")
    rows = json.loads((tmp_path / "plan" / "plan.json").read_bytes())["assignments"]
    owner = next(row["rep_id"] for row in rows if row["lead_id"] == "a1")
    other = "ben" if owner == "ana" else "ana"
    given: list[float | None] = []

    def recorded(program: Program, limits: SolveLimits, start: Ints | None = None) -> Choice:
        given.append(limits.seconds)
        return solve_mip(program, limits, start)
    monkeypatch.setattr("solver.sales_floor.engine.solve_mip", recorded)
    run = fairlead("explain", tmp_path / "plan", "--lead", "a1", "--rep", other,
                   "--time-limit", "4", *reading(inputs))
    assert run.code == 0
    [seconds] = given
    assert seconds is not None
    assert 0 < seconds <= 4


def test_only_a_limit_ends_a_command_with_5() -> None:
    """A proof and a rule do not."""
    for stop in StoppedBy:
        if stop in (StoppedBy.TIME_LIMIT, StoppedBy.ROUND_LIMIT):
            with pytest.raises(typer.Exit) as ended:
                end_stopped(stop)
            assert ended.value.exit_code == ExitCode.STOPPED
        else:
            end_stopped(stop)


@pytest.mark.parametrize("more", [(), ("--compare",)])
def test_a_large_plain_window_says_how_far_it_can_be(inputs: Path, tmp_path: Path,
                                                     monkeypatch: pytest.MonkeyPatch,
                                                     more: tuple[str, ...]) -> None:
    """The clock and the last prices reach it, beside today's routers too."""
    leads = inputs / "leads.csv"
    leads.write_text(_LEADS.replace(",effort", "").replace("100,2", "100").replace(
        "100,3", "100"), encoding="utf-8")
    monkeypatch.setattr(solving, "PRICES_FIRST_PAIRS", 1)
    warm_up_prices_first()  # solves a window of its own, once in a process
    found, given = prices_first_problem.solve_problem, []

    def stopped(problem: Problem, **options: Any) -> Optimum:
        given.append((options["clock"].seconds, options["last_prices"]))
        optimum = found(problem, **options)
        return replace(optimum, gain=optimum.gain + 1, stopped_by=StoppedBy.TIME_LIMIT)
    monkeypatch.setattr(prices_first_problem, "solve_problem", stopped)
    slots = tmp_path / "slots.csv"
    slots.write_text("rep_id,price\nana,1.00\n", encoding="utf-8")
    run = fairlead("route", *reading(inputs), "--at", _AT, "--time-limit", "7",
                   "--last-prices", slots, *more)
    assert given[-1] == (7.0, {"ana": 100})
    assert run.code == 5
    assert run.said[-2] == "stopped by the time limit: not proven to be the best"
    assert run.said[-1].startswith("no plan brings more than 0.0")
    assert ("best so far" in run.stdout) == bool(more)


def test_last_prices_of_other_reps_are_said_to_be_of_no_use(inputs: Path, tmp_path: Path) -> None:
    """The plan is the same, and the user learns that the file is of another floor."""
    slots = tmp_path / "slots.csv"
    slots.write_text("rep_id,price\nnobody,5.00\n", encoding="utf-8")
    run = fairlead("route", *reading(inputs), "--at", _AT, "--last-prices", slots)
    assert f"{slots} names none of these reps; its prices are of no use here" in run.said
    assert run.code in (0, 5)
