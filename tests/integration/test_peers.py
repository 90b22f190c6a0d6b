"""Every peer solves the same windows; what is wrong with one shows before any time is told."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.array_windows.shapes import SHAPES, USUAL
from benchmarks.array_windows.window import ArrayWindow, surplus_of
from benchmarks.peers.found import EXACT, Proof
from benchmarks.peers.pdlp import bound_of
from benchmarks.peers.registry import FAIRLEAD, FLOW, INSTALL, PEERS, Size
from benchmarks.peers.report import Played, render_json, render_shapes, render_tables
from benchmarks.peers.running import (
    Asked,
    DifferentAnswersError,
    Row,
    Run,
    check_answers,
    run_all,
)
from benchmarks.processes import Limits
from solver.matrix.pairs import build_problem
from solver.matrix.rows import ValueRows
from solver.solving import PRICES_FIRST_PAIRS
from tests.golden.instances import three_leads_two_reps

LARGE = PRICES_FIRST_PAIRS
LIMITS = Limits(seconds=60.0, num_bytes=8 * 10**9)


def by_hand() -> ArrayWindow:
    """Three leads and two reps of one slot each; the best plan brings 1,700.00."""
    problem = build_problem(ValueRows(three_leads_two_reps()))
    return ArrayWindow(problem.pairs.indptr, problem.pairs.rep, problem.pairs.surplus,
                       problem.capacity)


def window_of(rows: list[dict[int, int]], capacity: list[int]) -> ArrayWindow:
    """Return a window from surplus by rep, a mapping per lead."""
    counts = [len(row) for row in rows]
    return ArrayWindow(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
                       np.array([rep for row in rows for rep in sorted(row)], np.int32),
                       np.array([row[rep] for row in rows for rep in sorted(row)], np.int64),
                       np.array(capacity, np.int64))


def answer(name: str, window: ArrayWindow) -> tuple[int, Proof]:
    """Solve with a peer; skip where it is not installed."""
    try:
        solve = PEERS[name].load()
    except ModuleNotFoundError as error:
        pytest.skip(f"{name}: {error}")
    found = solve(window, 60.0)
    return surplus_of(window.pairs(), window.capacity, found.owner), found.proof


@pytest.mark.parametrize("name", PEERS)
def test_three_leads_two_reps_by_hand(name: str) -> None:
    """All find 1,700.00 but greedy, which gives L1 to ana and is left with 320.00."""
    surplus, proof = answer(name, by_hand())
    assert surplus == (132_000 if name == "greedy" else 170_000)
    assert (proof in EXACT) == (name not in {"greedy", "pdlp"})


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("rows", [
    pytest.param([{0: 5, 1: 9}, {}, {1: 7}], id="a lead without a pair"),
    pytest.param([{0: 5, 1: 9}, {0: 1}], id="more slots than leads"),
    pytest.param([{2: 3}, {2: 4}, {2: 5}], id="all want one"),
])
def test_odd_windows(name: str, rows: list[dict[int, int]]) -> None:
    """Leads without a rep, a rep without a slot, slots without a lead."""
    window = window_of(rows, [1, 1, 1, 0])
    expected = {0: 12, 1: 10, 2: 5}[[{0: 5, 1: 9}, {0: 5, 1: 9}, {2: 3}].index(rows[0])
                                    if len(rows) == 3 else 1]
    surplus, _ = answer(name, window)
    if name == "greedy":
        assert surplus <= expected
    else:
        assert surplus == expected


@pytest.mark.parametrize("name", sorted(PEERS.keys() - {"greedy", "cp-sat", "pdlp"}))
@pytest.mark.parametrize("shape", ["usual", "ties-10", "full-2%", "scarce-1%", "crowd-90%"])
def test_all_agree_on_small_shapes(name: str, shape: str) -> None:
    """Every exact peer finds the min-cost flow's objective to the cent."""
    window = SHAPES[shape].draw(120, 12)
    assert answer(name, window)[0] == answer(FLOW, window)[0]


