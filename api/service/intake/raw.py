"""Leads taken in as they are: nothing is normalised, merged, matched or scored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from api.service.intake.hot_leads import is_hot_now
from api.service.intake.kit import Kit
from api.service.intake.prepared import Settled
from api.service.intake.sent import FIELDS, Draft, Sent, overlaid
from api.service.intake.standing import Standing, standing_now, standing_of
from api.service.intake.updating import Update, change_known
from api.service.intake.writing import Batch, Columns, changed_row, columns_of, new_row
from api.store.accounts import get_accounts
from api.store.leads import LeadRow
from api.store.ownerships import OwnershipRow, owners_of
from solver.models import Account, Lead, Queue, ReasonCode
from solver.reading.arriving import ReadLead


def read_as_is(_: Kit, lead_id: str, fields: Mapping[str, Any]) -> ReadLead:
    """Return the lead that some fields are, each of which was checked when it was posted."""
    return ReadLead(Lead.model_validate_json(json.dumps({"lead_id": lead_id, **fields})))


def recorded_of(row: LeadRow) -> dict[str, Any]:
    """Return the fields of a stored lead as they are used."""
    found: dict[str, Any] = json.loads(row.record or "{}")
    return {name: one for name, one in found.items() if name in FIELDS}


def take_new(batch: Batch, sent: Sequence[Sent]) -> dict[str, Settled]:
    """Note leads that are new; none stands twice."""
    kit, now = batch.kit, batch.now
    looks_at_leads = kit.policy.territories or kit.policy.hand_off.hot is not None
    accounts = _accounts(batch, (one.raw.account_id for one in sent if one.raw is not None))
    found = {}
    for one in sent:
        raw = one.raw
        assert raw is not None
        standing = standing_of(raw, None, kit.policy)
        lead = Lead.model_validate_json(raw.record) if looks_at_leads else None
        is_hot = lead is not None and _is_hot(batch, lead, standing, accounts)
        segment = raw.segment if lead is None else kit.territories.find(lead)
        batch.new.append(new_row(one.lead_id, Columns(
            raw.record, raw.created_at, raw.account_id, raw.source, segment, hot=is_hot),
            standing, now))
        batch.received(one.lead_id, standing)
        found[one.lead_id] = Settled(one.lead_id, standing, is_hot=is_hot, routes=is_hot)
    return found


def take_known(batch: Batch, drafts: Mapping[str, Draft]) -> dict[str, Settled]:
    """Note leads that are known, or stand on several rows."""
    owners = owners_of(batch.tx, [one.lead_id for one in drafts.values()
                                  if one.before is not None])
    accounts = _accounts(batch, (one.lead.account_id for one in drafts.values()))
    return {draft.lead_id: _new(batch, draft.lead, accounts) if draft.before is None else
            _changed(batch, draft, draft.before, owners.get(draft.lead_id), accounts)
            for draft in drafts.values()}


def _new(batch: Batch, lead: Lead, accounts: Mapping[str, Account]) -> Settled:
    standing = standing_of(lead, None, batch.kit.policy)
    is_hot = _is_hot(batch, lead, standing, accounts)
    batch.new.append(new_row(lead.lead_id, columns_of(lead, batch.kit, None, None, is_hot),
                             standing, batch.now))
    batch.received(lead.lead_id, standing)
    return Settled(lead.lead_id, standing, is_hot=is_hot, routes=is_hot)


def _changed(batch: Batch, draft: Draft, row: LeadRow, owner: OwnershipRow | None,
             accounts: Mapping[str, Account]) -> Settled:
    """Change a known lead; what preparing held it for stays, but for data that it lacked."""
    lead, hold = draft.lead, standing_now(row).hold
    if hold is not None and hold.reason.code is ReasonCode.NEEDS_DATA:
        hold = None
    matter = batch.kit.arrivals.changes_that_matter(
        Lead.model_validate_json(row.record or ""), lead)
    place, revised = change_known(batch, row, owner,
                                  Update(lead, hold, matter, names=draft.changed))
    is_hot = _is_hot(batch, lead, place, accounts)
    posted = None if row.posted is None else overlaid(
        json.loads(row.posted), {name: draft.fields.get(name) for name in draft.changed})
    columns = columns_of(lead, batch.kit, posted, None, is_hot)
    batch.updates.append({**changed_row(row, columns, place, batch.now, revised=revised),
                          "points": row.points})
    return Settled(row.lead_id, place, is_hot=is_hot,
                   routes=is_hot and (revised or not row.hot))


def _accounts(batch: Batch, account_ids: Iterable[str | None]) -> dict[str, Account]:
    """Return accounts that filters of hot leads may look at."""
    if batch.kit.policy.hand_off.hot is None:
        return {}
    rows = get_accounts(batch.tx, {one for one in account_ids if one is not None})
    return {account_id: row.stored for account_id, row in rows.items()}


def _is_hot(batch: Batch, lead: Lead, place: Standing, accounts: Mapping[str, Account]) -> bool:
    return place.queue is Queue.NEXT_WINDOW and is_hot_now(lead, batch.kit, batch.now, accounts)
