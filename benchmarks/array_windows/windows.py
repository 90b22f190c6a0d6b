"""Windows by the name of their shape: drawn, or those of the project's generator."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from benchmarks.array_windows.shapes import SHAPES
from benchmarks.array_windows.window import ArrayWindow
from solver.generate import generate_window
from solver.matrix.pairs import build_problem
from solver.matrix.rows import ValueRows

#: The project's generator: records of leads and reps, made into pairs by rules and values.
GENERATOR = "generator"
SHAPE_NAMES = (*SHAPES, GENERATOR)
#: Those of the other benchmarks of generated windows.
_SEED, _AT = 7, datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


def drawn(shape: str, num_leads: int, num_reps: int, seed: int = 1) -> ArrayWindow:
    """Draw a window of a shape; the same arguments give the same bytes."""
    if shape != GENERATOR:
        return SHAPES[shape].draw(num_leads, num_reps, seed)
    problem = build_problem(ValueRows(generate_window(num_leads, num_reps, _SEED, _AT)))
    return ArrayWindow(problem.pairs.indptr, problem.pairs.rep, problem.pairs.surplus,
                       problem.capacity)


def read_size(text: str) -> tuple[int, int]:
    """Read ``LEADSxREPS``."""
    leads, _, reps = text.partition("x")
    if not (leads.isdecimal() and reps.isdecimal() and int(leads) and int(reps)):
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 1000x100")
    return int(leads), int(reps)
