"""The way of leads from what was read to what can be routed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from datetime import datetime
from typing import TypeVar

from solver.models import (
    Account,
    Activity,
    Change,
    Evidence,
    Hold,
    Lead,
    Merge,
    Policy,
    Rep,
)
from solver.models.matching import Matching
from solver.models.scoring import Scoring
from solver.prepare.check.quality import Checker
from solver.prepare.enrich.cells import provider_cell
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
    Part,
    PossibleMatch,
    apply_merges,
    find_duplicates,
    match_accounts,
    merge_changes,
    merge_leads,
)
from solver.prepare.match.contacts import contact_order
from solver.prepare.normalise.records import (
    LeadNormaliser,
    Normalised,
    apply,
    normalise_account,
    normalise_policy,
    normalise_rep,
)
from solver.prepare.reporting import in_short, quality_report
from solver.prepare.results import Incoming, Prepared, Review
from solver.prepare.scoring.mail import mail_kinds
from solver.prepare.scoring.points import Score, Scorer, by_lead, worth_score
from solver.prepare.state import State, Unknown

_Record = TypeVar("_Record", Rep, Account)
#: Begin of the rule of a change that reading made because a cell could not be read.
UNREADABLE = "unreadable"
#: What is read off another field.
_DERIVED = (("title", ("function", "seniority")), ("industry", ("sector",)),
            ("country", ("timezone",)), ("region", ("timezone",)), ("email", ("domain",)))


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
    leads, merges = same_id(incoming.leads)
    state = State(leads, sorted(incoming.changes, key=chronicle),
                   unreadable=unreadable(incoming.changes), merges=merges)
    state.normalise(LeadNormaliser(policy))
    enriched = _enrich(state, incoming, policy)
    found = merge_state(state, policy)
    matches = match_accounts(state.leads, accounts, policy.matching)
    take_accounts(state, matches, reps, policy)
    scores = () if policy.scoring is None else take_scores(
        state, scorer_of(policy.scoring, policy.matching), incoming.activities, incoming.at)
    checker = Checker(policy.checking, incoming.at)
    holds = holds_of(state, found, matches, scores, policy, checker)
    report = quality_report(state, incoming, policy, holds, found)
    return Prepared(
        leads=state.leads, reps=reps, accounts=accounts, policy=policy, holds=holds,
        preparation=in_short(state, incoming, policy),
        changes=tuple(sorted([*changes, *rep_changes, *account_changes, *state.changes],
                             key=lambda c: (c.record_id, c.field))),
        report=report, review=Review(found.possible, matches.possible),
        account_of=matches.matches, scores=scores,
        contacts=contact_order(state.leads, free_mail=policy.matching.free_mail),
        quarantine=tuple(incoming.quarantine), enrichment_warnings=enriched.warnings,
        refused_values=enriched.refused, doubts=state.doubts,
        skipped_blocks=found.skipped_blocks + matches.skipped_blocks)


def unreadable(changes: Sequence[Change]) -> Unknown:
    """Return lead_id to the cells that reading could not read."""
    found: Unknown = {}
    for change in sorted(changes, key=chronicle):
        if change.after is None and change.rule.startswith(UNREADABLE) and change.before:
            found.setdefault(change.record_id, {})[change.field] = change.before
    return found


def same_id(leads: Sequence[Lead]) -> tuple[tuple[Lead, ...], list[Merge]]:
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


def _enrich(state: State, incoming: Incoming, policy: Policy) -> Enriched:
    """Let the providers fill in what is missing, and normalise what they told."""
    if not incoming.providers:
        return Enriched(state.leads)
    found = enrich(state.leads, incoming.providers, policy.enrichment, incoming.at, state.unknown,
                   provider_cell)
    told = {(change.record_id, change.field) for change in found.changes}
    read_off = {(change.record_id, change.field) for change in state.changes
                if change.before is None} - told
    state.leads = tuple(_without_derived(lead, told, read_off) for lead in found.leads)
    state.changes += found.changes
    state.normalise(LeadNormaliser(policy))
    return found


def _without_derived(lead: Lead, told: Set[tuple[str, str]], read_off: Set[tuple[str, str]]
                     ) -> Lead:
    """Forget what was read off a field that is another now."""
    stale = [name for cause, names in _DERIVED for name in names
             if (lead.lead_id, cause) in told and (lead.lead_id, name) in read_off]
    return lead.model_copy(update=dict.fromkeys(stale)) if stale else lead


def merge_state(state: State, policy: Policy, part: Part | None = None) -> Duplicates:
    """Make leads one that are; where the policy leaves that to people, all but one wait.

    Parameters
    ----------
    state
        Its leads are normalised; they, its changes, merges and unknown values change.
    policy
        When leads are one.
    part
        Of which leads these are some; None: these are all.
    """
    return take_merges(state, find_duplicates(state.leads, policy.matching, part), policy)


def take_merges(state: State, found: Duplicates, policy: Policy) -> Duplicates:
    """Make leads one that were found to be; what an owner of each keeps apart is in doubt."""
    found = _owners_apart(found, state.leads, policy)
    before = state.leads
    state.leads = apply_merges(before, found.merges, state.unknown, policy.placeholder_owners)
    state.changes += merge_changes(before, state.leads, found.merges)
    state.merges += found.merges
    for merge in found.merges:
        state.unknown.pop(merge.lead_id, None)
    state.forget_known()
    return found


def _owners_apart(found: Duplicates, leads: Sequence[Lead], policy: Policy) -> Duplicates:
    """Leave it to a person where two leads that are one have an owner each."""
    owner = {lead.lead_id: lead.owner_id for lead in leads
             if lead.owner_id is not None and lead.owner_id not in policy.placeholder_owners}
    apart = [one for one in found.merges
             if owner.get(one.lead_id, "") != owner.get(one.into_lead_id, "")
             and one.lead_id in owner and one.into_lead_id in owner]
    if not apart:
        return found
    doubtful = [PossibleMatch(lead_id=one.lead_id, other_lead_id=one.into_lead_id,
                              confidence=one.confidence, evidence=one.evidence) for one in apart]
    waiting = {one.lead_id for one in apart}
    return Duplicates(tuple(one for one in found.merges if one.lead_id not in waiting),
                      tuple(sorted((*found.possible, *doubtful),
                                   key=lambda one: (one.lead_id, -one.confidence))),
                      found.skipped_blocks)


def take_accounts(state: State, matches: AccountMatches, reps: Sequence[Rep], policy: Policy
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


def scorer_of(scoring: Scoring, matching: Matching) -> Scorer:
    """Make a policy's scoring ready for leads."""
    return Scorer(scoring, mail_kinds(matching.free_mail))


