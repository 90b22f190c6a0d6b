"""One lead as its owner, a colleague or a manager sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from api.service.context import Actor, Context
from api.service.lead_facts import (
    Contact,
    Deadline,
    Done,
    HistoryEvent,
    LeadView,
    Owned,
    Owner,
    Points,
    PointsPart,
)
from api.service.showing import (
    detail_for,
    owner_now,
    reasons_for,
    sees_contact,
    shown_lead,
    without_contact,
)
from api.store.database import Reading
from api.store.lead_views import (
    ContactRow,
    EventRow,
    events_after,
    latest_activities,
    latest_events,
    leads_of_account,
)
from api.store.leads import LeadRow
from api.store.ownerships import OwnershipRow, history_of, owners_of
from api.store.reps import get_rep
from solver.hand_off import OWED_IN, BreachKind, LeadState, business_minutes
from solver.models import Lead, Queue, Rep
from solver.prepare.match.contacts import contact_order
from solver.prepare.scoring.points import Score
from solver.prepare.scoring.sentences import breakdown_sentence

_MOST_CONTACTS, _MOST_ACTIVITIES, _MOST_EVENTS = 100, 100, 50
_SCORE = TypeAdapter(Score)


def lead_view(context: Context, actor: Actor, lead_id: str) -> LeadView:
    """Return one lead with its owner, its history and the others of its account.

    Raises
    ------
    UnknownError
        There is no such lead.
    GoneError
        It was erased.
    """
    with context.database.read() as tx:
        return _View(tx, actor, shown_lead(tx, lead_id), context.now).whole()


def lead_history(context: Context, actor: Actor, lead_id: str, after: int, most: int
                 ) -> list[HistoryEvent]:
    """Return events of a lead in order, those after a number; errors as of :func:`lead_view`."""
    with context.database.read() as tx:
        shown_lead(tx, lead_id)
        return [_event(one, actor) for one in events_after(tx, lead_id, after, most)]


@dataclass(frozen=True, slots=True)
class _View:
    """One lead, looked at by somebody."""

    tx: Reading
    actor: Actor
    row: LeadRow
    now: datetime

    def whole(self) -> LeadView:
        """Return all that the actor sees."""
        tx, row = self.tx, self.row
        owned = history_of(tx, row.lead_id)
        lasts = next((one for one in owned if one.ended_at is None), None)
        sees = sees_contact(self.actor, owner_now(row, owned))
        return LeadView(
            lead_id=row.lead_id, state=LeadState(row.state),
            queue=None if row.queue is None else Queue(row.queue), queued_at=row.queued_at,
            not_before=row.not_before,
            reasons=tuple(reasons_for(self.actor, row.reasons)),
            lead=self._lead(sees), contact_shown=sees,
            owner=None if lasts is None else self._owner(lasts), kept_by=row.kept_by,
            merged_into=row.merged_into, hot=row.hot, returns=row.returns,
            won_amount=row.won_amount, segment=row.segment, window_id=row.window_id,
            received_at=row.received_at, updated_at=row.updated_at,
            last_activity_at=row.last_activity_at, points=self._points(), contacts=self._contacts(),
            activities=tuple(
                Done(at=one.at, kind=one.kind, detail=one.detail if sees else None)
                for one in latest_activities(tx, row.lead_id, _MOST_ACTIVITIES)),
            ownerships=tuple(map(_owned, owned)),
            history=tuple(_event(one, self.actor)
                          for one in latest_events(tx, row.lead_id, _MOST_EVENTS)))

    def _lead(self, sees: bool) -> Lead | None:
        if self.row.record is None:
            return None
        lead = Lead.model_validate_json(self.row.record)
        return lead if sees else without_contact(lead)

    def _owner(self, one: OwnershipRow) -> Owner:
        rep = get_rep(self.tx, one.rep_id)
        assert rep is not None  # a foreign key
        return Owner(
            rep_id=one.rep_id, name=rep.name, since=one.started_at, source=one.source,
            accepted_at=one.accepted_at, contacted_at=one.contacted_at,
            qualified_at=one.qualified_at, touches=one.touches,
            deadlines=self._deadlines(one, rep.stored))

    def _deadlines(self, one: OwnershipRow, rep: Rep) -> tuple[Deadline, ...]:
        due = zip(BreachKind, (one.accept_by, one.contact_by, one.work_by), strict=True)
        owed = [(kind, by) for kind, by in due
                if by is not None and self.row.state in OWED_IN[kind]]
        return tuple(Deadline(kind=kind, by=by, overdue=by < self.now,
                              business_minutes_left=business_minutes(rep, self.now, by))
                     for kind, by in sorted(owed, key=lambda one: one[1]))

    def _points(self) -> Points | None:
        if self.row.points is None:
            return None
        score = _SCORE.validate_json(self.row.points)
        return Points(
            points=score.points, stage=score.stage, why=breakdown_sentence(score, self.now),
            breakdown=tuple(PointsPart(rule=part.rule, points=part.points, at=part.at)
                            for part in score.breakdown))

    def _contacts(self) -> tuple[Contact, ...]:
        if self.row.account_id is None:
            return ()
        rows = {one.lead_id: one
                for one in leads_of_account(self.tx, self.row.account_id, _MOST_CONTACTS)}
        leads = [Lead.model_validate_json(one.record).model_copy(
            update={"account_id": self.row.account_id}) for one in rows.values()]
        by_id = {lead.lead_id: lead for lead in leads}
        owners = {lead_id: one.rep_id for lead_id, one in owners_of(self.tx, rows).items()}
        order = contact_order(leads).get(f"account:{self.row.account_id}", ())
        return tuple(self._contact(rows[lead_id], by_id[lead_id], owners.get(lead_id))
                     for lead_id in order)

    def _contact(self, row: ContactRow, lead: Lead, owner_id: str | None) -> Contact:
        sees = sees_contact(self.actor, owner_id)
        name = " ".join(filter(None, (lead.first_name, lead.last_name))) or None
        return Contact(lead_id=row.lead_id, name=name if sees else None,
                       title=lead.title if sees else None, state=LeadState(row.state),
                       queue=None if row.queue is None else Queue(row.queue), owner_id=owner_id)


def _owned(one: OwnershipRow) -> Owned:
    return Owned(rep_id=one.rep_id, source=one.source, window_id=one.window_id,
                 policy_version=one.policy_version, started_at=one.started_at,
                 ended_at=one.ended_at, end_reason=one.end_reason, credited_at=one.credited_at)


def _event(one: EventRow, actor: Actor) -> HistoryEvent:
    return HistoryEvent(event_id=one.id, at=one.at, kind=one.kind, actor=one.actor,
                        rep_id=one.rep_id, state=one.state, queue=one.queue,
                        window_id=one.window_id, detail=detail_for(actor, one.detail))
