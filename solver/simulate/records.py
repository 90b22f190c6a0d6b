"""What a run leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from solver.simulate.methods import Method


class Answer(StrEnum):
    """What a rep does with an offer."""

    ACCEPTED = "accepted"
    """The rep owns the lead from that instant on."""
    REJECTED = "rejected"
    """At once; the lead goes back, without that rep."""
    TIMED_OUT = "timed_out"
    """Never answered; the lead goes back when the time is up, without that rep."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A lead offered to a rep."""

    at: datetime
    lead_id: str
    rep_id: str
    value: int
    """Of the pair at that instant, minor units."""
    response: float
    """What the wait for the rep's next working time left of the value, 0 to 1."""
    answer: Answer
    until: datetime | None
    """When the slot came free again; None: not in this world."""


@dataclass(frozen=True, slots=True)
class Run:
    """One method, played through one world."""

    method: Method
    value: int
    """Sum of the values of owned leads when they were assigned, minor units."""
    true_value: float | None
    """Sum of deal value x true chance x freshness x response over owned leads, in the policy's
    currency; None: the world has no hidden truth."""
    won: float | None
    """Sum of the deal values of the leads that are won by the luck of the draw, in the policy's
    currency; None: the world has no hidden truth."""
    owned: int
    """Leads with an owner. Owned, held and lost leads are all arrivals."""
    held_at_end: int
    """Leads that still wait, or whose offer still stands."""
    lost: int
    """Leads that waited too long, or, with ``Held.LOST``, that their window left without a rep."""
    mean_wait_minutes: float | None
    """From arrival to the offer that was accepted; None where nobody owns a lead."""
    p95_wait_minutes: float | None
    """Nineteen in twenty waited no longer."""
    utilisation: float | None
    """Slots used, of those used or left idle; None where there were none. Idle slots of a rep with
    a daily cap are counted whenever the rep's day ends, those of all reps at the end."""
    owned_by_rep: tuple[int, ...]
    """Leads owned by each rep, in the world's order."""
    num_floors_made: int
    """How often floors were made."""
    offers: tuple[Offer, ...]
    """All offers, in the order in which they were made."""
