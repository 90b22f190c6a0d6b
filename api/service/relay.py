"""The way of a message: from the outbox to deliveries, from deliveries to receivers.

Everything here is safe to be done by several workers at once. A delivery is claimed, tried outside
of any transaction, and marked: who is killed in between has sent it and not marked it, and so it is
sent again, with the same id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import structlog

from api.delivery.backoff import STANDARD, Backoff, next_attempt
from api.delivery.outcomes import Delivered, Failed
from api.service.context import WORKER, Context
from api.service.happenings import Happening, tell
from api.service.messages import Facts, facts_of, previous_owner
from api.service.sending import Outcome, Unsendable
from api.service.targeting import TargetKind, kinds_of
from api.service.telling import matches, notices, text_kind
from api.settings import Settings
from api.store.control import read_control
from api.store.database import Writing
from api.store.deliveries import (
    DEAD,
    QUEUED,
    DeliveryRow,
    add_deliveries,
    bury_queued,
    claim_due,
    forget_delivered,
    mark_delivered,
    mark_failed,
    release,
    targets_with_due,
)
from api.store.outbox import (
    OutboxRow,
    forget_told,
    has_waiting,
    mark_fanned_out,
    take_waiting,
)
from api.store.ownerships import OwnershipRow, histories_of
from api.store.targets import (
    TargetRow,
    failing_targets,
    get_target,
    hold_enabled_targets,
    lock_target,
    set_target,
)

#: Rows of the outbox that one transaction makes deliveries of.
FAN_OUT = 1_000
#: Deliveries that are claimed at once; one alone while their target fails.
BATCH = 32
#: Times that a receiver may take, for the worst case of a batch.
_CLAIM = 12
#: How long a target that fails is left alone: at first, and at most; doubled each time.
_FIRST_REST, _LONGEST_REST = timedelta(seconds=5), timedelta(minutes=5)
_FORGET = 5_000
_log = structlog.get_logger()


def fan_out(context: Context) -> int:
    """Make deliveries of what the outbox holds anew; return of how many rows, FAN_OUT at most."""
    with context.database.read() as look:
        if not has_waiting(look):
            return 0
    with context.database.write() as tx:
        rows = take_waiting(tx, FAN_OUT)
        now = context.now
        pairs = _receivers(tx, rows, hold_enabled_targets(tx)) if rows else []
        add_deliveries(tx, [
            {"outbox_id": row.id, "target_id": target_id, "recipient": recipient,
             "status": QUEUED, "queued_at": now, "next_at": now}
            for row, target_id, recipient in pairs])
        mark_fanned_out(tx, [row.id for row in rows])
    return len(rows)


def _receivers(tx: Writing, rows: Sequence[OutboxRow], targets: Sequence[TargetRow],
               ) -> list[tuple[OutboxRow, str, str]]:
    """Return row, target and rep (empty unless told in person) of every delivery to be made."""
    wanted = [(target, kinds_of(target)) for target in targets]
    named = _named(tx, rows) if any(one.kind == TargetKind.OWNER for one in targets) else {}
    found = []
    for row in rows:
        for target, kinds in wanted:
            if not matches(kinds, row.kind):
                continue
            match target.kind:
                case TargetKind.OWNER:
                    found += [(row, target.target_id, rep_id) for rep_id in named[row.id]]
                case TargetKind.PEOPLE if text_kind(row) is None:
                    pass
                case _:
                    found.append((row, target.target_id, ""))
    return found


def _named(tx: Writing, rows: Sequence[OutboxRow]) -> dict[int, list[str]]:
    """Return row to the reps who are told of it in person."""
    contacts = read_control(tx).policy.hand_off.contacts
    histories: dict[str, list[OwnershipRow]] = histories_of(
        tx, {row.lead_id for row in rows if row.lead_id is not None})
    return {row.id: list(notices(row, contacts, previous_owner(
        row, histories.get(row.lead_id or "", [])))) for row in rows}


@dataclass(frozen=True)
class Batch:
    """Deliveries of one target that this worker has to itself for a while."""

    target: TargetRow
    rows: tuple[DeliveryRow, ...]
    until: datetime
    """When the claim ends."""
    facts: Facts


def claim_span(settings: Settings) -> timedelta:
    """Return after what time a worker that did not mark its deliveries has lost them to another."""
    return timedelta(seconds=_CLAIM * settings.delivery_timeout_seconds)


def due_targets(context: Context) -> list[str]:
    """Return the targets that something can be sent to now."""
    with context.database.read() as tx:
        return targets_with_due(tx, context.now)


def claim(context: Context, target_id: str) -> Batch | None:
    """Take what is due for a target; None: nothing, or the target rests or is switched off."""
    with context.database.write() as tx:
        now = context.now
        target = get_target(tx, target_id)
        if target is None or target.disabled_at is not None or _rests(target, now):
            return None
        until = now + claim_span(context.settings)
        rows = claim_due(tx, target_id, now, until, 1 if target.failures else BATCH)
    if not rows:
        return None
    with context.database.read() as look:
        facts = facts_of(look, rows, context.settings.crm)
    return Batch(target, tuple(rows), until, facts)


def _rests(target: TargetRow, now: datetime) -> bool:
    return target.resting_until is not None and now < target.resting_until


def settle(context: Context, batch: Batch, outcomes: Mapping[int, Outcome], rng: Random) -> None:
    """Mark what became of a batch; what was not tried goes back, no attempt is counted for it.

    Parameters
    ----------
    context
        The service.
    batch
        What was claimed.
    outcomes
        Delivery to what became of it.
    rng
        Draws the jitter of the next attempts.
    """
    now = context.now
    with context.database.write() as tx:
        target = lock_target(tx, batch.target.target_id)
        assert target is not None, "targets are never removed"
        mark_delivered(tx, [one for one, outcome in outcomes.items()
                            if isinstance(outcome, Delivered)], now)
        mark_failed(tx, batch.until, [
            _failed(context, row, outcome, now, rng) for row in batch.rows
            if isinstance(outcome := outcomes.get(row.id), Failed | Unsendable)])
        release(tx, batch.until, [row.id for row in batch.rows if row.id not in outcomes])
        if target.url == batch.target.url and target.disabled_at is None:
            _judge(tx, target, batch, outcomes, now)
    for row in batch.rows:
        if row.id in outcomes:
            _note(row, outcomes[row.id])


def _failed(context: Context, row: DeliveryRow, outcome: Failed | Unsendable, now: datetime,
            rng: Random) -> dict[str, object]:
    then = None
    if isinstance(outcome, Failed):
        then = next_attempt(row.attempts + 1, now, rng, created_at=row.queued_at,
                            backoff=_backoff(context), not_before=outcome.not_before)
    return {"id": row.id, "status": DEAD if then is None else QUEUED,
            "next_at": then or row.next_at, "last_error": outcome.cause}


def _backoff(context: Context) -> Backoff:
    return Backoff(tuple(timedelta(seconds=one) for one in context.settings.delivery_delays))


def _judge(tx: Writing, target: TargetRow, batch: Batch, outcomes: Mapping[int, Outcome],
           now: datetime) -> None:
    """Let a target rest that takes nothing, and switch off one that wants no more."""
    failed = [one for one in outcomes.values() if isinstance(one, Failed)]
    over = next((one for one in failed if one.disables), None)
    if over is not None:
        most = max(row.attempts + 1 for row in batch.rows if outcomes.get(row.id) is over)
        switch_off(tx, target, over.cause, now, attempts=most)
    elif any(isinstance(one, Delivered) for one in outcomes.values()):
        if target.failures:
            set_target(tx, target.target_id, failures=0, resting_until=None)
    elif failed:
        rest = min(_FIRST_REST * 2 ** min(target.failures, 10), _LONGEST_REST)
        asked = [one.not_before for one in failed if one.not_before is not None]
        set_target(tx, target.target_id, failures=target.failures + 1,
                   resting_until=max([now + rest, *asked]))


def switch_off(tx: Writing, target: TargetRow, cause: str, now: datetime, *,
               actor: str = WORKER.actor_id, attempts: int | None = None) -> None:
    """Send a target, which is locked, nothing more; what waits for it becomes dead letters."""
    set_target(tx, target.target_id, disabled_at=now, disabled_reason=cause, failures=0,
               resting_until=None)
    bury_queued(tx, target.target_id, f"the target was switched off: {cause}")
    tell(tx, [Happening("target.disabled", now, actor, detail={
        "target_id": target.target_id, "target": target.note or target.target_id, "cause": cause,
        **({} if attempts is None else {"attempts": attempts})})])


def _note(row: DeliveryRow, outcome: Outcome) -> None:
    known = {"target_id": row.target_id, "message_id": row.message.message_id,
             "kind": row.message.kind, "attempt": row.attempts + 1}
    if isinstance(outcome, Delivered):
        _log.debug("delivery.delivered", **known)
    else:
        _log.warning("delivery.failed", cause=outcome.cause, **known)


def forget(context: Context) -> int:
    """Remove what was delivered long ago, and give up what fails for too long; return how much."""
    now, done = context.now, 0
    before = now - timedelta(days=context.settings.delivery_days)
    with context.database.read() as look:
        failing = failing_targets(look)
    for target_id in failing:
        with context.database.write() as tx:
            lock_target(tx, target_id)
            done += bury_queued(tx, target_id, "the target failed for too long", before=(
                now - STANDARD.longest))
    for remove in (forget_delivered, forget_told):
        removed = _FORGET
        while removed == _FORGET:
            with context.database.write() as tx:
                removed = remove(tx, before, _FORGET)
            done += removed
    return done
