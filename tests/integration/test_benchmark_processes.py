"""The clock of a limited piece of work runs while it is timed, and only then."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from subprocess import PIPE, Popen

import pytest

from benchmarks import processes
from benchmarks.processes import Ended, Limits, gigabytes, timed_often

MEMORY = 8 * 10**9


def watched(seconds: float, parts: Sequence[float], heard: list[str]) -> Ended:
    """Watch a process that takes so long to start, to solve and to check."""
    start, solve, check = parts
    code = (f"import time; time.sleep({start}); print('{{}}', flush=True); time.sleep({solve}); "
            f"print('{{}}', flush=True); time.sleep({check}); print('{{\"done\": 1}}')")
    with Popen([sys.executable, "-c", code], stdout=PIPE) as child:
        try:
            return processes._watched(child, Limits(seconds, MEMORY), heard.append)
        finally:
            child.kill()


def test_start_and_checks_are_not_in_the_limit() -> None:
    """Longer than the limit before and after what is timed: it ends by itself, and is heard of."""
    heard: list[str] = []
    assert watched(0.8, (1.2, 0.0, 1.2), heard) == Ended({"done": 1})
    assert [text.split(",")[0] for text in heard] == ["starting", "solving", "checking"]


def test_the_timed_part_is_ended_at_its_limit() -> None:
    """What is timed takes longer than the limit."""
    assert watched(0.3, (0.0, 60.0, 0.0), []) == Ended(None, "over 0.3 s")


@pytest.mark.parametrize(("name", "parts", "where"), [
    ("_START_SECONDS", (60.0, 0.0, 0.0), "starting"),
    ("_END_SECONDS", (0.0, 0.0, 60.0), "checking")])
def test_what_lies_around_it_has_limits_too(monkeypatch: pytest.MonkeyPatch, name: str,
                                            parts: tuple[float, float, float], where: str) -> None:
    """A process that never begins, or never tells, is ended with a word of where it was."""
    monkeypatch.setattr(processes, name, 0.2)
    assert watched(30.0, parts, []) == Ended(None, f"over 0.2 s of {where}")


def test_only_the_first_run_is_in_the_timed_part() -> None:
    """Repeats of what is quick come after the clock has been stopped."""
    order: list[str] = []
    _, _, runs = timed_often(lambda: order.append("run"), lambda: order.append("turn"))
    assert runs > 1
    assert order == ["turn", "run", "turn", *["run"] * (runs - 1)]


@pytest.mark.parametrize(("num_bytes", "text"), [
    (400_000, "0.4 MB"), (9_940_000, "9.9 MB"), (23_400_000, "23 MB"), (1_230_000_000, "1.23 GB")])
def test_small_amounts_have_a_decimal(num_bytes: int, text: str) -> None:
    """Less than a megabyte is not 0 MB."""
    assert gigabytes(num_bytes) == text
