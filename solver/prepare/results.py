"""What goes into preparing and what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from solver.models import (
    Account,
    Activity,
    Change,
    Hold,
    Lead,
    Policy,
    Preparation,
    QuarantinedRow,
    Rep,
)
from solver.prepare.check.report import QualityReport
from solver.prepare.enrich.enriching import EnrichmentWarning
from solver.prepare.enrich.merging import RefusedValue
from solver.prepare.enrich.provider import Provider
from solver.prepare.match.results import AccountMatch, PossibleMatch
from solver.prepare.normalise.country_doubts import CountryDoubt
from solver.prepare.scoring.points import Score


@dataclass(frozen=True, slots=True)
class Incoming:
    """Records as they were read."""

    at: datetime
    """Instant of the decision (UTC)."""
    leads: Sequence[Lead]
    """In the order of the file; a lead_id may stand on several rows."""
    reps: Sequence[Rep]
    accounts: Sequence[Account]
    policy: Policy
    activities: Sequence[Activity] = ()
    providers: Sequence[Provider] = ()
    """Who fills in what leads lack, in this order."""
    changes: Sequence[Change] = ()
    """What reading changed already."""
    quarantine: Sequence[QuarantinedRow] = ()
    """Rows that could not become a lead."""
    num_rows: int | None = None
    """Rows that reading saw, counted where they came in; None: leads and quarantine together."""


@dataclass(frozen=True, slots=True)
class Review:
    """What a person has to decide."""

    leads: tuple[PossibleMatch, ...] = ()
    """Leads that may be one with another."""
    accounts: tuple[AccountMatch, ...] = ()
    """Accounts that may be behind a lead."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Leads that can be trusted, and all that was done to them."""

    leads: tuple[Lead, ...]
    """Sorted by lead_id, each once."""
    reps: tuple[Rep, ...]
    accounts: tuple[Account, ...]
    policy: Policy
    """With the places of its territories as leads name them."""
    holds: tuple[Hold, ...]
    """Leads to keep out of routing, sorted by lead_id."""
    preparation: Preparation
    """In short, as plans carry it."""
    changes: tuple[Change, ...]
    """By record and field; what was done to one field stands in the order in which it was done."""
    report: QualityReport
    review: Review = Review()
    account_of: Mapping[str, AccountMatch] = field(default_factory=dict)
    """lead_id to its account."""
    contacts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Account to its leads, whom to call first at the front; accounts of two leads or more."""
    scores: tuple[Score, ...] = ()
    """Sorted by lead_id; none where the policy declares no scoring."""
    quarantine: tuple[QuarantinedRow, ...] = ()
    enrichment_warnings: tuple[EnrichmentWarning, ...] = ()
    refused_values: tuple[RefusedValue, ...] = ()
    doubts: Mapping[str, CountryDoubt] = field(default_factory=dict)
    """lead_id to a country that the rest of the address contradicts; merged leads too."""
    skipped_blocks: int = 0
    """Keys shared by too many records to compare them all."""