@pytest.mark.parametrize("shape", ["usual", "ties-10", "ties-1"])
def test_a_first_order_method_ends_near_with_a_bound(shape: str) -> None:
    """Shares of tied plans round to less; the bound from its prices stays above the optimum."""
    window = SHAPES[shape].draw(120, 12)
    best, _ = answer(FLOW, window)
    found = PEERS["pdlp"].load()(window, 60.0)
    assert found.bound is not None
    assert 0.97 * best <= surplus_of(window.pairs(), window.capacity, found.owner) <= best
    assert best <= found.bound <= 1.001 * best


def test_a_bound_of_any_prices_is_above_every_plan() -> None:
    """With prices 600 and 300 the bound is the optimum; with none it is each lead's best."""
    window = by_hand()
    assert bound_of(window, np.array([60_000, 30_000])) == 170_000
    assert bound_of(window, np.array([0, 0])) == 240_000


def run_of(surplus: int, proof: Proof = Proof.CLAIMED, seconds: float = 1.0) -> Run:
    return Run(seconds, seconds, 10**8, 3 * 10**8, surplus, None, proof, {})


def rows_of(**runs: Run) -> list[Row]:
    return [Row(PEERS[name.replace("_", "-")], [run]) for name, run in runs.items()]


def test_exact_peers_that_differ_stop_the_run() -> None:
    """By a cent; greedy may be below and nobody above."""
    window = by_hand()
    check_answers(rows_of(min_cost_flow=run_of(5), scipy=run_of(5, Proof.FLOATS),
                          greedy=run_of(4, Proof.NONE)), window)
    with pytest.raises(DifferentAnswersError, match="exact peers differ"):
        check_answers(rows_of(min_cost_flow=run_of(5), cp_sat=run_of(4)), window)
    with pytest.raises(DifferentAnswersError, match="above the optimum"):
        check_answers(rows_of(min_cost_flow=run_of(5), greedy=run_of(6, Proof.NONE)), window)


def test_floats_may_differ_where_sums_pass_them() -> None:
    """Past 2**53 float64 does not hold every integer, and the table says by how much."""
    window = window_of([{0: 2**60}], [1])
    rows = rows_of(min_cost_flow=run_of(2**60), scipy=run_of(2**60 - 64, Proof.FLOATS))
    check_answers(rows, window)
    assert "| 64 |" in render_tables([Played("range", Size.of(window), rows)])


def test_the_ratio_is_that_of_the_same_round() -> None:
    """The median over rounds of the quotients, not the quotient of the medians."""
    slow = Row(PEERS["pot"], [run_of(1, seconds=s) for s in (2.0, 40.0, 6.0)])
    flow = Row(PEERS[FLOW], [run_of(1, seconds=s) for s in (1.0, 10.0, 1.0)])
    assert slow.ratio(flow) == 4.0


