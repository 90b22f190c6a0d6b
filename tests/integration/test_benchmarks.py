"""The benchmarks give the right answers and count the same work on every machine; no times."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from benchmarks.bare_flow import bare_flow
from benchmarks.counters import count
from benchmarks.drivers.measure import measure
from benchmarks.drivers.smoke import WrongAnswerError, smoke
from benchmarks.phases import PHASES
from benchmarks.registry import CASES
from benchmarks.report import render_json, render_tables

SMALLEST = CASES[0]


def test_every_phase_gives_its_answer(tmp_path: Path) -> None:
    """Every phase runs alone at the smallest size: right answer, counters as registered, gap 0."""
    prepared = smoke(SMALLEST, tmp_path)
    assert SMALLEST.expected.gap == 0
    assert SMALLEST.expected.objective == prepared.bare.solve()
    assert SMALLEST.expected.flow_arcs == len(prepared.bare.tail)
    assert SMALLEST.expected.usable_pairs == len(prepared.problem.pairs)


def test_the_largest_case_goes_through_prices_first() -> None:
    """Bids, passes and core are counted at the engine's door, and far fewer arcs than pairs."""
    case = CASES[-1]
    counted = count(case.window())
    assert counted == case.expected
    assert counted.bids > 0
    assert counted.flow_arcs < counted.usable_pairs / 10


def test_phases_of_the_issue_are_registered() -> None:
    """Seven phases in the data's order, the two sums, and targets where they were set."""
    assert [phase.name for phase in PHASES] == [
        "read", "eligibility", "value", "optimise", "certify", "prices", "together", "explain",
        "solve"]
    targets = {phase.name: phase.largest_ratio for phase in PHASES if phase.largest_ratio}
    assert targets == {"certify": 0.1, "together": 2.5}
    assert [case.name for case in CASES] == ["200x25", "1000x100", "10000x500"]


def test_a_changed_counter_is_named(tmp_path: Path) -> None:
    """One arc more than registered stops the run, and the message says where to look."""
    expected = dataclasses.replace(SMALLEST.expected, flow_arcs=SMALLEST.expected.flow_arcs + 1)
    with pytest.raises(WrongAnswerError, match=r"200x25: counted .*benchmarks/registry\.py"):
        smoke(dataclasses.replace(SMALLEST, expected=expected), tmp_path)


def test_the_bare_flow_without_a_free_slot_owns_nothing(tmp_path: Path) -> None:
    """With no slot free the bare flow has no arc for a pair, and all leads keep their reserve."""
    problem = smoke(SMALLEST, tmp_path).problem
    closed = dataclasses.replace(problem, capacity=problem.capacity * 0)
    assert bare_flow(closed).solve() == problem.reserve * problem.pairs.num_leads


def test_tables_and_json_of_one_repeat() -> None:
    """A measurement renders every phase as a row of the table and as an entry of the JSON."""
    measurement = measure(SMALLEST, repeats=1)
    phases = render_tables([measurement]).split("\n\n")[1].splitlines()
    assert len({line.count("|") for line in phases}) == 1
    assert [line.split("|")[1].strip() for line in phases] == [
        "phase", "---", "bare min-cost flow", *(phase.name for phase in PHASES)]
    case = json.loads(render_json([measurement]))["cases"][0]
    assert list(case["phases"]) == [phase.name for phase in PHASES]
    assert case["counters"]["objective"] == SMALLEST.expected.objective
