"""A lead that belongs to another contact: it closes, and that contact is a lead of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from api.service.happenings import Happening
from api.service.intake.around import around, keys_of, leads_with
from api.service.intake.kit import kit_of
from api.service.intake.retrying import AgainError
from api.service.intake.sent import posted_of
from api.service.owning import Source, after, end
from api.service.steps.asked import Asked, Case
from api.service.steps.giving import Giving, exclusion_of
from api.store.database import Database, Reading, Writing
from api.store.leads import LeadRow, add_leads, get_lead, lock_leads, set_keys, update_lead
from api.store.ownerships import owner_of
from api.store.reps import lock_reps
from solver.hand_off import LeadState, Step
from solver.models import Lead, Policy, Queue
from solver.prepare.match.keys import lead_keys
from solver.prepare.normalise.records import LeadNormaliser, apply

#: What an id may be long.
_LONGEST_ID = 100
#: The person behind a lead; the rest is the company and what it wants.
_PERSON = ("first_name", "last_name", "title", "function", "seniority", "email", "phone")


def lock_contact(database: Database, tx: Writing, lead_id: str, asked: Asked, now: datetime
                 ) -> LeadRow | None:
    """Return the lead that the other contact of a referral certainly is already; None: a new one.

    Contacts are locked before leads, as intake does; both leads are locked afterwards.

    Raises
    ------
    AgainError
        If one of them has changed meanwhile.
    """
    old = get_lead(tx, lead_id)
    if old is None or old.record is None:
        return None
    kit = kit_of(database, tx)
    contact = _record(old, asked, _free_id(tx, lead_id), now, kit.policy)
    found = around(tx, [contact], leads_with(tx, keys_of([contact], kit), locked=True), kit)
    others = [one for one in found.around.known if one.lead_id != lead_id]
    into = kit.arrivals.prepare([contact], replace(found.around, known=others), now).into.get(
        contact.lead_id)
    if into is None:
        return None
    locked = lock_leads(tx, {lead_id, into})
    if locked.get(lead_id) != old or locked.get(into) != found.rows[into]:
        raise AgainError
    return locked[into]


def referred(case: Case) -> list[Happening]:
    """Close the lead, and give the other contact to the same owner, if there is a slot.

    A contact who is a lead already stays that lead, and its owner's if it has one.
    """
    place = after(case.lead, Step.REFERRED)
    rep = lock_reps(case.tx, {case.owned.rep_id})[case.owned.rep_id]
    end(case.tx, [(case.lead, case.owned)], Step.REFERRED, case.now)
    update_lead(case.tx, case.lead.lead_id, state=place.state.value, updated_at=case.now,
                revision=case.lead.revision + 1)
    lead, kind = ((_new_lead(case), "lead.received") if case.contact_lead is None else
                  (case.contact_lead, "lead.updated"))
    owner = None if case.contact_lead is None else owner_of(case.tx, lead.lead_id)
    linked = Happening(
        kind, case.now, case.actor.actor_id, lead_id=lead.lead_id, state=lead.state,
        rep_id=None if owner is None else owner.rep_id, queue=lead.queue,
        detail={"referred_from": case.lead.lead_id})
    given: list[Happening] = []
    if lead.queue == Queue.NEXT_WINDOW.value and not exclusion_of(case.tx, lead, rep.rep_id):
        given, _ = Giving(case.tx, case.held, case.now, case.actor.actor_id).give(
            lead, rep, Source.REFERRED,
            f"Lead {lead.lead_id} went to {rep.rep_id}, the owner of {case.lead.lead_id}, which "
            "referred to this contact.")
    return [case.happening(place, new_lead_id=lead.lead_id), linked, *given]


def _record(old: LeadRow, asked: Asked, lead_id: str, at: datetime, policy: Policy) -> Lead:
    """Return the other contact as a lead of the same company, normalised."""
    assert old.record is not None
    known = Lead.model_validate_json(old.record).model_dump(exclude=set(_PERSON))
    found = Lead.model_validate({**known, **asked.contact, "lead_id": lead_id, "owner_id": None,
                                 "created_at": at})
    return apply(found, LeadNormaliser(policy).normalise(found))


def _new_lead(case: Case) -> LeadRow:
    old, contact = case.lead, dict(case.asked.contact)
    lead_id = _free_id(case.tx, old.lead_id)
    record = _record(old, case.asked, lead_id, case.at, case.held.policy)
    add_leads(case.tx, [{
        "lead_id": lead_id, "state": LeadState.WAITING.value, "queue": Queue.NEXT_WINDOW.value,
        "queued_at": case.now, "record": record.model_dump_json(exclude_defaults=True),
        "posted": json.dumps(_posted(old, contact, case.at)), "created_at": case.at,
        "received_at": case.now, "updated_at": case.now, "account_id": old.account_id,
        "source": old.source, "segment": old.segment}])
    set_keys(case.tx, {lead_id: lead_keys(record, case.held.policy.matching)})
    found = get_lead(case.tx, lead_id)
    assert found is not None
    return found


def _posted(old: LeadRow, contact: dict[str, str], at: datetime) -> dict[str, Any]:
    """Return what counts as posted of the contact: all of the old lead but its person."""
    known = {name: one for name, one in posted_of(old).items()
             if name not in _PERSON and name != "owner_id"}
    return {**known, **contact, "created_at": at.isoformat()}


def _free_id(tx: Reading, old_id: str) -> str:
    """Return an id that says whence the lead came and is not taken."""
    number = 1
    while True:
        ending = f"-r{number}"
        lead_id = f"{old_id[:_LONGEST_ID - len(ending)]}{ending}"
        if get_lead(tx, lead_id) is None:
            return lead_id
        number += 1
