"""Taking a step: who may, when it happened, what follows, and where the lead is then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from api.service.context import Actor, Context
from api.service.errors import ConflictError, ForbiddenError, GoneError, Problem, UnknownError
from api.service.happenings import Happening, tell
from api.service.intake.idempotency import Answered, Once, done_once
from api.service.steps import ending, giving, referring, working
from api.service.steps.asked import Asked, Case, Taken
from api.store.control import read_control
from api.store.database import Writing
from api.store.events import last_event_id
from api.store.leads import LeadRow, get_lead, lock_lead
from api.store.notes import add_note
from api.store.ownerships import OwnershipRow, owner_of
from solver.hand_off import STEPS_OF_PEOPLE, LeadState, Step

#: How far the clock of whoever reports may be from this one.
CLOCK_SKEW = timedelta(minutes=5)
_STEPS: Mapping[Step, Callable[[Case], list[Happening]]] = {
    Step.ACCEPTED: working.accepted, Step.REJECTED: ending.rejected,
    Step.CONTACTED: working.contacted, Step.QUALIFIED: working.qualified,
    Step.RECYCLED: ending.recycled, Step.JUNK: ending.junk,
    Step.UNREACHABLE: ending.unreachable, Step.REFERRED: referring.referred,
    Step.WON: ending.won, Step.LOST: ending.lost, Step.REASSIGNED: giving.reassigned,
    Step.CREDITED_BACK: ending.credited_back}
assert _STEPS.keys() == STEPS_OF_PEOPLE


def take_step_once(context: Context, actor: Actor, lead_id: str, asked: Asked,
                   sent: Once | None, shown: Callable[[Taken], bytes]) -> Answered:
    """Take a step that somebody reports; one that is sent again is taken once.

    Parameters
    ----------
    context
        The service.
    actor
        Who reports it; a rep's own key may do so only for leads that the rep owns.
    lead_id
        The lead.
    asked
        The step and what is said with it.
    sent
        What tells the request from others, where it may be sent again.
    shown
        Makes the answer's body.

    Returns
    -------
    Answered
        200.

    Raises
    ------
    UnknownError
        If there is no such lead.
    GoneError
        If it was erased.
    StepError
        If its state does not allow the step, or not yet.
    ConflictError
        If somebody else, the rep who is named, or an instant stands in the way.
    ForbiddenError
        If the key may not take this step with this lead.
    RefusedError
        If the request's key stands for another request.
    """
    now = context.now

    def work(tx: Writing, _: int) -> Answered:
        known_contact = (referring.lock_contact(context.database, tx, lead_id, asked, now)
                         if asked.step is Step.REFERRED else None)
        case = replace(open_case(tx, actor, lead_id, asked, now), contact_lead=known_contact)
        return Answered(200, shown(settle(case, _STEPS[asked.step](case))))

    return done_once(context, actor, sent, work)


def open_case(tx: Writing, actor: Actor, lead_id: str, asked: Asked, now: datetime) -> Case:
    """Lock a lead and look at all that a step on it depends on; errors are those of steps."""
    lead = known(lock_lead(tx, lead_id), lead_id)
    owner = owner_of(tx, lead_id)
    if actor.rep_id is not None and (owner is None or owner.rep_id != actor.rep_id):
        raise ForbiddenError(f"the key is rep {actor.rep_id!r}'s own, who does not own lead "
                             f"{lead_id!r}", code="not_the_owner")
    return Case(tx, read_control(tx), actor, lead, owner, asked, now,
                _happened_at(asked.at, now, lead, owner))


def known(lead: LeadRow | None, lead_id: str) -> LeadRow:
    """Return a lead that is there.

    Raises
    ------
    UnknownError
        If it is not.
    GoneError
        If it was erased.
    """
    if lead is None:
        raise UnknownError(f"there is no lead {lead_id!r}")
    if LeadState(lead.state) is LeadState.ERASED:
        raise GoneError(f"lead {lead_id!r} was erased at {lead.updated_at.isoformat()}")
    return lead


def settle(case: Case, happenings: list[Happening]) -> Taken:
    """Tell what happened, keep the note, and return where the lead is."""
    tx, lead_id = case.tx, case.lead.lead_id
    if case.asked.note is not None:
        add_note(tx, lead_id, case.at, case.asked.note, case.now)
    tell(tx, happenings)
    first = happenings[0]
    assert first.lead_id == lead_id
    lead = get_lead(tx, lead_id)
    assert lead is not None
    return Taken(lead, owner_of(tx, lead_id), last_event_id(tx, lead_id, first.kind),
                 first.detail.get("new_lead_id"))


def _happened_at(asked: datetime | None, now: datetime, lead: LeadRow,
                 owner: OwnershipRow | None) -> datetime:
    """Return when a step happened, between the beginning of the ownership and now.

    Clocks differ a little, and this one may have gone back since the lead was given.
    """
    begin = lead.received_at if owner is None else owner.started_at
    at = now if asked is None else asked
    if at > now + CLOCK_SKEW:
        raise _bad_instant(at, f"lies after now, {now.isoformat()}; report what has happened")
    if asked is not None and at < begin - CLOCK_SKEW:
        what = "it came in" if owner is None else f"rep {owner.rep_id!r} became its owner"
        raise _bad_instant(at, f"lies before {begin.isoformat()}, when {what}")
    return max(begin, min(at, now))


def _bad_instant(at: datetime, rule: str) -> ConflictError:
    return ConflictError(f"at {at.isoformat()} {rule}", code="bad_instant", problems=[
        Problem(pointer="/at", code="bad_instant", detail=rule, offending=at.isoformat())])
