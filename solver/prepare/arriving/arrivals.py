"""Preparing leads that arrive, with all of a policy that need not be made ready again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from solver.models import Activity, Change, Lead, Policy, Rep
from solver.prepare.arriving.mattering import Mattering
from solver.prepare.arriving.results import Around, Arrived, ArrivedLead, Rescored
from solver.prepare.check.quality import Checker
from solver.prepare.match import Duplicates, Part, find_duplicates, match_accounts
from solver.prepare.match.results import AccountMatches
from solver.prepare.normalise.records import LeadNormaliser, normalise_policy
from solver.prepare.preparing import (
    chronicle,
    holds_of,
    same_id,
    scorer_of,
    take_accounts,
    take_merges,
    take_scores,
    unreadable,
)
from solver.prepare.scoring.points import Score, by_lead, worth_score
from solver.prepare.state import State

_Item = TypeVar("_Item")


class Arrivals:
    """Prepares arriving leads under one policy; any thread may use it.

    Parameters
    ----------
    policy
        As it was read.
    reps
        All of them: leads of customers may be for some alone.
    """

    def __init__(self, policy: Policy, reps: Sequence[Rep] = ()) -> None:
        self._policy, _ = normalise_policy(policy)
        self._reps = tuple(reps)
        self._normaliser = LeadNormaliser(self._policy)
        self._checker = Checker(self._policy.checking)
        self._mattering = Mattering(self._policy)
        scoring = self._policy.scoring
        self._scorer = None if scoring is None else scorer_of(scoring, self._policy.matching)

    def normalise(self, leads: Sequence[Lead]) -> tuple[Lead, ...]:
        """Return leads in the form from which their keys are made."""
        state = State(tuple(leads), [])
        state.normalise(self._normaliser)
        return state.leads

    def prepare(self, arriving: Sequence[Lead], around: Around, at: datetime,
                changes: Sequence[Change] = ()) -> Arrived:
        """Normalise, merge, match, score and check leads that arrive.

        Parameters
        ----------
        arriving
            As they were read; one id may come several times.
        around
            What they may have to do with. A known lead with the id of an arriving one is left out:
            the arriving one is what it is by now.
        at
            Instant of the decision.
        changes
            What reading changed already.

        Returns
        -------
        Arrived
            What :func:`solver.prepare.preparing.prepare` makes of all of them together, but that
            known leads stay before arriving ones, and never become one with each other.
        """
        leads, merges = same_id(arriving)
        state = State(leads, sorted(changes, key=chronicle), unreadable=unreadable(changes),
                      merges=merges)
        state.normalise(self._normaliser)
        found = self._merge(state, around)
        matches = match_accounts(state.leads, around.accounts, self._policy.matching, some=True)
        take_accounts(state, matches, self._reps, self._policy)
        scores = () if self._scorer is None else take_scores(state, self._scorer,
                                                             around.activities, at)
        return self._arrived(state, found, matches, scores)

    def rescore(self, leads: Iterable[Lead], activities: Iterable[Activity], at: datetime
                ) -> tuple[Rescored, ...]:
        """Score prepared leads at another instant; none where the policy declares no scoring."""
        if self._scorer is None:
            return ()
        did = by_lead(activities)
        found = []
        for lead in leads:
            score = self._scorer.score(lead, did.get(lead.lead_id, ()), at)
            worth = worth_score(lead, score, self._scorer.scoring)
            found.append(Rescored(lead if worth == lead.score else
                                  lead.model_copy(update={"score": worth}), score))
        return tuple(found)

    def changes_that_matter(self, before: Lead, after: Lead) -> tuple[str, ...]:
        """Return the fields that differ and can change what the policy decides on a lead.

        Parameters
        ----------
        before, after
            Prepared. Contact data, source and attributes matter only where the policy names them.
        """
        return self._mattering.changed(before, after)

    def _merge(self, state: State, around: Around) -> Duplicates:
        """Find duplicates among arriving and known leads; go on with those that are concerned."""
        ours = {lead.lead_id for lead in state.leads}
        known = {lead.lead_id: lead for lead in around.known if lead.lead_id not in ours}
        found = find_duplicates(
            (*state.leads, *known.values()), self._policy.matching,
            Part(crowded_phones=around.crowded_phones, known=known.keys()))
        concerned = {merge.into_lead_id for merge in found.merges} & known.keys()
        for lead_id in concerned:
            if unknown := self._normaliser.normalise(known[lead_id]).unknown:
                state.unknown[lead_id] = dict(unknown)
        state.leads = tuple(sorted((*state.leads, *map(known.__getitem__, concerned)),
                                   key=lambda lead: lead.lead_id))
        found = take_merges(state, found, self._policy)
        taking = {merge.into_lead_id for merge in state.merges}
        state.leads = tuple(lead for lead in state.leads
                            if lead.lead_id in ours or lead.lead_id in taking)
        return found

    def _arrived(self, state: State, found: Duplicates, matches: AccountMatches,
                 scores: Sequence[Score]) -> Arrived:
        gone = tuple(one for one in state.merges if one.lead_id != one.into_lead_id)
        into = {merge.lead_id: merge.into_lead_id for merge in gone}
        holds = {hold.lead_id: hold for hold in
                 holds_of(state, found, matches, scores, self._policy, self._checker)}
        changes = _grouped(state.changes, lambda one: into.get(one.record_id, one.record_id))
        merges = _grouped(state.merges, lambda one: one.into_lead_id)
        leads = _grouped(found.possible, lambda one: one.lead_id)
        accounts = _grouped(matches.possible, lambda one: one.lead_id)
        score = {one.lead_id: one for one in scores}
        return Arrived(
            {lead.lead_id: ArrivedLead(
                lead=lead, hold=holds.get(lead.lead_id),
                changes=tuple(sorted(changes[lead.lead_id], key=lambda c: (c.record_id, c.field))),
                merges=tuple(merges[lead.lead_id]), possible_leads=tuple(leads[lead.lead_id]),
                account=matches.matches.get(lead.lead_id),
                possible_accounts=tuple(accounts[lead.lead_id]), score=score.get(lead.lead_id),
                unknown=state.unknown.get(lead.lead_id, {}),
                doubt=state.doubts.get(lead.lead_id)) for lead in state.leads},
            gone, into, found.skipped_blocks + matches.skipped_blocks)


def _grouped(items: Iterable[_Item], key: Callable[[_Item], Hashable]
             ) -> defaultdict[Hashable, list[_Item]]:
    found: defaultdict[Hashable, list[_Item]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return found