def take_scores(state: State, scorer: Scorer, activities: Iterable[Activity], at: datetime
                ) -> tuple[Score, ...]:
    """Score every lead; the score that values take changes."""
    scoring = scorer.scoring
    merged = {merge.lead_id: merge.into_lead_id for merge in state.merges}
    did = by_lead(
        activity.model_copy(update={"lead_id": merged[activity.lead_id]})
        if activity.lead_id in merged else activity for activity in activities)
    scores = tuple(scorer.score(lead, did.get(lead.lead_id, ()), at) for lead in state.leads)
    leads = []
    for lead, score in zip(state.leads, scores, strict=True):
        worth = worth_score(lead, score, scoring)
        if worth != lead.score:
            state.changes.append(Change(
                record_id=lead.lead_id, field="score", before=_shown(lead.score),
                after=_shown(worth), rule=f"scored by {scoring.use.value}"))
            lead = lead.model_copy(update={"score": worth})  # noqa: PLW2901
        leads.append(lead)
    state.leads = tuple(leads)
    return scores


def _shown(score: float | None) -> str | None:
    return None if score is None else f"{score:g}"


def holds_of(state: State, found: Duplicates, matches: AccountMatches, scores: Sequence[Score],
             policy: Policy, checker: Checker) -> tuple[Hold, ...]:
    """Return one hold for each lead that cannot be routed, by the first cause that there is."""
    return first_of_each([
        *customer_holds(matches.matches, policy), *disqualified_holds(scores),
        *duplicate_holds(found.possible), *account_holds(matches.possible, policy),
        *gap_holds(state.leads, state.unknown, checker)])


def chronicle(change: Change) -> tuple[str, str, str, str, str]:
    """Return the key that orders changes that reading made, whatever the order of the rows."""
    return (change.record_id, change.field, change.before or "", change.after or "", change.rule)
