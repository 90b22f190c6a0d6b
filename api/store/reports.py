"""What reports and alerts count: leads and their ownerships, by whose they are.

A cohort is a condition on leads or ownerships. All counting is done by the database; only the
instants of hand-overs come out as rows, because calendars of reps are not known to SQL.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    alias,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)

from api.store.database import Reading
from api.store.schema import leads, ownerships, reps
from api.store.types import Instant
from solver.hand_off import LeadState, Step

#: Ends of an ownership by which the owner gave the lead up after working it.
_GIVEN_UP = [step.value for step in (Step.RECYCLED, Step.UNREACHABLE, Step.LOST)]
#: Ends of an ownership by which the work that was owed is done.
_DONE = [*_GIVEN_UP, Step.JUNK.value, Step.REFERRED.value, Step.WON.value]
_NOT_ROUTED = [LeadState.MERGED.value, LeadState.KEPT.value]
_ACCEPTED_AT = func.coalesce(ownerships.c.accepted_at, ownerships.c.contacted_at,
                             ownerships.c.qualified_at)
_CONTACTED_AT = func.coalesce(ownerships.c.contacted_at, ownerships.c.qualified_at)
_WORKED_AT = func.coalesce(ownerships.c.qualified_at,
                           case((ownerships.c.end_reason.in_(_DONE), ownerships.c.ended_at)))
#: Milestones by rank, from 0 for a lead that was assigned.
_RANK = case((ownerships.c.end_reason == Step.WON.value, 4),
             (ownerships.c.qualified_at.is_not(None), 3),
             (ownerships.c.contacted_at.is_not(None), 2),
             (ownerships.c.accepted_at.is_not(None), 1), else_=0)


class By(StrEnum):
    """By what leads are grouped."""

    REP = "rep"
    TEAM = "team"
    SOURCE = "source"
    SEGMENT = "segment"
    POLICY_VERSION = "policy_version"

    @property
    def of_lead(self) -> bool:
        """Whether the lead itself has it, owner or not."""
        return self in (By.SOURCE, By.SEGMENT)


_KEYS: dict[By, ColumnElement[Any]] = {
    By.REP: ownerships.c.rep_id, By.TEAM: reps.c.team, By.SOURCE: leads.c.source,
    By.SEGMENT: leads.c.segment, By.POLICY_VERSION: cast(ownerships.c.policy_version, String)}
#: What a group is called; None where that is blank, and of the whole.
Key = str | None


@dataclass(frozen=True, slots=True)
class StateCount:
    """Leads of a group in one state."""

    key: Key
    state: str
    queue: str | None
    num_leads: int
    num_routed: int
    """Without those that were merged or kept before they ever had an owner."""
    revenue: float


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted over the ownerships of a group."""

    ownerships: int = 0
    rejected: int = 0
    returned: int = 0
    recycled: int = 0
    unreachable: int = 0
    junk: int = 0
    won: int = 0
    lost: int = 0
    touches: int = 0
    given_up: int = 0
    """Ended as recycled, unreachable or lost."""
    tried_enough: int = 0
    """Of these, with as many touches as asked for."""
    accept_met: int = 0
    accept_missed: int = 0
    contact_met: int = 0
    contact_missed: int = 0
    within: int = 0
    """Met a deadline, and missed none."""
    beyond: int = 0
    """Missed a deadline."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """One ownership and when its owner did something first."""

    rep_id: str
    started_at: datetime
    accepted_at: datetime
    contacted_at: datetime | None
    key: Key


def received_in(begin: datetime, end: datetime) -> ColumnElement[bool]:
    """Return the cohort of leads received in ``[begin, end)``."""
    return and_(leads.c.received_at >= begin, leads.c.received_at < end)


def given_since(begin: datetime) -> ColumnElement[bool]:
    """Return the cohort of ownerships that began at an instant or later."""
    return ownerships.c.started_at >= begin


def count_states(tx: Reading, cohort: ColumnElement[bool], by: By | None) -> list[StateCount]:
    """Count leads by state; what an owner has is that of the last owner."""
    every = alias(ownerships)
    routed = or_(leads.c.state.not_in(_NOT_ROUTED),
                 exists().where(every.c.lead_id == leads.c.lead_id))
    statement = (
        select(leads.c.state, leads.c.queue, func.count().label("num_leads"),
               num(routed).label("num_routed"),
               func.coalesce(func.sum(leads.c.won_amount), 0.0).label("revenue"))
        .select_from(leads).where(cohort).group_by(leads.c.state, leads.c.queue))
    if by and not by.of_lead:
        last = (select(func.max(every.c.id)).where(every.c.lead_id == leads.c.lead_id)
                .scalar_subquery())
        statement = statement.outerjoin(ownerships, ownerships.c.id == last)
    return [StateCount(**row._mapping) for row in tx.connection.execute(grouped(statement, by))]


def count_stages(tx: Reading, cohort: ColumnElement[bool], by: By | None
                 ) -> dict[Key, dict[int, int]]:
    """Count leads that had an owner by the last milestone that they reached there.

    Returns
    -------
    dict
        Group to rank of the milestone to leads: 0 assigned, 1 accepted, 2 contacted, 3 qualified,
        4 won. A lead with several owners in a group counts once, where it got farthest.
    """
    farthest = grouped(owned(ownerships.c.lead_id, func.max(_RANK).label("rank"))
                        .where(cohort).group_by(ownerships.c.lead_id), by).subquery()
    found: dict[Key, dict[int, int]] = {}
    for key, rank, count in tx.connection.execute(
            select(farthest.c.key, farthest.c.rank, func.count())
            .group_by(farthest.c.key, farthest.c.rank)):
        found.setdefault(key, {})[rank] = count
    return found


def tally(tx: Reading, cohort: ColumnElement[bool], by: By | None, now: datetime,
          min_touches: int = 0) -> dict[Key, Tally]:
    """Count ownerships: how they ended, their touches, and deadlines met and missed by now."""
    sums = _sums(now, min_touches)
    statement = owned(*(sums[field.name].label(field.name) for field in fields(Tally)))
    found = {}
    for row in tx.connection.execute(grouped(statement.where(cohort), by)):
        values = dict(row._mapping)
        key = values.pop("key")
        found[key] = Tally(**values)
    return found


def list_hand_overs(tx: Reading, cohort: ColumnElement[bool], by: By | None) -> list[HandOver]:
    """Return the ownerships whose owner accepted or contacted the lead."""
    statement = keyed(owned(ownerships.c.rep_id, ownerships.c.started_at, _ACCEPTED_AT,
                              _CONTACTED_AT), by)
    return [HandOver(*row) for row in tx.connection.execute(
        statement.where(cohort, _ACCEPTED_AT.is_not(None)))]


def owned(*columns: ColumnElement[Any]) -> Select[Any]:
    """Return columns of ownerships with their leads."""
    return (select(*columns).select_from(ownerships)
            .join(leads, leads.c.lead_id == ownerships.c.lead_id))


def keyed(statement: Select[Any], by: By | None) -> Select[Any]:
    """Add the column ``key``; blank for the whole."""
    if by is By.TEAM:
        statement = statement.outerjoin(reps, reps.c.rep_id == ownerships.c.rep_id)
    return statement.add_columns((_KEYS[by] if by else literal(None, String)).label("key"))


def grouped(statement: Select[Any], by: By | None) -> Select[Any]:
    """Add the column ``key``, and have a row for each."""
    statement = keyed(statement, by)
    return statement.group_by(_KEYS[by]) if by else statement


def num(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return the number of rows for which a condition holds."""
    return func.count(case((condition, 1)))


