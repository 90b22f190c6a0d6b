"""Why a pair is refused and why a lead is held: one enumeration of codes."""

from __future__ import annotations

from enum import StrEnum

from solver.models.base import Record


class Queue(StrEnum):
    """Where a held lead waits."""

    NEXT_WINDOW = "next_window"
    NURTURE = "nurture"
    REVIEW = "review"
    NEEDS_DATA = "needs_data"
    CUSTOMER = "customer"
    MANAGER = "manager"
    JUNK = "junk"


class ReasonCode(StrEnum):
    """Every reason Fairlead gives for what did not happen."""

    POSSIBLE_DUPLICATE = "POSSIBLE_DUPLICATE"
    """It may be one with another lead or with one of several accounts; a person decides."""
    EXISTING_CUSTOMER = "EXISTING_CUSTOMER"
    """Its account is a customer already."""
    DISQUALIFIED = "DISQUALIFIED"
    """Its score lies below the threshold, or a rule of the scoring disqualifies it."""
    NEEDS_DATA = "NEEDS_DATA"
    """A required cell is blank."""
    TOO_OLD = "TOO_OLD"
    """Older than the policy's ``max_age_hours``."""
    LEGAL_HOLD = "LEGAL_HOLD"
    """The policy's ``precedence.legal_hold`` keeps it from any owner."""
    NO_REPS = "NO_REPS"
    """No rep is active."""
    OUTBID = "OUTBID"
    """Usable, but every slot is worth more with another lead."""
    SLOT_KEPT = "SLOT_KEPT"
    """The slot is expected to bring more later than this lead now."""
    BELOW_RESERVE = "BELOW_RESERVE"
    """With no eligible rep worth more than left to nurture."""
    GROUP = "GROUP"
    """The leads of its account stay together, and no rep may have all, or another rep has them."""
    GROUP_TOO_LARGE = "GROUP_TOO_LARGE"
    """No rep who may have it has as many free slots as it takes."""
    LIMIT = "LIMIT"
    """A limit of the policy forbids it, or makes it cost more than it brings."""
    EXCLUDED = "EXCLUDED"
    """The lead excludes the rep."""
    RULE = "RULE"
    """A rule of the policy keeps the lead from the rep."""
    NAMED_ACCOUNT = "NAMED_ACCOUNT"
    """The account is another rep's named account."""
    OPEN_OPPORTUNITY = "OPEN_OPPORTUNITY"
    """Another rep owns the account's open opportunity."""
    ACCOUNT_OWNER = "ACCOUNT_OWNER"
    """Another rep owns the account."""
    FAMILY_OWNER = "FAMILY_OWNER"
    """Another rep owns an account of the family."""
    NO_SKILL = "NO_SKILL"
    """A required skill is below its minimum level."""
    NO_LANGUAGE = "NO_LANGUAGE"
    """No language in common."""
    DEAL_BAND = "DEAL_BAND"
    """The deal value is outside the rep's band."""
    NO_TERRITORY = "NO_TERRITORY"
    """The rep does not sell in the lead's territory."""
    AWAY = "AWAY"
    """The rep is next at work after the longest wait."""
    UNKNOWN_HOURS = "UNKNOWN_HOURS"
    """The rep has no working hours, and the policy takes that for away."""
    RETURNED = "RETURNED"
    """Owners gave it back, or broke the service level, more often than ``hand_off.max_returns``."""
    RECYCLED = "RECYCLED"
    """Its owner sent it to rest."""
    UNREACHABLE = "UNREACHABLE"
    """Its owner tried and could not reach it; it rests."""
    BY_HAND = "BY_HAND"
    """A person put it there."""


class Reason(Record):
    """One coded reason with the example that shows it."""

    code: ReasonCode
    """What kind of reason."""
    count: int | None = None
    """Active reps that the rule refuses; None where the reason is not about reps."""
    rep_id: str | None = None
    """The rep of the example."""
    detail: str
    """One sentence: the object, the value, the rule."""
