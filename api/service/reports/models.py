"""What the report on the hand-off says."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from api.store.reports import By
from solver.hand_off import LeadState
from solver.models import Queue
from solver.models.base import Instant, Record


class StageName(StrEnum):
    """How far a lead came; a later stage counts as having passed all before it."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    QUALIFIED = "qualified"
    WON = "won"


class RateName(StrEnum):
    """A share of the ownerships, or of those with a deadline that was met or missed."""

    REJECTED = "rejected"
    RETURNED = "returned"
    RECYCLED = "recycled"
    UNREACHABLE = "unreachable"
    JUNK = "junk"
    WON = "won"
    LOST = "lost"
    WITHIN_SERVICE_LEVEL = "within_service_level"


class Stage(Record):
    """Leads that came so far."""

    stage: StageName
    leads: int | None
    """None for `received` where leads are grouped by what only an owner has."""
    share: float | None = None
    """Of the leads of the stage before; None where there are none."""
    target: float | None = None
    """The policy's ``hand_off.targets``."""


class Times(Record):
    """How long it took from being assigned; business minutes are the owner's by today's calendar.

    Percentiles are by nearest rank: of n sorted times, the one at place ceil(share * n).
    """

    ownerships: int
    """That got there."""
    median_minutes: float | None = None
    p90_minutes: float | None = None
    median_wall_minutes: float | None = None
    """By the clock on the wall."""
    p90_wall_minutes: float | None = None
    met: int = 0
    """Ownerships that got there by their deadline."""
    missed: int = 0
    """That got there later, or not yet and the deadline has passed."""
    share_met: float | None = None
    """Of those that met or missed it."""


class Ratio(Record):
    """A share and what it is made of."""

    num: int
    of: int
    share: float | None
    """None: of nothing."""


class Touches(Record):
    """How often owners tried to reach their leads."""

    total: int
    mean: float | None
    """Per ownership."""
    enough: Ratio
    """Ownerships with the policy's ``hand_off.min_touches``, of those that ended as recycled,
    unreachable or lost."""


class InPeriod(Record):
    """Wins and losses that happened in the period, whenever their leads were received."""

    won: int
    lost: int
    revenue: float


class HandOffFigures(Record):
    """Figures of one group, or of all."""

    leads: int
    """Received in the period; where an owner counts, those whose last owner is of the group."""
    states: dict[LeadState, int]
    """Where these leads are now."""
    queues: dict[Queue, int]
    """Those that wait, by queue."""
    stages: list[Stage]
    ownerships: int
    """How often these leads were given to owners."""
    to_acceptance: Times
    to_contact: Times
    rates: dict[RateName, Ratio]
    touches: Touches
    revenue: float
    """Amounts for which these leads were won."""
    in_period: InPeriod


class Group(Record):
    """One group of leads or ownerships."""

    key: str | None
    """The rep, team, source, segment or policy version; None where it is blank, or where leads
    never had an owner."""
    figures: HandOffFigures


class Outcome(Record):
    """A lead that was won or lost in the period."""

    lead_id: str
    rep_id: str
    outcome: Literal["won", "lost"]
    at: Instant
    amount: float | None = None
    """Of a win."""
    reason: str | None = None
    """Of a loss."""


class HandOffReport(Record):
    """What became of the leads that were received in a period."""

    begin: Instant = Field(serialization_alias="from")
    end: Instant = Field(serialization_alias="to")
    """Not included."""
    at: Instant
    """When it was asked for."""
    by: By | None
    currency: str
    policy_version: int
    """The active one, whose targets and touches count."""
    min_touches: int
    total: HandOffFigures
    groups: list[Group]
    """By key, the blank one last."""
    groups_left_off: int = 0
    outcomes: list[Outcome]
    """The first wins and losses of the period, in the order of time."""
    outcomes_left_off: int = 0
    """Wins and losses beyond these; ask for a shorter period."""
