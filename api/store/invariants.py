"""What must hold of leads, owners and slots at every moment, as queries for what breaks it.

Each is one statement, so that it sees one state of the database, and looks at leads that are open,
not at all that ever were.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from api.store.database import Reading
from api.store.schema import exclusions, leads, ownerships, reps
from solver.hand_off import OCCUPYING
from solver.models import Queue

_OWNED = ownerships.c.ended_at.is_(None)
_OCCUPYING = sorted(state.value for state in OCCUPYING)
#: Ways to an owner by which nobody comes who gave the lead back.
_BY_RULE = ("window", "hot")


def _owners() -> Select[Any]:
    return (select(ownerships.c.lead_id).where(_OWNED).group_by(ownerships.c.lead_id)
            .having(func.count() > 1))


def _without_owner() -> Select[Any]:
    owner = exists().where(ownerships.c.lead_id == leads.c.lead_id, _OWNED)
    return select(leads.c.lead_id).where(leads.c.state.in_(_OCCUPYING), ~owner)


def _owner_without_work() -> Select[Any]:
    return (select(ownerships.c.lead_id)
            .join(leads, leads.c.lead_id == ownerships.c.lead_id)
            .where(_OWNED, leads.c.state.not_in(_OCCUPYING)))


def _slots() -> Select[Any]:
    owned = (select(ownerships.c.rep_id, func.sum(ownerships.c.slots).label("slots"))
             .where(_OWNED).group_by(ownerships.c.rep_id).subquery())
    return (select(reps.c.rep_id).outerjoin(owned, owned.c.rep_id == reps.c.rep_id)
            .where(reps.c.used != func.coalesce(owned.c.slots, 0)))


def _excluded_owner() -> Select[Any]:
    return (select(ownerships.c.lead_id)
            .join(exclusions, and_(exclusions.c.lead_id == ownerships.c.lead_id,
                                   exclusions.c.rep_id == ownerships.c.rep_id,
                                   exclusions.c.at <= ownerships.c.started_at))
            .where(_OWNED, ownerships.c.source.in_(_BY_RULE)))


def _held_without_reason() -> Select[Any]:
    silent: ColumnElement[bool] = or_(leads.c.reasons.is_(None), leads.c.reasons == "[]")
    return select(leads.c.lead_id).where(
        leads.c.state == "waiting", leads.c.queue != Queue.NEXT_WINDOW.value, silent)


#: Name of an invariant to a query for the ids of what breaks it.
_BROKEN: Mapping[str, Select[Any]] = {
    "single_owner": _owners(), "work_has_owner": _without_owner(),
    "owner_has_work": _owner_without_work(), "slots_add_up": _slots(),
    "excluded_reps_own_nothing": _excluded_owner(), "held_has_reason": _held_without_reason()}
INVARIANTS = tuple(_BROKEN)


def count_broken(tx: Reading) -> dict[str, int]:
    """Return invariant to the leads or reps that break it; 0 where all is well."""
    found = {}
    for name, query in _BROKEN.items():
        broken = query.subquery()
        found[name] = tx.connection.execute(
            select(func.count()).select_from(broken)).scalar_one()
    return found


def list_broken(tx: Reading, name: str, most: int) -> list[str]:
    """Return ids of leads or reps that break an invariant."""
    return list(tx.connection.execute(_BROKEN[name].limit(most)).scalars())
