"""``fairlead route`` and ``fairlead demo``: from files to a plan."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path

import typer

from api.cli.comparison import comparison_rows
from api.cli.exits import ExitCode, end_stopped, invoked_as, say, say_issues
from api.cli.floor_tables import print_floor_rules
from api.cli.given_floors import GivenFloors
from api.cli.instants import parse_at
from api.cli.reading_options import ReadingOptions
from api.cli.summary import plan_summary
from api.cli.tables import print_comparison, print_current, print_passed_over, print_plan
from api.out_file import check_out_file, write_out_file
from api.out_folder import PLAN_FOLDER, check_folder, write_folder
from solver.calls_file import plan_calls, render_calls
from solver.explanation import money, rep_labels
from solver.explanation.passed_over import passed_over
from solver.models import Engine, Floors, Issue, IssueCode, Plan, Severity, Window
from solver.plan_files import LEDGER_FILE, render_plan
from solver.reading.slots_file import read_last_prices
from solver.sales_floor.ledger import keeps_ledger, next_ledger
from solver.solving import compare as solve_and_compare
from solver.solving import solve
from solver.verify import verify_plan
from solver.writing.ledger import render_ledger

#: The instant at which the committed sample is routed, a Wednesday.
DEMO_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RouteFiles:
    """What `route` reads besides READING, and where it writes."""

    out: Path | None = None
    """Folder of the plan."""
    calls: Path | None = None
    """The call list."""
    floors: Path | None = None
    last_prices: Path | None = None
    """``slots.csv`` of the window before."""


@dataclass(frozen=True, slots=True)
class Stops:
    """When a run that is no flow stops with the best plan so far."""

    seconds: float | None = 30.0
    rounds: int | None = None


def route(reading: ReadingOptions, at: str | None, named: RouteFiles, compare: bool,
          output_format: str, stops: Stops = Stops()) -> None:
    """Read, solve, write, print; arguments are those of the command."""
    instant = parse_at(at)
    out, floors_file = named.out, named.floors
    inputs = [*reading.paths(), *(file for file in (floors_file, named.last_prices) if file)]
    if out is not None:
        check_folder(out, PLAN_FOLDER, inputs)
    if named.calls is not None:
        check_out_file(named.calls, "--calls", inputs)
    given = GivenFloors(floors_file)
    last_prices = None if named.last_prices is None else read_last_prices(named.last_prices)
    read = reading.read_all(instant)
    window = read.window
    assert window is not None
    floors = given.fitting(window)
    if last_prices is not None and not last_prices.keys() & {rep.rep_id for rep in window.reps}:
        say(f"{named.last_prices} names none of these reps; its prices are of no use here")
    say(f"read {len(window.leads):,} leads and {len(window.reps):,} reps; routing")
    decide = solve_and_compare if compare else _alone
    plan, baselines = decide(window, floors=floors, time_limit=stops.seconds,
                             rounds=stops.rounds, last_prices=last_prices)
    _say_solved(plan)
    _warn_if_nothing_is_routed(plan)
    if out is not None:
        _write(plan, out, window)
    if named.calls is not None:
        lists = plan_calls(plan, window, read.prepared, read.activities)
        write_out_file(named.calls, "--calls", render_calls(lists, window, read.prepared))
        say(f"wrote {sum(len(one.calls) for one in lists):,} calls to {named.calls}")
    _print(window, plan, baselines, output_format)
    end_stopped(plan.stopped_by, _how_far(plan))


def _alone(window: Window, *, floors: Floors | None, time_limit: float | None,
           rounds: int | None, last_prices: Mapping[str, int] | None
           ) -> tuple[Plan, dict[Engine, Plan]]:
    return solve(window, floors=floors, time_limit=time_limit, rounds=rounds,
                 last_prices=last_prices), {}


def demo(out: Path | None) -> None:
    """Route the committed sample at ``DEMO_AT``, compare and check it."""
    with as_file(files("api") / "sample") as sample:
        reading = ReadingOptions(
            leads=sample / "leads.csv", reps=sample / "reps.csv", accounts=None,
            policy=sample / "policy.yaml", preset=None, columns=None, timezone=None)
        if out is not None:
            check_folder(out, PLAN_FOLDER, reading.paths())
        say("routing api/sample/{leads.csv,reps.csv,policy.yaml} at 2026-11-18T15:00:00Z")
        window = reading.read(DEMO_AT)
    plan, baselines = solve_and_compare(window)
    if out is not None:
        _write(plan, out, window)
    _print(window, plan, baselines, "table")
    checks = verify_plan(window, plan)
    passed = sum(check.passed for check in checks)
    print(f"Checked without the optimiser: {passed} of {len(checks)} checks pass.")
    example = max(plan.assignments, key=lambda a: a.value).lead_id
    program = invoked_as()
    print(f"Next: {program} demo --out plan && {program} explain plan --lead {example}\n"
          f"or your own files: {program} route --help")
    if passed < len(checks):
        raise typer.Exit(ExitCode.CHECK_FAILED)


def _say_solved(plan: Plan) -> None:
    say(f"solved: {len(plan.assignments):,} owned, {len(plan.held):,} held, {len(plan.kept):,} "
        f"kept, gap {money(plan.certificate.gap)}")


def _how_far(plan: Plan) -> str:
    """Say how far a plan can be from the best."""
    gap, objective = plan.certificate.gap, plan.certificate.objective
    share = f", {gap / objective:.2%} of its objective" if objective > 0 else ""
    return f"no plan brings more than {money(gap)} {plan.policy.currency} above it{share}"


def _write(plan: Plan, out: Path, window: Window) -> None:
    files = render_plan(plan)
    if keeps_ledger(window):
        files[LEDGER_FILE] = render_ledger(next_ledger(window, plan))
    write_folder(out, files)
    say(f"wrote {', '.join(files)} to {out}")


def _print(window: Window, plan: Plan, baselines: dict[Engine, Plan], output_format: str) -> None:
    rows = comparison_rows(plan, baselines) if baselines else []
    if output_format == "json":
        print(json.dumps(plan_summary(plan, rows, baselines.get(Engine.CURRENT),
                                      passed_over(window, plan)), indent=2))
    elif output_format == "csv":
        sys.stdout.write(render_plan(plan)["assignments.csv"].decode())
    else:
        print_plan(window, plan)
        print_floor_rules(plan, rep_labels(window.reps))
        print_passed_over(passed_over(window, plan))
        if rows:
            print_comparison(rows)
            print_current(baselines[Engine.CURRENT])


def _warn_if_nothing_is_routed(plan: Plan) -> None:
    if plan.assignments or not (plan.held or plan.kept):
        return
    code, rule, remedy = (
        (IssueCode.ALL_HELD, f"every one of the {len(plan.held):,} leads to route is held",
         "See held.csv for the reasons") if plan.held else
        (IssueCode.ALL_KEPT,
         f"every one of the {len(plan.kept):,} leads has an owner and stays there",
         "Name queues and integration users under placeholder_owners in the policy, or set "
         "route_when: all"))
    say_issues([Issue(code=code, severity=Severity.WARNING, file="plan", rule=rule,
                      remedy=remedy)])
