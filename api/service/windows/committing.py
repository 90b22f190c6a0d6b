"""Committing a plan: one transaction that re-checks everything and drops what changed since."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from api.service.context import WORKER, Context
from api.service.happenings import Happening, tell
from api.service.owning import Refusal, grant
from api.service.windows.closing import Status
from api.service.windows.dropping import Dropped, Standing, checked, why_changed
from api.service.windows.errors import NotRunningError
from api.service.windows.leasing import Lease, hold
from api.service.windows.leaving import keep_owned, leave_waiting
from api.service.windows.ledgers import taken_up
from api.solving.deciding import Decided, LimitRoom, WindowInputs, ledger_without, room_after
from api.solving.packing import unpack
from api.store.control import (
    Control,
    drop_entries,
    hold_still,
    read_control,
    read_entries,
    set_control,
)
from api.store.database import Writing
from api.store.leads import LeadRow, lock_leads
from api.store.loads import take_turn
from api.store.windows import WindowRow, lock_window, read_inputs, read_revisions, update_window


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of a plan."""

    window_id: str
    shadow: bool
    """It was recorded, and nothing was carried out."""
    num_assigned: int = 0
    num_held: int = 0
    num_kept: int = 0
    dropped: tuple[Dropped, ...] = ()


class _Relied(TypedDict):
    """What a window relies on: revisions by id, and the entries that its ledger took up."""

    leads: dict[str, int]
    reps: dict[str, int]
    entries: list[int]


@dataclass(frozen=True, slots=True)
class _Hand:
    """A plan in the hands of its commit."""

    tx: Writing
    window: WindowRow
    decided: Decided
    control: Control
    now: datetime
    rows: Mapping[str, LeadRow]
    """Its leads, locked."""
    relied: _Relied


def commit_plan(context: Context, window_id: str, lease: Lease, decided: Decided) -> Committed:
    """Carry out a plan as far as everything that it relies on is as it was.

    Parameters
    ----------
    context
        The service.
    window_id
        The window that was solved.
    lease
        Under which it was closed.
    decided
        Its plan.

    Raises
    ------
    LostLeaseError
        If another worker has taken windows over; nothing changes.
    NotRunningError
        If the window does not run any more; nothing changes.
    """
    with context.database.write() as tx:
        hold(tx, lease)
        window = _running(tx, window_id, lease)
        relied: _Relied = json.loads(unpack(read_revisions(tx, window_id) or b""))
        rows = lock_leads(tx, relied["leads"], whole=False)
        hold_still(tx)
        hand = _Hand(tx, window, decided, read_control(tx), context.now, rows, relied)
        if window.shadow or hand.control.shadow:
            done = Committed(window_id, shadow=True, num_held=len(decided.held),
                             num_kept=len(decided.kept))
        elif hand.control.policy_version != window.policy_version:
            done = _drop_all(hand)
        else:
            done = _carry_out(hand)
        _store(hand, done)
        tell(tx, [_closed(hand, done)])
    return done


def _running(tx: Writing, window_id: str, lease: Lease) -> WindowRow:
    window = lock_window(tx, window_id)
    if window is None or window.status != Status.RUNNING or window.token != lease.token:
        state = "unknown" if window is None else window.status
        raise NotRunningError(f"window {window_id!r} is {state}, so its plan is not committed; "
                              "its leads wait for the next window")
    return window


def _drop_all(hand: _Hand) -> Committed:
    detail = (f"the window was solved under policy version {hand.window.policy_version}, and "
              f"version {hand.control.policy_version} is active now")
    return Committed(hand.window.window_id, shadow=False, dropped=tuple(
        Dropped(one.lead_id, one.rep_id, Refusal.POLICY_CHANGED, detail)
        for one in hand.decided.planned))


def _carry_out(hand: _Hand) -> Committed:
    """Give leads to reps, and leave the others in their queues."""
    tx, now, window_id = hand.tx, hand.now, hand.window.window_id
    revisions = hand.relied["leads"]
    unchanged = {lead_id: row for lead_id, row in hand.rows.items()
                 if why_changed(row, revisions[lead_id]) is None}
    given, dropped = checked(tx, window_id, hand.decided.planned, Standing(
        hand.rows, revisions, hand.relied["reps"], now, _room(hand)))
    happenings, refused = grant(tx, given, hand.control, now, WORKER.actor_id, hand.relied["reps"])
    assert not refused  # they were checked, and their reps are locked since
    held = [(unchanged[one.lead_id], one) for one in hand.decided.held
            if one.lead_id in unchanged]
    kept = [(unchanged[one.lead_id], one) for one in hand.decided.kept
            if one.lead_id in unchanged]
    happenings += leave_waiting(tx, window_id, held, hand.control.policy, now)
    happenings += keep_owned(tx, window_id, kept, now)
    tell(tx, happenings)
    _post(hand, dropped)
    return Committed(window_id, shadow=False, num_assigned=len(given), num_held=len(held),
                     num_kept=len(kept), dropped=tuple(dropped))


def _room(hand: _Hand) -> dict[str, LimitRoom]:
    """Return what is left of limits over periods, where leads were given since the close."""
    policy, known = hand.control.policy, frozenset(hand.relied["entries"])
    if not policy.keeps_ledger:
        return {}
    take_turn(hand.tx)  # hot leads after this one see the ledger after the plan
    entries = [one for number, one in read_entries(hand.tx).items() if number not in known]
    if not entries:
        return {}
    packed = read_inputs(hand.tx, hand.window.window_id) or b""
    before = WindowInputs.model_validate_json(unpack(packed)).window
    ledger, at = taken_up(before.ledger, entries, policy, hand.relied["leads"],
                          max(hand.now, before.at))
    assert ledger is not None  # there are entries
    return room_after(before, ledger, at)


def _post(hand: _Hand, dropped: Sequence[Dropped]) -> None:
    """Store the ledger after what was given out, where the policy keeps one."""
    if not hand.control.policy.keeps_ledger:
        return
    ledger = hand.decided.ledger
    if dropped:
        inputs = read_inputs(hand.tx, hand.window.window_id) or b""
        ledger = ledger_without(inputs, hand.decided.plan,
                                [one.lead_id for one in dropped]).model_dump_json()
    set_control(hand.tx, ledger=ledger)
    drop_entries(hand.tx, hand.relied["entries"])


def _store(hand: _Hand, done: Committed) -> None:
    decided = hand.decided
    update_window(
        hand.tx, hand.window.window_id, [Status.RUNNING], status=Status.SUCCEEDED,
        finished_at=hand.now, shadow=done.shadow, num_assigned=done.num_assigned,
        num_held=done.num_held, num_dropped=len(done.dropped),
        dropped=json.dumps([one._asdict() for one in done.dropped]) if done.dropped else None,
        outcome=decided.outcome, stopped_by=decided.stopped_by,
        certificate=json.dumps(decided.certificate), plan=decided.plan,
        plan_sha256=decided.plan_sha256)


def _closed(hand: _Hand, done: Committed) -> Happening:
    return Happening("window.closed", hand.now, WORKER.actor_id, window_id=done.window_id, detail={
        "trigger": hand.window.trigger, "policy_version": hand.window.policy_version,
        "shadow": done.shadow, "leads": hand.window.num_leads, "assigned": done.num_assigned,
        "held": done.num_held, "kept": done.num_kept, "dropped": len(done.dropped),
        "gap": hand.decided.certificate["gap"]})
