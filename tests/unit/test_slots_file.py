"""Prices of the window before, read from the file of slots that its plan left."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from solver import solve
from solver.errors import UsageError
from solver.generate import generate_window
from solver.models import Lead, Rep, Window
from solver.plan_files import render_plan
from solver.reading.slots_file import read_last_prices

AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


def test_the_prices_of_a_plan_come_back(tmp_path: Path) -> None:
    """Every rep with its price, in minor units, from the file as it was written."""
    plan = solve(generate_window(200, 25, 7, AT))
    (tmp_path / "slots.csv").write_bytes(render_plan(plan)["slots.csv"])
    found = read_last_prices(tmp_path / "slots.csv")
    assert found == {slot.rep_id: slot.price for slot in plan.slots}
    assert any(found.values())


def test_ids_that_look_like_formulas_come_back_too(tmp_path: Path) -> None:
    """What the file says behind an apostrophe is the id without it."""
    reps = (Rep(rep_id="=r", capacity=1), Rep(rep_id="'s", capacity=1))
    leads = (Lead(lead_id="L1", created_at=AT, deal_value=100.0, score=100.0),)
    plan = solve(Window(at=AT, leads=leads, reps=reps))
    (tmp_path / "slots.csv").write_bytes(render_plan(plan)["slots.csv"])
    assert set(read_last_prices(tmp_path / "slots.csv")) == {"=r", "'s"}


@pytest.mark.parametrize(("text", "said"), [
    ("rep_id,capacity\nr1,2\n", "no column price"),
    ("rep_id,price\nr1,1.00\nr2,cheap\n", "row 3: price 'cheap'"),
    ("rep_id,price\nr1,-0.01\n", "row 2: price '-0.01'"),
    ("rep_id,price\nr1,NaN\n", "row 2: price 'NaN'"),
    ("rep_id,price\nr1\n", "row 2: price None"),
    ("", "no column price, rep_id"),
    ("rep_id,price\nr1,1.999\n", "row 2: price '1.999'"),
    ("rep_id,price\nr1,1e999999\n", "row 2: price '1e999999'"),
    ("rep_id,price\nr1,1.00\nr2,1.00\nr1,2.00\n", "row 4: rep 'r1' stands there twice"),
    (f"rep_id,price\n{'r' * 140_000},1.00\n", "field larger than field limit"),
])
def test_another_file_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    """The message names the file, the row and the cell."""
    (tmp_path / "some.csv").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said) as caught:
        read_last_prices(tmp_path / "some.csv")
    assert "some.csv" in str(caught.value)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    """Neither shows a trace of Python."""
    with pytest.raises(UsageError, match="cannot be read"):
        read_last_prices(tmp_path / "none.csv")
    (tmp_path / "image.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="no UTF-8"):
        read_last_prices(tmp_path / "image.csv")
