"""What preparing says of itself: the quality report, and in short what a plan carries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from solver.models import Hold, Lead, Policy, Preparation, Queue, SetAside
from solver.models.scoring import ScoreUse
from solver.prepare.check.fixes import worth_of
from solver.prepare.check.outcomes import was_converted
from solver.prepare.check.quality import Checker
from solver.prepare.check.records import Balance
from solver.prepare.check.records import Duplicates as DuplicateCounts
from solver.prepare.check.report import QualityReport, ReportBuilder
from solver.prepare.check.rush import RushWatch
from solver.prepare.check.sources import Fate, SourceTally
from solver.prepare.match import Duplicates
from solver.prepare.results import Incoming
from solver.prepare.state import State


def quality_report(state: State, incoming: Incoming, policy: Policy, holds: Sequence[Hold],
                   found: Duplicates) -> QualityReport:
    """Count what is there, what nobody knows, and what mending it would bring."""
    tally = Tally(policy, incoming.at)
    junk = {hold.lead_id for hold in holds if hold.queue is Queue.JUNK}
    merged_into = Counter(merge.into_lead_id for merge in state.merges)
    for lead in state.leads:
        tally.add(lead, state.unknown.get(lead.lead_id, {}), junk=lead.lead_id in junk,
                  merged=merged_into[lead.lead_id])
    return tally.report(
        Balance(rows_in=_rows_in(incoming), rows_out=len(state.leads),
                merged=len(state.merges), quarantined=len(incoming.quarantine)),
        uncertain=len({one.lead_id for one in found.possible}))


class Tally:
    """Adds up the quality report, lead by lead, in bounded memory.

    Parameters
    ----------
    policy
        By which leads are checked and worth something.
    at
        Instant of the decision.
    """

    def __init__(self, policy: Policy, at: datetime) -> None:
        self._worth = policy.worth
        self._checker = Checker(policy.checking, at)
        self._builder, self._watch = ReportBuilder(policy.checking), RushWatch(policy.checking)
        self._sources = SourceTally()

    def add(self, lead: Lead, unknown: Mapping[str, str], *, junk: bool = False, merged: int = 0
            ) -> None:
        """Add a lead that came out.

        Parameters
        ----------
        lead
            As it came out.
        unknown
            Values that were not recognised, by field.
        junk
            Whether it was disqualified as junk.
        merged
            How many rows became one with it.
        """
        quality = self._checker.quality(lead, unknown)
        self._builder.add(lead, unknown, quality, worth_of(lead, self._worth))
        self._watch.add(lead, unknown, quality.there)
        first, *others = lead.sources or (lead.source,)
        self._sources.add(_from(lead, first), unknown, quality,
                          Fate(junk=junk, owned=lead.owner_id is not None,
                               converted=was_converted(lead)))
        for n in range(merged):  # each other source brought one of them; which, is not kept
            source = others[n % len(others)] if others else first
            self._sources.add(_from(lead, source), unknown, quality, Fate(duplicate=True))

    def report(self, balance: Balance, uncertain: int) -> QualityReport:
        """Return the report; `uncertain` leads may be one with another."""
        return self._builder.report(
            balance, DuplicateCounts(merged=balance.merged, uncertain=uncertain),
            self._watch.rushes(), self._sources.sources())


def _from(lead: Lead, source: str | None) -> Lead:
    return lead.model_copy(update={"source": source, "sources": ()}) if lead.sources else lead


def in_short(state: State, incoming: Incoming, policy: Policy) -> Preparation:
    """Return what a plan carries of preparing."""
    return Preparation(
        rows_in=_rows_in(incoming), leads=len(state.leads),
        merged=tuple(sorted(state.merges, key=attrgetter("lead_id", "into_lead_id"))),
        set_aside=tuple(SetAside(file=row.file, row=row.row, code=row.code, rule=row.rule)
                        for row in incoming.quarantine),
        changes=len(state.changes), unknown=sum(map(len, state.unknown.values())),
        activities=len(incoming.activities),
        score_used=(ScoreUse.GIVEN if policy.scoring is None else policy.scoring.use).value)


def _rows_in(incoming: Incoming) -> int:
    """Return how many rows came in; a report whose balance does not hold is refused."""
    if incoming.num_rows is not None:
        return incoming.num_rows
    return len(incoming.leads) + len(incoming.quarantine)
