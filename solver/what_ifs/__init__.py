"""What if: a window beside the same window with edits, exactly."""

from solver.what_ifs.comparing import what_if
from solver.what_ifs.records import Comparison, Difference, Figures, Mover, ScenarioResult

__all__ = ["Comparison", "Difference", "Figures", "Mover", "ScenarioResult", "what_if"]