def _sums(now: datetime, min_touches: int) -> dict[str, ColumnElement[Any]]:
    """Return the columns of :class:`Tally`."""
    ends = ("rejected", "returned", "recycled", "unreachable", "junk", "won", "lost")
    given_up = ownerships.c.end_reason.in_(_GIVEN_UP)
    met, missed = {}, {}
    for name, due, done in (("accept", ownerships.c.accept_by, _ACCEPTED_AT),
                            ("contact", ownerships.c.contact_by, _CONTACTED_AT),
                            ("work", ownerships.c.work_by, _WORKED_AT)):
        until = func.coalesce(done, ownerships.c.ended_at, literal(now, Instant))
        met[name], missed[name] = done <= due, until > due
    beyond = or_(*missed.values())
    return {
        "ownerships": func.count(),
        **{end: num(ownerships.c.end_reason == end) for end in ends},
        "touches": func.coalesce(func.sum(ownerships.c.touches), 0),
        "given_up": num(given_up),
        "tried_enough": num(and_(given_up, ownerships.c.touches >= min_touches)),
        **{f"{name}_{how}": num(each[name]) for name in ("accept", "contact")
           for how, each in (("met", met), ("missed", missed))},
        "within": func.count(case((beyond, null()), (or_(*met.values()), 1))),
        "beyond": num(beyond)}
