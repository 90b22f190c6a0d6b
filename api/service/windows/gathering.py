"""Everything that a window is closed over, read from the database, as its inputs' JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import from_json, to_json

from api.service.context import Context
from api.service.windows.ledgers import taken_up
from api.service.windows.scoring import scores_at
from api.service.windows.slimming import Looks, Slimming, looks_of, slimming
from api.solving.packing import digest
from api.store.activities import activities_of
from api.store.control import Control, read_control, read_entries
from api.store.database import Reading
from api.store.floors import FloorsRow, latest_floors
from api.store.leads import excluded_reps
from api.store.reps import RepRow, all_reps
from api.store.waiting import (
    StoredAccount,
    WaitingLead,
    accounts_of,
    owners_of_accounts,
    waiting_leads,
)
from solver.models import Activity, Floors, Policy
from solver.models.ledger import Entry, Ledger

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The inputs of one window, and what its plan will rely on."""

    at: datetime
    control: Control
    inputs: bytes
    """JSON of :class:`api.solving.deciding.WindowInputs`."""
    content: str
    """In shadow mode: hash of the inputs but for the instant, the same while nothing changes."""
    leads: Mapping[str, int]
    """lead_id to revision."""
    reps: Mapping[str, int]
    """rep_id to revision."""
    entries: Sequence[int]
    """Numbers of the ledger's entries that the window takes up."""
    floors_id: int | None


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the database holds."""

    control: Control
    leads: Sequence[WaitingLead]
    reps: list[RepRow]
    excluded: Mapping[str, tuple[str, ...]]
    accounts: Mapping[str, StoredAccount]
    owners: Mapping[str, str]
    activities: Sequence[Activity]
    entries: Mapping[int, Entry]
    floors: FloorsRow | None


def gather(context: Context) -> Gathered | None:
    """Return what a window that closes now is made of; None where no lead waits."""
    found = look(context)
    return found if found.leads else None


def look(context: Context, also: Looks | None = None) -> Gathered:
    """Return what there is now, as a window would see it.

    Parameters
    ----------
    context
        The service.
    also
        What is looked at beside what the policy looks at.
    """
    with context.database.read() as tx:
        control = read_control(tx)
        leads = waiting_leads(tx, context.now, context.settings.window_max_leads)
        rows = _read(tx, control, leads, also)
    return _gathered(context, rows, also)


def gather_under(context: Context, policy: Policy, leads: Sequence[WaitingLead]) -> Gathered:
    """Return what a window would be made of under another policy, of these leads.

    Floors are those of the active policy.
    """
    with context.database.read() as tx:
        rows = _read(tx, replace(read_control(tx), policy=policy), leads)
    return _gathered(context, rows)


def _gathered(context: Context, rows: _Rows, also: Looks | None = None) -> Gathered:
    ledger, at = taken_up(rows.control.ledger, list(rows.entries.values()), rows.control.policy,
                          {lead.lead_id for lead in rows.leads},
                          next_instant(rows.control, context.now))
    floors = _usable(rows, at)
    window = _window(rows, at, ledger, also)
    inputs = {"floors": floors, "time_limit": context.settings.solve_seconds, "window": window}
    return Gathered(
        at=at, control=rows.control, inputs=to_json(inputs),
        content=(digest(to_json({**inputs, "window": {**window, "at": None}}))
                 if rows.control.shadow else ""),
        leads={lead.lead_id: lead.revision for lead in rows.leads},
        reps={rep.rep_id: rep.revision for rep in rows.reps},
        entries=list(rows.entries), floors_id=rows.floors.id if rows.floors and floors else None)


def next_instant(control: Control, now: datetime) -> datetime:
    """Return the instant of the next window: the clock's, but after all windows before."""
    ledger = control.ledger
    before = [one + _INSTANT for one in (control.last_window_at, ledger.at if ledger else None)
              if one is not None]
    return max([now, *before])


def _read(tx: Reading, control: Control, leads: Sequence[WaitingLead],
          also: Looks | None = None) -> _Rows:
    policy = control.policy
    families = looks_of(policy).families or (also is not None and also.families)
    asked = {lead.account_id for lead in leads if lead.account_id is not None}
    accounts = accounts_of(tx, asked, families)
    return _Rows(
        control=control, leads=leads, reps=all_reps(tx), accounts=accounts,
        excluded=excluded_reps(tx, [lead.lead_id for lead in leads]),
        owners=owners_of_accounts(tx, {*asked, *accounts}),
        activities=(activities_of(tx, [lead.lead_id for lead in leads])
                    if policy.scoring is not None else ()),
        entries=read_entries(tx) if policy.keeps_ledger else {},
        floors=latest_floors(tx, control.policy_version))


def _window(rows: _Rows, at: datetime, ledger: Ledger | None, also: Looks | None
            ) -> dict[str, Any]:
    policy = rows.control.policy.model_dump_json()
    slim = slimming(policy) if also is None else Slimming(rows.control.policy, also)
    scores, holds = _scores(rows, policy, at)
    return {
        "at": at.isoformat(), "policy": from_json(policy),
        "leads": sorted(({**_lead(lead, slim, rows.excluded), **scores.get(lead.lead_id, {})}
                         for lead in rows.leads), key=lambda lead: str(lead["lead_id"])),
        "reps": [slim.rep(from_json(rep.live(at).model_dump_json())) for rep in rows.reps],
        "accounts": _accounts(rows, slim),
        "holds": [holds[lead_id] for lead_id in sorted(holds)],
        "ledger": None if ledger is None else from_json(ledger.model_dump_json())}


def _scores(rows: _Rows, policy: str, at: datetime
            ) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """Return the fields of leads whose scores fade, and the holds of all."""
    if rows.control.policy.scoring is None:
        return {}, {lead.lead_id: from_json(lead.hold) for lead in rows.leads
                    if lead.hold is not None}
    scores, holds = scores_at(policy, rows.leads, rows.activities, at)
    return {lead_id: {"score": score} for lead_id, score in scores.items()}, holds


def _lead(lead: WaitingLead, slim: Slimming, excluded: Mapping[str, tuple[str, ...]]
          ) -> dict[str, Any]:
    record = slim.lead(lead.record)
    if lead.account_id is not None:
        record["account_id"] = lead.account_id
    if also := excluded.get(lead.lead_id):
        record["excluded_rep_ids"] = sorted({*record.get("excluded_rep_ids", ()), *also})
    return record


def _accounts(rows: _Rows, slim: Slimming) -> list[dict[str, Any]]:
    """Return the accounts; whose record names no owner is owned by who has an open lead of it."""
    found = []
    for account_id in sorted({*rows.accounts, *rows.owners}):
        stored = rows.accounts.get(account_id)
        record = {"account_id": account_id} if stored is None else slim.account(stored.record)
        if "owner_id" not in record and account_id in rows.owners:
            record["owner_id"] = rows.owners[account_id]
        found.append(record)
    return found


def _usable(rows: _Rows, at: datetime) -> dict[str, Any] | None:
    """Return floors that still hold, of reps who are still there."""
    if rows.floors is None:
        return None
    floors = Floors.model_validate_json(rows.floors.floors)
    if floors.until < at or floors.currency != rows.control.policy.currency:
        return None
    known = {rep.rep_id for rep in rows.reps}
    kept = floors.model_copy(update={
        "floors": tuple(one for one in floors.floors if one.rep_id in known)})
    found: dict[str, Any] = from_json(kept.model_dump_json())
    return found

