"""What holds of leads, owners and slots at every moment, whatever happened before."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select

from api.service.context import Context
from api.store.schema import events, leads, outbox, ownerships, reps
from solver.hand_off import OCCUPYING
from solver.models import Queue, Reason

_OCCUPYING = {state.value for state in OCCUPYING}


def check_invariants(context: Context, accepted: Iterable[str] = (), *,
                     capacity_shrank: bool = False) -> None:
    """Check one state of the database; all faults are named at once.

    Parameters
    ----------
    context
        The service.
    accepted
        Ids of leads that intake answered with 2xx: none may be lost.
    capacity_shrank
        Reps were put again with less capacity than they used.
    """
    with context.database.read() as tx:
        found = {row.lead_id: row for row in tx.connection.execute(select(
            leads.c.lead_id, leads.c.state, leads.c.queue, leads.c.reasons, leads.c.merged_into))}
        active = tx.connection.execute(select(
            ownerships.c.lead_id, ownerships.c.rep_id, ownerships.c.slots)
            .where(ownerships.c.ended_at.is_(None))).all()
        rows = tx.connection.execute(select(
            reps.c.rep_id, reps.c.used, reps.c.capacity, reps.c.open_elsewhere)).all()
        told = Counter(tx.connection.execute(select(events.c.kind)).scalars())
        sent = Counter(tx.connection.execute(select(outbox.c.kind)).scalars())
    owned = Counter(row.lead_id for row in active)
    used: Counter[str] = Counter()
    for row in active:
        used[row.rep_id] += row.slots
    faults = [f"lead {one} was accepted and is lost" for one in accepted if one not in found]
    faults += [f"lead {one} has {times} owners" for one, times in owned.items() if times > 1]
    for row in found.values():
        faults += _faults_of_lead(row.lead_id, row.state, row.queue, row.reasons,
                                  owned[row.lead_id])
        if (row.state == "merged") is not (row.merged_into is not None):
            faults.append(f"lead {row.lead_id} is {row.state} and merged into {row.merged_into}")
    for row in rows:
        if row.used != used[row.rep_id]:
            faults.append(f"rep {row.rep_id} uses {row.used} slots, owns {used[row.rep_id]}")
        if row.used > max(0, row.capacity - row.open_elsewhere) and not capacity_shrank:
            faults.append(f"rep {row.rep_id} uses {row.used} slots of {row.capacity}, "
                          f"{row.open_elsewhere} of them elsewhere")
    if told != sent:
        faults.append(f"events and outbox differ: {told - sent} and {sent - told}")
    assert not faults, "\n".join(faults)


def _faults_of_lead(lead_id: str, state: str, queue: str | None, reasons: str | None,
                    owners: int) -> list[str]:
    faults = []
    if (state in _OCCUPYING) is not (owners == 1):
        faults.append(f"lead {lead_id} is {state} and has {owners} owners")
    if (state == "waiting") is not (queue is not None):
        faults.append(f"lead {lead_id} is {state} in queue {queue}")
    why = [Reason.model_validate(one) for one in json.loads(reasons or "[]")]
    if state == "waiting" and queue != Queue.NEXT_WINDOW and not why:
        faults.append(f"lead {lead_id} is held in {queue} without a reason")
    if why and state != "waiting":
        faults.append(f"lead {lead_id} is {state} and has reasons to be held")
    return faults
