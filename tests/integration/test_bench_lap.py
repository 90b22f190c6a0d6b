"""Published assignment instances give exactly the published optimum, through the files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.datasets.lap import lap_cost, lap_names, lap_window, read_lap
from benchmarks.datasets.locate import MissingDataError
from solver.solving import solve
from solver.verify import verify_plan

DENSE = "3\n4 1 3\n2 0 5\n3 2 2\n"
SPARSE = "3 5\n1 2 1\n1 3 3\n2 1 2\n3 2 2\n3 3 2\n"


def write_instance(folder: Path, text: str, optimum: int) -> None:
    with gzip.open(folder / "tiny.txt.gz", "wt", encoding="ascii") as file:
        file.write(text)
    facts = {"name": "tiny", "file": "tiny.txt.gz", "n": 3, "published_optimum": optimum}
    (folder / "known_values.json").write_text(json.dumps([facts]), encoding="utf-8")


@pytest.mark.parametrize("text", [DENSE, SPARSE])
def test_tiny_instances_by_hand(tmp_path: Path, text: str) -> None:
    """Dense and sparse forms of three jobs: 1 to 2, 2 to 1, 3 to 3, cost 5."""
    write_instance(tmp_path, text, 5)
    instance = read_lap("tiny", tmp_path)
    plan = solve(lap_window(instance))
    assert lap_cost(instance, plan) == 5
    assert {(a.lead_id, a.rep_id) for a in plan.assignments} == {("1", "2"), ("2", "1"), ("3", "3")}


def test_no_cost_where_a_lead_has_no_owner(tmp_path: Path) -> None:
    """Two rows that allow only the same column leave a lead without an owner, and no cost."""
    write_instance(tmp_path, "3 3\n1 1 1\n2 1 1\n3 3 1\n", 0)
    instance = read_lap("tiny", tmp_path)
    assert lap_cost(instance, solve(lap_window(instance))) is None


@pytest.mark.data
@pytest.mark.parametrize("name", ["assign100", "assign200", "assign300", "assign500",
                                  "assignp800", "assignp3000"])
def test_published_optimum(name: str) -> None:
    """The plan's cost is the published optimum, its gap is 0, and the checker agrees."""
    try:
        instance = read_lap(name)
    except MissingDataError as error:
        pytest.skip(str(error))
    window = lap_window(instance)
    plan = solve(window)
    assert lap_cost(instance, plan) == instance.published_optimum
    assert plan.certificate.gap == 0
    assert all(check.passed for check in verify_plan(window, plan))


@pytest.mark.data
def test_all_instances_are_found() -> None:
    """Six instances, all of which are routed above."""
    try:
        names = lap_names()
    except MissingDataError as error:
        pytest.skip(str(error))
    assert names == ("assign100", "assign200", "assign300", "assign500", "assignp800",
                     "assignp3000")
