"""Many independent pieces of work, one after the other or side by side, with the same results."""

from solver.running.pooled import Pooled
from solver.running.runner import Partial, Progress, Runner, Serial

__all__ = ["Partial", "Pooled", "Progress", "Runner", "Serial"]
