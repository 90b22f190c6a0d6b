"""Windows of arrays are what their shapes say, at rising severity, and the same each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.array_windows.factored import draw_factored
from benchmarks.array_windows.shapes import HARD, SHAPES, USUAL, largest_cents
from benchmarks.array_windows.window import (
    ArrayWindow,
    WrongOwnersError,
    load_window,
    surplus_of,
)
from benchmarks.array_windows.windows import GENERATOR, drawn
from solver.errors import InvalidInputError
from solver.matrix.money import check_engine_range, check_sum_range

LEADS, REPS = 400, 40


def shape(name: str) -> ArrayWindow:
    return SHAPES[name].draw(LEADS, REPS)


def share(window: ArrayWindow) -> float:
    return window.num_pairs / (window.num_leads * window.num_reps)


@pytest.mark.parametrize("name", SHAPES)
def test_rows_are_as_the_solver_wants_them(name: str) -> None:
    """Reps ascend within each lead, every pair brings something, and the same draw is the same."""
    window, again = shape(name), shape(name)
    key = window.leads().astype(np.int64) * REPS + window.rep
    assert (np.diff(key) > 0).all()
    assert window.surplus.min() > 0
    assert window.indptr[-1] == window.num_pairs == len(window.surplus)
    assert all(np.array_equal(getattr(window, field), getattr(again, field))
               for field in ("indptr", "rep", "surplus", "capacity"))
    assert not window.surplus.flags.writeable


def test_the_usual_window_has_19_percent_of_the_pairs_and_too_few_slots() -> None:
    """And values in cents that differ as deals do."""
    window = USUAL.draw(2_000, 100)
    assert share(window) == pytest.approx(0.19, abs=0.01)
    assert window.num_slots == 1_400
    assert np.median(window.surplus) * 4 < window.surplus.max()


@pytest.mark.parametrize(("name", "expected"), [
    ("eligible-50", 0.5), ("eligible-75", 0.75), ("eligible-100", 1.0), ("full-5%", 0.05)])
def test_shares_of_eligible_pairs(name: str, expected: float) -> None:
    """The share is what the name says."""
    assert share(shape(name)) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(("name", "spread"), [
    ("spread-10%", 0.1), ("spread-1%", 0.01), ("spread-0.01%", 0.0001)])
def test_values_nearly_equal(name: str, spread: float) -> None:
    """Largest less least, over the middle, is the spread."""
    surplus = shape(name).surplus
    assert np.ptp(surplus) / surplus.mean() == pytest.approx(spread, rel=0.05)


@pytest.mark.parametrize("distinct", [1_000, 10, 1])
def test_massive_ties(distinct: int) -> None:
    """There are no more values than the name says, and hardly fewer."""
    found = len(np.unique(shape(f"ties-{distinct}").surplus))
    assert 0.9 * distinct <= found <= distinct


@pytest.mark.parametrize("factor", [2, 10, 100])
def test_one_star_whom_every_lead_wants(factor: int) -> None:
    """Every lead has a pair with the star, and most are worth more there than anywhere else."""
    window = shape(f"star-{factor}")
    star = window.surplus[window.rep == 0]
    assert len(star) == LEADS
    others = window.surplus[window.rep != 0]
    assert np.median(star) / np.median(others) == pytest.approx(factor, rel=0.3)


@pytest.mark.parametrize(("name", "slots"), [
    ("full-19%", LEADS), ("full-2%", LEADS), ("scarce-20%", 80), ("scarce-5%", 20),
    ("scarce-1%", 4)])
def test_slots_are_exactly_so_many(name: str, slots: int) -> None:
    """Slots equal leads, or are so few percent of them."""
    assert shape(name).num_slots == slots


def test_a_territory_of_nine_tenths_of_the_leads() -> None:
    """A fifth of the reps may own nine tenths of the leads."""
    window = SHAPES["crowd-90%"].draw(2_000, REPS)
    first = window.rep[window.indptr[:-1]]
    assert np.mean(first % 5 == 0) == pytest.approx(0.9, abs=0.02)
    assert share(window) == 0.2


def test_values_up_to_the_limit() -> None:
    """The largest value passes the range checks, and one cent more does not."""
    largest = int(shape("range-1").surplus.max())
    assert largest == largest_cents(LEADS, REPS)
    nodes = LEADS + REPS + 1
    check_sum_range(largest, LEADS, "a value")
    check_engine_range(largest, nodes, "a value")
    with pytest.raises(InvalidInputError):
        check_engine_range(largest + 1, nodes, "a value")


def test_the_generators_window_is_the_solvers() -> None:
    """Named like a shape; leads that are kept or have no value are not in it."""
    window = drawn(GENERATOR, 200, 25)
    assert (window.num_leads, window.num_pairs, window.num_slots) == (175, 1_229, 136)


def test_hard_shapes_come_in_threes() -> None:
    """Every kind has three degrees, each another window."""
    kinds = [name.rpartition("-")[0] for name in HARD]
    assert set(map(kinds.count, kinds)) == {3}
    assert len({drawn(name, 50, 5).surplus.tobytes() + drawn(name, 50, 5).capacity.tobytes()
                for name in HARD if not name.startswith("crowd")}) == len(HARD) - 3


def test_a_file_holds_a_window(tmp_path: Path) -> None:
    """What is read is what was written."""
    window = USUAL.draw(30, 5)
    window.save(tmp_path / "window.npz")
    again = load_window(tmp_path / "window.npz")
    assert np.array_equal(window.surplus, again.surplus)
    assert np.array_equal(window.capacity, again.capacity)


def test_owners_who_are_no_plan_are_refused() -> None:
    """A rep above capacity, a pair that is not usable, and a lead too few."""
    window = ArrayWindow(np.array([0, 2, 3]), np.array([0, 1, 0], np.int32),
                         np.array([5, 4, 3]), np.array([1, 1]))
    pairs = window.pairs()
    assert surplus_of(pairs, window.capacity, np.array([1, 0])) == 7
    assert surplus_of(pairs, window.capacity, np.array([-1, 0])) == 3
    for owner in ([0, 0], [0, 1], [0]):
        with pytest.raises(WrongOwnersError):
            surplus_of(pairs, window.capacity, np.array(owner))


def test_factored_windows_hold_what_they_store() -> None:
    """Pairs worked out span by span are those stored at once; about 19 % are usable."""
    window = draw_factored(500, 60)
    stored, source = window.stored(), window.source()
    assert share(stored) == pytest.approx(0.19, abs=0.03)
    assert window.capacity.sum() == 350
    pieces = [source.piece(span) for span in source.spans()]
    assert np.array_equal(np.concatenate([piece.rep for piece in pieces]), stored.rep)
    assert np.array_equal(np.concatenate([piece.surplus for piece in pieces]), stored.surplus)
    assert len(np.unique(stored.surplus)) > stored.num_pairs / 3
