"""Seeded, realistic windows of any size, for the demo, the tests and the benchmarks."""

from solver.generate.window import generate_window

__all__ = ["generate_window"]
