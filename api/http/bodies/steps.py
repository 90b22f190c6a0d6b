"""Bodies of steps with leads: each step with what it needs, so that the schema says it."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import ConfigDict, Discriminator, Field, model_validator

from api.http.bodies.base import Answer, Body, LeadId, LeftOut, Moment, RepId, Words
from api.service.steps import Asked, Taken
from solver.hand_off import LeadState, Step
from solver.models import Queue
from solver.models.base import MAX_MONEY

_Label = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")]
_Part = Annotated[str, Field(min_length=1, max_length=320, pattern=r"^[^\x00-\x1f]*$")]


class StepBody(Body):
    """What may be said with every step."""

    at: Moment | None = None
    """When it happened: in the past if it is reported late; now if not given."""
    note: Words | None = None
    """For whoever reads the lead next; stored with its activities."""
    reason: _Label | None = None
    """A label of your own list, such as `not my region`; nothing about the person."""


class PlainStep(StepBody):
    """A step that needs nothing else."""

    step: Literal["accepted", "contacted", "qualified", "junk", "unreachable"]


class ReasonedStep(StepBody):
    """A step that needs a reason."""

    step: Literal["rejected", "lost"]
    reason: _Label
    """A label of your own list, such as `not my region`; nothing about the person."""


class RecycledStep(StepBody):
    """The lead rests."""

    step: Literal["recycled"]
    until: Moment | None = None
    """When it wakes; after the policy's `hand_off.nurture_days` if not given."""


class WonStep(StepBody):
    """The lead bought."""

    step: Literal["won"]
    amount: Annotated[float, Field(strict=True, ge=0, le=MAX_MONEY)]
    """In the policy's currency."""


class Contact(Body):
    """Another person of the same company; at least one field."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    first_name: LeftOut[_Part] = None
    last_name: LeftOut[_Part] = None
    email: LeftOut[_Part] = None
    phone: LeftOut[_Part] = None
    title: LeftOut[_Part] = None

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("must have one field at least")
        return self


class ReferredStep(StepBody):
    """Another contact is the right one, and becomes a lead of the same owner."""

    step: Literal["referred"]
    contact: Contact


class ReassignedStep(StepBody):
    """Given to a rep by hand."""

    step: Literal["reassigned"]
    rep_id: RepId
    """The new owner."""


class CreditedBackStep(StepBody):
    """The ledger takes the lead off a rep who owned it."""

    step: Literal["credited_back"]
    rep_id: RepId | None = None
    """Whom it is credited to; the last owner if not given."""


AnyStep: TypeAlias = Annotated[
    PlainStep | ReasonedStep | RecycledStep | WonStep | ReferredStep | ReassignedStep
    | CreditedBackStep, Discriminator("step")]


def asked_of(body: StepBody) -> Asked:
    """Return what a body asks."""
    found = body.model_dump(exclude_none=True)
    return Asked(**{**found, "step": Step(found["step"])})


class MergeBody(Body):
    """The lead that another one is one with."""

    into: LeadId
    """The lead that stays."""


class StepTaken(Answer):
    """Where the lead is now."""

    lead_id: LeadId
    state: LeadState
    queue: Queue | None
    """Of a lead that waits."""
    not_before: Moment | None
    """When a lead that rests wakes."""
    rep_id: RepId | None
    """Its owner."""
    accept_by: Moment | None
    contact_by: Moment | None
    work_by: Moment | None
    event_id: int
    """Number of the event that this step is in the lead's history."""
    new_lead_id: LeadId | None
    """Of a lead that was referred: the lead that the other contact became."""


def shown(taken: Taken) -> StepTaken:
    """Return the answer to a step."""
    lead, owner = taken.lead, taken.owner
    return StepTaken(
        lead_id=lead.lead_id, state=LeadState(lead.state),
        queue=None if lead.queue is None else Queue(lead.queue), not_before=lead.not_before,
        rep_id=None if owner is None else owner.rep_id,
        accept_by=None if owner is None else owner.accept_by,
        contact_by=None if owner is None else owner.contact_by,
        work_by=None if owner is None else owner.work_by,
        event_id=taken.event_id, new_lead_id=taken.new_lead_id)
