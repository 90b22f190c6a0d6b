"""A lead that belongs to another contact: it closes, and that contact is a lead of its own."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from api.service.happenings import Happening
from api.service.intake.sent import posted_of
from api.service.owning import Source, after, end
from api.service.steps.asked import Case
from api.service.steps.giving import Giving
from api.store.leads import LeadRow, add_leads, get_lead, set_keys, update_lead
from api.store.reps import lock_reps
from solver.hand_off import LeadState, Step
from solver.models import Lead, Queue
from solver.prepare.match.keys import lead_keys
from solver.prepare.normalise.records import LeadNormaliser, apply

#: What an id may be long.
_LONGEST_ID = 100
#: The person behind a lead; the rest is the company and what it wants.
_PERSON = ("first_name", "last_name", "title", "function", "seniority", "email", "phone")


def referred(case: Case) -> list[Happening]:
    """Close the lead, and give the other contact to the same owner, if there is a slot."""
    place = after(case.lead, Step.REFERRED)
    rep = lock_reps(case.tx, {case.owned.rep_id})[case.owned.rep_id]
    end(case.tx, [(case.lead, case.owned)], Step.REFERRED, case.now)
    update_lead(case.tx, case.lead.lead_id, state=place.state.value, updated_at=case.now,
                revision=case.lead.revision + 1)
    new = _new_lead(case)
    arrived = Happening(
        "lead.received", case.now, case.actor.actor_id, lead_id=new.lead_id, state=new.state,
        queue=new.queue, detail={"referred_from": case.lead.lead_id})
    given, _ = Giving(case.tx, case.held, case.now, case.actor.actor_id).give(
        new, rep, Source.REFERRED,
        f"Lead {new.lead_id} went to {rep.rep_id}, the owner of {case.lead.lead_id}, which "
        "referred to this contact.")
    return [case.happening(place, new_lead_id=new.lead_id), arrived, *given]


def _new_lead(case: Case) -> LeadRow:
    old, contact = case.lead, dict(case.asked.contact)
    assert old.record is not None
    lead_id = _free_id(case)
    known = Lead.model_validate_json(old.record).model_dump(exclude=set(_PERSON))
    record = Lead.model_validate({**known, **contact, "lead_id": lead_id, "owner_id": None,
                                  "created_at": case.at})
    record = apply(record, LeadNormaliser(case.held.policy).normalise(record))
    add_leads(case.tx, [{
        "lead_id": lead_id, "state": LeadState.WAITING.value, "queue": Queue.NEXT_WINDOW.value,
        "queued_at": case.now, "record": record.model_dump_json(exclude_defaults=True),
        "posted": json.dumps(_posted(old, contact, case.at)), "created_at": case.at,
        "received_at": case.now, "updated_at": case.now, "account_id": old.account_id, "source": old.source, "segment": old.segment}])
    set_keys(case.tx, {lead_id: lead_keys(record, case.held.policy.matching)})
    found = get_lead(case.tx, lead_id)
    assert found is not None
    return found


def _posted(old: LeadRow, contact: dict[str, str], at: datetime) -> dict[str, Any]:
    """Return what counts as posted of the contact: all of the old lead but its person."""
    known = {name: one for name, one in posted_of(old).items()
             if name not in _PERSON and name != "owner_id"}
    return {**known, **contact, "created_at": at.isoformat()}


def _free_id(case: Case) -> str:
    """Return an id that says whence the lead came and is not taken."""
    number = 1
    while True:
        ending = f"-r{number}"
        lead_id = f"{case.lead.lead_id[:_LONGEST_ID - len(ending)]}{ending}"
        if get_lead(case.tx, lead_id) is None:
            return lead_id
        number += 1
