"""Run every phase once and assert its answer and the counters; no clock."""

from __future__ import annotations

from pathlib import Path

from benchmarks.counters import count
from benchmarks.phases import PHASES, Prepared, prepare
from benchmarks.registry import Case


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
