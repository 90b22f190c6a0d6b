"""The estimate of the spread window: every figure follows from constants, by plain rules."""

from __future__ import annotations

import pytest

from benchmarks.sharded.constants import Constants, Flow
from benchmarks.sharded.paper import MOST_ARCS, Paper, bottleneck

_CONSTANTS = Constants(
    pass_ns=2.0, passes=3, start_ns=4.0, bids_per_lead=5.0, rounds=2,
    flows=[Flow(100, 0.1), Flow(1_000, 1.0), Flow(10_000, 10.0)], pairs_per_lead=0.5,
    paths_ns=10.0, fine_ns=100.0, canonical_ns=20.0, join_ns=1.0, bytes_per_pair=12.0,
    near_bytes=16.0, bytes_per_rep=50.0, bytes_per_owner=10.0, round_trip=0.01,
    questions_per_round=6.0, core_bytes=100.0, lead_bytes=200.0, rep_bytes=2_000.0)


def test_work_divides_among_workers_and_the_core_does_not() -> None:
    """Twice the workers halve passes and auctions; the flow stays where it is."""
    paper = Paper(_CONSTANTS, 1_000_000, 1_000)
    few, many = paper.seconds(4), paper.seconds(8)
    assert few["workers: passes"] == pytest.approx(1e9 * 2 * 3 / 4 / 1e9)
    assert many["workers: passes"] == pytest.approx(few["workers: passes"] / 2)
    assert many["workers: auctions"] == pytest.approx(few["workers: auctions"] / 2)
    assert many["here: flows on the core"] == few["here: flows on the core"]


def test_flow_follows_the_power_law_of_what_was_measured() -> None:
    """Linear where the measured flows are: then both figures of it agree."""
    paper = Paper(_CONSTANTS, 1_000_000, 1_000)
    assert _CONSTANTS.exponent == pytest.approx(1.0)
    assert paper.flow_seconds == pytest.approx(10.0 * 500_000 / 10_000)
    assert paper.linear_seconds() == pytest.approx(2 * paper.flow_seconds)


def test_bytes_and_memory_are_linear_in_what_they_are_for() -> None:
    """Core pairs and reps by round; leads of a worker and reps of its tables."""
    paper = Paper(_CONSTANTS, 1_000_000, 1_000)
    assert paper.round_bytes(4) == pytest.approx(500_000 * 12 + 1_000 * 4 * 50)
    assert paper.worker_bytes(4) == pytest.approx(250_000 * 200 + 1_000 * 2_000)
    assert paper.once_bytes() == pytest.approx(1_000_000 * 26)


def test_bottleneck_is_named_and_a_core_past_the_engine_is_said() -> None:
    """What most of the time goes to, and whether a flow could be posed at all."""
    small = bottleneck(Paper(_CONSTANTS, 1_000_000, 1_000), [4])
    assert "here: flows on the core" in small
    assert "could not even be posed" not in small
    assert "could not even be posed" in bottleneck(Paper(_CONSTANTS, 3 * MOST_ARCS, 1_000), [4])
