"""What others read: the columns of the CSV files and the keys of plan.json, as promised."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from solver import generate_window, render_plan, solve
from solver.plan_files import PLAN_FILES

COLUMNS = {
    "assignments.csv": ["lead_id", "rep_id", "value", "match", "wait_minutes", "floor", "price",
                        "net_value", "runner_up_rep_id", "runner_up_net_value", "why", "campaign",
                        "landing_page"],
    "held.csv": ["lead_id", "reason", "queue", "detail"],
    "kept.csv": ["lead_id", "owner_id"],
    "slots.csv": ["rep_id", "free_slots", "assigned", "floor", "price", "gain", "loss"],
}
MONEY, FRACTION, WHOLE = r"-?\d+\.\d\d", r"\d\.\d{6}", r"\d+"
#: How the numbers of a row are written, by file and position.
FORMS = {
    "assignments.csv": {2: MONEY, 3: FRACTION, 4: WHOLE, 5: MONEY, 6: MONEY, 7: MONEY},
    "slots.csv": {1: WHOLE, 2: WHOLE, 3: MONEY, 4: MONEY, 5: MONEY},
}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Route the sample and render its files."""
    return render_plan(solve(generate_window(200, 25, 7, datetime(2026, 11, 18, 15, tzinfo=UTC))))


def test_a_plan_is_five_files(files: dict[str, bytes]) -> None:
    """Names and order are those of PLAN_FILES."""
    assert tuple(files) == PLAN_FILES == ("plan.json", *COLUMNS)


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_order_and_forms(files: dict[str, bytes], name: str) -> None:
    """The header is as promised, rows are sorted by id, and numbers have their form."""
    header, *lines = files[name].decode().splitlines()
    assert header.split(",") == COLUMNS[name]
    ids = [line.split(",")[0] for line in lines]
    assert lines
    assert ids == sorted(ids)
    for line in lines:
        cells = line.split(",")
        for position, form in FORMS.get(name, {}).items():
            assert re.fullmatch(form, cells[position]), line


def test_plan_json_has_the_promised_keys(files: dict[str, bytes]) -> None:
    """The keys of the plan, its certificate and an assignment; money is whole minor units."""
    plan = json.loads(files["plan.json"])
    assert list(plan) == [
        "schema_version", "at", "policy", "inputs", "outcome", "stopped_by", "engine",
        "engine_reason", "certificate", "assignments", "held", "kept", "slots", "violations",
        "preparation", "floors", "versions"]
    assert list(plan["certificate"]) == ["objective", "bound", "gap", "value", "value_kept"]
    assignment = plan["assignments"][0]
    assert set(COLUMNS["assignments.csv"][:11]) <= set(assignment)
    assert {"factors", "runners_up", "assumed", "attributes"} <= set(assignment)
    assert all(type(assignment[name]) is int for name in ("value", "floor", "price", "net_value"))
    assert set(plan["slots"][0]) == set(COLUMNS["slots.csv"])
    assert set(plan["kept"][0]) == set(COLUMNS["kept.csv"])


def test_plan_json_holds_no_time_but_its_own(files: dict[str, bytes]) -> None:
    """No duration, path or row number: the instant of the decision stands alone at the top."""
    plan = json.loads(files["plan.json"])
    plan.pop("at")
    for lead in (*plan["assignments"], *plan["held"]):
        lead.pop("why", None)
        lead.pop("reasons", None)  # a detail may say when a rep is next at work
    assert not re.search(r"\d{4}-\d\d-\d\dT|\.csv|\"row\"|seconds|duration", json.dumps(plan))
