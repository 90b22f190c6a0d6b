"""``fairlead route`` and ``fairlead demo``: from files to a plan."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path

from api.cli.comparison import comparison_rows
from api.cli.exits import say, say_issues
from api.cli.instants import parse_at
from api.cli.reading_options import ReadingOptions
from api.cli.summary import plan_summary
from api.cli.tables import print_comparison, print_plan
from api.plan_folder import check_plan_folder, write_plan_folder
from solver.models import Engine, Issue, IssueCode, Plan, Severity, Window
from solver.plan_files import render_plan
from solver.solving import compare as solve_and_compare
from solver.solving import solve

#: The instant at which the committed sample is routed, a Wednesday.
DEMO_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


def route(reading: ReadingOptions, at: str | None, out: Path | None, compare: bool,
          output_format: str) -> None:
    """Read, solve, write, print; arguments are those of the command."""
    instant = parse_at(at)
    if out is not None:
        check_plan_folder(out, reading.paths())
    window = reading.read(instant)
    plan, baselines = solve_and_compare(window) if compare else (solve(window), {})
    _warn_if_all_held(plan)
    if out is not None:
        write_plan_folder(out, render_plan(plan))
        say(f"wrote {', '.join(render_plan(plan))} to {out}")
    _print(window, plan, baselines, output_format)


def demo(out: Path | None) -> None:
    """Route the committed sample at ``DEMO_AT``, compare and check it."""
    from solver.verify import verify_plan

    with as_file(files("api") / "sample") as sample:
        reading = ReadingOptions(
            leads=sample / "leads.csv", reps=sample / "reps.csv", accounts=None,
            policy=sample / "policy.yaml", preset=None, columns=None, timezone=None)
        if out is not None:
            check_plan_folder(out, reading.paths())
        say("routing api/sample/{leads.csv,reps.csv,policy.yaml} at 2026-11-18T15:00:00Z")
        window = reading.read(DEMO_AT)
    plan, baselines = solve_and_compare(window)
    if out is not None:
        write_plan_folder(out, render_plan(plan))
        say(f"wrote {', '.join(render_plan(plan))} to {out}")
    _print(window, plan, baselines, "table")
    checks = verify_plan(window, plan)
    print(f"Checked without the optimiser: {sum(check.passed for check in checks)} of "
          f"{len(checks)} checks pass.")


def _print(window: Window, plan: Plan, baselines: dict[Engine, Plan], output_format: str) -> None:
    rows = comparison_rows(plan, baselines) if baselines else []
    if output_format == "json":
        print(json.dumps(plan_summary(plan, rows), indent=2))
    elif output_format == "csv":
        sys.stdout.write(render_plan(plan)["assignments.csv"].decode())
    else:
        print_plan(window, plan)
        if rows:
            print_comparison(rows)
            _print_current(baselines[Engine.CURRENT])


def _print_current(current: Plan) -> None:
    """Say what the owners in the export break, or that they say nothing of this window."""
    if current.violations:
        first = current.violations[0]
        print(f"The owners that the export names break {len(current.violations):,} rules, and "
              f"those leads count as held in `current`; first: lead {first.lead_id} with "
              f"{first.rep_id}, {first.detail}.\n")
    elif not current.assignments:
        print("No lead of the window has an owner in the export, so `current` owns nothing "
              "(route_when: unowned keeps the leads that have one).\n")


def _warn_if_all_held(plan: Plan) -> None:
    if plan.held and not plan.assignments:
        say_issues([Issue(
            code=IssueCode.ALL_HELD, severity=Severity.WARNING, file="plan",
            rule=f"every one of the {len(plan.held):,} leads to route is held",
            remedy="See held.csv for the reasons")])
