"""Seeded, realistic windows and days of any size, for the demo, the tests and the benchmarks."""

from solver.generate.days import DayOptions, generate_world
from solver.generate.features import Feature, FloorOptions, parse_features
from solver.generate.sales_floor import GeneratedFloor, generate_sales_floor
from solver.generate.surprises import Surprise
from solver.generate.truth import held_constant
from solver.generate.window import generate_window

__all__ = ["DayOptions", "Feature", "FloorOptions", "GeneratedFloor", "Surprise",
           "generate_sales_floor", "generate_window", "generate_world", "held_constant",
           "parse_features"]
