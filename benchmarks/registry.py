"""What is measured: the cases, with the counters that each must give on every machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.array_windows.factored import draw_factored
from benchmarks.array_windows.shapes import SHAPES
from benchmarks.array_windows.windows import drawn
from benchmarks.counters import ArrayCounters, Counters
from solver.generate import generate_window
from solver.matrix.factored import FactoredPairs
from solver.matrix.pairs import Pairs
from solver.models import Window

#: The demo's instant: a Wednesday afternoon in London, morning in New York, night in Tokyo.
AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
#: The demo's seed.
SEED = 7


@dataclass(frozen=True, slots=True)
class Case:
    """One generated window and what must be counted in it."""

    num_leads: int
    num_reps: int
    expected: Counters

    @property
    def name(self) -> str:
        """The size, as ``--sizes`` takes it."""
        return f"{self.num_leads}x{self.num_reps}"

    def window(self) -> Window:
        """Generate the window."""
        return generate_window(self.num_leads, self.num_reps, SEED, AT)


CASES: tuple[Case, ...] = (
    Case(200, 25, Counters(
        window_leads=175, free_slots=136, eligible_pairs=1_363, usable_pairs=1_229,
        flow_arcs=1_352, tight_leads=18, objective=74_830_013, gap=0)),
    Case(1_000, 100, Counters(
        window_leads=877, free_slots=684, eligible_pairs=20_390, usable_pairs=18_449,
        flow_arcs=17_992, tight_leads=70, objective=531_848_864, gap=0)),
    Case(10_000, 500, Counters(
        window_leads=8_782, free_slots=6_850, eligible_pairs=789_753, usable_pairs=675_648,
        flow_arcs=16_387, tight_leads=397, objective=5_065_472_059, gap=0,
        bids=197_825, passes=3, pairs_scanned=8_570_106, rounds=2, core_pairs=5_272)),
)

#: What must be counted in windows of arrays, by the name of the case.
ARRAY_COUNTERS = Path(__file__).parent / "array_windows" / "counters.json"
#: Pairs that are worked out instead of stored.
FACTORED = "factored"


@dataclass(frozen=True, slots=True)
class ArrayCase:
    """One window of arrays that goes through prices first, whatever its size."""

    shape: str
    num_leads: int
    num_reps: int

    @property
    def name(self) -> str:
        """Shape and size."""
        return f"{self.shape} {self.num_leads}x{self.num_reps}"

    def window(self) -> tuple[Pairs | FactoredPairs, NDArray[np.int64]]:
        """Draw the window: usable pairs and (R,) free slots."""
        if self.shape == FACTORED:
            factored = draw_factored(self.num_leads, self.num_reps)
            return factored.source(), factored.capacity
        window = drawn(self.shape, self.num_leads, self.num_reps)
        return window.pairs(), window.capacity

    @property
    def expected(self) -> ArrayCounters | None:
        """What must be counted; None for a case that is new."""
        found = json.loads(ARRAY_COUNTERS.read_text(encoding="utf-8")).get(self.name)
        return None if found is None else ArrayCounters(**found)


#: Every shape small, and windows past the size from which prices first is the faster way.
ARRAY_CASES: tuple[ArrayCase, ...] = (
    *(ArrayCase(shape, 600, 40) for shape in SHAPES),
    ArrayCase(FACTORED, 3_000, 80),
    ArrayCase("usual", 10_000, 500),
    ArrayCase("generator", 10_000, 500),
)
