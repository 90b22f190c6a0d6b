"""Leads taken in: one transaction for all of a request, prepared or as they are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from api.service.context import Actor, Context
from api.service.intake.drafting import Drafts, Reading, draft_all, first_fields, known_rows
from api.service.intake.hot_leads import Routed, route_at_once
from api.service.intake.kit import Kit
from api.service.intake.prepared import Preparing, Settled
from api.service.intake.raw import read_as_is, recorded_of, take_known, take_new
from api.service.intake.results import Outcome, RowProblem
from api.service.intake.retrying import AgainError
from api.service.intake.sent import Draft, Sent, posted_of, read_fields
from api.service.intake.standing import Standing, standing_now
from api.service.intake.writing import Batch
from api.store.database import Writing
from api.store.leads import lock_leads, update_lead
from api.store.ownerships import owners_of
from solver.hand_off import OCCUPYING
from solver.reading.arriving import ReadLead


@dataclass(slots=True)
class Taken:
    """What became of all posts."""

    outcomes: dict[int, tuple[Outcome, Settled]] = field(default_factory=dict)
    """Row to what it did, and where its lead stands."""
    refused: dict[int, RowProblem] = field(default_factory=dict)
    routed: dict[str, Routed] = field(default_factory=dict)
    """lead_id to what became of a lead that was routed at once."""
    owners: dict[str, str] = field(default_factory=dict)
    """lead_id to the owner of a lead that has one."""
    new: set[int] = field(default_factory=set)
    """Rows of leads that were not known."""

    def standing(self, settled: Settled) -> Standing:
        """Return where a lead stands after it may have been routed."""
        routed = self.routed.get(settled.lead_id)
        return settled.standing if routed is None else routed.standing


@dataclass(frozen=True, slots=True)
class Intake:
    """Posts of one request.

    Parameters
    ----------
    context
        The service.
    actor
        Who posts.
    sent
        What is posted.
    prepare
        Whether leads are prepared, or taken as they are.
    now
        When.
    """

    context: Context
    actor: Actor
    sent: Sequence[Sent]
    prepare: bool
    now: datetime

    def read(self, kit: Kit) -> tuple[dict[int, ReadLead], dict[int, RowProblem]]:
        """Read each post alone, which needs no transaction; return leads and what is refused."""
        reads: dict[int, ReadLead] = {}
        refused: dict[int, RowProblem] = {}
        for one in self.sent:
            found = read_fields(kit, one.lead_id, first_fields(one, self.now))
            if isinstance(found, RowProblem):
                refused[one.row] = found
            else:
                reads[one.row] = found
        return reads, refused

    def take(self, tx: Writing, tries: int, kit: Kit,
             read: tuple[dict[int, ReadLead], dict[int, RowProblem]]) -> Taken:
        """Store all posts that can be stored."""
        batch = Batch(tx, kit, self.now, self.actor)
        if self.prepare:
            reads, refused = read
            sent = [one for one in self.sent if one.row not in refused]
            known = known_rows(tx, sent, locked=tries > 0)
            drafts = draft_all(sent, known, kit, self.now, Reading(read_fields, posted_of, reads))
            drafts.refused |= refused
            settled = self._prepare(batch, drafts)
        else:
            drafts, settled = self._take_as_is(batch)
        batch.write()
        for lead_id, fields in drafts.aliases.items():
            update_lead(tx, lead_id, posted=json.dumps(fields), updated_at=self.now)
        return self._taken(tx, drafts, settled)

    def _prepare(self, batch: Batch, drafts: Drafts) -> dict[str, Settled]:
        changing = drafts.changing
        preparing = Preparing(batch, changing) if changing else None
        if preparing is not None:
            preparing.lock_contacts()
        known = {one.lead_id for one in changing.values() if one.before is not None}
        known.update(drafts.aliases)  # one that is erased meanwhile stays erased
        if known:
            for lead_id, row in lock_leads(batch.tx, known).items():
                if row != drafts.known[lead_id]:
                    raise AgainError
        return {} if preparing is None else preparing.settle()

    def _take_as_is(self, batch: Batch) -> tuple[Drafts, dict[str, Settled]]:
        known = known_rows(batch.tx, self.sent, locked=True)
        times = Counter(one.lead_id for one in self.sent)
        new = [one for one in self.sent if one.lead_id not in known and times[one.lead_id] == 1]
        settled = take_new(batch, new)
        rows = {one.row for one in new}
        others = [one for one in self.sent if one.row not in rows]
        reads = {one.row: ReadLead(None) for one in others}
        drafts = draft_all(others, known, batch.kit, self.now,
                           Reading(read_as_is, recorded_of, reads))
        settled |= take_known(batch, drafts.changing)
        drafts.rows |= {one.row: (Outcome.CREATED, one.lead_id) for one in new}
        return drafts, settled

    def _taken(self, tx: Writing, drafts: Drafts, settled: Mapping[str, Settled]) -> Taken:
        taken = Taken(refused=drafts.refused)
        if hot := [one.lead_id for one in settled.values() if one.routes]:
            taken.routed = route_at_once(tx, self.context, hot, self.now, self.actor)
        for row, (outcome, lead_id) in drafts.rows.items():
            if row in drafts.refused:
                continue
            one = settled.get(lead_id) or unchanged(drafts.by_id[lead_id])
            if outcome is Outcome.CREATED:
                taken.new.add(row)
            taken.outcomes[row] = (outcome if one.into is None else Outcome.MERGED, one)
        owned = [one.lead_id for _, one in taken.outcomes.values()
                 if one.standing.state in OCCUPYING]
        if owned:
            taken.owners = {one.lead_id: one.rep_id for one in owners_of(tx, owned).values()}
        return taken


def unchanged(draft: Draft) -> Settled:
    """Return where a known lead stands of which nothing changed."""
    assert draft.before is not None
    return Settled(draft.lead_id, standing_now(draft.before), is_hot=draft.before.hot)
