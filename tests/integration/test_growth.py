"""Growth, warm starts and the light start run: small sizes, every table, no times."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import crossover, light_start
from benchmarks.array_windows.shapes import USUAL
from benchmarks.growth.__main__ import sources
from benchmarks.growth.report import growth_plot, render_growth, slope
from benchmarks.growth.solves import (
    FACTORED,
    STORED,
    NotProvenError,
    Solve,
    solve_apart,
    solve_of,
)
from benchmarks.huge import render_huge
from benchmarks.processes import Limits
from benchmarks.warm_start import OtherAnswerError, draw_rolling, in_turn, rolling, row

MESSAGE = {
    "num_leads": 1_000, "num_reps": 100, "num_usable": 19_000, "source": FACTORED, "seconds": 0.5,
    "cpu_seconds": 0.9, "imports_bytes": 2 * 10**8, "base_bytes": 21 * 10**7,
    "peak_bytes": 3 * 10**8, "surplus": 7, "objective": 7, "bound": 7,
    "counted": {"bids": 4_000, "passes": 3, "core_pairs": 2_500}}


def solve(num_leads: int, seconds: float, source: str = FACTORED) -> Solve:
    return solve_of({**MESSAGE, "num_leads": num_leads, "seconds": seconds, "source": source})


@pytest.mark.parametrize("source", [STORED, FACTORED])
def test_one_size_in_a_process_of_its_own(source: str) -> None:
    """The solve is proven, counted, and its peak lies above what imports take."""
    found = solve_apart(500, 20, source, Limits(120.0, 8 * 10**9))
    assert isinstance(found, Solve)
    assert (found.num_cells, found.is_stored) == (10_000, source == STORED)
    assert found.counted["passes"] >= 1
    assert found.peak_bytes >= found.imports_bytes > 10**7


def test_both_sources_give_the_same_answer() -> None:
    """Pairs stored and pairs worked out: same objective."""
    stored, factored = (solve_apart(400, 20, source, Limits(120.0, 8 * 10**9))
                        for source in (STORED, FACTORED))
    assert isinstance(stored, Solve)
    assert isinstance(factored, Solve)
    assert stored.surplus == factored.surplus


def test_the_limit_of_memory_is_seen() -> None:
    """A process that passes its limit is ended, and that is said."""
    assert solve_apart(500, 20, STORED, Limits(120.0, 5 * 10**7)) == "passed 50 MB"


@pytest.mark.parametrize("change", [{"bound": 8}, {"objective": 6}])
def test_what_is_not_proven_is_no_figure(change: dict[str, int]) -> None:
    """A gap, or an objective that the owners do not bring, stops the run."""
    with pytest.raises(NotProvenError, match="1000x100"):
        solve_of({**MESSAGE, **change})


def test_table_slope_and_picture(tmp_path: Path) -> None:
    """Ten times the cells in ten times the time are a slope of 1; one row per solve."""
    solves = [solve(10_000, 0.1, STORED), solve(100_000, 1.0), solve(1_000_000, 10.0)]
    assert slope(solves, "seconds") == pytest.approx(1.0)
    text = render_growth(solves)
    table, told = text.split("\n\n")
    assert "cells^1.00" in told
    assert len(table.splitlines()) == 5
    assert "| 10,000 × 100 | 1,000,000 | 19,000 | stored | 0.1 | 100.00 |" in table
    growth_plot(tmp_path / "plots" / "growth.png", solves)
    assert (tmp_path / "plots" / "growth.png").stat().st_size > 10_000
    assert "| passes | 3 |" in render_huge(solves[2])
    assert "slope" not in render_growth(solves[:1])


def test_which_sizes_are_stored() -> None:
    """Small ones only stored, large ones only worked out, those between both."""
    assert sources(10**5) == [STORED]
    assert sources(10**6) == [STORED, FACTORED]
    assert sources(10**8) == [FACTORED]


def test_rolling_windows_share_nine_tenths() -> None:
    """The last 90 leads of a window are the first 90 of the next, pairs and all."""
    windows = list(rolling(USUAL.draw(120, 10), 100, 0.9))
    assert [window.num_leads for window in windows] == [100, 100, 100]
    first, second = windows[:2]
    shared = first.surplus[first.indptr[10]:]
    assert np.array_equal(shared, second.surplus[:len(shared)])
    assert second.indptr[0] == 0


def test_warm_and_cold_give_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """By turns on each window but the first; what differs stops the run; the row has its ratios."""
    windows = draw_rolling("usual", (300, 20), 3, 0.9)
    found = in_turn(windows, repeats=2)
    assert len(found) == 4
    cells = row("usual", (300, 20), found)
    assert cells[:2] == ("usual", "300 × 20")
    assert float(cells[6]) == pytest.approx(np.median(
        [both.warm.effort.bids / both.cold.effort.bids for both in found]), abs=0.006)
    monkeypatch.setattr("benchmarks.warm_start.solved", lambda _pairs, _capacity, start=None: (
        found[0].cold if start is None else dataclasses.replace(
            found[0].cold, bound=found[0].cold.bound + 1)))
    with pytest.raises(OtherAnswerError):
        in_turn(windows[:2], repeats=1)


def test_light_start_runs_both_by_turns(tmp_path: Path) -> None:
    """Each command once for warmth, then as often as asked; a command that fails is no time."""
    marks = tmp_path / "marks"
    one, other = (([sys.executable, "-c", f"open({str(marks)!r}, 'a').write({mark!r})"], tmp_path)
                  for mark in "ab")
    times = light_start.in_turn(one, other, 3)
    assert marks.read_text() == "abababab"
    assert [len(seconds) for seconds in times] == [3, 3]
    assert light_start.row(("x", "y"), ([2.0, 4.0], [1.0, 1.0]), "")[5] == "3.00"
    with pytest.raises(RuntimeError, match="ended with 3"):
        light_start.seconds_of([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)


def test_light_start_routes_a_small_window(tmp_path: Path) -> None:
    """The command that is timed routes; its files are the generator's."""
    root = Path(light_start.__file__).parents[1]
    assert light_start.seconds_of(light_start.route_command(tmp_path), root) > 0


def test_crossover_solves_both_ways() -> None:
    """Both ways give one plan, each in a process of its own; the table has a row per window."""
    direct, prices = crossover.in_turn((200, 25), 1)
    assert direct.num_usable == prices.num_usable == 1_229
    assert direct.plan == prices.plan
    assert "| 200 × 25 | 1,229 |" in crossover.render([((200, 25), direct, prices)])
