"""What is shown of one lead."""

from __future__ import annotations

from typing import Any

from solver.hand_off import BreachKind, LeadState
from solver.models import Lead, Queue, Reason, ReasonCode
from solver.models.base import Instant, Record


class HeldFor(Record):
    """One reason why a lead is held."""

    code: ReasonCode
    count: int | None = None
    """Reps whom the rule refuses."""
    rep_id: str | None = None
    """The rep of the example."""
    detail: str | None = None
    """One sentence; null where it has figures that the key may not see."""

    @classmethod
    def of(cls, reason: Reason, shown: bool) -> HeldFor:
        """Return a reason, with its sentence or without."""
        return cls(code=reason.code, count=reason.count, rep_id=reason.rep_id if shown else None,
                   detail=reason.detail if shown else None)


class Deadline(Record):
    """What the owner still owes the lead."""

    kind: BreachKind
    by: Instant
    business_minutes_left: float
    """Working time of the owner until then; 0 once it is past."""
    overdue: bool


class Owner(Record):
    """Who owns the lead now."""

    rep_id: str
    name: str | None
    since: Instant
    source: str
    """``window``, ``hot``, ``manual`` or ``referred``."""
    accepted_at: Instant | None
    contacted_at: Instant | None
    qualified_at: Instant | None
    touches: int
    deadlines: tuple[Deadline, ...]
    """Those that the state still asks for, the first one first."""


class Owned(Record):
    """One stretch of time with one owner."""

    rep_id: str
    source: str
    window_id: str | None
    policy_version: int
    started_at: Instant
    ended_at: Instant | None
    end_reason: str | None
    """The step that ended it."""
    credited_at: Instant | None
    """When it was taken off the rep again, as if never given."""


class HistoryEvent(Record):
    """One thing that happened to a lead."""

    event_id: int
    at: Instant
    kind: str
    actor: str
    """Id of the API key, or ``worker``."""
    rep_id: str | None
    state: str | None
    """Afterwards."""
    queue: str | None
    window_id: str | None
    detail: dict[str, Any]


class Done(Record):
    """One thing that the lead did, or that somebody noted of it."""

    at: Instant
    kind: str
    detail: str | None
    """Null where the key may not see contact data."""


class PointsPart(Record):
    """What one rule adds to the points."""

    rule: str
    points: float
    at: Instant | None
    """When the activity was; null: not one of an activity."""


class Points(Record):
    """What the scoring makes of the lead, as of its last change."""

    points: float
    stage: str | None
    why: str
    """Such as ``+20 pricing page 2 h ago, -15 careers page``."""
    breakdown: tuple[PointsPart, ...]


class Contact(Record):
    """One lead of the account."""

    lead_id: str
    name: str | None
    """Null where it is not known, or where the key may not see contact data."""
    title: str | None
    """As `name`."""
    state: LeadState
    queue: Queue | None
    owner_id: str | None


class LeadView(Record):
    """One lead with what its owner needs to call."""

    lead_id: str
    state: LeadState
    queue: Queue | None
    """Of a waiting lead."""
    queued_at: Instant | None
    not_before: Instant | None
    """Until when a lead rests in nurture."""
    reasons: tuple[HeldFor, ...]
    """Why it is held."""
    lead: Lead | None
    """As prepared; without contact data where `contact_shown` is false."""
    contact_shown: bool
    """A rep's own key sees contact data only of leads that the rep owns."""
    owner: Owner | None
    kept_by: str | None
    """The owner that the CRM names, of a kept lead."""
    merged_into: str | None
    """The lead that this one is one with."""
    hot: bool
    returns: int
    """How often it came back from owners."""
    won_amount: float | None
    segment: str | None
    """Its territory."""
    window_id: str | None
    """The last window that looked at it."""
    received_at: Instant
    updated_at: Instant
    last_activity_at: Instant | None
    points: Points | None
    contacts: tuple[Contact, ...]
    """The leads of its account, this one too, in the order in which to call them; at most 100."""
    activities: tuple[Done, ...]
    """The latest 100, in order."""
    ownerships: tuple[Owned, ...]
    """All, in order."""
    history: tuple[HistoryEvent, ...]
    """The latest 50 events, in order; all of them: ``/v1/leads/{lead_id}/history``."""
