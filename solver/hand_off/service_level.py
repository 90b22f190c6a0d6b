"""The service level: what an owner owes a lead by when, and what follows where it is broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from solver.hand_off.clock import deadline
from solver.hand_off.states import LeadState
from solver.models import Policy, Queue, Rep


class BreachKind(StrEnum):
    """What an owner owes a lead."""

    ACCEPT = "accept"
    CONTACT = "contact"
    WORK = "work"
    """To qualify it, or to end the work on it."""


#: States in which it is still owed.
OWED_IN: Mapping[BreachKind, frozenset[LeadState]] = {
    BreachKind.ACCEPT: frozenset({LeadState.ASSIGNED}),
    BreachKind.CONTACT: frozenset({LeadState.ASSIGNED, LeadState.ACCEPTED}),
    BreachKind.WORK: frozenset({LeadState.ASSIGNED, LeadState.ACCEPTED, LeadState.CONTACTED}),
}


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Until when an owner has time; the instant itself is in time. None: no limit."""

    accept_by: datetime | None = None
    contact_by: datetime | None = None
    work_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """What is owed, and until when there is, or was, time."""

    kind: BreachKind
    due_at: datetime


def deadlines(rep: Rep, assigned_at: datetime, policy: Policy) -> Deadlines:
    """Return until when a rep has time for a lead.

    Work them out anew when the rep's hours or time off change: time off stops the clock.

    Parameters
    ----------
    rep
        The owner, in whose business minutes the service level counts.
    assigned_at
        Aware instant at which the rep became the owner.
    policy
        Its section ``hand_off``.
    """
    def by(minutes: float | None) -> datetime | None:
        return None if minutes is None else deadline(rep, assigned_at, minutes)

    owed = policy.hand_off
    return Deadlines(accept_by=by(owed.accept_within_minutes),
                     contact_by=by(owed.contact_within_minutes),
                     work_by=by(owed.longest_work_minutes))


def next_due(state: LeadState, due: Deadlines) -> Breach | None:
    """Return what is owed first in a state; None: nothing.

    Parameters
    ----------
    state
        State of the lead.
    due
        Its deadlines.
    """
    instants = (due.accept_by, due.contact_by, due.work_by)
    owed = [Breach(kind, at) for kind, at in zip(BreachKind, instants, strict=True)
            if at is not None and state in OWED_IN[kind]]
    return min(owed, key=lambda one: one.due_at, default=None)


def breach(state: LeadState, due: Deadlines, now: datetime) -> Breach | None:
    """Return the deadline that a lead has first missed; None: all is in time.

    Parameters
    ----------
    state
        State of the lead.
    due
        Its deadlines.
    now
        Aware instant.
    """
    first = next_due(state, due)
    return first if first is not None and first.due_at < now else None


def after_return(returns_before: int, policy: Policy) -> Queue:
    """Return where a lead waits that its owner rejected, or whose service level was broken.

    Parameters
    ----------
    returns_before
        How often it went back to be routed anew before.
    policy
        Its ``hand_off.max_returns``.
    """
    again = returns_before < policy.hand_off.max_returns
    return Queue.NEXT_WINDOW if again else Queue.MANAGER


def pause_until(breaches: int, now: datetime, policy: Policy) -> datetime | None:
    """Return until when a rep who broke the service level is paused; None: not at all.

    Parameters
    ----------
    breaches
        Those of the rep since the last pause, this one included.
    now
        Instant of the breach.
    policy
        Its ``hand_off.pause_after_breaches`` and ``hand_off.pause_minutes``.
    """
    allowed = policy.hand_off.pause_after_breaches
    if allowed is None or breaches < allowed:
        return None
    return now + timedelta(minutes=policy.hand_off.pause_minutes)
