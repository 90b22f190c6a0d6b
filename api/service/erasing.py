"""Erasing: a person's data go, the anonymous record of who owned what stays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from api.service.context import Actor, Context
from api.service.errors import UnknownError
from api.service.happenings import Happening, tell
from api.service.owning import after, end
from api.store.database import Reading, Writing
from api.store.erasing import (
    answers_about,
    drop_answers,
    drop_traces,
    drop_words,
    maybe_same,
    same_person,
)
from api.store.erasing_comparisons import (
    Person,
    comparisons_about,
    forget_comparisons,
    hold_comparisons_still,
    person_of,
)
from api.store.leads import LeadRow, get_lead, get_leads, lock_leads, update_leads
from api.store.ownerships import owners_of
from solver.hand_off import LeadState, Step
from solver.models import Hold, Reason, ReasonCode

#: A request may have begun so long before its answer, or what it asked for, was stored.
_OVERLAP = timedelta(minutes=10)


def erase(context: Context, actor: Actor, lead_id: str) -> None:
    """Erase the personal data of a lead and of all leads that are one with it.

    Its id, state, source, territory and ownerships stay, so that reports and the ledger do; a slot
    that it takes is free, and a plan in the making drops it. Stored windows hold no contact data.
    Comparisons of scenarios that know of the person are deleted. Erasing again changes nothing.

    Raises
    ------
    UnknownError
        There is no such lead.
    """
    with context.database.read() as tx:
        if get_lead(tx, lead_id) is None:
            raise UnknownError(f"there is no lead {lead_id!r}")
        same = same_person(tx, lead_id)
        kept, since = answers_about(tx, same)
        person = _person(tx, same)
        compared = comparisons_about(tx, person)
    now = context.now
    with context.database.write() as tx:
        rows = _locked(tx, lead_id)
        same = same_person(tx, lead_id)
        those = [rows[one] for one in same if rows[one].state != LeadState.ERASED]
        later, _ = answers_about(tx, same, since and since - _OVERLAP)
        drop_answers(tx, {*kept, *later})
        _forget_comparisons(tx, person, _person(tx, same), compared)
        if those:
            _erase(tx, those, now, actor)
        _forget_likeness(tx, rows, same, now)


def _person(tx: Reading, lead_ids: Sequence[str]) -> Person:
    rows = get_leads(tx, lead_ids).values()
    return person_of(lead_ids, [one for row in rows for one in (row.record, row.posted)])


def _forget_comparisons(tx: Writing, before: Person, now: Person,
                        found: tuple[list[str], datetime | None]) -> None:
    """Delete comparisons that know of a person: those found before, and what was asked since."""
    known, since = found
    hold_comparisons_still(tx)
    more, _ = comparisons_about(tx, now, since and since - _OVERLAP if now == before else None)
    forget_comparisons(tx, {*known, *more})


def _locked(tx: Writing, lead_id: str) -> Mapping[str, LeadRow]:
    """Return the person's leads, and those that may be, once nobody can change which they are."""
    found: Mapping[str, LeadRow] = {}
    while True:
        same = same_person(tx, lead_id)
        wanted = {*same, *maybe_same(tx, same)}
        if wanted <= found.keys():
            return found
        found = lock_leads(tx, wanted)


def _erase(tx: Writing, rows: Sequence[LeadRow], now: datetime, actor: Actor) -> None:
    ids = [row.lead_id for row in rows]
    places = {row.lead_id: after(row, Step.ERASED) for row in rows}
    owners = owners_of(tx, ids)
    end(tx, [(row, owners[row.lead_id]) for row in rows if row.lead_id in owners], Step.ERASED, now)
    update_leads(tx, [
        {"lead_id": row.lead_id, "state": places[row.lead_id].state.value, "queue": None,
         "queued_at": None, "not_before": None, "reasons": None, "hold": None, "record": None,
         "posted": None, "points": None, "account_id": None, "merged_into": None, "kept_by": None,
         "updated_at": now, "revision": row.revision + 1} for row in rows])
    drop_traces(tx, ids)
    drop_words(tx, ids)
    tell(tx, [Happening(
        f"lead.{Step.ERASED}", now, actor.actor_id, lead_id=row.lead_id,
        rep_id=owners[row.lead_id].rep_id if row.lead_id in owners else None,
        state=places[row.lead_id].state.value) for row in rows])


def _forget_likeness(tx: Writing, rows: Mapping[str, LeadRow], same: Sequence[str], now: datetime
                     ) -> None:
    """Let leads that are held no longer quote in what they are like the erased one."""
    others = [row for lead_id, row in rows.items() if lead_id not in same]
    if not others:
        return
    reason = Reason(code=ReasonCode.POSSIBLE_DUPLICATE,
                    detail="may be one with a lead that was erased since")
    shown = reason.model_dump(mode="json", exclude_none=True)
    changed = []
    for row in others:
        if row.hold is None:  # decided upon while this waited for its lock
            continue
        hold = Hold.model_validate_json(row.hold)
        if hold.reason.code is not reason.code:
            continue
        reasons = [shown if one["code"] == reason.code.value else one
                   for one in json.loads(row.reasons or "[]")]
        changed.append({
            "lead_id": row.lead_id, "updated_at": now, "reasons": json.dumps(reasons),
            "hold": hold.model_copy(update={"reason": reason}).model_dump_json()})
    if changed:
        update_leads(tx, changed)
    drop_words(tx, [row.lead_id for row in others])
