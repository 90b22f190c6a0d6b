"""Bodies of queues."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from api.http.bodies.base import Answer, Body, LeadId, LeftOut, Moment, RepId
from api.service.context import Actor
from api.service.errors import Problem
from api.service.lead_facts import HeldFor
from api.service.moving import Moved
from api.service.queues import QueueState
from api.service.showing import reasons_for
from api.store.leads import LeadRow
from solver.models import Queue


def _is_true(value: bool) -> bool:
    if not value:
        raise ValueError("must be true, or be left out")
    return value


_True = Annotated[bool, Field(strict=True, json_schema_extra={"const": True}),
                  AfterValidator(_is_true)]
_SomeIds = Annotated[list[LeadId], Field(min_length=1, max_length=1000)]


class QueueSummary(Answer):
    """One queue."""

    queue: Queue
    num_leads: int
    oldest_since: Moment | None
    """Since when the lead waits that waits longest."""
    oldest_age_minutes: float | None
    contact: RepId | None
    """The one rep who hands its leads out (`hand_off.contacts`)."""

    @classmethod
    def of(cls, found: QueueState, now: datetime) -> Self:
        """Return what is shown of a queue."""
        age = None if found.oldest is None else _minutes(found.oldest, now)
        return cls(queue=found.queue, num_leads=found.num_leads, oldest_since=found.oldest,
                   oldest_age_minutes=age, contact=found.contact)


class WaitingLead(Answer):
    """A lead that waits."""

    lead_id: LeadId
    since: Moment
    """Since when it waits in this queue."""
    age_minutes: float
    not_before: Moment | None
    """When it wakes, if it rests."""
    reasons: list[HeldFor]
    """Why it is held; none: it waits for its turn."""
    company: str | None
    source: str | None
    segment: str | None
    deal_value: float | None
    score: float | None
    hot: bool
    returns: int
    """How often owners gave it back."""

    @classmethod
    def of(cls, row: LeadRow, actor: Actor, now: datetime) -> Self:
        """Return what somebody sees of a lead."""
        record = json.loads(row.record or "{}")
        since = row.queued_at or row.received_at
        return cls(lead_id=row.lead_id, since=since, age_minutes=_minutes(since, now),
                   not_before=row.not_before,
                   reasons=reasons_for(actor, row.reasons),
                   company=record.get("company"), source=row.source, segment=row.segment,
                   deal_value=record.get("deal_value"), score=record.get("score"), hot=row.hot,
                   returns=row.returns)


class TakeBody(Body):
    """One lead for one rep."""

    lead_id: LeadId
    rep_id: RepId


class SomeOrAll(Body):
    """Some leads of the queue, or all: one of the two fields."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    lead_ids: LeftOut[_SomeIds] = None
    all: LeftOut[_True] = None
    """Up to 10,000 in one call, those first that wait longest."""

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("must have lead_ids, or all, and not both")
        return self


class MoveBody(Body):
    """Some leads, and where to."""

    lead_ids: _SomeIds
    queue: Queue
    """The queue that they go to; `next_window` clears what held them."""


class MovedLeads(Answer):
    """What became of them."""

    moved: list[LeadId]
    refused: list[Problem]
    """Leads that stay where they are; `offending` is the lead's id."""
    num_left: int
    """Leads that still wait in the queue."""

    @classmethod
    def of(cls, found: Moved) -> Self:
        """Return what is shown of leads that moved."""
        return cls(moved=list(found.lead_ids), refused=list(found.refused),
                   num_left=found.num_left)


def _minutes(since: datetime, now: datetime) -> float:
    """Return minutes since an instant; the clock may have gone back."""
    return max(0.0, round((now - since) / timedelta(minutes=1), 1))
