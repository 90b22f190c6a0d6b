"""Compiled code is there before the time of a search counts."""

from __future__ import annotations

import importlib
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest

from solver.program.clock import Clock

_PROBE = """
import importlib, sys
from datetime import datetime, UTC
from solver import generate_window, solve, solving
from solver.matrix import pairs
from solver.warm_up import warm_up_factored, warm_up_prices_first
from tests.unit.test_warm_up import compiled_in
warm_up_factored(), warm_up_prices_first()
before = compiled_in()
solving.PRICES_FIRST_PAIRS, pairs._FACTORED_CELLS = 1, 1
window = generate_window(300, 25, 3, datetime(2026, 11, 18, 15, tzinfo=UTC))
plan = solve(window)
solve(window, last_prices={slots.rep_id: slots.price for slots in plan.slots})
assert "auction" in plan.engine_reason
late = {name: kinds for name, kinds in compiled_in().items() if kinds != before.get(name)}
assert before and not late, late
"""
_MODULES = ("solver.matrix.factored_kernels", "solver.matrix.row_kernels",
            "solver.prices_first.auction_kernels", "solver.prices_first.check_kernels",
            "solver.prices_first.core_kernels", "solver.prices_first.exchange_kernels",
            "solver.prices_first.greedy")


def compiled_in() -> dict[str, list[Any]]:
    """Return kernels of large windows with the types that each is compiled for."""
    modules: list[ModuleType] = [importlib.import_module(name) for name in _MODULES]
    return {f"{module.__name__}.{name}": list(kernel.signatures) for module in modules
            for name, kernel in vars(module).items() if hasattr(kernel, "signatures")}


def test_a_large_window_compiles_nothing_after_the_warm_up() -> None:
    """No kernel gets another kind of argument than it was warmed up with."""
    probe = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, text=True,
                           check=False)
    assert probe.returncode == 0, probe.stderr


def test_a_clock_leaves_a_call_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the call takes is neither passed nor off what is left."""
    now = [100.0]
    monkeypatch.setattr("solver.program.clock.monotonic", lambda: now[0])
    clock = Clock(30.0, 95.0)

    def load() -> None:
        now[0] += 45.0
    clock = clock.without(load)
    assert (clock.passed, clock.left) == (5.0, 25.0)
