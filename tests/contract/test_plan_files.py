"""What others read: the columns of the CSV files and the keys of plan.json, as promised."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime

import pytest

from solver import generate_window, render_plan, solve
from solver.plan_files import FURTHER_PLAN_FILES, LEDGER_FILE, PLAN_FILES
from solver.sales_floor.ledger import next_ledger
from solver.writing.ledger import render_ledger
from tests.golden.sales_floor_sink import FLOORS, sales_floor_sink

COLUMNS = {
    "assignments.csv": ["lead_id", "rep_id", "value", "match", "wait_minutes", "use", "floor",
                        "price", "limit_price", "net_value", "runner_up_rep_id",
                        "runner_up_net_value", "group", "why"],
    "held.csv": ["lead_id", "reason", "queue", "detail"],
    "kept.csv": ["lead_id", "owner_id"],
    "slots.csv": ["rep_id", "free_slots", "assigned", "used", "floor", "price", "gain", "loss"],
}
#: Of windows with limits, and of windows with a plan before them.
FURTHER_COLUMNS = {
    "limits.csv": ["limit", "measure", "period", "used_before", "used", "lower", "upper", "price",
                   "penalty"],
    "moves.csv": ["lead_id", "from_rep_id", "to_rep_id", "value_before", "value_after", "price"],
}
LEDGER_COLUMNS = ["kind", "at", "rep_id", "lead_id", "leads", "slots", "worth", "limits",
                  "assigned_at", "present_at", "absent_since", "period", "measure", "start",
                  "used", "currency", "timezone", "schema_version"]
MONEY, FRACTION, WHOLE = r"-?\d+\.\d\d", r"\d\.\d{6}", r"\d+"
#: How the numbers of a row are written, by file and column.
FORMS = {
    "assignments.csv": {"value": MONEY, "match": FRACTION, "wait_minutes": WHOLE, "use": WHOLE,
                        "floor": MONEY, "price": MONEY, "limit_price": MONEY, "net_value": MONEY},
    "slots.csv": {"free_slots": WHOLE, "assigned": WHOLE, "used": WHOLE, "floor": MONEY,
                  "price": MONEY, "gain": f"({MONEY})?", "loss": f"({MONEY})?"},
    "limits.csv": {"used_before": WHOLE, "used": WHOLE, "lower": WHOLE, "upper": f"({WHOLE})?",
                   "price": MONEY, "penalty": MONEY},
    "moves.csv": {"value_before": f"({MONEY})?", "value_after": MONEY, "price": MONEY},
}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Route the sample and render its files."""
    return render_plan(solve(generate_window(200, 25, 7, datetime(2026, 11, 18, 15, tzinfo=UTC))))


@pytest.fixture(scope="module")
def rich_files() -> dict[str, bytes]:
    """Route a window with every rule of a sales floor and render its files, the ledger too."""
    window = sales_floor_sink()
    plan = solve(window, floors=FLOORS, time_limit=None, rounds=2_000)
    return {**render_plan(plan), LEDGER_FILE: render_ledger(next_ledger(window, plan))}


def test_a_plan_is_five_files(files: dict[str, bytes], rich_files: dict[str, bytes]) -> None:
    """Names and order are those of PLAN_FILES; rich windows have three more."""
    assert tuple(files) == PLAN_FILES == ("plan.json", *COLUMNS)
    assert tuple(FURTHER_COLUMNS) == FURTHER_PLAN_FILES
    assert tuple(rich_files) == (*PLAN_FILES, *FURTHER_PLAN_FILES, "ledger.csv")


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_order_and_forms(files: dict[str, bytes], name: str) -> None:
    """The header is as promised, rows are sorted by id, and numbers have their form."""
    further = ["campaign", "landing_page"] if name == "assignments.csv" else []
    _check_table(files[name], name, [*COLUMNS[name], *further])


