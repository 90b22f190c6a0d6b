"""One lead now: the owner that a plan of this lead alone would name, without a solver."""

from solver.instant.decision import Decision, route_one
from solver.instant.state import RoutingState

__all__ = ["Decision", "RoutingState", "route_one"]
