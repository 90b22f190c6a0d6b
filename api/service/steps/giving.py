"""Leads given to a rep by hand: capacity and exclusions hold, the rest is the manager's word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from api.service.context import Actor, Scope
from api.service.errors import ConflictError, ForbiddenError, Problem
from api.service.happenings import Happening
from api.service.owning import Grant, Refusal, Source, after, end, grant
from api.service.steps.asked import Case
from api.store.account_of import account_of
from api.store.control import Control
from api.store.database import Writing
from api.store.leads import LeadRow, excluded_reps
from api.store.reps import RepRow, lock_reps
from solver.hand_off import LeadState, Step, lone_table, slots_taken, whole_worth
from solver.models import Lead, Policy, Queue


def reassigned(case: Case) -> list[Happening]:
    """Give the lead to the rep whom a manager names."""
    if case.actor.rep_id is not None:
        raise ForbiddenError("a rep's own key may not reassign leads; a manager's may")
    if case.lead.queue is not None:
        check_hand_out(case.actor, Queue(case.lead.queue), case.held.policy)
    assert case.asked.rep_id is not None
    return hand_over(case, case.asked.rep_id)


def check_hand_out(actor: Actor, queue: Queue, policy: Policy) -> None:
    """Check that somebody may hand out the leads of a queue.

    Raises
    ------
    ForbiddenError
        If the policy names a person for the queue who is somebody else, or if the key is a rep's
        own and names another.
    """
    contact = policy.hand_off.contacts.get(queue)
    if actor.rep_id is not None:
        allowed = contact == actor.rep_id
    else:
        allowed = contact is None or actor.may(Scope.ADMIN)
    if not allowed:
        who = ("a manager's key" if contact is None else
               f"the key of rep {contact!r} (hand_off.contacts), or one with the scope admin,")
        raise ForbiddenError(f"{who} hands out the leads of the queue {queue.value!r}",
                             code="not_the_contact")


def hand_over(case: Case, rep_id: str) -> list[Happening]:
    """Give a locked lead to a rep by hand; the former ownership ends.

    A former owner who had not accepted it is as if never given it.

    Raises
    ------
    ConflictError
        If there is no such rep, or the rep owns it, is excluded, gets no leads now, or has too few
        free slots.
    """
    after(case.lead, Step.REASSIGNED)
    former = case.owner
    if former is not None and former.rep_id == rep_id:
        raise ConflictError(f"rep {rep_id!r} owns lead {case.lead.lead_id!r} already",
                            code="already_owner")
    reps = lock_reps(case.tx, {rep_id, *([] if former is None else [former.rep_id])})
    if rep_id not in reps:
        raise ConflictError(f"there is no rep {rep_id!r}; put the rep first", code="unknown_rep",
                            problems=[Problem(
                                pointer="/rep_id", code="unknown_rep", detail="must be a rep",
                                offending=rep_id)])
    _check_exclusions(case.tx, case.lead, rep_id)
    if former is not None:
        end(case.tx, [(case.lead, former)], Step.REASSIGNED, case.now,
            credit=LeadState(case.lead.state) is LeadState.ASSIGNED,
            keeps_ledger=case.held.policy.keeps_ledger)
    giving = Giving(case.tx, case.held, case.now, case.actor.actor_id)
    given, refusal = giving.give(case.lead, reps[rep_id], Source.MANUAL, _sentence(case, rep_id))
    if refusal is not None:
        raise ConflictError(f"{refusal[1]}; name another rep", code=refusal[0].value.lower())
    found = {"reason": case.asked.reason, "from_rep_id": former.rep_id if former else None,
             "from_queue": case.lead.queue}
    detail = {key: value for key, value in found.items() if value is not None}
    return [replace(one, detail={**one.detail, **detail}) for one in given]


@dataclass(frozen=True, slots=True)
class Giving:
    """Gives single leads to reps outside any window."""

    tx: Writing
    held: Control
    now: datetime
    actor_id: str

    def give(self, lead: LeadRow, rep: RepRow, source: Source, why: str
             ) -> tuple[list[Happening], tuple[Refusal, str] | None]:
        """Return what happened, or why the rep cannot have the lead."""
        slots, worth = 1, 0
        if lead.record is not None:
            record, policy = Lead.model_validate_json(lead.record), self.held.policy
            table = lone_table(record, policy, self.now, account_of(self.tx, lead))
            slots = slots_taken(record, rep.stored, table, policy)
            worth = whole_worth(record, policy, self.now)
        given, refused = grant(
            self.tx, [Grant(lead, rep.rep_id, source, why, slots=slots, worth=worth)], self.held,
            self.now, self.actor_id)
        return given, (refused[0].code, refused[0].detail) if refused else None


def exclusion_of(tx: Writing, lead: LeadRow, rep_id: str) -> str | None:
    """Return why a rep may not own a lead; None: nothing excludes the rep."""
    if rep_id in excluded_reps(tx, [lead.lead_id]).get(lead.lead_id, ()):
        return "had it and gave it back"
    named = () if lead.record is None else Lead.model_validate_json(lead.record).excluded_rep_ids
    return "is excluded by the lead" if rep_id in named else None


def _check_exclusions(tx: Writing, lead: LeadRow, rep_id: str) -> None:
    how = exclusion_of(tx, lead, rep_id)
    if how is not None:
        raise ConflictError(f"rep {rep_id!r} may not own lead {lead.lead_id!r}: the rep {how}; "
                            "name another rep", code="excluded")


def _sentence(case: Case, rep_id: str) -> str:
    if case.owner is not None:
        return (f"Lead {case.lead.lead_id} went from {case.owner.rep_id} to {rep_id} by hand.")
    place = case.lead.state if case.lead.queue is None else f"the queue {case.lead.queue}"
    return f"Lead {case.lead.lead_id} went to {rep_id} by hand, from {place}."
