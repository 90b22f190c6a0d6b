"""Scenarios: edits of a sales floor as data, read, checked and applied."""

from solver.scenarios.applying import apply
from solver.scenarios.changes import LeadChanges, RepChanges
from solver.scenarios.checking import check_scenarios
from solver.scenarios.edits import Edit, Scenario
from solver.scenarios.floor_edits import (
    Campaign,
    ChangePolicy,
    MoveTerritory,
    OpenTerritory,
    ScaleLeads,
    ShiftLeads,
)
from solver.scenarios.reading import read_scenarios
from solver.scenarios.rep_edits import (
    AddReps,
    AddSkill,
    CapacityOf,
    ChangeCapacity,
    CloseDay,
    OpenLeads,
    RampUpStep,
    RemoveReps,
    TakeTimeOff,
)

__all__ = [
    "AddReps",
    "AddSkill",
    "Campaign",
    "CapacityOf",
    "ChangeCapacity",
    "ChangePolicy",
    "CloseDay",
    "Edit",
    "LeadChanges",
    "MoveTerritory",
    "OpenLeads",
    "OpenTerritory",
    "RampUpStep",
    "RemoveReps",
    "RepChanges",
    "ScaleLeads",
    "Scenario",
    "ShiftLeads",
    "TakeTimeOff",
    "apply",
    "check_scenarios",
    "read_scenarios",
]
