"""What preparing says of itself: the quality report, and in short what a plan carries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

from solver.models import Hold, Policy, Preparation, Queue, SetAside
from solver.models.scoring import ScoreUse
from solver.prepare.check.fixes import worth_of
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
    checker = Checker(policy.checking, incoming.at)
    builder, watch = ReportBuilder(policy.checking), RushWatch(policy.checking)
    tally = SourceTally()
    junk = {hold.lead_id for hold in holds if hold.queue is Queue.JUNK}
    merged_into = Counter(merge.into_lead_id for merge in state.merges)
    for lead in state.leads:
        unknown = state.unknown.get(lead.lead_id, {})
        quality = checker.quality(lead, unknown)
        builder.add(lead, unknown, quality, worth_of(lead, policy.worth))
        watch.add(lead, unknown)
        tally.add(lead, unknown, quality, Fate(junk=lead.lead_id in junk,
                                               owned=lead.owner_id is not None))
        for _ in range(merged_into[lead.lead_id]):
            tally.add(lead, unknown, quality, Fate(duplicate=True))
    return builder.report(
        Balance(rows_in=_rows_in(incoming), rows_out=len(state.leads),
                merged=len(state.merges), quarantined=len(incoming.quarantine)),
        DuplicateCounts(merged=len(state.merges),
                        uncertain=len({one.lead_id for one in found.possible})),
        watch.rushes(), tally.sources())


def in_short(state: State, incoming: Incoming, policy: Policy) -> Preparation:
    """Return what a plan carries of preparing."""
    return Preparation(
        rows_in=_rows_in(incoming), leads=len(state.leads),
        merged=tuple(sorted(state.merges, key=attrgetter("lead_id", "into_lead_id"))),
        set_aside=tuple(SetAside(file=row.file, row=row.row, code=row.code, rule=row.rule)
                        for row in incoming.quarantine),
        changes=len(state.changes), unknown=sum(map(len, state.unknown.values())),
        score_used=(ScoreUse.GIVEN if policy.scoring is None else policy.scoring.use).value)


def _rows_in(incoming: Incoming) -> int:
    return len(incoming.leads) + len(incoming.quarantine)
