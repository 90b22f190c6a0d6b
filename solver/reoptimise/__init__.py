"""The exact optimum of a window with other reps or slots, from the optimum that is there."""

from solver.reoptimise.exchange import Exchange
from solver.reoptimise.reoptimiser import Reoptimiser, reoptimised

__all__ = ["Exchange", "Reoptimiser", "reoptimised"]
