"""States of a lead and the steps between them, as one table.

::

    FairleadError
    └── StepError                 a step that cannot be taken
        ├── ImpossibleStepError       not from this state
        └── TooFewTouchesError        not before the lead has been tried often enough
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from solver.errors import FairleadError
from solver.models import Policy, Queue


class LeadState(StrEnum):
    """What became of a lead."""

    WAITING = "waiting"
    """In a queue."""
    ASSIGNED = "assigned"
    """It has an owner, who has not accepted it yet."""
    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    QUALIFIED = "qualified"
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"
    """Referred to another contact."""
    KEPT = "kept"
    """The CRM names an owner, and it stays there."""
    MERGED = "merged"
    """One with another lead."""
    ERASED = "erased"


class Step(StrEnum):
    """What happens to a lead."""

    # by people
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CONTACTED = "contacted"
    QUALIFIED = "qualified"
    RECYCLED = "recycled"
    """It rests until a date or a new activity."""
    JUNK = "junk"
    UNREACHABLE = "unreachable"
    REFERRED = "referred"
    """Another contact is the right one, and becomes a lead of the same owner."""
    WON = "won"
    LOST = "lost"
    REASSIGNED = "reassigned"
    """Given to a rep by hand."""
    CREDITED_BACK = "credited_back"
    """The ledger takes it off the rep who owned it."""
    # by the service
    RECEIVED = "received"
    KEPT = "kept"
    """The CRM names an owner."""
    UPDATED = "updated"
    QUEUED = "queued"
    """Into a queue, or into another one; off an owner where the lead changed or the owner left."""
    ASSIGNED = "assigned"
    """By a window, or at once."""
    RETURNED = "returned"
    """Its service level was broken."""
    MERGED = "merged"
    AGED = "aged"
    """Past the policy's ``freshness.max_age_hours``."""
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lead is."""

    state: LeadState
    queue: Queue | None = None
    """Of waiting leads, and of no others."""

    def __post_init__(self) -> None:
        if (self.queue is not None) is not (self.state is LeadState.WAITING):
            raise ValueError(f"a lead that is {self.state.value} cannot have the queue "
                             f"{self.queue}; waiting leads have one, and no others")


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: a step, the states that allow it, where it leads."""

    step: Step
    before: tuple[LeadState | None, ...]
    """None: before the lead is known."""
    after: LeadState | None
    """None: the state stays."""
    queue: Queue | None = None
    """Where a lead that waits then does so, unless more is known of it."""


_WAITING, _ASSIGNED, _ACCEPTED = LeadState.WAITING, LeadState.ASSIGNED, LeadState.ACCEPTED
_CONTACTED, _QUALIFIED, _KEPT = LeadState.CONTACTED, LeadState.QUALIFIED, LeadState.KEPT
_GONE = (LeadState.MERGED, LeadState.ERASED)
_THERE = tuple(state for state in LeadState if state not in _GONE)

#: States in which a lead takes slots of its owner.
OCCUPYING = frozenset({_ASSIGNED, _ACCEPTED, _CONTACTED, _QUALIFIED})
#: Steps that people take; all others are the service's own.
STEPS_OF_PEOPLE = frozenset({
    Step.ACCEPTED, Step.REJECTED, Step.CONTACTED, Step.QUALIFIED, Step.RECYCLED, Step.JUNK,
    Step.UNREACHABLE, Step.REFERRED, Step.WON, Step.LOST, Step.REASSIGNED, Step.CREDITED_BACK})
#: What must be said with a step.
NEEDED_WITH: Mapping[Step, str] = {
    Step.REJECTED: "reason", Step.LOST: "reason", Step.WON: "amount", Step.REFERRED: "contact",
    Step.REASSIGNED: "rep_id"}
