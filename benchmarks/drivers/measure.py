"""Time every phase in turn with the bare flow: A B A B, so that both meet the same machine."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.drivers.smoke import smoke
from benchmarks.phases import PHASES
from benchmarks.registry import Case


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one phase, and of the bare flow that ran right before each."""

    seconds: tuple[float, ...]
    bare_seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Median seconds of the phase."""
        return median(self.seconds)

    @property
    def ratio(self) -> float:
        """Median over the repeats of the phase's time divided by that of the bare flow."""
        return median(own / bare for own, bare
                      in zip(self.seconds, self.bare_seconds, strict=True))

    @property
    def ratio_of_minima(self) -> float:
        """Fastest run of the phase divided by the fastest bare flow."""
        return min(self.seconds) / min(self.bare_seconds)


@dataclass(frozen=True, slots=True)
class Measurement:
    """All phases of one case, by name."""

    case: Case
    timings: dict[str, Timing]

    @property
    def bare_median(self) -> float:
        """Median seconds of the bare flow over all of its runs."""
        return median(seconds for timing in self.timings.values()
                      for seconds in timing.bare_seconds)


def measure(case: Case, repeats: int) -> Measurement:
    """Assert the answers of a case, which also warms up, then time every phase.

    Raises
    ------
    WrongAnswerError
        As :func:`benchmarks.drivers.smoke.smoke`: there is no time for a wrong answer.
    """
    with TemporaryDirectory() as folder:
        prepared = smoke(case, Path(folder))
        seconds: dict[str, list[float]] = {phase.name: [] for phase in PHASES}
        bare_seconds: dict[str, list[float]] = {phase.name: [] for phase in PHASES}
        for _ in range(repeats):
            gc.collect()
            for phase in PHASES:
                bare_seconds[phase.name].append(_seconds(prepared.bare.solve))
                seconds[phase.name].append(_seconds(partial(phase.run, prepared)))
    return Measurement(case, {name: Timing(tuple(seconds[name]), tuple(bare_seconds[name]))
                              for name in seconds})


def _seconds(run: Callable[[], object]) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start
