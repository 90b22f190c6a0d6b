"""Whether all is as it must be, once everything is quiet."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Set
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from api.service.context import Context
from api.service.invariants import check_invariants as check_as_the_worker_does
from api.store.schema import deliveries, events, leads, outbox, ownerships, windows
from benchmarks.faults.asked import Notes
from solver.hand_off import OCCUPYING
from tests.service.invariants import check_invariants
from tests.service.receiver import Receiver

_OCCUPYING = {state.value for state in OCCUPYING}
_PAUSE_SECONDS = 0.2
_AWAY = "a database that does not answer"


@dataclass(frozen=True, slots=True)
class Quiet:
    """How things stood when nobody had anything to do any more, or when time was up."""

    left: str | None
    """What was still to be done; None: nothing."""
    messages: frozenset[str]
    """Ids of all messages of that instant; workers live on, and may write more."""


def wait_until_quiet(context: Context, seconds: float) -> Quiet:
    """Wait until nobody has anything to do, for so many seconds at most."""
    until = time.monotonic() + seconds
    found = Quiet(_AWAY, frozenset())
    while found.left is not None and time.monotonic() < until:
        try:
            found = _look(context)
        except DBAPIError:
            found = Quiet(_AWAY, frozenset())
        if found.left is not None:
            time.sleep(_PAUSE_SECONDS)
    return found


def _look(context: Context) -> Quiet:
    with context.database.snapshot() as tx:
        counts = {what: tx.connection.execute(
            select(func.count()).select_from(table).where(which)).scalar_one()
            for what, table, which in (
                ("leads that wait without a reason", leads,
                 (leads.c.state == "waiting") & leads.c.reasons.is_(None)),
                ("messages for which no delivery was made", outbox, ~outbox.c.fanned_out),
                ("deliveries on their way", deliveries, deliveries.c.status == "queued"),
                ("windows that run", windows, windows.c.status.in_(("queued", "running"))))}
        messages = frozenset(tx.connection.execute(select(outbox.c.message_id)).scalars())
    return Quiet(next((f"{count} {what}" for what, count in counts.items() if count), None),
                 messages)


def note_progress(context: Context, notes: Notes, receiver: Receiver, least_windows: int) -> None:
    """Note what workers got done while clients still posted and workers were killed."""
    with context.database.read() as tx:
        done = tx.connection.execute(select(func.count()).select_from(windows)
                                     .where(windows.c.status == "succeeded")).scalar_one()
    came = len(receiver.received)
    notes.count("windows succeeded under load", done)
    notes.count("messages that came under load", came)
    if done < least_windows or came < least_windows:
        notes.fault(f"under load only {done} windows succeeded and {came} messages came: too few "
                    "to show anything")


def judge(context: Context, notes: Notes, receiver: Receiver, quiet: Quiet) -> None:
    """Note everything that is not as it must be."""
    if quiet.left:
        notes.fault(f"when the time for coming to rest was up, there were still {quiet.left}")
    try:
        check_invariants(context, notes.accepted)
    except AssertionError as error:
        for line in str(error).splitlines():
            notes.fault(line)
    for one in check_as_the_worker_does(context):
        notes.fault(f"{one.invariant} is broken {one.count} times, as by {one.examples}")
    _judge_leads(context, notes)
    _judge_messages(context, notes, quiet.messages, [
        request.headers.get("webhook-id", "") for request in receiver.received])


def _judge_leads(context: Context, notes: Notes) -> None:
    with context.database.read() as tx:
        rows = tx.connection.execute(
            select(leads.c.lead_id, leads.c.state, leads.c.queue, leads.c.reasons)).all()
        owners = Counter(tx.connection.execute(
            select(ownerships.c.lead_id).where(ownerships.c.ended_at.is_(None))).scalars())
        notes.count("events", tx.connection.execute(
            select(func.count()).select_from(events)).scalar_one())
        for status, times in tx.connection.execute(
                select(windows.c.status, func.count()).group_by(windows.c.status)):
            notes.count(f"windows {status}", times)
    notes.count("leads stored", len(rows))
    for row in rows:
        notes.count(f"state {row.state}" + (f" in {row.queue}" if row.queue else ""))
        if row.lead_id not in notes.accepted:
            notes.count("leads stored whose poster heard no answer")
        owned = owners[row.lead_id] == 1 and row.state in _OCCUPYING
        if not owned and row.state == "waiting" and not row.reasons:
            notes.fault(f"lead {row.lead_id} has neither an owner nor a reason")


def _judge_messages(context: Context, notes: Notes, sent: Set[str], received: Collection[str]
                    ) -> None:
    with context.database.read() as tx:
        known = set(tx.connection.execute(select(outbox.c.message_id)).scalars())
        dead = tx.connection.execute(select(func.count()).select_from(deliveries).where(
            deliveries.c.status == "dead")).scalar_one()
    came = set(received)
    notes.count("messages", len(sent))
    notes.count("messages that came more than once", sum(
        times > 1 for times in Counter(received).values()))
    if lost := sent - came:
        notes.fault(f"{len(lost)} messages never came, as {min(lost)}")
    if strange := came - known:
        notes.fault(f"{len(strange)} messages came of nothing that happened, as {min(strange)}")
    if dead:
        notes.fault(f"{dead} deliveries were given up")