#: Each step and state at most once.
TRANSITIONS: tuple[Transition, ...] = (
    Transition(Step.ACCEPTED, (_ASSIGNED,), _ACCEPTED),
    Transition(Step.REJECTED, (_ASSIGNED, _ACCEPTED), _WAITING, Queue.NEXT_WINDOW),
    Transition(Step.CONTACTED, (_ASSIGNED, _ACCEPTED, _CONTACTED), _CONTACTED),
    Transition(Step.CONTACTED, (_QUALIFIED,), None),
    Transition(Step.QUALIFIED, (_ACCEPTED, _CONTACTED), _QUALIFIED),
    Transition(Step.RECYCLED, (_ACCEPTED, _CONTACTED, _QUALIFIED), _WAITING, Queue.NURTURE),
    Transition(Step.JUNK, (_WAITING, _ASSIGNED, _ACCEPTED, _CONTACTED), _WAITING, Queue.JUNK),
    Transition(Step.UNREACHABLE, (_ACCEPTED, _CONTACTED), _WAITING, Queue.NURTURE),
    Transition(Step.REFERRED, (_ACCEPTED, _CONTACTED, _QUALIFIED), LeadState.CLOSED),
    Transition(Step.WON, (_CONTACTED, _QUALIFIED), LeadState.WON),
    Transition(Step.LOST, (_CONTACTED, _QUALIFIED), LeadState.LOST),
    Transition(Step.REASSIGNED, (_WAITING, _ASSIGNED, _ACCEPTED, _CONTACTED, _QUALIFIED, _KEPT),
               _ASSIGNED),
    Transition(Step.CREDITED_BACK, (_WAITING, LeadState.LOST, LeadState.CLOSED), None),
    Transition(Step.RECEIVED, (None,), _WAITING, Queue.NEXT_WINDOW),
    Transition(Step.KEPT, (_WAITING,), _KEPT),
    Transition(Step.UPDATED, _THERE, None),
    Transition(Step.QUEUED, (_WAITING, _ASSIGNED, _ACCEPTED, _CONTACTED, _QUALIFIED, _KEPT),
               _WAITING, Queue.NEXT_WINDOW),
    Transition(Step.ASSIGNED, (_WAITING,), _ASSIGNED),
    Transition(Step.RETURNED, (_ASSIGNED, _ACCEPTED, _CONTACTED), _WAITING, Queue.NEXT_WINDOW),
    Transition(Step.MERGED, (_WAITING, _KEPT), LeadState.MERGED),
    Transition(Step.AGED, (_WAITING,), _WAITING, Queue.MANAGER),
    Transition(Step.ERASED, (*_THERE, LeadState.MERGED), LeadState.ERASED),
)
_BY_STEP: Mapping[tuple[LeadState | None, Step], Transition] = {
    (state, row.step): row for row in TRANSITIONS for state in row.before}


class StepError(FairleadError):
    """A step that cannot be taken."""

    code = "step"


class ImpossibleStepError(StepError):
    """A step that the state of the lead does not allow.

    Parameters
    ----------
    state
        State of the lead; None: not known yet.
    step
        The step.
    """

    code = "impossible_step"

    def __init__(self, state: LeadState | None, step: Step) -> None:
        self.state, self.step = state, step
        self.allowed = states_before(step)
        now = "the lead is not known yet" if state is None else f"the lead is {state.value}"
        possible = _names(one for one in steps_from(state) if one in STEPS_OF_PEOPLE)
        super().__init__(
            f"{now}, and the step {step.value!r} is possible only for a lead that is "
            f"{_names(self.allowed) or 'new'}. "
            + (f"Possible now: {possible}" if possible else "Nothing that people do is possible"))


class TooFewTouchesError(StepError):
    """A lead is called unreachable before it was tried often enough.

    Parameters
    ----------
    touches
        How often it was tried.
    needed
        The policy's ``hand_off.min_touches``.
    """

    code = "too_few_touches"

    def __init__(self, touches: int, needed: int) -> None:
        self.touches, self.needed = touches, needed
        super().__init__(
            f"a lead is unreachable after {needed} touches (hand_off.min_touches), and this one "
            f"has {touches}. Try again, and report each try as 'contacted'")


def next_place(place: Place | None, step: Step) -> Place:
    """Return where a step leads.

    Parameters
    ----------
    place
        Where the lead is; None: it is not known yet.
    step
        The step.

    Returns
    -------
    Place
        The new state; the queue is that of the table, or as it was where the state stays.

    Raises
    ------
    ImpossibleStepError
        If the state does not allow the step.
    """
    row = _BY_STEP.get((None if place is None else place.state, step))
    if row is None:
        raise ImpossibleStepError(None if place is None else place.state, step)
    if row.after is not None:
        return Place(row.after, row.queue)
    assert place is not None
    return place


def check_touches(step: Step, touches: int, policy: Policy) -> None:
    """Check that a lead was tried often enough to be called unreachable.

    Parameters
    ----------
    step
        The step; all but ``unreachable`` pass.
    touches
        How often its owner has tried to reach it.
    policy
        Its ``hand_off.min_touches``.

    Raises
    ------
    TooFewTouchesError
        If it was not.
    """
    needed = policy.hand_off.min_touches
    if step is Step.UNREACHABLE and touches < needed:
        raise TooFewTouchesError(touches, needed)


def occupies_slot(state: LeadState) -> bool:
    """Tell whether a lead takes slots of its owner."""
    return state in OCCUPYING


def states_before(step: Step) -> tuple[LeadState, ...]:
    """Return the states that allow a step; none for one that makes a lead known."""
    return tuple(state for state in LeadState if (state, step) in _BY_STEP)


def steps_from(state: LeadState | None) -> tuple[Step, ...]:
    """Return the steps that a state allows; None: of a lead that is not known yet."""
    return tuple(step for step in Step if (state, step) in _BY_STEP)


def _names(words: Iterable[StrEnum]) -> str:
    return ", ".join(word.value for word in words)
