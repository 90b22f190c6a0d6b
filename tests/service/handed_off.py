"""Reps, leads and ownerships with a past, put straight into the tables for reports to count."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, update

from api.service.context import Context
from api.service.happenings import Happening, tell
from api.store.leads import add_leads
from api.store.ownerships import add_ownerships
from api.store.reps import add_rep, set_used
from api.store.schema import policies
from solver.models import Policy, Rep

#: Columns that rows of one insert share.
_LEAD: dict[str, Any] = dict.fromkeys(("queue", "queued_at", "source", "segment", "won_amount",
                                       "merged_into", "reasons"))
_OWNERSHIP: dict[str, Any] = dict.fromkeys((
    "accept_by", "contact_by", "work_by", "accepted_at", "contacted_at", "qualified_at",
    "ended_at", "end_reason"))


def put_rep(context: Context, rep_id: str, team: str | None = None, *, used: int = 0,
            **fields: Any) -> None:
    """Store a rep."""
    rep = Rep(rep_id=rep_id, capacity=10, team=team, **fields)
    with context.database.write() as tx:
        add_rep(tx, {"rep_id": rep_id, "record": rep.model_dump_json(), "active": True,
                     "capacity": rep.capacity, "open_elsewhere": 0, "timezone": rep.timezone,
                     "team": team, "updated_at": context.now})
        set_used(tx, [(rep_id, used, None, 0)])


def put_policy(context: Context, version: int = 7, **hand_off: Any) -> None:
    """Make a policy with this section the active one."""
    with context.database.write() as tx:
        tx.connection.execute(update(policies).values(status="retired"))
        tx.connection.execute(insert(policies).values(
            version=version, status="active", created_at=context.now, created_by="test",
            document=Policy.model_validate({"hand_off": hand_off}).model_dump_json()))


def put_lead(context: Context, lead_id: str, received_at: datetime, state: str = "waiting",
             **columns: Any) -> None:
    """Store a lead where it is now."""
    queue = {"queue": "next_window", "queued_at": received_at} if state == "waiting" else {}
    with context.database.write() as tx:
        add_leads(tx, [_LEAD | {"lead_id": lead_id, "state": state, "received_at": received_at,
                                "updated_at": received_at} | queue | columns])


def own(context: Context, lead_id: str, rep_id: str, started_at: datetime, *,
        minutes: dict[str, float] | None = None, **columns: Any) -> None:
    """Store an ownership; `minutes` after its beginning stand for instants, as `accepted_at`."""
    instants = {name: started_at + timedelta(minutes=after)
                for name, after in (minutes or {}).items()}
    with context.database.write() as tx:
        add_ownerships(tx, [_OWNERSHIP | {
            "lead_id": lead_id, "rep_id": rep_id, "source": "window", "policy_version": 7,
            "slots": 1, "why": "", "started_at": started_at, **instants, **columns}])


def say(context: Context, kind: str, lead_id: str, **detail: Any) -> None:
    """Tell what happened to a lead."""
    with context.database.write() as tx:
        tell(tx, [Happening(kind, context.now, "test", lead_id=lead_id, detail=detail)])
