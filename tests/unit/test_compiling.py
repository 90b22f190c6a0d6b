"""Machine code that is kept from one process to the next is never older than its sources."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

OUTER = """
from solver.compiling import compiled
from kernels.middle import middle


@compiled
def outer(x):
    return middle(x) + 1
"""
MIDDLE = """
from solver.compiling import compiled
from kernels.inner import FACTOR, inner


@compiled
def middle(x):
    return inner(x) * FACTOR
"""
INNER = """
from solver.compiling import inlined

FACTOR = {factor}


@inlined
def inner(x):
    return x + {term}
"""
TYPES = """
from typing import NamedTuple


class {name}(NamedTuple):
    one: int


THING = {name}(2)
"""
TYPED = """
from solver.compiling import compiled
from kernels.types import THING, {name}


@compiled
def more(thing):
    return thing.one + 1
"""
RUN_TYPED = """
from kernels.typed import THING, more
print(more(THING))
"""
RUN = """
from kernels.outer import outer
print(outer(1), sum(outer.stats.cache_hits.values()))
"""


def _answer(folder: Path) -> tuple[int, int]:
    """The outer kernel's answer in a new process, and whether its machine code was kept."""
    found = subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True,
                           env={"PYTHONPATH": f"{folder}:{Path(__file__).parents[2]}"})
    answer, hits = found.stdout.split()
    return int(answer), int(hits)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A package of three kernels in three files, compiled once."""
    (tmp_path / "kernels").mkdir()
    for name, text in (("__init__", ""), ("outer", OUTER), ("middle", MIDDLE),
                       ("inner", INNER.format(factor=10, term=1))):
        (tmp_path / "kernels" / f"{name}.py").write_text(text, encoding="utf-8")
    assert _answer(tmp_path) == (21, 0)
    return tmp_path


def test_machine_code_is_kept(folder: Path) -> None:
    """Where nothing has changed, a new process compiles nothing."""
    assert _answer(folder) == (21, 1)


@pytest.mark.parametrize(("factor", "term", "expected"), [(10, 2, 31), (20, 1, 41)])
def test_a_change_in_another_file_is_seen(folder: Path, factor: int, term: int,
                                          expected: int) -> None:
    """An inner kernel or a constant changes two files away: the outer kernel is compiled anew."""
    inner = folder / "kernels" / "inner.py"
    inner.write_text(INNER.format(factor=factor, term=term), encoding="utf-8")
    # Python's own cache cannot tell two files of one size written in the same second.
    os.utime(inner, ns=(0, inner.stat().st_mtime_ns + 10**10))
    assert _answer(folder) == (expected, 0)
    assert _answer(folder) == (expected, 1)


def test_machine_code_for_a_type_that_is_no_more_is_void(tmp_path: Path) -> None:
    """What was kept for a type that has another name now is not even read."""
    (tmp_path / "kernels").mkdir()
    (tmp_path / "kernels" / "__init__.py").write_text("", encoding="utf-8")
    for nth, name in enumerate(("Before", "After")):
        for file, text in (("types", TYPES), ("typed", TYPED)):
            path = tmp_path / "kernels" / f"{file}.py"
            path.write_text(text.format(name=name), encoding="utf-8")
            os.utime(path, ns=(0, path.stat().st_mtime_ns + nth * 10**10))
        found = subprocess.run([sys.executable, "-c", RUN_TYPED], capture_output=True, text=True,
                               env={"PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}"},
                               check=False)
        assert (found.stdout, found.returncode) == ("3\n", 0), found.stderr
