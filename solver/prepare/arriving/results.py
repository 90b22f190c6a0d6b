"""What arriving leads are prepared against, and what becomes of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from solver.models import Account, Activity, Change, Hold, Lead, Merge
from solver.prepare.match.results import AccountMatch, PossibleMatch
from solver.prepare.normalise.country_doubts import CountryDoubt
from solver.prepare.scoring.points import Score


@dataclass(frozen=True, slots=True)
class Around:
    """What is there already that arriving leads may have to do with."""

    known: Sequence[Lead] = ()
    """Normalised leads that share a key with an arriving one (:func:`lead_keys`)."""
    accounts: Sequence[Account] = ()
    """Normalised accounts that share a key with an arriving one (:func:`lead_account_keys`), those
    that arriving and known leads name, and the families of all of these."""
    activities: Sequence[Activity] = ()
    """What arriving and known leads did."""
    crowded_phones: Collection[str] = ()
    """Phones that more leads have than are given here, and too many to tell anything."""


@dataclass(frozen=True, slots=True)
class ArrivedLead:
    """One lead that stays: an arriving one, or a known one with what it took over."""

    lead: Lead
    """Normalised, with its account and score."""
    hold: Hold | None = None
    """Why it cannot be routed."""
    changes: tuple[Change, ...] = ()
    """By field, in the order in which they were made; those of leads that it took in too."""
    merges: tuple[Merge, ...] = ()
    """Leads that are one with it, sorted by lead_id; its own id where that stood on several."""
    possible_leads: tuple[PossibleMatch, ...] = ()
    """Leads that it may be one with; the likeliest first."""
    account: AccountMatch | None = None
    possible_accounts: tuple[AccountMatch, ...] = ()
    """Where it has no account; the likeliest first."""
    score: Score | None = None
    """None where the policy declares no scoring."""
    unknown: Mapping[str, str] = field(default_factory=dict)
    """Values that nobody knows, by field."""
    doubt: CountryDoubt | None = None
    """A country that the rest of the address contradicts."""

    @property
    def hot(self) -> bool:
        """Whether its points reach the policy's threshold of alerts."""
        return self.score is not None and self.score.hot


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of leads that arrived together."""

    leads: Mapping[str, ArrivedLead]
    """By lead_id, sorted: arriving leads that stay, and known ones that took one in."""
    merges: tuple[Merge, ...] = ()
    """Arriving leads that are one with another, sorted by lead_id."""
    into: Mapping[str, str] = field(default_factory=dict)
    """lead_id of each of these to the one that it is one with."""
    skipped_blocks: int = 0
    """Keys shared by too many records to compare them all."""

    def of(self, lead_id: str) -> ArrivedLead:
        """Return what became of an arriving lead: itself, or the one that took it in."""
        return self.leads[self.into.get(lead_id, lead_id)]


@dataclass(frozen=True, slots=True)
class Rescored:
    """A lead at another instant."""

    lead: Lead
    """With its score of then."""
    score: Score

    @property
    def hold(self) -> Hold | None:
        """Why the scoring keeps it out of routing."""
        return self.score.disqualified
