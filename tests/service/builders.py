"""Reps, leads, owners and policies put straight into the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, select, update

from api.service.context import Context
from api.service.happenings import tell
from api.service.owning import Grant, Source, grant
from api.store.control import bump_floor, read_control
from api.store.leads import LeadRow, add_leads, get_lead, lock_lead
from api.store.ownerships import OwnershipRow, owner_of
from api.store.reps import RepRow, get_rep, update_rep
from api.store.reps import add_rep as store_rep
from api.store.schema import events, policies
from solver.models import Hold, Lead, Policy, Queue, Reason, ReasonCode, Rep

#: Office hours in London.
OFFICE: dict[str, Any] = {"timezone": "Europe/London", "working_hours": ("Mon-Fri 09:00-17:00",)}


def add_rep(context: Context, rep_id: str = "ana", *, capacity: int = 10, **fields: Any) -> Rep:
    """Store a rep; without hours the rep counts as always at work."""
    rep = Rep(rep_id=rep_id, capacity=capacity, **fields)
    with context.database.write() as tx:
        store_rep(tx, {
            "rep_id": rep_id, "record": rep.model_dump_json(), "active": rep.active,
            "capacity": capacity, "open_elsewhere": rep.open_leads, "daily_cap": rep.daily_cap,
            "timezone": rep.timezone, "name": rep.name, "team": rep.team,
            "updated_at": context.now})
        bump_floor(tx)
    return rep


def put_rep(context: Context, rep_id: str, **fields: Any) -> None:
    """Change fields of a rep's record, as when it is put again."""
    with context.database.write() as tx:
        row = get_rep(tx, rep_id)
        assert row is not None
        rep = row.stored.model_copy(update=fields)
        update_rep(tx, rep_id, record=rep.model_dump_json(), active=rep.active,
                   capacity=rep.capacity, daily_cap=rep.daily_cap, timezone=rep.timezone,
                   revision=row.revision + 1)
        bump_floor(tx)


def add_lead(context: Context, lead_id: str = "L1", *, queue: Queue = Queue.NEXT_WINDOW,
             hold: Hold | None = None, **fields: Any) -> Lead:
    """Store a lead that waits; one that waits elsewhere than for the next window says why."""
    if hold is not None:
        queue = hold.queue
    lead = Lead(**{"lead_id": lead_id, "created_at": context.now, "deal_value": 1000.0,
                   "score": 50.0, "company": f"Company of {lead_id}", "source": "web", **fields})
    why = hold.reason if hold else Reason(code=ReasonCode.NEEDS_DATA, detail="blank: score")
    with context.database.write() as tx:
        add_leads(tx, [{
            "lead_id": lead_id, "state": "waiting", "queue": queue.value,
            "queued_at": context.now, "record": lead.model_dump_json(exclude_defaults=True),
            "reasons": None if queue is Queue.NEXT_WINDOW else f"[{why.model_dump_json()}]",
            "hold": hold.model_dump_json() if hold else None, "created_at": lead.created_at,
            "received_at": context.now, "updated_at": context.now,
            "account_id": lead.account_id, "source": lead.source}])
    return lead


def give(context: Context, lead_id: str = "L1", rep_id: str = "ana", *, slots: int = 1,
         source: Source = Source.WINDOW) -> OwnershipRow:
    """Give a waiting lead to a rep, as the commit of a window does."""
    with context.database.write() as tx:
        lead = lock_lead(tx, lead_id)
        assert lead is not None
        told, refused = grant(
            tx, [Grant(lead, rep_id, source, f"Lead {lead_id} went to {rep_id}.", slots=slots)],
            read_control(tx), context.now, "worker")
        assert not refused, refused
        tell(tx, told)
    return owner(context, lead_id)


def set_policy(context: Context, policy: Policy | None = None, **sections: Any) -> int:
    """Make a policy the active one, and return its version."""
    made = policy or Policy.model_validate(sections)
    with context.database.write() as tx:
        version = (tx.connection.execute(select(func.max(policies.c.version))).scalar() or 0) + 1
        tx.connection.execute(update(policies).where(policies.c.status == "active")
                              .values(status="retired"))
        tx.connection.execute(insert(policies).values(
            version=version, status="active", document=made.model_dump_json(),
            created_at=context.now, created_by="test", activated_at=context.now))
        bump_floor(tx)
    return version


def lead_of(context: Context, lead_id: str = "L1") -> LeadRow:
    """Return a lead as it stands."""
    with context.database.read() as tx:
        found = get_lead(tx, lead_id)
    assert found is not None
    return found


def rep_of(context: Context, rep_id: str = "ana") -> RepRow:
    """Return a rep as it stands."""
    with context.database.read() as tx:
        found = get_rep(tx, rep_id)
    assert found is not None
    return found


def owner(context: Context, lead_id: str = "L1") -> OwnershipRow:
    """Return the ownership of a lead that lasts."""
    with context.database.read() as tx:
        found = owner_of(tx, lead_id)
    assert found is not None
    return found


def kinds_of(context: Context, lead_id: str | None = None) -> list[str]:
    """Return what happened, of one lead or of all, in order."""
    statement = select(events.c.kind).order_by(events.c.id)
    if lead_id is not None:
        statement = statement.where(events.c.lead_id == lead_id)
    with context.database.read() as tx:
        return list(tx.connection.execute(statement).scalars())
