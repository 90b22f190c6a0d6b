"""What today's routers do with the same window: plans to compare with, checked the same way."""

from solver.baselines.plans import BASELINES, baseline_plan

__all__ = ["BASELINES", "baseline_plan"]
