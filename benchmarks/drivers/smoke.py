"""Run every phase once and assert its answer and the counters; no clock."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.array_windows.solving import solved
from benchmarks.array_windows.window import ArrayWindow, surplus_of
from benchmarks.counters import ArrayCounters, count, count_arrays
from benchmarks.peers import min_cost_flow
from benchmarks.phases import PHASES, Prepared, prepare
from benchmarks.registry import ARRAY_COUNTERS, ArrayCase, Case


class WrongAnswerError(AssertionError):
    """A phase gave another answer than the whole solve, or a counter another number."""


def smoke(case: Case, folder: Path) -> Prepared:
    """Check the counters of a case, then every phase once.

    Parameters
    ----------
    case
        What to run.
    folder
        An empty folder for the window's files.

    Returns
    -------
    Prepared
        The case, ready for more runs.

    Raises
    ------
    WrongAnswerError
        Naming the case, and the phase or the counters.
    """
    window = case.window()
    counters = count(window)
    if counters != case.expected:
        raise WrongAnswerError(f"{case.name}: counted {counters}, expected {case.expected}; if the "
                               "change is meant, write the new numbers into benchmarks/registry.py")
    prepared = prepare(window, folder)
    for phase in PHASES:
        if not phase.is_right(prepared, phase.run(prepared)):
            raise WrongAnswerError(f"{case.name}: phase {phase.name} gave a wrong answer")
    return prepared


def smoke_arrays(case: ArrayCase, *, any_counters: bool = False) -> ArrayCounters:
    """Solve a window of arrays by prices first and by a min-cost flow on all of its pairs.

    Parameters
    ----------
    case
        What to run.
    any_counters
        Whether counters may be others than those registered.

    Returns
    -------
    ArrayCounters
        What was counted.

    Raises
    ------
    WrongAnswerError
        If the plan is not proven or not worth what the flow's is, or a counter is another.
    """
    source, capacity = case.window()
    optimum = solved(source, capacity)
    counted = count_arrays(optimum, source, capacity)
    piece = source.piece(slice(0, source.num_leads))
    window = ArrayWindow(piece.indptr, piece.rep, piece.surplus, capacity)
    flow = surplus_of(source, capacity, min_cost_flow.solve(window, np.inf).owner)
    if counted.gap or not counted.objective == optimum.objective == flow:
        raise WrongAnswerError(f"{case.name}: objective {counted.objective}, of the flow {flow}, "
                               f"told {optimum.objective}; gap {counted.gap}")
    if counted != case.expected and not any_counters:
        raise WrongAnswerError(f"{case.name}: counted {counted}, expected {case.expected}; if the "
                               "change is meant, run python -m benchmarks.array_cases --write "
                               f"and read what it changes in {ARRAY_COUNTERS.name}")
    return counted
