"""Giving leads to reps and taking them back: slots, ownerships, states and deadlines together.

Every way to an owner (window, hot lead, by hand, referral) goes through :func:`grant`, and every
way back through :func:`end`. Callers have locked the leads; the reps are locked here, after them.

Nobody waits in a circle, for all take locks in one order, each as far as it needs them:

1. leads, by id;
2. policy and shadow mode (`hold_still`), shared: where leads are given by a decision, so that none
   is given once the kill switch is answered. Who changes them takes this lock before all others;
3. the turn (`take_turn`), where the policy keeps a ledger: what one lead takes matters to the next;
4. reps, by id, all that may be needed in one statement: several hot leads lock all reps at once;
5. the row of `control`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from api.service.happenings import Happening
from api.store.control import Control, add_entries
from api.store.database import Writing
from api.store.leads import LeadRow, change_leads
from api.store.ownerships import OwnershipRow, add_ownerships, end_ownerships
from api.store.reps import RepRow, lock_reps, set_used
from api.store.schema import leads
from solver.hand_off import Deadlines, LeadState, Place, Step, deadlines, next_place
from solver.models import Queue
from solver.models.ledger import Entry, EntryKind


class Source(StrEnum):
    """How a lead came to its owner."""

    WINDOW = "window"
    HOT = "hot"
    MANUAL = "manual"
    REFERRED = "referred"


class Refusal(StrEnum):
    """Why a lead is not given to a rep after all."""

    UNKNOWN_REP = "UNKNOWN_REP"
    NOT_AT_WORK = "NOT_AT_WORK"
    """The rep is inactive, paused, or has left."""
    NO_SLOT = "NO_SLOT"
    LIMIT_REACHED = "LIMIT_REACHED"
    """What was given since leaves no room in a limit over a period."""
    EXCLUDED = "EXCLUDED"
    """The rep had the lead and gave it back."""
    LEAD_CHANGED = "LEAD_CHANGED"
    REP_CHANGED = "REP_CHANGED"
    POLICY_CHANGED = "POLICY_CHANGED"
    GROUP_CHANGED = "GROUP_CHANGED"
    """Another lead of its account could not be given, and they go together."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One lead for one rep."""

    lead: LeadRow
    """Locked."""
    rep_id: str
    source: Source
    why: str
    """One sentence."""
    slots: int = 1
    worth: int = 0
    """Whole units of the currency."""
    limits: tuple[str, ...] = ()
    value: int | None = None
    """Minor units."""
    assignment: str | None = None
    """JSON of the plan's assignment."""
    window_id: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A grant that could not be carried out, and why in words."""

    grant: Grant
    code: Refusal
    detail: str


def grant(tx: Writing, grants: Sequence[Grant], held: Control, now: datetime, actor: str,
          revisions: Mapping[str, int] | None = None) -> tuple[list[Happening], list[Refused]]:
    """Give leads to reps, as far as the reps still work and have slots.

    Parameters
    ----------
    tx
        The transaction; its leads are locked already.
    grants
        In the order in which they get slots.
    held
        The active policy.
    now
        Instant from which deadlines count.
    actor
        Who gives them.
    revisions
        rep_id to the revision that was relied on; None: any.

    Returns
    -------
    tuple
        What happened, to be told by the caller, and the grants that were refused.
    """
    reps = lock_reps(tx, {one.rep_id for one in grants})
    given, refused = sort_out(grants, reps, now, revisions)
    _count(tx, reps, given, now)
    _store(tx, given, reps, held, now)
    if held.policy.keeps_ledger:
        add_entries(tx, [_entry(one, now) for one in given if one.source is not Source.WINDOW])
    return [_assigned(one, now, actor) for one in given], refused


def sort_out(grants: Sequence[Grant], reps: Mapping[str, RepRow], now: datetime,
             revisions: Mapping[str, int] | None = None) -> tuple[list[Grant], list[Refused]]:
    """Tell grants that can be carried out from those that can't, and change nothing.

    Parameters are those of :func:`grant`; `reps` are locked.
    """
    free = {rep_id: rep.free_slots(now) for rep_id, rep in reps.items()}
    given: list[Grant] = []
    refused: list[Refused] = []
    for one in grants:
        problem = _refusal(one, reps.get(one.rep_id), free.get(one.rep_id, 0), now, revisions)
        if problem is not None:
            refused.append(Refused(one, *problem))
            continue
        free[one.rep_id] -= one.slots
        given.append(one)
    return given, refused


def _refusal(one: Grant, rep: RepRow | None, free: int, now: datetime,
             revisions: Mapping[str, int] | None) -> tuple[Refusal, str] | None:
    if rep is None:
        return Refusal.UNKNOWN_REP, f"there is no rep {one.rep_id!r} any more"
    if not rep.works(now):
        until = f" until {rep.paused_until:%Y-%m-%d %H:%M} UTC" if rep.paused_until else ""
        return Refusal.NOT_AT_WORK, f"rep {rep.rep_id!r} gets no leads{until}"
    if revisions is not None and revisions.get(rep.rep_id) != rep.revision:
        return Refusal.REP_CHANGED, f"the record of rep {rep.rep_id!r} changed after the solve"
    if free < one.slots:
        return Refusal.NO_SLOT, (f"rep {rep.rep_id!r} has {free} free slots, and lead "
                                 f"{one.lead.lead_id!r} takes {one.slots}")
    return None


def _count(tx: Writing, reps: dict[str, RepRow], given: Sequence[Grant], now: datetime) -> None:
    taken: dict[str, int] = {}
    for one in given:
        taken[one.rep_id] = taken.get(one.rep_id, 0) + one.slots
    set_used(tx, [(rep_id, reps[rep_id].used + slots, reps[rep_id].counted_day(now),
                   reps[rep_id].used_today(now) + slots)
                  for rep_id, slots in sorted(taken.items())])


def _store(tx: Writing, given: Sequence[Grant], reps: dict[str, RepRow], held: Control,
           now: datetime) -> None:
    due = {rep_id: deadlines(reps[rep_id].stored, now, held.policy)
           for rep_id in {one.rep_id for one in given}}
    add_ownerships(tx, [_ownership(one, due[one.rep_id], held, now) for one in given])
    for window_id in {one.window_id for one in given}:
        there = {} if window_id is None else {"window_id": window_id}
        change_leads(tx, [one.lead.lead_id for one in given if one.window_id == window_id],
                     state=LeadState.ASSIGNED.value, queue=None, queued_at=None, not_before=None,
                     reasons=None, kept_by=None, hold=None, updated_at=now,
                     revision=leads.c.revision + 1, **there)


def _ownership(one: Grant, due: Deadlines, held: Control, now: datetime) -> dict[str, Any]:
    return {"lead_id": one.lead.lead_id, "rep_id": one.rep_id, "source": one.source.value,
            "window_id": one.window_id, "policy_version": held.policy_version,
            "slots": one.slots, "worth": one.worth,
            "limits": json.dumps(one.limits) if one.limits else None, "value": one.value,
            "why": one.why, "assignment": one.assignment, "started_at": now,
            "accept_by": due.accept_by, "contact_by": due.contact_by, "work_by": due.work_by}


def _entry(one: Grant, now: datetime) -> Entry:
    by_hand = one.source in (Source.MANUAL, Source.REFERRED)
    return Entry(kind=EntryKind.MANUAL if by_hand else EntryKind.ASSIGNED, at=now,
                 lead_id=one.lead.lead_id, rep_id=one.rep_id, slots=one.slots, worth=one.worth,
                 limits=one.limits)


def _assigned(one: Grant, now: datetime, actor: str) -> Happening:
    kind = "lead.reassigned" if one.source is Source.MANUAL else "lead.assigned"
    return Happening(kind, now, actor, lead_id=one.lead.lead_id, rep_id=one.rep_id,
                     state=LeadState.ASSIGNED.value, window_id=one.window_id,
                     detail={"why": one.why, "source": one.source.value, "value": one.value})


def end(tx: Writing, owned: Sequence[tuple[LeadRow, OwnershipRow]], step: Step, now: datetime,
        *, credit: bool = False, keeps_ledger: bool = False) -> None:
    """Take leads off their owners: ownerships end, slots are free again.

    Parameters
    ----------
    tx
        The transaction; its leads are locked already.
    owned
        Leads with the ownerships that last.
    step
        What ended them.
    now
        When.
    credit
        The owners are as if never given the leads: today's cap and the ledger forget them.
    keeps_ledger
        Whether the policy keeps a ledger.
    """
    if not owned:
        return
    reps = lock_reps(tx, {one.rep_id for _, one in owned})
    freed: dict[str, int] = {}
    today: dict[str, int] = {}
    for _, one in owned:
        rep = reps[one.rep_id]
        freed[one.rep_id] = freed.get(one.rep_id, 0) + one.slots
        if credit and rep.today(one.started_at) == rep.counted_day(now):
            today[one.rep_id] = today.get(one.rep_id, 0) + one.slots
    set_used(tx, [(rep_id, max(0, reps[rep_id].used - slots), reps[rep_id].counted_day(now),
                   max(0, reps[rep_id].used_today(now) - today.get(rep_id, 0)))
                  for rep_id, slots in sorted(freed.items())])
    end_ownerships(tx, [one.id for _, one in owned], now, step.value, credited=credit)
    if credit and keeps_ledger:
        add_entries(tx, [returned(one, now) for _, one in owned])


def returned(one: OwnershipRow, now: datetime) -> Entry:
    """Return the ledger's entry of a lead that came back, as if never given."""
    return Entry(kind=EntryKind.RETURNED, at=now, lead_id=one.lead_id, rep_id=one.rep_id,
                 slots=one.slots, worth=one.worth, assigned_at=min(one.started_at, now),
                 limits=tuple(json.loads(one.limits or "[]")))


def place_of(lead: LeadRow) -> Place:
    """Return where a lead is."""
    return Place(LeadState(lead.state), None if lead.queue is None else Queue(lead.queue))


def queued(lead: LeadRow, queue: Queue, now: datetime, *, reasons: str | None = None,
           not_before: datetime | None = None, **values: Any) -> dict[str, Any]:
    """Return the columns of a lead that goes to a queue."""
    return {"lead_id": lead.lead_id, "state": LeadState.WAITING.value, "queue": queue.value,
            "queued_at": now, "not_before": not_before, "reasons": reasons, "kept_by": None,
            "updated_at": now, "revision": lead.revision + 1, **values}


def after(lead: LeadRow, step: Step) -> Place:
    """Return where a step leads a lead.

    Raises
    ------
    ImpossibleStepError
        If its state does not allow the step.
    """
    return next_place(place_of(lead), step)
