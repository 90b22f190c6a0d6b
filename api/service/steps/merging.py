"""Two leads that are one, by a person's word."""

from __future__ import annotations

import json

from api.service.context import Actor, Context
from api.service.errors import ConflictError, ForbiddenError
from api.service.happenings import Happening
from api.service.intake.sent import taken_over
from api.service.owning import after
from api.service.steps.asked import Asked, Case, Taken
from api.service.steps.taking import known, settle
from api.store.control import read_control
from api.store.joining import join_leads
from api.store.leads import LeadRow, lock_leads, update_lead
from api.store.ownerships import owner_of
from solver.hand_off import Step
from solver.models import Lead, Policy
from solver.prepare.match.merging import merge_leads


def merge(context: Context, actor: Actor, lead_id: str, into: str) -> Taken:
    """Merge a lead that waits, or that the CRM keeps, into another one.

    The other one fills what it lacks, and has the activities of both; its owner, state and queue
    stay.

    Parameters
    ----------
    context
        The service.
    actor
        Who says so.
    lead_id
        The lead that goes.
    into
        The lead that stays.

    Raises
    ------
    UnknownError
        If there is no such lead.
    GoneError
        If one was erased.
    ImpossibleStepError
        If the lead that goes has an owner, or is at its end.
    ConflictError
        If the lead that stays is one with another itself, or both are the same.
    ForbiddenError
        If the key is a rep's own.
    """
    now = context.now
    if actor.rep_id is not None:
        raise ForbiddenError("a rep's own key may not merge leads; a manager's may")
    if lead_id == into:
        raise ConflictError(f"lead {lead_id!r} cannot be merged into itself; name another one",
                            code="same_lead")
    with context.database.write() as tx:
        found = lock_leads(tx, (lead_id, into))
        gone, stays = known(found.get(lead_id), lead_id), known(found.get(into), into)
        if stays.merged_into is not None:
            raise ConflictError(f"lead {into!r} is one with {stays.merged_into!r} already; merge "
                                "into that one", code="merged")
        place = after(gone, Step.MERGED)
        held = read_control(tx)
        case = Case(tx, held, actor, gone, None, Asked(Step.MERGED), now, now)
        changed = _fill(case, gone, stays, held.policy)
        update_lead(tx, lead_id, state=place.state.value, queue=None, queued_at=None,
                    not_before=None, reasons=None, hold=None, kept_by=None, merged_into=into,
                    updated_at=now, revision=gone.revision + 1)
        join_leads(tx, lead_id, into)
        return settle(case, [case.happening(place, into=into),
                             _updated(case, stays, changed)])


def _fill(case: Case, gone: LeadRow, stays: LeadRow, policy: Policy) -> tuple[str, ...]:
    """Give the lead that stays what only the other one knows; return the names of its fields."""
    assert gone.record is not None
    assert stays.record is not None
    before = Lead.model_validate_json(stays.record)
    merged = merge_leads(before, [Lead.model_validate_json(gone.record)],
                         placeholder_owners=policy.placeholder_owners)
    seen = [one for one in (gone.last_activity_at, stays.last_activity_at) if one is not None]
    changed = tuple(name for name in Lead.model_fields
                    if getattr(before, name) != getattr(merged, name))
    posted = None if stays.posted is None else json.dumps(taken_over(stays, merged, changed))
    update_lead(case.tx, stays.lead_id, posted=posted,
                record=merged.model_dump_json(exclude_defaults=True),
                created_at=merged.created_at, account_id=merged.account_id, source=merged.source,
                last_activity_at=max(seen, default=None), updated_at=case.now,
                revision=stays.revision + 1)
    return changed


def _updated(case: Case, stays: LeadRow, changed: tuple[str, ...]) -> Happening:
    owner = owner_of(case.tx, stays.lead_id)
    return Happening(
        "lead.updated", case.now, case.actor.actor_id, lead_id=stays.lead_id,
        rep_id=None if owner is None else owner.rep_id, state=stays.state,
        queue=stays.queue, detail={"merged": case.lead.lead_id, "changed": list(changed)})
