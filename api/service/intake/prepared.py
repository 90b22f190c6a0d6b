"""Leads taken in as preparing makes them: merged, matched, scored, checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from api.service.intake.around import Found, around, keys_of, leads_with
from api.service.intake.hot_leads import is_hot_now
from api.service.intake.retrying import AgainError
from api.service.intake.sent import FIELDS, Draft, taken_over
from api.service.intake.standing import Standing, is_worked, standing_of
from api.service.intake.updating import Update, change_known
from api.service.intake.writing import Batch, changed_row, columns_of, new_row
from api.store.keyed import Keyed
from api.store.leads import LeadRow, excluded_reps, lock_leads
from api.store.ownerships import OwnershipRow, owners_of
from solver.hand_off import LeadState
from solver.models import Change, Lead, Queue
from solver.prepare.arriving import Around, Arrived, ArrivedLead

#: Where a lead stands that is one with another.
MERGED = Standing(LeadState.MERGED, None)


@dataclass(slots=True)
class Settled:
    """Where one lead stands after it was taken in."""

    lead_id: str
    standing: Standing
    arrived: ArrivedLead | None = None
    into: str | None = None
    """The lead that it is one with."""
    is_hot: bool = False
    routes: bool = False
    """It is hot, and nobody has looked for an owner since it became so, or changed."""
    changes: Sequence[Change] = ()


class Preparing:
    """Prepares drafts against what is known, in one transaction, and notes what is to be written.

    Parameters
    ----------
    batch
        What is to be written.
    drafts
        lead_id to draft; the rows of known leads are locked when :meth:`settle` is called.
    wakes
        Whether leads that rest go back to where they would stand if they came now.
    """

    def __init__(self, batch: Batch, drafts: Mapping[str, Draft], *, wakes: bool = False) -> None:
        self._wakes = wakes
        self._batch, self._kit, self._drafts = batch, batch.kit, drafts
        self._normalised = {one.lead_id: one for one in batch.kit.arrivals.normalise(
            [draft.lead for draft in drafts.values()])}
        self._keys = keys_of(self._normalised.values(), batch.kit)
        self._under: Keyed | None = None
        self._found = Found(Around(), {}, {})
        self._owners: dict[str, OwnershipRow] = {}
        self._echoes: dict[str, set[str]] = {}

    def lock_contacts(self) -> None:
        """Wait for other intakes of the same people."""
        self._under = leads_with(self._batch.tx, self._keys, locked=True)

    def settle(self) -> dict[str, Settled]:
        """Prepare all drafts, and return what became of each."""
        tx = self._batch.tx
        if self._under is None:
            self._under = leads_with(tx, self._keys, locked=False)
        self._found = around(tx, list(self._normalised.values()), self._under, self._kit)
        # What an owner works stays what it is, whatever it may be one with.
        alone = [one for one in self._drafts.values()
                 if one.before is not None and is_worked(one.before)]
        ids = {one.lead_id for one in alone}
        together = [one for one in self._drafts.values() if one.lead_id not in ids]
        around_it = self._found.around
        arrived = [self._prepare([one], replace(around_it, known=())) for one in alone]
        if together:
            arrived.append(self._prepare(together, around_it))
        self._lock(arrived)
        return {one.lead_id: one for one in chain.from_iterable(map(self._settled, arrived))}

    def _prepare(self, drafts: Sequence[Draft], around_it: Around) -> Arrived:
        changes = [change for one in drafts for change in one.read.changes]
        return self._kit.arrivals.prepare([one.lead for one in drafts], around_it,
                                          self._batch.now, changes)

    def _lock(self, arrived: Iterable[Arrived]) -> None:
        """Lock known leads that take others in, and look who owns what changes."""
        tx, rows = self._batch.tx, self._found.rows
        takers = {lead_id for one in arrived for lead_id in one.leads} & rows.keys()
        if takers:
            for lead_id, row in lock_leads(tx, takers).items():
                if row != rows[lead_id]:
                    raise AgainError
        known = {one.lead_id for one in self._drafts.values() if one.before is not None} | takers
        if known:
            self._owners = owners_of(tx, known)
            self._echoes = {lead_id: set(reps) for lead_id, reps in
                            excluded_reps(tx, known).items()}
            for lead_id, owner in self._owners.items():
                self._echoes.setdefault(lead_id, set()).add(owner.rep_id)

    def _settled(self, arrived: Arrived) -> Iterator[Settled]:
        took: dict[str, list[str]] = {}
        for lead_id, into in arrived.into.items():
            took.setdefault(into, []).append(lead_id)
        for lead_id, one in arrived.leads.items():
            draft = self._drafts.get(lead_id)
            if draft is not None and draft.before is None:
                yield self._new(draft, one)
            elif draft is not None and draft.before is not None:
                yield self._known(draft.before, one, draft.fields, draft.changed,
                                  took.get(lead_id, ()))
            else:
                fields, names = _taken_over(self._found.rows[lead_id], one)
                yield self._known(self._found.rows[lead_id], one, fields, names,
                                  took.get(lead_id, ()))
        for lead_id, into in arrived.into.items():
            yield self._merged(self._drafts[lead_id], into, arrived.of(lead_id))

    def _new(self, draft: Draft, one: ArrivedLead) -> Settled:
        batch, lead_id = self._batch, draft.lead_id
        standing = standing_of(one.lead, one.hold, self._kit.policy)
        is_hot = self._is_hot(one, standing)
        batch.new.append(new_row(lead_id, columns_of(
            one.lead, self._kit, draft.fields, one.score, is_hot), standing, batch.now))
        batch.new_keys += [(lead_id, key) for key in self._keys[lead_id]]
        batch.received(lead_id, standing)
        return Settled(lead_id, standing, one, is_hot=is_hot, routes=is_hot, changes=one.changes)

    def _known(self, row: LeadRow, one: ArrivedLead, fields: Mapping[str, Any],
               names: Sequence[str], took: Sequence[str]) -> Settled:
        lead = one.lead
        if lead.owner_id in self._echoes.get(row.lead_id, ()):
            # The CRM says who got the lead here, or had it: no word of an owner of its own.
            lead = lead.model_copy(update={"owner_id": None})
        before = Lead.model_validate_json(row.record or "")
        old, new = keys_of([before], self._kit), keys_of([lead], self._kit)
        self._batch.keys += [(row.lead_id, key) for key in new[row.lead_id]]
        place, revised = change_known(self._batch, row, self._owners.get(row.lead_id), Update(
            lead, one.hold, self._matter(before, lead, names),
            set(old[row.lead_id]) != set(new[row.lead_id]), names, took, self._wakes))
        is_hot = self._is_hot(one, place)
        self._batch.updates.append(changed_row(
            row, columns_of(lead, self._kit, fields, one.score, is_hot), place, self._batch.now,
            revised=revised))
        return Settled(row.lead_id, place, one, is_hot=is_hot,
                       routes=is_hot and (revised or not row.hot), changes=one.changes)

    def _merged(self, draft: Draft, into: str, taker: ArrivedLead) -> Settled:
        """Note that an arriving lead is one with another, which has its keys from now on."""
        batch, lead_id, row = self._batch, draft.lead_id, draft.before
        columns = columns_of(self._normalised[lead_id], self._kit, draft.fields, None)
        into_known = into in self._found.rows or (
            into in self._drafts and self._drafts[into].before is not None)
        (batch.keys if into_known else batch.new_keys).extend(
            (into, key) for key in self._keys[lead_id])
        if row is None:
            batch.new_merged.append(new_row(lead_id, columns, MERGED, batch.now, into))
            batch.happen("lead.received", lead_id, MERGED)
        else:
            batch.updates.append(changed_row(row, columns, MERGED, batch.now, revised=True,
                                             into=into))
            batch.joins.append((lead_id, into))
            if (owner := self._owners.get(lead_id)) is not None:
                batch.ends.append((row, owner))
        merge = next((one for one in taker.merges if one.lead_id == lead_id), None)
        batch.happen("lead.merged", lead_id, MERGED, into=into,
                     confidence=None if merge is None else merge.confidence)
        return Settled(lead_id, MERGED, None, into, changes=[
            one for one in taker.changes if one.record_id == lead_id])

    def _matter(self, before: Lead, after: Lead, names: Sequence[str]) -> tuple[str, ...]:
        """Return fields that matter and changed; points alone change with the hour."""
        found = self._kit.arrivals.changes_that_matter(before, after)
        if self._kit.policy.scoring is None or "score" in names:
            return found
        return tuple(name for name in found if name != "score")

    def _is_hot(self, one: ArrivedLead, place: Standing) -> bool:
        return place.queue is Queue.NEXT_WINDOW and is_hot_now(
            one.lead, self._kit, self._batch.now, self._found.accounts, one.score)


def _taken_over(row: LeadRow, one: ArrivedLead) -> tuple[dict[str, Any], list[str]]:
    """Return what is posted of a known lead with what it took over, and the names of that."""
    names = [change.field for change in one.changes if change.record_id == row.lead_id
             and change.rule.startswith("merged from") and change.field in FIELDS]
    return taken_over(row, one.lead, names), names
