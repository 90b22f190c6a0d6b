"""Windows of every shape through prices first: exact counters, objective, gap 0; no times."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from benchmarks import registry
from benchmarks.array_cases import render, write
from benchmarks.array_windows.shapes import SHAPES
from benchmarks.drivers.smoke import WrongAnswerError, smoke_arrays
from benchmarks.registry import ARRAY_CASES, ARRAY_COUNTERS

CASES = {case.name: case for case in ARRAY_CASES}
SMALL = CASES["usual 600x40"]


@pytest.mark.parametrize("name", CASES)
def test_counters_and_objective(name: str) -> None:
    """What is counted is what is registered, and the plan is worth what the flow's is."""
    assert smoke_arrays(CASES[name]).gap == 0


def test_every_shape_has_a_case() -> None:
    """Each shape once at the small size, and all that is registered is counted."""
    assert {case.shape for case in ARRAY_CASES if case.num_leads == 600} == set(SHAPES)
    assert set(json.loads(ARRAY_COUNTERS.read_text(encoding="utf-8"))) == set(CASES)


def test_a_changed_counter_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One bid more than registered stops the run, and the message says what to do."""
    counted = smoke_arrays(SMALL)
    other = dataclasses.replace(counted, bids=counted.bids + 1)
    path = tmp_path / "counters.json"
    write(path, [(SMALL, other)])
    monkeypatch.setattr(registry, "ARRAY_COUNTERS", path)
    assert SMALL.expected == other
    with pytest.raises(WrongAnswerError, match=r"usual 600x40: counted .*array_cases --write"):
        smoke_arrays(SMALL)
    assert smoke_arrays(SMALL, any_counters=True) == counted


def test_a_window_without_counters_stops_the_run() -> None:
    """A new case must be written first."""
    with pytest.raises(WrongAnswerError, match="expected None"):
        smoke_arrays(dataclasses.replace(SMALL, num_leads=601))


def test_the_table_has_a_row_per_case() -> None:
    """As many cells in each row as in the head."""
    lines = render([(SMALL, smoke_arrays(SMALL))]).splitlines()
    assert len(lines) == 3
    assert len({line.count("|") for line in lines}) == 1
