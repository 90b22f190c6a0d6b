"""Quarters, simulated: what scenarios change, with intervals, and how many people it takes."""

from solver.quarter.makers import (
    QUARTER_DAYS,
    BootstrapWorlds,
    GeneratedWorlds,
    PoissonWorlds,
    WorldMaker,
)
from solver.quarter.playing import HouseRules, play_quarter
from solver.quarter.records import Measure, MeasureResult, Quarter, QuarterResult
from solver.quarter.replications import Fixed, Replications, Sequential, Target
from solver.quarter.staffing import Samples, staffing
from solver.quarter.staffing_records import Staffing, TeamStaffing

__all__ = [
    "QUARTER_DAYS",
    "BootstrapWorlds",
    "Fixed",
    "GeneratedWorlds",
    "HouseRules",
    "Measure",
    "MeasureResult",
    "PoissonWorlds",
    "Quarter",
    "QuarterResult",
    "Replications",
    "Samples",
    "Sequential",
    "Staffing",
    "Target",
    "TeamStaffing",
    "WorldMaker",
    "play_quarter",
    "staffing",
]
