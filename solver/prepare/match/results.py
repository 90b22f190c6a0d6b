"""What matching finds: merges and accounts, and what a person has to decide."""

from __future__ import annotations

from dataclasses import dataclass

from solver.models.base import Id, Record
from solver.models.preparation import Confidence, Evidence, Merge


class PossibleMatch(Record):
    """A lead that may be one with another; a person decides."""

    lead_id: Id
    """The one that would go."""
    other_lead_id: Id
    """The one that would stay."""
    confidence: Confidence
    evidence: tuple[Evidence, ...]


class AccountMatch(Record):
    """A lead and an account: the one behind it, or one that may be."""

    lead_id: Id
    account_id: Id
    confidence: Confidence
    """1 where the lead named the account."""
    evidence: tuple[Evidence, ...]
    customer: bool
    """Whether the account is a customer's, or its family has one and the policy counts that."""


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Leads that are one, and that may be."""

    merges: tuple[Merge, ...]
    """Sorted by lead_id; a lead merges once, into one that stays. The confidence is that of the
    two; where it is below ``same``, the evidence names the lead that is the same as both."""
    possible: tuple[PossibleMatch, ...]
    """Between leads that stay; sorted by lead_id, the likeliest first."""
    skipped_blocks: int
    """Keys shared by too many leads to compare them all, left out in whole or in part."""


@dataclass(frozen=True, slots=True)
class AccountMatches:
    """The accounts behind leads."""

    matches: dict[str, AccountMatch]
    """lead_id to its account; leads without one are not in it."""
    possible: tuple[AccountMatch, ...]
    """Of leads without an account; sorted by lead_id, the likeliest first, three at most."""
    skipped_blocks: int
    """Keys shared by too many accounts to compare them all, left out in whole or in part."""
