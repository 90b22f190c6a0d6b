"""Results that are kept: no item is run twice, not even by the next process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from api.executors import Places
from api.kept_results import kept_in
from solver.errors import UsageError
from tests.running_work import draw, draw_or_fail

_HERE = Places(jobs=1)
_ADAPTER = TypeAdapter(dict[str, Any])
_INPUTS: Mapping[str, Any] = {"scale": 2.0}
_ITEMS = range(6)


def _run(file: Path | None, function: Any = draw, inputs: Mapping[str, Any] = _INPUTS
         ) -> tuple[tuple[Any, ...], list[tuple[int, int]]]:
    counts: list[tuple[int, int]] = []
    with kept_in(file, inputs, str, _ADAPTER) as kept, kept.at(
            _HERE, lambda *told: counts.append(told)) as runner:
        return runner.run(function, 2.0, _ITEMS), counts


def test_a_run_goes_on_where_the_one_before_was_ended(tmp_path: Path) -> None:
    """Results that are there are not worked out again; progress counts them as done."""
    file = tmp_path / "results"
    with pytest.raises(ValueError, match="item 3"):
        _run(file, draw_or_fail)
    found, counts = _run(file)
    assert counts == [(done, 6) for done in range(3, 7)]
    assert found == _run(None)[0]
    again, counts = _run(file, draw_or_fail)
    assert (again, counts) == (found, [])


def test_a_line_that_was_cut_off_is_worked_out_again(tmp_path: Path) -> None:
    """As where the process was killed while it wrote."""
    file = tmp_path / "results"
    found, _ = _run(file)
    whole = file.read_bytes()
    file.write_bytes(whole[:-5])
    again, counts = _run(file)
    assert (again, counts[0]) == (found, (5, 6))
    assert file.read_bytes() == whole


def test_the_same_runner_runs_nothing_twice() -> None:
    """Without a file too: a part of the items can be asked for again."""
    with kept_in(None, _INPUTS, str, _ADAPTER) as kept:
        with kept.at(_HERE) as runner, pytest.raises(ValueError, match="item 3"):
            runner.run(draw_or_fail, 2.0, _ITEMS)
        assert kept  # a runner that has nothing yet is still one
        assert (2 in kept, 3 in kept) == (True, False)
        with kept.at(_HERE) as runner:
            assert runner.run(draw_or_fail, 2.0, [2, 0, 2])[1]["item"] == 0


@pytest.mark.parametrize(("text", "said"), [
    ("lead_id\nL1\n", "is no file of results"), ("{}\n", "of other inputs, options or versions"),
    ("\xff\n", "is no file of results")])
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """And stays as it is."""
    file = tmp_path / "results"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match=said):
        _run(file)
    assert file.read_bytes() == text.encode("latin-1")


def test_results_of_other_inputs_are_refused(tmp_path: Path) -> None:
    """They would be wrong here."""
    file = tmp_path / "results"
    _run(file)
    with pytest.raises(UsageError, match="of other inputs"):
        _run(file, inputs={"scale": 3.0})
    with pytest.raises(UsageError, match="cannot be written"):
        _run(tmp_path / "none" / "results")
