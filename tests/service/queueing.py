"""Reps, leads and policies put straight into the database, and windows run step by step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from api.service.windows.closing import Closed, Trigger, close_window
from api.service.windows.committing import Committed, commit_plan
from api.service.windows.leasing import Lease, acquire
from api.solving.deciding import Decided, decide
from api.store.leads import LeadRow, add_leads, get_leads
from api.store.ownerships import OwnershipRow, owners_of
from api.store.reps import RepRow, add_rep, all_reps
from api.store.schema import events, leases, policies
from solver.models import Lead, Policy, Rep
from tests.service.serving import START, Service


def put_rep(service: Service, rep_id: str, capacity: int = 5, **fields: Any) -> None:
    """Put a rep who sells everywhere."""
    rep = Rep(rep_id=rep_id, capacity=capacity, **{"territories": ("*",), **fields})
    with service.context.database.write() as tx:
        add_rep(tx, {"rep_id": rep_id, "record": rep.model_dump_json(), "active": True,
                     "capacity": capacity, "open_elsewhere": rep.open_leads,
                     "daily_cap": rep.daily_cap, "timezone": rep.timezone, "name": rep.name,
                     "updated_at": service.clock.now})


def put_leads(service: Service, *leads: Lead, **columns: Any) -> None:
    """Put leads that wait for a window."""
    now = service.clock.now
    with service.context.database.write() as tx:
        add_leads(tx, [
            {"lead_id": lead.lead_id, "state": "waiting", "queue": "next_window", "queued_at": now,
             "record": lead.model_dump_json(), "created_at": lead.created_at, "received_at": now,
             "updated_at": now, "account_id": lead.account_id, "source": lead.source, **columns}
            for lead in leads])


def lead(lead_id: str, worth: float = 1000.0, **fields: Any) -> Lead:
    """Return a lead with all that a value needs."""
    return Lead(lead_id=lead_id, deal_value=worth, **{
        "score": 50.0, "created_at": START - timedelta(hours=1), **fields})


def activate(service: Service, policy: Policy, version: int = 1) -> None:
    """Make a policy the active one."""
    with service.context.database.write() as tx:
        tx.connection.execute(update(policies).where(policies.c.status == "active")
                              .values(status="retired"))
        tx.connection.execute(policies.insert().values(
            version=version, status="active", document=policy.model_dump_json(),
            created_at=service.clock.now, created_by="test"))


def close(service: Service, trigger: Trigger = Trigger.TIMER) -> tuple[Lease, Closed]:
    """Close a window, which is there."""
    lease = take_lease(service)
    closed = close_window(service.context, lease, trigger)
    assert closed is not None
    return lease, closed


def commit(service: Service, lease: Lease, closed: Closed) -> Committed:
    """Solve a closed window in this process, and commit its plan."""
    decided = Decided.from_bytes(decide(closed.inputs))
    return commit_plan(service.context, closed.window_id, lease, decided)


def run(service: Service) -> Committed:
    """Close, solve and commit one window."""
    return commit(service, *close(service))


def lead_row(service: Service, lead_id: str) -> LeadRow:
    """Return how a lead stands."""
    with service.context.database.read() as tx:
        return get_leads(tx, [lead_id])[lead_id]


def owner(service: Service, lead_id: str) -> OwnershipRow | None:
    """Return who owns a lead."""
    with service.context.database.read() as tx:
        return owners_of(tx, [lead_id]).get(lead_id)


def rep_rows(service: Service) -> dict[str, RepRow]:
    """Return rep_id to rep."""
    with service.context.database.read() as tx:
        return {row.rep_id: row for row in all_reps(tx)}


def told(service: Service, kind: str) -> list[Any]:
    """Return the events of a kind, in order."""
    with service.context.database.read() as tx:
        return list(tx.connection.execute(
            select(events).where(events.c.kind == kind).order_by(events.c.id)))


def take_lease(service: Service, holder: str = "worker") -> Lease:
    """Take the lease of windows, which is free."""
    lease = acquire(service.context, holder)
    assert lease is not None
    return lease


def lose_lease(service: Service) -> None:
    """Let the lease of windows run out, as where its worker was killed."""
    long_ago = START - timedelta(days=365)
    with service.context.database.write() as tx:
        tx.connection.execute(update(leases).values(expires_at=long_ago))

