"""What leads do: kept once each, waking those that rest, scored anew where the policy scores."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from api.service.context import Actor, Context
from api.service.errors import GoneError, Problem, RefusedError, UnknownError
from api.service.intake.hot_leads import route_at_once
from api.service.intake.idempotency import Answered, Once, done_once
from api.service.intake.kit import kit_of
from api.service.intake.prepared import Preparing, Settled
from api.service.intake.results import ActivitiesTaken
from api.service.intake.sent import Draft, posted_of, read_fields
from api.service.intake.standing import standing_now
from api.service.intake.updating import Update, change_known
from api.service.intake.writing import Batch, changed_row, columns_of
from api.store.activities import add_activities
from api.store.database import Writing
from api.store.leads import LeadRow, lock_lead, update_lead
from api.store.ownerships import owner_of
from solver.hand_off import LeadState
from solver.models import Activity, Lead, Queue, ReasonCode
from solver.reading.arriving import ReadLead

#: Clocks may differ by so much.
_AHEAD = timedelta(minutes=5)


def take_activities(context: Context, actor: Actor, lead_id: str, did: Sequence[Activity],
                    asked: Once | None) -> Answered:
    """Keep what a lead did.

    A lead that rests in nurture is woken, unless its points still disqualify it. One that becomes
    hot is routed at once.

    Parameters
    ----------
    context
        The service.
    actor
        Who tells it.
    lead_id
        The lead.
    did
        What it did; the same thing twice counts once.
    asked
        What tells the request from others, where it may be sent again.

    Returns
    -------
    Answered
        200; the body is an :class:`ActivitiesTaken`.

    Raises
    ------
    UnknownError
        If there is no such lead.
    GoneError
        If it was erased.
    """
    now = context.now
    for at, one in enumerate(did):
        if one.at > now + _AHEAD:
            raise RefusedError(
                f"activity {one.kind!r} of lead {lead_id!r} is at {one.at.isoformat()}, in the "
                "future", problems=[Problem(
                    pointer=f"/{at}/at", code="in_future", offending=one.at.isoformat(),
                    detail="must not lie in the future; clocks may differ by five minutes")])
    return done_once(context, actor, asked, lambda tx, _: _taken(
        context, actor, _locked(tx, lead_id), did, tx, now))


def _taken(context: Context, actor: Actor, row: LeadRow, did: Sequence[Activity], tx: Writing,
           now: datetime) -> Answered:
    own = [one.model_copy(update={"lead_id": row.lead_id}) for one in did]
    new = add_activities(tx, own, now)
    settled = Settled(row.lead_id, standing_now(row), is_hot=row.hot)
    batch = Batch(tx, kit_of(context.database, tx), now, actor)
    if new:
        seen = [one.at for one in own] + [one for one in [row.last_activity_at] if one]
        update_lead(tx, row.lead_id, last_activity_at=max(seen))
        settled = _shown_anew(batch, row) or settled
        batch.write()
    return _answered(batch, context, settled, (len(did), new))


def _locked(tx: Writing, lead_id: str) -> LeadRow:
    """Return a lead, or the one that it is one with."""
    row = lock_lead(tx, lead_id)
    if row is not None and row.merged_into is not None:
        row = lock_lead(tx, row.merged_into)
    if row is None:
        raise UnknownError(f"there is no lead {lead_id!r}; post the lead before what it did")
    if row.state == LeadState.ERASED.value:
        raise GoneError(f"lead {lead_id!r} was erased")
    return row


def _shown_anew(batch: Batch, row: LeadRow) -> Settled | None:
    """Look again at a lead that did something; None: nothing rests on what it does."""
    rests = row.queue == Queue.NURTURE.value
    if row.posted is None:
        return _woken(batch, row) if rests else None
    if batch.kit.policy.scoring is None and not rests:
        return None
    fields = posted_of(row)
    read = read_fields(batch.kit, row.lead_id, fields)
    if not isinstance(read, ReadLead):  # the policy has changed since it was posted
        return None
    preparing = Preparing(batch, {row.lead_id: Draft(row.lead_id, fields, read, row)}, wakes=True)
    return preparing.settle()[row.lead_id]


def _woken(batch: Batch, row: LeadRow) -> Settled:
    """Wake a lead that is taken as it is."""
    lead, hold = Lead.model_validate_json(row.record or ""), standing_now(row).hold
    if hold is not None and hold.reason.code is ReasonCode.DISQUALIFIED:
        hold = None
    place, revised = change_known(batch, row, None, Update(lead, hold, (), wakes=True))
    columns = columns_of(lead, batch.kit, None, None, row.hot)
    batch.updates.append({**changed_row(row, columns, place, batch.now, revised=revised),
                          "points": row.points})
    return Settled(row.lead_id, place, is_hot=row.hot, routes=row.hot)


def _answered(batch: Batch, context: Context, settled: Settled, counts: tuple[int, int]
              ) -> Answered:
    tx, lead_id = batch.tx, settled.lead_id
    standing = settled.standing
    sentences: tuple[str, ...] = ()
    if settled.routes:
        routed = route_at_once(tx, context, [lead_id], batch.now, batch.actor)[lead_id]
        standing, sentences = routed.standing, routed.sentences
    owner = owner_of(tx, lead_id)
    score = None if settled.arrived is None else settled.arrived.score
    received, new = counts
    body = ActivitiesTaken(
        lead_id=lead_id, received=received, new=new, state=standing.state.value,
        queue=standing.queue, reasons=standing.reasons,
        owner_id=None if owner is None else owner.rep_id, explanation=sentences,
        points=None if score is None else score.points, hot=settled.is_hot)
    return Answered(200, body.model_dump_json().encode())
