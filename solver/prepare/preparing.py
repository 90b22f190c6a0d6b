"""The way of leads from what was read to what can be routed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TypeVar

from solver.models import (
    Account,
    Change,
    Evidence,
    Hold,
    Lead,
    Merge,
    Policy,
    Preparation,
    Queue,
    Rep,
    SetAside,
)
from solver.models.scoring import ScoreUse
from solver.prepare.check.fixes import worth_of
from solver.prepare.check.quality import Checker
from solver.prepare.check.records import Balance
from solver.prepare.check.records import Duplicates as DuplicateCounts
from solver.prepare.check.report import QualityReport, ReportBuilder
from solver.prepare.check.rush import RushWatch
from solver.prepare.check.sources import Fate, SourceTally
from solver.prepare.enrich.enriching import Enriched, enrich
from solver.prepare.holds import (
    account_holds,
    customer_holds,
    disqualified_holds,
    duplicate_holds,
    first_of_each,
    for_customer_reps,
    gap_holds,
)
from solver.prepare.match import (
    AccountMatches,
    Duplicates,
    apply_merges,
    find_duplicates,
    match_accounts,
    merge_leads,
)
from solver.prepare.match.contacts import contact_order
from solver.prepare.normalise.industry import Industries
from solver.prepare.normalise.records import (
    LeadNormaliser,
    Normalised,
    apply,
    normalise_account,
    normalise_policy,
    normalise_rep,
)
from solver.prepare.results import Incoming, Prepared, Review
from solver.prepare.scoring.mail import mail_kind
from solver.prepare.scoring.points import Score, by_lead, score_leads, worth_score

_Record = TypeVar("_Record", Rep, Account)
#: lead_id to the values of its fields that nobody knows, as they came.
Unknown = dict[str, dict[str, str]]


@dataclass
class _State:
    """Leads on their way, and what is known of it so far."""

    leads: tuple[Lead, ...]
    changes: list[Change]
    unknown: Unknown = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)

    def normalise(self, normaliser: LeadNormaliser) -> None:
        """Normalise every lead; what one was unknown by before is looked at anew."""
        leads = []
        for lead in self.leads:
            done = normaliser.normalise(lead)
            self.changes += done.changes
            self.unknown.pop(lead.lead_id, None)
            if done.unknown:
                self.unknown[lead.lead_id] = dict(done.unknown)
            leads.append(apply(lead, done))
        self.leads = tuple(leads)


def prepare(incoming: Incoming) -> Prepared:
    """Normalise, enrich, merge, match, score and check leads.

    Parameters
    ----------
    incoming
        Records as they were read.

    Returns
    -------
    Prepared
        Every row of the file is a lead, merged into one, or set aside. The same input gives the
        same output, whatever the order of the rows.

    Notes
    -----
    One text is normalised once, however often it comes. Duplicates and accounts are found by
    blocking, so that no two lists are compared pair by pair.
    """
    policy, changes = normalise_policy(incoming.policy)
    reps, rep_changes = _normalised(incoming.reps, normalise_rep)
    accounts, account_changes = _normalised(incoming.accounts, normalise_account)
    leads, merges = _same_id(incoming.leads)
    state = _State(leads, [*incoming.changes, *changes, *rep_changes, *account_changes],
                   merges=merges)
    state.normalise(LeadNormaliser(Industries(policy.industries)))
    enriched = _enrich(state, incoming, policy)
    found = _merge(state, policy)
    matches = match_accounts(state.leads, accounts, policy.matching)
    _take_accounts(state, matches, reps, policy)
    scores = _score(state, incoming, policy)
    checker = Checker(policy.checking, incoming.at)
    holds = _holds(state, found, matches, scores, accounts, policy, checker)
    report = _report(state, incoming, policy, checker, holds, found)
    return Prepared(
        leads=state.leads, reps=reps, accounts=accounts, policy=policy, holds=holds,
        preparation=_in_short(state, incoming, policy),
        changes=tuple(sorted(state.changes, key=lambda c: (c.record_id, c.field))),
        report=report, review=Review(found.possible, matches.possible),
        account_of=matches.matches, contacts=contact_order(state.leads), scores=scores,
        quarantine=tuple(incoming.quarantine), enrichment_warnings=enriched.warnings,
        refused_values=enriched.refused,
        skipped_blocks=found.skipped_blocks + matches.skipped_blocks)


def _same_id(leads: Sequence[Lead]) -> tuple[tuple[Lead, ...], list[Merge]]:
    """Make rows of one id one lead, whatever their order."""
    rows: dict[str, list[Lead]] = {}
    for lead in leads:
        rows.setdefault(lead.lead_id, []).append(lead)
    merges = [Merge(lead_id=lead_id, into_lead_id=lead_id, confidence=1.0, evidence=(
        Evidence(kind="lead_id", detail=f"the id {lead_id} stands on several rows", weight=1.0),))
        for lead_id in sorted(rows) for _ in rows[lead_id][1:]]
    return tuple(_one_of(rows[lead_id]) for lead_id in sorted(rows)), merges


def _one_of(rows: list[Lead]) -> Lead:
    if len(rows) == 1:
        return rows[0]
    first, *others = sorted(rows, key=lambda lead: lead.model_dump_json())
    return merge_leads(first, others)


def _normalised(records: Sequence[_Record], normalise: Callable[[_Record], Normalised]
                ) -> tuple[tuple[_Record, ...], list[Change]]:
    changes: list[Change] = []
    after = []
    for record in records:
        done = normalise(record)
        changes += done.changes
        after.append(apply(record, done))
    return tuple(after), changes


def _enrich(state: _State, incoming: Incoming, policy: Policy) -> Enriched:
    """Let the providers fill in what is missing, and normalise what they told."""
    if not incoming.providers:
        return Enriched(state.leads)
    found = enrich(state.leads, incoming.providers, policy.enrichment, incoming.at, state.unknown)
    state.leads = found.leads
    state.changes += found.changes
    state.normalise(LeadNormaliser(Industries(policy.industries)))
    return found


def _merge(state: _State, policy: Policy) -> Duplicates:
    """Make leads one that are, and let one that goes leave its place to the other."""
    if not policy.matching.merge_duplicates:
        return Duplicates((), (), 0)
    found = find_duplicates(state.leads, policy.matching)
    state.leads = apply_merges(state.leads, found.merges)
    state.merges += found.merges
    for merge in found.merges:
        state.unknown.pop(merge.lead_id, None)
    return found


def _take_accounts(state: _State, matches: AccountMatches, reps: Sequence[Rep], policy: Policy
                   ) -> None:
    """Name the account that was found, and keep customers for whom they are for."""
    leads = []
    for lead in state.leads:
        match = matches.matches.get(lead.lead_id)
        if match is not None and match.account_id != lead.account_id:
            state.changes.append(Change(
                record_id=lead.lead_id, field="account_id", before=lead.account_id,
                after=match.account_id, rule=f"account match {match.confidence:.2f}"))
            lead = lead.model_copy(update={"account_id": match.account_id})  # noqa: PLW2901
        leads.append(lead)
    state.leads = for_customer_reps(leads, reps, matches.matches, policy)


def _score(state: _State, incoming: Incoming, policy: Policy) -> tuple[Score, ...]:
    """Score every lead, where the policy declares how; the score that values take changes."""
    if policy.scoring is None:
        return ()
    merged = {merge.lead_id: merge.into_lead_id for merge in state.merges}
    activities = by_lead(
        activity.model_copy(update={"lead_id": merged.get(activity.lead_id, activity.lead_id)})
        for activity in incoming.activities)
    scores = score_leads(state.leads, activities, policy.scoring, incoming.at,
                         mail_kind=mail_kind)
    leads = []
    for lead, score in zip(state.leads, scores, strict=True):
        worth = worth_score(lead, score, policy.scoring)
        if worth != lead.score:
            state.changes.append(Change(
                record_id=lead.lead_id, field="score", before=_shown(lead.score),
                after=_shown(worth),
                rule=f"scored by {policy.scoring.use.value}"))
            lead = lead.model_copy(update={"score": worth})  # noqa: PLW2901
        leads.append(lead)
    state.leads = tuple(leads)
    return scores


def _shown(score: float | None) -> str | None:
    return None if score is None else f"{score:g}"


def _holds(state: _State, found: Duplicates, matches: AccountMatches, scores: Sequence[Score],
           accounts: Sequence[Account], policy: Policy, checker: Checker) -> tuple[Hold, ...]:
    """Return one hold for each lead that cannot be routed, by the first cause that there is."""
    matters = [account.account_id for account in accounts
               if account.customer or account.owner_id or account.open_opportunity_owner_id]
    return first_of_each([
        *customer_holds(matches.matches, policy), *disqualified_holds(scores),
        *duplicate_holds(found.possible), *account_holds(matches.possible, matters),
        *gap_holds(state.leads, state.unknown, checker)])


def _report(state: _State, incoming: Incoming, policy: Policy, checker: Checker,
            holds: Sequence[Hold], found: Duplicates) -> QualityReport:
    """Count what is there, what nobody knows, and what mending it would bring."""
    builder, watch = ReportBuilder(policy.checking), RushWatch(policy.checking)
    tally = SourceTally()
    junk = {hold.lead_id for hold in holds if hold.queue is Queue.JUNK}
    merged_into = Counter(merge.into_lead_id for merge in state.merges)
    for lead in state.leads:
        unknown = state.unknown.get(lead.lead_id, {})
        quality = checker.quality(lead, unknown)
        builder.add(lead, unknown, quality, worth_of(lead))
        watch.add(lead, unknown)
        tally.add(lead, unknown, quality, Fate(junk=lead.lead_id in junk,
                                               owned=lead.owner_id is not None))
        for _ in range(merged_into[lead.lead_id]):
            tally.add(lead, unknown, quality, Fate(duplicate=True))
    return builder.report(
        Balance(rows_in=_rows_in(incoming), rows_out=len(state.leads),
                merged=len(state.merges), quarantined=len(incoming.quarantine)),
        DuplicateCounts(merged=len(state.merges), uncertain=len(found.possible)),
        watch.rushes(), tally.sources())


def _in_short(state: _State, incoming: Incoming, policy: Policy) -> Preparation:
    return Preparation(
        rows_in=_rows_in(incoming), leads=len(state.leads),
        merged=tuple(sorted(state.merges, key=attrgetter("lead_id", "into_lead_id"))),
        set_aside=tuple(SetAside(file=row.file, row=row.row, code=row.code, rule=row.rule)
                        for row in incoming.quarantine),
        changes=len(state.changes), unknown=sum(map(len, state.unknown.values())),
        score_used=(ScoreUse.GIVEN if policy.scoring is None else policy.scoring.use).value)


def _rows_in(incoming: Incoming) -> int:
    return len(incoming.leads) + len(incoming.quarantine)
