"""What is asked of a lead, what came of it, and all that a step looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.service.context import Actor
from api.service.happenings import Happening
from api.store.control import Control
from api.store.database import Writing
from api.store.leads import LeadRow
from api.store.ownerships import OwnershipRow
from solver.hand_off import Place, Step


@dataclass(frozen=True, slots=True)
class Asked:
    """A step as people report it; what it needs is there, what it does not use is None."""

    step: Step
    reason: str | None = None
    """A label of the caller's own list; says nothing about the person."""
    amount: float | None = None
    until: datetime | None = None
    contact: Mapping[str, str] = field(default_factory=dict)
    """Fields of the lead that the right person is to become."""
    rep_id: str | None = None
    at: datetime | None = None
    """When it happened; None: now."""
    note: str | None = None
    """Goes to the lead's activities, and away with them when it is erased."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a lead is after a step."""

    lead: LeadRow
    owner: OwnershipRow | None
    event_id: int
    new_lead_id: str | None = None
    """Of a lead that was referred: the lead that the other contact became."""


@dataclass(frozen=True, slots=True)
class Case:
    """One step on one lead, whose row is locked."""

    tx: Writing
    held: Control
    actor: Actor
    lead: LeadRow
    owner: OwnershipRow | None
    asked: Asked
    now: datetime
    at: datetime
    """When it happened: never before the owner had the lead."""
    contact_lead: LeadRow | None = None
    """Of a referral: the lead, locked, that the other contact is already."""

    @property
    def owned(self) -> OwnershipRow:
        """The ownership that lasts, of a lead whose state says that there is one."""
        assert self.owner is not None, f"lead {self.lead.lead_id} has no owner"
        return self.owner

    def happening(self, place: Place, **detail: Any) -> Happening:
        """Return the event of the step; details that are None are left out."""
        found = {"reason": self.asked.reason, **detail}
        return Happening(
            f"lead.{self.asked.step.value}", self.at, self.actor.actor_id,
            lead_id=self.lead.lead_id, rep_id=None if self.owner is None else self.owner.rep_id,
            state=place.state.value, queue=None if place.queue is None else place.queue.value,
            detail={key: value for key, value in found.items() if value is not None})
