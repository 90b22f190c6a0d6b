"""Edits of a sales floor as data: what a scenario changes, of reps, territories, leads, policy.

Each edit looks at the floor as it is, never at what another edit of its scenario makes of it, so
that their order plays no part. What they mean in a window and in a simulated quarter stands in this
folder's README.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from solver.models.base import Record, Text
from solver.scenarios.floor_edits import (
    Campaign,
    ChangePolicy,
    MoveTerritory,
    OpenTerritory,
    ScaleLeads,
    ShiftLeads,
)
from solver.scenarios.rep_edits import (
    AddReps,
    AddSkill,
    ChangeCapacity,
    CloseDay,
    RemoveReps,
    TakeTimeOff,
)

#: One change of a sales floor; ``edit`` says of which kind.
Edit = Annotated[
    AddReps | RemoveReps | ChangeCapacity | TakeTimeOff | CloseDay | AddSkill | MoveTerritory
    | OpenTerritory | ScaleLeads | ShiftLeads | Campaign | ChangePolicy,
    Field(discriminator="edit")]


class Scenario(Record):
    """A name and the edits that make it."""

    name: Text
    """Stands beside its figures; each name once."""
    edits: tuple[Edit, ...]
    """What changes; none is the floor as it is."""
    note: Text | None = None
    """What it is about, for people."""
