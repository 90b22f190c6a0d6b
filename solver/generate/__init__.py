"""Seeded, realistic windows and days of any size, for the demo, the tests and the benchmarks."""

from solver.generate.days import DayOptions, generate_world
from solver.generate.surprises import Surprise
from solver.generate.truth import held_constant
from solver.generate.window import generate_window

__all__ = ["DayOptions", "Surprise", "generate_window", "generate_world", "held_constant"]
