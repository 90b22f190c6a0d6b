"""Steps by which the owner's work on a lead ends, and what is credited back afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from api.service.errors import ConflictError, Problem
from api.service.happenings import Happening
from api.service.owning import after, end, place_of, queued, returned
from api.service.returning import give_back, reasons_of
from api.service.steps.asked import Case
from api.store.control import add_entries
from api.store.leads import update_lead, update_leads
from api.store.ownerships import OwnershipRow, history_of, update_ownership
from solver.hand_off import LeadState, Place, Step, check_touches
from solver.models import Queue, ReasonCode


def rejected(case: Case) -> list[Happening]:
    """Route the lead anew, without this owner."""
    after(case.lead, Step.REJECTED)
    place = give_back(case.tx, case.lead, case.owned, Step.REJECTED, case.held, case.now)
    return [case.happening(place)]


def recycled(case: Case) -> list[Happening]:
    """Let the lead rest until a date or a new activity."""
    after(case.lead, Step.RECYCLED)
    until = case.asked.until
    if until is not None and until <= case.now:
        raise ConflictError(
            f"until {until.isoformat()} must be later than now, {case.now.isoformat()}; a lead "
            "that need not rest goes back to the queue by 'rejected'", code="not_in_future",
            problems=[Problem(pointer="/until", code="not_in_future",
                              detail="must lie in the future", offending=until.isoformat())])
    return _rests(case)


def unreachable(case: Case) -> list[Happening]:
    """Let a lead rest that was tried often enough."""
    after(case.lead, Step.UNREACHABLE)
    check_touches(Step.UNREACHABLE, case.owned.touches, case.held.policy)
    return _rests(case, touches=case.owned.touches)


def _rests(case: Case, **detail: object) -> list[Happening]:
    wakes = case.asked.until or case.now + timedelta(days=case.held.policy.hand_off.nurture_days)
    code = ReasonCode(case.asked.step.value.upper())
    _end(case)
    reasons = reasons_of(code, (
        f"called {case.asked.step.value} by rep {case.owned.rep_id!r}{_why(case)}; rests until "
        f"{wakes:%Y-%m-%d %H:%M} UTC or a new activity"))
    update_leads(case.tx, [queued(case.lead, Queue.NURTURE, case.now, not_before=wakes,
                                  reasons=reasons)])
    return [case.happening(Place(LeadState.WAITING, Queue.NURTURE), until=wakes.isoformat(),
                           **detail)]


def _why(case: Case) -> str:
    return f": {case.asked.reason}" if case.asked.reason else ""


def junk(case: Case) -> list[Happening]:
    """Put the lead away, whether it has an owner or waits."""
    place = after(case.lead, Step.JUNK)
    if case.owner is not None:
        _end(case)
    who = "by hand" if case.owner is None else f"by rep {case.owner.rep_id!r}"
    reasons = reasons_of(ReasonCode.BY_HAND, f"called junk {who}{_why(case)}")
    update_leads(case.tx, [queued(case.lead, Queue.JUNK, case.now, reasons=reasons)])
    return [case.happening(place)]


def won(case: Case) -> list[Happening]:
    """Note what was won."""
    return _ended(case, Step.WON, amount=case.asked.amount)


def lost(case: Case) -> list[Happening]:
    """Note that the lead bought nothing."""
    return _ended(case, Step.LOST)


def _ended(case: Case, step: Step, amount: float | None = None) -> list[Happening]:
    place = after(case.lead, step)
    _end(case)
    update_lead(case.tx, case.lead.lead_id, state=place.state.value, won_amount=amount,
                updated_at=case.now, revision=case.lead.revision + 1)
    return [case.happening(place, amount=amount)]


def _end(case: Case) -> None:
    end(case.tx, [(case.lead, case.owned)], case.asked.step, case.now)


def credited_back(case: Case) -> list[Happening]:
    """Let the ledger take the lead off its last owner, once."""
    after(case.lead, Step.CREDITED_BACK)
    former = _former(case)
    update_ownership(case.tx, former.id, credited_at=case.now)
    if case.held.policy.keeps_ledger:
        add_entries(case.tx, [returned(former, case.now)])
    return [replace(case.happening(place_of(case.lead)), rep_id=former.rep_id)]


def _former(case: Case) -> OwnershipRow:
    """Return the ownership to credit: the last one, or the last of the rep who is named."""
    wanted = case.asked.rep_id
    past = [one for one in history_of(case.tx, case.lead.lead_id)
            if wanted is None or one.rep_id == wanted]
    who = "nobody" if wanted is None else f"rep {wanted!r} never"
    if not past:
        raise ConflictError(f"{who} owned lead {case.lead.lead_id!r}: there is nothing to credit",
                            code="never_owned")
    if past[-1].credited_at is not None:
        raise ConflictError(
            f"lead {case.lead.lead_id!r} was credited back to rep {past[-1].rep_id!r} at "
            f"{past[-1].credited_at.isoformat()} already; once per ownership",
            code="already_credited")
    return past[-1]
