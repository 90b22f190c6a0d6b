"""What each kind of change costs: points of effort, or money, as the caller likes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from solver.models.base import Record
from solver.relax.kinds import ChangeKind

#: Costs are integers in this part of a point.
COST_SCALE = 1_000
#: Beyond it a cost is a slip of the pen.
_MAX_COST = 1e6
_Cost = Annotated[float, Field(ge=1 / COST_SCALE, le=_MAX_COST)]


class RelaxCosts(Record):
    """Cost of one unit of each kind of change; None: such a change is never made.

    All costs are above 0, so that a cheapest set holds no change that it could do without.
    """

    slot: _Cost | None = 1.0
    """One slot more of a rep."""
    slots: dict[str, _Cost] = Field(default={})
    """rep_id to what one slot more of that rep costs, in place of ``slot``."""
    skill: _Cost | None = 0.5
    """A started tenth of a level of one skill of a rep."""
    language: _Cost | None = 8.0
    """A language more of a rep."""
    territory: _Cost | None = 2.0
    """A territory more of a rep."""
    overlay: _Cost | None = 6.0
    """A rep sells everywhere."""
    deal_band: _Cost | None = 1.0
    """One end of a rep's deal band moves, however far."""
    wait: _Cost | None = 2.0
    """A started day by which the longest wait grows, for all."""
    hours: _Cost | None = 4.0
    """Reps without working hours are taken to be at work, all of them."""
    exclusion: _Cost | None = 4.0
    """One rep whom one lead excludes may have it."""
    rule_for_lead: _Cost | None = 2.0
    """A rule of the organisation is waived for one lead."""
    rule: _Cost | None = 8.0
    """A rule of the organisation is dropped."""
    layer_for_lead: _Cost | None = 2.0
    """One lead may leave the rep whom its account names."""
    layer: _Cost | None = 10.0
    """A layer of the precedence is switched off."""
    place: _Cost | None = 1.0
    """One lead is placed although it brings no more than left to nurture."""
    reserve: _Cost | None = 5.0
    """The reserve is lowered, for all."""
    limit: _Cost | None = 1.0
    """The upper end of a limit rises by a lead or slot; of worth: by a started tenth of it."""
    fairness: _Cost | None = 10.0
    """Fairness is switched off for the window."""

    def of(self, kind: ChangeKind) -> int | None:
        """Return the cost of one unit of a kind in 1/``COST_SCALE`` points."""
        cost: float | None = getattr(self, kind.value)
        return None if cost is None else round(cost * COST_SCALE)

    def of_slot(self, rep_id: str) -> int | None:
        """Return the cost of one slot more of a rep in 1/``COST_SCALE`` points."""
        if rep_id in self.slots:
            return round(self.slots[rep_id] * COST_SCALE)
        return self.of(ChangeKind.SLOT)