def test_each_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Two rounds of the flow and greedy: tables have a row each, JSON every run with its memory."""
    window = USUAL.draw(60, 6)
    rows = run_all(window, tmp_path, [PEERS[FLOW], PEERS["greedy"]], Asked(2, LIMITS, 60.0))
    assert [len(row.done) for row in rows] == [2, 2]
    assert not list(tmp_path.iterdir())
    played = [Played("usual", Size.of(window), rows)]
    head, rule, *table = render_tables(played).splitlines()[2:]
    assert len({line.count("|") for line in (head, rule, *table)}) == 1
    assert [line.split("|")[1].strip() for line in table] == [
        PEERS[FLOW].label, PEERS["greedy"].label]
    told = json.loads(render_json(played))["windows"][0]
    assert told["num_pairs"] == window.num_pairs
    assert all(run["peak_bytes"] > run["base_bytes"] > 10**7
               for run in told["peers"][FLOW]["runs"])


def test_what_cannot_end_well_is_not_begun(tmp_path: Path) -> None:
    """A matrix that is larger than the limit is told with its size; so is what runs too long."""
    window = USUAL.draw(2_000, 20)
    small = Limits(60.0, 10**7)
    row, = run_all(window, tmp_path, [PEERS["scipy"]], Asked(1, small, 60.0))
    assert row.why == "needs about 23 MB"
    assert "needs about 23 MB" in render_tables([Played("usual", Size.of(window), [row])])
    hasty = Limits(0.0, 8 * 10**9)
    row, = run_all(window, tmp_path, [PEERS["linear-assignment"]], Asked(1, hasty, 60.0))
    assert (row.why, row.done) == ("over 0 s", [])


def test_a_run_that_passes_its_memory_is_ended(tmp_path: Path) -> None:
    """The imports alone are more than 30 MB."""
    peer = dataclasses.replace(PEERS["greedy"], needs=lambda _: 0.0)
    row, = run_all(USUAL.draw(60, 6), tmp_path, [peer], Asked(1, Limits(60.0, 3 * 10**7), 60.0))
    assert row.why == "passed 30 MB"


def test_a_missing_library_says_how_to_install_it() -> None:
    """The row of a peer without its library names the extra."""
    row = Row(PEERS["lapx"], [None], INSTALL)
    assert "pip install 'fairlead[peers]'" in render_tables(
        [Played("usual", Size(1, 1, 1, 1), [row])])


def test_shapes_in_brief_have_a_row_each() -> None:
    """Fairlead beside the flow: both times, their ratio, the gap."""
    runs = rows_of(min_cost_flow=run_of(5, seconds=3.0),
                   fairlead=dataclasses.replace(run_of(5), bound=5, counted={"bids": 7}))
    line = render_shapes([Played("ties-1", Size(9, 3, LARGE, 4), runs)]).splitlines()[2]
    assert cells_of(line) == ["ties-1", "9 × 3", f"{LARGE:,}", "3", "1", "0.333", "200 MB",
                              "200 MB", "0", "7", ""]
    assert PEERS[FAIRLEAD].needs(Size(9, 3, 20, 4)) > 0


def cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize(("num_pairs", "is_marked"), [(LARGE, False), (LARGE - 1, True)])
def test_prices_first_where_solve_takes_the_flow_is_marked(num_pairs: int, is_marked: bool) -> None:
    """Fairlead's row and no other, in both tables, with a word below."""
    rows = rows_of(min_cost_flow=run_of(5), fairlead=run_of(5, Proof.SHOWN))
    played = [Played("usual", Size(9, 3, num_pairs, 4), rows)]
    flow, fairlead = render_tables(played).splitlines()[4:6]
    assert "†" not in flow
    assert ("†" in fairlead) == is_marked
    assert ("†" in cells_of(render_shapes(played).splitlines()[2])[4]) == is_marked
    for text in (render_tables(played), render_shapes(played)):
        assert ("takes the flow directly" in text) == is_marked


def test_leads_that_the_window_does_not_route_are_told() -> None:
    """The generator's window has fewer than were asked for; both numbers stand there."""
    rows = rows_of(min_cost_flow=run_of(5), fairlead=run_of(5, Proof.SHOWN))
    part, whole = (Played("generator", Size(438, 50, LARGE, 4), rows, asked)
                   for asked in (500, 438))
    assert "438 × 50 (of 500 leads drawn the window routes 438): " in part.title
    assert "drawn" not in whole.title
    assert "| 438 of 500 × 50 |" in render_shapes([part])
    assert "drawn" not in render_shapes([whole])


def test_a_window_that_was_not_solved_keeps_its_row() -> None:
    """In brief, why stands where the seconds would be."""
    rows = [Row(PEERS[FLOW], [None], "passed 20 GB"), Row(PEERS[FAIRLEAD], [None], "over 9 s")]
    cells = cells_of(render_shapes([Played("usual", Size(9, 3, LARGE, 4), rows)]).splitlines()[2])
    assert cells[3:5] == ["passed 20 GB", "over 9 s"]
