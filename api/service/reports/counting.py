"""What the database counts for the report on the hand-off, by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import TypeVar

from api.service.reports.models import (
    HandOffFigures,
    InPeriod,
    RateName,
    Stage,
    StageName,
    Times,
    Touches,
)
from api.service.reports.period import Period
from api.service.reports.rates import rate, ratio
from api.store.control import Control
from api.store.database import Reading
from api.store.outcomes import Ended, count_outcomes
from api.store.reports import (
    By,
    Key,
    StateCount,
    Tally,
    count_stages,
    count_states,
    received_in,
    tally,
)
from solver.hand_off import LeadState
from solver.models import Queue
from solver.models.hand_off import Milestone

_Name = TypeVar("_Name", LeadState, Queue)
_Counts = TypeVar("_Counts", Tally, Ended)


@dataclass(slots=True)
class Counted:
    """What was counted of one group."""

    states: list[StateCount] = field(default_factory=list)
    ranks: Mapping[int, int] = field(default_factory=dict)
    """Rank of the last milestone that leads reached, to leads."""
    tally: Tally = field(default_factory=Tally)
    ended: Ended = field(default_factory=Ended)


def count(tx: Reading, period: Period, by: By | None, held: Control, now: datetime
          ) -> tuple[Counted, dict[Key, Counted]]:
    """Count the whole, and each group where there are any."""
    cohort = received_in(period.begin, period.end)
    found: dict[Key, Counted] = {}

    def of(key: Key) -> Counted:
        return found.setdefault(key, Counted())

    for one in count_states(tx, cohort, by):
        of(one.key).states.append(one)
    for key, ranks in count_stages(tx, cohort, by).items():
        of(key).ranks = ranks
    for key, counted in tally(tx, cohort, by, now, held.policy.hand_off.min_touches).items():
        of(key).tally = counted
    for key, ended in count_outcomes(tx, period.begin, period.end, by).items():
        of(key).ended = ended
    if by is None:
        return found.get(None, Counted()), {}
    # A lead may have been with several groups: how far it came is no sum over them.
    return Counted([state for one in found.values() for state in one.states],
                   count_stages(tx, cohort, None).get(None, {}),
                   _sum(Tally, (one.tally for one in found.values())),
                   _sum(Ended, (one.ended for one in found.values()))), found


def figures(counted: Counted, by: By | None, held: Control, times: tuple[Times, Times]
            ) -> HandOffFigures:
    """Return the figures of a group, with shares against the policy's targets."""
    own, ended = counted.tally, counted.ended
    received = sum(one.num_routed for one in counted.states)
    return HandOffFigures(
        leads=sum(one.num_leads for one in counted.states),
        states=_summed((LeadState(one.state), one.num_leads) for one in counted.states),
        queues=_summed((Queue(one.queue), one.num_leads) for one in counted.states if one.queue),
        stages=_stages(received if by is None or by.of_lead else None, counted.ranks,
                       held.policy.hand_off.targets),
        ownerships=own.ownerships, to_acceptance=times[0], to_contact=times[1],
        rates={name: rate(own, name) for name in RateName},
        touches=Touches(total=own.touches,
                        mean=own.touches / own.ownerships if own.ownerships else None,
                        enough=ratio(own.tried_enough, own.given_up)),
        revenue=round(sum(one.revenue for one in counted.states), 2),
        in_period=InPeriod(won=ended.won, lost=ended.lost, revenue=round(ended.revenue, 2)))


def _stages(received: int | None, ranks: Mapping[int, int], targets: Mapping[Milestone, float]
            ) -> list[Stage]:
    """Return the stages; a lead that came to one has passed all before it."""
    names = list(StageName)[1:]
    reached = list(accumulate(ranks.get(rank, 0) for rank in reversed(range(len(names)))))[::-1]
    stages = [Stage(stage=StageName.RECEIVED, leads=received)]
    for name, leads in zip(names, reached, strict=True):
        before = stages[-1].leads
        wanted = None if name is StageName.ASSIGNED else targets.get(Milestone(name.value))
        stages.append(Stage(stage=name, leads=leads, share=leads / before if before else None,
                            target=wanted))
    return stages


def _sum(kind: type[_Counts], parts: Iterable[_Counts]) -> _Counts:
    """Add up counts, field by field."""
    rows = [astuple(kind()), *map(astuple, parts)]
    return kind(*map(sum, zip(*rows, strict=True)))


def _summed(counts: Iterable[tuple[_Name, int]]) -> dict[_Name, int]:
    found: dict[_Name, int] = {}
    for name, num in counts:
        found[name] = found.get(name, 0) + num
    return found
