"""A rep leaves: no new leads from now on, then the open ones go back or to another, in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.service.context import Actor, Context
from api.service.errors import ConflictError, RefusedError, UnknownError
from api.service.happenings import Happening, tell
from api.service.owning import Grant, Source, after, end, grant, queued
from api.store.control import Control, bump_floor, read_control
from api.store.database import Writing
from api.store.leads import LeadRow, excluded_reps, lock_leads, update_leads
from api.store.ownerships import OwnershipRow, open_of, owners_of
from api.store.reps import lock_reps, update_rep
from solver.hand_off import Step
from solver.models import Lead, Queue

#: Leads of one transaction: others wait for their locks.
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Left:
    """What became of the leads of a rep who left."""

    left_at: datetime
    requeued: int
    reassigned: int


def leave(context: Context, actor: Actor, rep_id: str, reassign_to: str | None = None) -> Left:
    """Take a rep off the floor for good.

    First the rep is marked as gone and gets no new leads; then its leads move, batch by batch. If
    that is broken off, asking again goes on where it stopped.

    Parameters
    ----------
    context, actor
        The service, and who asks.
    rep_id
        Who leaves.
    reassign_to
        Who gets the leads, as far as there is room; the rest, and all of them where nobody is
        named, go to the next window.

    Raises
    ------
    UnknownError
        There is no such rep.
    RefusedError
        The leads would go to the same rep.
    ConflictError
        Who should get them gets no leads.
    """
    if rep_id == reassign_to:
        raise RefusedError(f"rep {rep_id!r} leaves, and cannot get the leads; name somebody else")
    left_at = _mark(context, actor, rep_id, reassign_to)
    requeued = reassigned = 0
    while moved := _move(context, actor, rep_id, reassign_to):
        requeued, reassigned = requeued + moved[0], reassigned + moved[1]
    return Left(left_at, requeued, reassigned)


def _mark(context: Context, actor: Actor, rep_id: str, reassign_to: str | None) -> datetime:
    now = context.now
    wanted = [rep_id] if reassign_to is None else [rep_id, reassign_to]
    with context.database.write() as tx:
        reps = lock_reps(tx, wanted)
        for one in wanted:
            if one not in reps:
                raise UnknownError(f"there is no rep {one!r}; put it first")
        if reassign_to is not None and not reps[reassign_to].works(now):
            raise ConflictError(f"rep {reassign_to!r} gets no leads: inactive, paused or gone; "
                                "name another, or let the leads go to the next window",
                                code="not_at_work")
        row = reps[rep_id]
        if row.left_at is not None:
            return row.left_at
        update_rep(tx, rep_id, left_at=now, updated_at=now, revision=row.revision + 1)
        tell(tx, [Happening("rep.left", now, actor.actor_id, rep_id=rep_id)])
        bump_floor(tx)
    return now


def _move(context: Context, actor: Actor, rep_id: str, reassign_to: str | None
          ) -> tuple[int, int] | None:
    """Move some of the leads; return how many went to the queue and to the other; None: done."""
    now = context.now
    with context.database.write() as tx:
        owned = open_of(tx, [rep_id])[:_BATCH]
        if not owned:
            return None
        leads = lock_leads(tx, [one.lead_id for one in owned])
        lasting = owners_of(tx, leads)
        pairs = [(leads[one.lead_id], lasting[one.lead_id]) for one in owned
                 if one.lead_id in lasting and lasting[one.lead_id].rep_id == rep_id]
        held = read_control(tx)
        if reassign_to is None:
            stay: Sequence[tuple[LeadRow, OwnershipRow]] = pairs
            happened: list[Happening] = []
        else:
            happened, stay = _hand_over(tx, pairs, reassign_to, held, now, actor)
        end(tx, stay, Step.QUEUED, now)
        update_leads(tx, [queued(lead, Queue.NEXT_WINDOW, now) for lead, _ in stay])
        happened += [_queued(lead, rep_id, now, actor) for lead, _ in stay]
        tell(tx, happened)
    return len(stay), len(pairs) - len(stay)


def _hand_over(tx: Writing, pairs: Sequence[tuple[LeadRow, OwnershipRow]], rep_id: str,
               held: Control, now: datetime, actor: Actor
               ) -> tuple[list[Happening], list[tuple[LeadRow, OwnershipRow]]]:
    """Give leads to another rep; return what happened, and those for which there was no room."""
    reps = lock_reps(tx, {rep_id, *(one.rep_id for _, one in pairs)})
    barred = _barred(tx, [lead for lead, _ in pairs])
    room = reps[rep_id].free_slots(now)
    given: list[tuple[LeadRow, OwnershipRow]] = []
    for lead, one in pairs:
        if rep_id not in barred[lead.lead_id] and one.slots <= room:
            room -= one.slots
            given.append((lead, one))
    end(tx, given, Step.REASSIGNED, now)
    happened, refused = grant(tx, [_grant(lead, one, rep_id) for lead, one in given], held, now,
                              actor.actor_id)
    assert not refused  # the rep is locked, and has room
    taken = {lead.lead_id for lead, _ in given}
    return happened, [pair for pair in pairs if pair[0].lead_id not in taken]


def _barred(tx: Writing, leads: Sequence[LeadRow]) -> dict[str, set[str]]:
    """Return lead_id to the reps who gave the lead back, or whom it excludes itself."""
    gone = excluded_reps(tx, [lead.lead_id for lead in leads])
    return {lead.lead_id: {*gone.get(lead.lead_id, ()), *_named(lead)} for lead in leads}


def _named(lead: LeadRow) -> tuple[str, ...]:
    return () if lead.record is None else Lead.model_validate_json(lead.record).excluded_rep_ids


def _grant(lead: LeadRow, one: OwnershipRow, rep_id: str) -> Grant:
    after(lead, Step.REASSIGNED)
    return Grant(lead, rep_id, Source.MANUAL, f"rep {one.rep_id!r} left, and handed it over",
                 slots=one.slots, worth=one.worth)


def _queued(lead: LeadRow, rep_id: str, now: datetime, actor: Actor) -> Happening:
    place = after(lead, Step.QUEUED)
    return Happening("lead.queued", now, actor.actor_id, lead_id=lead.lead_id, rep_id=rep_id,
                     state=place.state.value, queue=Queue.NEXT_WINDOW.value,
                     detail={"why": f"rep {rep_id!r} left"})