@pytest.mark.parametrize("name", [*COLUMNS, *FURTHER_COLUMNS])
def test_columns_of_a_rich_window(rich_files: dict[str, bytes], name: str) -> None:
    """The same files and two more; what no engine knows, as what a slot would gain, is blank."""
    further = ["locked", "vip"] if name == "assignments.csv" else []
    promised = {**COLUMNS, **FURTHER_COLUMNS}[name]
    _check_table(rich_files[name], name, [*promised, *further], empty=name == "kept.csv")


def _check_table(data: bytes, name: str, columns: list[str], *, empty: bool = False) -> None:
    header, *rows = csv.reader(io.StringIO(data.decode(), newline=""))
    assert header == columns
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert bool(rows) is not empty
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        for column, form in FORMS.get(name, {}).items():
            assert re.fullmatch(form, cells[column]), (column, row)


def test_the_ledger_after_a_plan_is_a_table(rich_files: dict[str, bytes]) -> None:
    """A row of the ledger, a balance for each rep, what limits of longer periods have used."""
    header, *rows = csv.reader(io.StringIO(rich_files["ledger.csv"].decode(), newline=""))
    assert header == LEDGER_COLUMNS
    kinds = [row[0] for row in rows]
    assert kinds == sorted(kinds, key=["ledger", "balance", "used"].index)
    assert (kinds.count("ledger"), kinds.count("balance")) == (1, 5)
    used = {row[7]: row[14] for row in rows if row[0] == "used"}
    assert (used["West today"], used["month:cy"]) == ("9", "40")


def test_plan_json_has_the_promised_keys(files: dict[str, bytes]) -> None:
    """The keys of the plan, its certificate and an assignment; money is whole minor units."""
    plan = json.loads(files["plan.json"])
    assert list(plan) == [
        "schema_version", "at", "policy", "inputs", "outcome", "stopped_by", "engine",
        "engine_reason", "certificate", "assignments", "held", "kept", "slots", "limits", "moves",
        "violations", "preparation", "floors", "versions"]
    assert list(plan["inputs"]) == [
        "leads", "reps", "accounts", "previous", "ledger_sha256", "policy_sha256",
        "window_leads", "eligible_pairs", "usable_pairs", "lead_attributes"]
    assert list(plan["certificate"]) == [
        "objective", "bound", "gap", "price_bound", "engine_bound", "proven_by", "value",
        "value_kept", "moves", "penalties"]
    assignment = plan["assignments"][0]
    assert set(COLUMNS["assignments.csv"]) <= set(assignment)
    assert {"factors", "runners_up", "assumed", "attributes", "decided_by", "passed_over_rep_id",
            "relaxed_from_minutes"} <= set(assignment)
    assert all(type(assignment[name]) is int
               for name in ("value", "use", "floor", "price", "limit_price", "net_value"))
    assert set(plan["slots"][0]) == {*COLUMNS["slots.csv"], "price_parts"}
    assert set(plan["kept"][0]) == set(COLUMNS["kept.csv"])


def test_plan_json_of_a_rich_window_has_limits_and_moves(rich_files: dict[str, bytes]) -> None:
    """The rows of limits.csv and moves.csv, and what proves the gap."""
    plan = json.loads(rich_files["plan.json"])
    limit, move = plan["limits"][0], plan["moves"][0]
    assert {"name", "price_parts", "gain", *FURTHER_COLUMNS["limits.csv"][1:]} == set(limit)
    assert set(FURTHER_COLUMNS["moves.csv"]) == set(move)
    assert plan["certificate"]["proven_by"] in ("prices", "engine")
    assert plan["inputs"]["ledger_sha256"]
    assert plan["inputs"]["previous"]["count"] == 6


def test_plan_json_holds_no_time_but_its_own(files: dict[str, bytes]) -> None:
    """No duration, path or row number: the instant of the decision stands alone at the top."""
    plan = json.loads(files["plan.json"])
    plan.pop("at")
    for lead in (*plan["assignments"], *plan["held"]):
        lead.pop("why", None)
        lead.pop("reasons", None)  # a detail may say when a rep is next at work
    assert not re.search(r"\d{4}-\d\d-\d\dT|\.csv|\"row\"|seconds|duration", json.dumps(plan))
