"""From posts to drafts: one for each lead, with all that is known to be posted of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.service.intake.kit import Kit
from api.service.intake.results import Outcome, RowProblem
from api.service.intake.sent import (
    Draft,
    Sent,
    differing,
    overlaid,
    posted_of,
)
from api.store.database import Writing
from api.store.keyed import known_ids
from api.store.leads import LeadRow, get_leads, lock_leads
from solver.hand_off import LeadState
from solver.reading.arriving import ReadLead

#: More ids than this are looked up alone first: most of them are new.
_MANY = 50


@dataclass(slots=True)
class Drafts:
    """What was posted, lead by lead."""

    by_id: dict[str, Draft] = field(default_factory=dict)
    rows: dict[int, tuple[Outcome, str]] = field(default_factory=dict)
    """Row to what it does, and to which lead: another one where the named lead is one with it."""
    refused: dict[int, RowProblem] = field(default_factory=dict)
    known: dict[str, LeadRow] = field(default_factory=dict)
    """Rows of leads that posts name, and of those that these are one with."""
    aliases: dict[str, dict[str, Any]] = field(default_factory=dict)
    """lead_id of leads that are one with another, to all that was posted of them by now; of those
    of which something changed."""

    @property
    def changing(self) -> dict[str, Draft]:
        """Drafts that are new, or of which something changed."""
        return {one.lead_id: one for one in self.by_id.values()
                if one.before is None or one.changed}


def first_fields(sent: Sent, now: datetime) -> dict[str, Any]:
    """Return what is posted of a new lead; one that says nothing of when it came came now."""
    found = {name: one for name, one in sent.fields.items() if one is not None}
    if "created_at" not in sent.fields:
        found["created_at"] = now.isoformat()
    return found


def known_rows(tx: Writing, sent: Sequence[Sent], *, locked: bool) -> dict[str, LeadRow]:
    """Return the rows of leads that posts name, and of those that these are one with."""
    named = {one.lead_id for one in sent if one.is_named}
    if len(named) > _MANY:
        named = known_ids(tx, named)
    if not named:
        return {}
    get = lock_leads if locked else get_leads
    found = get(tx, named)
    others = {row.merged_into for row in found.values() if row.merged_into} - found.keys()
    return found | get(tx, {one for one in others if one is not None}) if others else found


@dataclass(frozen=True, slots=True)
class Reading:
    """How posts become leads."""

    read: Callable[[Kit, str, Mapping[str, Any]], ReadLead | RowProblem]
    """From the fields of a lead."""
    base: Callable[[LeadRow], dict[str, Any]]
    """The fields of a known lead that new ones are laid over."""
    reads: Mapping[int, ReadLead]
    """Row to its lead, as read from that row alone."""


def draft_all(sent: Sequence[Sent], known: dict[str, LeadRow], kit: Kit, now: datetime,
              reading: Reading) -> Drafts:
    """Return drafts of all posts.

    Parameters
    ----------
    sent
        In their order; of one lead the later ones change what the earlier ones said.
    known
        Rows of leads that are known.
    kit
        The policy.
    now
        When.
    reading
        How posts become leads.
    """
    drafts = Drafts(known=known)
    for one in sent:
        row = known.get(one.lead_id)
        if row is None:
            _add_new(drafts, one, now, reading.reads)
        elif (gone := _gone(row, known)) is not None:
            drafts.refused[one.row] = gone
        else:
            _add_known(drafts, one, row, reading.base)
    for draft in drafts.changing.values():
        if draft.before is not None or len(draft.rows) > 1:
            found = reading.read(kit, draft.lead_id, draft.fields)
            if isinstance(found, RowProblem):
                drafts.refused |= {one.row: found for one in draft.rows}
                del drafts.by_id[draft.lead_id]
            else:
                draft.read = found
    return drafts


def _gone(row: LeadRow, known: Mapping[str, LeadRow]) -> RowProblem | None:
    """Say that a lead was erased, itself or as a part of another."""
    other = row if row.merged_into is None else known.get(row.merged_into, row)
    if LeadState.ERASED.value in (row.state, other.state):
        return RowProblem(code="erased", detail=f"lead {row.lead_id!r} was erased and is not taken "
                          "again; whoever wants it back posts it under a new id")
    return None


def _add_new(drafts: Drafts, sent: Sent, now: datetime, reads: Mapping[int, ReadLead]) -> None:
    draft = drafts.by_id.get(sent.lead_id)
    if draft is None:
        draft = Draft(sent.lead_id, first_fields(sent, now), reads[sent.row])
        drafts.by_id[sent.lead_id] = draft
        outcome = Outcome.CREATED
    else:
        outcome = _lay(draft, sent.fields)
    draft.rows.append(sent)
    drafts.rows[sent.row] = (outcome, sent.lead_id)


def _add_known(drafts: Drafts, sent: Sent, row: LeadRow,
               base: Callable[[LeadRow], dict[str, Any]]) -> None:
    fields = sent.fields
    if row.merged_into is not None:  # what is new of it is news of the lead that it is one with
        before = drafts.aliases.get(row.lead_id) or posted_of(row)
        after = overlaid(before, fields)
        fields = {name: after.get(name) for name in differing(before, after)}
        if fields:
            drafts.aliases[row.lead_id] = after
        row = drafts.known[row.merged_into]
    draft = drafts.by_id.get(row.lead_id)
    if draft is None:
        draft = drafts.by_id[row.lead_id] = Draft(row.lead_id, base(row), ReadLead(None), row)
    outcome = _lay(draft, fields)
    draft.rows.append(sent)
    drafts.rows[sent.row] = (outcome, row.lead_id)


def _lay(draft: Draft, fields: Mapping[str, Any]) -> Outcome:
    after = overlaid(draft.fields, fields)
    changed = differing(draft.fields, after)
    draft.fields = after
    if not changed:
        return Outcome.UNCHANGED
    if draft.before is not None:
        draft.changed = tuple(sorted({*draft.changed, *changed}))
    return Outcome.UPDATED
