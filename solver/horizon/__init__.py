"""The horizon: leads expected until slots refill, and what a slot is worth kept for them."""

from solver.horizon.forecast import Forecast, learn
from solver.horizon.planner import Planner, horizon_prices

__all__ = ["Forecast", "Planner", "horizon_prices", "learn"]
