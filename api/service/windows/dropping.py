"""Which assignments of a plan still hold, and why the others are dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from api.service.owning import Grant, Refusal, Refused, Source, sort_out
from api.solving.deciding import LimitRoom, Planned
from api.store.database import Writing
from api.store.leads import LeadRow, excluded_reps
from api.store.reps import lock_reps
from solver.hand_off import LeadState
from solver.models import Measure, Queue


class Dropped(NamedTuple):
    """An assignment of a plan that is not carried out."""

    lead_id: str
    rep_id: str
    code: Refusal
    detail: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How leads and reps stand at the commit, and how they stood when the window closed."""

    leads: Mapping[str, LeadRow]
    lead_revisions: Mapping[str, int]
    rep_revisions: Mapping[str, int]
    now: datetime
    room: Mapping[str, LimitRoom] = field(default_factory=dict)
    """Of limits over periods by name, where something was given since."""


def checked(tx: Writing, window_id: str, planned: Sequence[Planned], standing: Standing
            ) -> tuple[list[Grant], list[Dropped]]:
    """Return what can be carried out, the best first, and what can't; nothing changes.

    Leads that go to one rep together or not at all do so here too.
    """
    groups = {one.lead_id: one.group for one in planned if one.group is not None}
    grants, dropped = _of_unchanged(tx, window_id, planned, standing)
    reps = lock_reps(tx, {one.rep_id for one in grants})
    broken = {groups[one.lead_id] for one in dropped if one.lead_id in groups}
    refused: dict[str, Refused] = {}
    while True:
        whole = [one for one in grants if groups.get(one.lead.lead_id) not in broken]
        given, now_refused = sort_out(whole, reps, standing.now, standing.rep_revisions)
        found = {groups[one.grant.lead.lead_id]: one for one in now_refused
                 if one.grant.lead.lead_id in groups}
        if not found:
            break
        broken |= found.keys()
        refused |= {one.grant.lead.lead_id: one for one in found.values()}
    refused |= {one.grant.lead.lead_id: one for one in now_refused}
    return given, [*dropped, *_told(grants, given, refused, groups)]


def _of_unchanged(tx: Writing, window_id: str, planned: Sequence[Planned], standing: Standing
                  ) -> tuple[list[Grant], list[Dropped]]:
    """Return the assignments whose leads are as they were, and the others."""
    excluded = excluded_reps(tx, [one.lead_id for one in planned])
    room = {name: one.units for name, one in standing.room.items()}
    grants: list[Grant] = []
    dropped: list[Dropped] = []
    for one in sorted(planned, key=lambda one: (-one.net_value, one.lead_id)):
        row = standing.leads.get(one.lead_id)
        why = why_changed(row, standing.lead_revisions[one.lead_id])
        if row is None or why is not None:
            dropped.append(Dropped(one.lead_id, one.rep_id, Refusal.LEAD_CHANGED, why or ""))
        elif one.rep_id in excluded.get(one.lead_id, ()):
            dropped.append(Dropped(one.lead_id, one.rep_id, Refusal.EXCLUDED,
                                   f"rep {one.rep_id!r} may not own the lead any more"))
        elif (name := _without_room(one, standing.room, room)) is not None:
            dropped.append(Dropped(one.lead_id, one.rep_id, Refusal.LIMIT_REACHED,
                                   f"what was given since the window closed leaves no room in the "
                                   f"limit {name!r}"))
        else:
            grants.append(_grant(row, one, window_id))
    return grants, dropped


def _without_room(one: Planned, limits: Mapping[str, LimitRoom], room: dict[str, int]
                  ) -> str | None:
    """Return a limit that has no room for an assignment; None: all have, and it takes it."""
    takes = {name: {Measure.LEADS: 1, Measure.SLOTS: one.slots,
                    Measure.WORTH: one.worth}[limits[name].measure]
             for name in one.limits if name in limits}
    for name, units in takes.items():
        if units > room[name]:
            return name
    for name, units in takes.items():
        room[name] -= units
    return None


def why_changed(row: LeadRow | None, revision: int) -> str | None:
    """Say in what a lead is not as it was when its window closed; None: it is."""
    if row is None or row.state == LeadState.ERASED:
        return "the lead was erased"
    if row.state != LeadState.WAITING:
        return f"the lead is {row.state} now"
    if row.queue != Queue.NEXT_WINDOW:
        return f"the lead waits in the queue {row.queue} now"
    if row.revision != revision:
        return "the lead changed after the window closed"
    return None


def _grant(row: LeadRow, one: Planned, window_id: str) -> Grant:
    return Grant(lead=row, rep_id=one.rep_id, source=Source.WINDOW, why=one.why, slots=one.slots,
                 worth=one.worth, limits=tuple(one.limits), value=one.value,
                 assignment=one.assignment, window_id=window_id)


def _told(grants: Sequence[Grant], given: Sequence[Grant], refused: Mapping[str, Refused],
          groups: Mapping[str, str | None]) -> list[Dropped]:
    """Say of each grant that is not given why."""
    done = {one.lead.lead_id for one in given}
    found = []
    for one in grants:
        lead_id = one.lead.lead_id
        if lead_id in done:
            continue
        own = refused.get(lead_id)
        code, detail = (own.code, own.detail) if own is not None else (
            Refusal.GROUP_CHANGED, f"the leads of {groups[lead_id]!r} go to one rep together, and "
                                   "one of them cannot any more")
        found.append(Dropped(lead_id, one.rep_id, code, detail))
    return found

