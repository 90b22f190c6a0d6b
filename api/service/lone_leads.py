"""A window of one lead: what a decision on this lead alone looks at, as it stands now."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from api.service.windows.gathering import next_instant
from api.service.windows.ledgers import taken_up
from api.solving.deciding import WindowInputs
from api.store.control import Control, read_entries
from api.store.database import Reading
from api.store.floors import latest_floors
from api.store.leads import LeadRow, excluded_reps
from api.store.ownerships import OwnershipRow
from api.store.reps import RepRow
from api.store.waiting import accounts_of, owners_of_accounts
from solver.models import Account, Floors, Hold, Layer, Lead, Policy, Rep, Window


@dataclass(frozen=True, slots=True)
class Asked:
    """A lead that is decided on alone, with what the database adds to its record."""

    lead: Lead
    """Excludes the reps who gave it back."""
    hold: Hold | None
    accounts: tuple[Account, ...]
    """Its account and, where the policy looks at families, the family."""


def asked(tx: Reading, row: LeadRow, lead: Lead, policy: Policy) -> Asked:
    """Return a lead with its exclusions, its hold and the accounts behind it.

    Parameters
    ----------
    tx
        The transaction.
    row
        The lead as it is stored.
    lead
        Its record.
    policy
        Says whether families matter.
    """
    also = excluded_reps(tx, [row.lead_id]).get(row.lead_id, ())
    known = lead.model_copy(update={
        "account_id": row.account_id,
        "excluded_rep_ids": tuple(sorted({*lead.excluded_rep_ids, *also}))})
    hold = None if row.hold is None else Hold.model_validate_json(row.hold)
    return Asked(known, hold, accounts_behind(tx, row, policy))


def accounts_behind(tx: Reading, row: LeadRow, policy: Policy) -> tuple[Account, ...]:
    """Return the accounts that can matter to a lead, with owners.

    An account whose record names no owner is owned by the rep who got an open lead of it last;
    this lead itself does not count.
    """
    if row.account_id is None:
        return ()
    stored = accounts_of(tx, [row.account_id], policy.precedence.family_owner is not Layer.OFF)
    owners = owners_of_accounts(tx, {row.account_id, *stored}, but=row.lead_id)
    found = []
    for account_id in sorted({row.account_id, *stored}):
        one = stored.get(account_id)
        account = (Account(account_id=account_id) if one is None
                   else Account.model_validate_json(one.record))
        if account.owner_id is None and account_id in owners:
            account = account.model_copy(update={"owner_id": owners[account_id]})
        found.append(account)
    return tuple(found)


def usable_floors(floors: Floors, policy: Policy, at: datetime, rep_ids: Collection[str]
                  ) -> Floors | None:
    """Return floors of reps who are still there; None where they hold no more.

    Parameters
    ----------
    floors
        As they were made.
    policy
        Its currency.
    at
        Instant of the decision.
    rep_ids
        All reps.
    """
    if floors.until < at or floors.currency != policy.currency:
        return None
    return floors.model_copy(update={
        "floors": tuple(one for one in floors.floors if one.rep_id in rep_ids)})


def lone_window(tx: Reading, one: Asked, rows: Iterable[RepRow], held: Control, now: datetime,
                freed: OwnershipRow | None = None) -> WindowInputs:
    """Return the window of one lead.

    Parameters
    ----------
    tx
        The transaction.
    one
        The lead.
    rows
        All reps.
    held
        Policy and ledger.
    now
        The instant; the window's lies after all windows before.
    freed
        An ownership of the lead whose slots count as free.
    """
    policy = held.policy
    ledger, at = taken_up(
        held.ledger, list(read_entries(tx).values()) if policy.keeps_ledger else [], policy,
        {one.lead.lead_id}, next_instant(held, now))
    reps = [_with_freed(row, freed, now) for row in rows]
    stored = latest_floors(tx, held.policy_version)
    floors = None if stored is None else usable_floors(
        Floors.model_validate_json(stored.floors), policy, at, {rep.rep_id for rep in reps})
    window = Window(at=at, leads=(one.lead,), reps=tuple(reps), accounts=one.accounts,
                    policy=policy, holds=() if one.hold is None else (one.hold,), ledger=ledger)
    return WindowInputs(floors=floors, time_limit=None, window=window)


def _with_freed(row: RepRow, freed: OwnershipRow | None, now: datetime) -> Rep:
    rep = row.live(now)
    if freed is None or freed.rep_id != row.rep_id or freed.ended_at is not None:
        return rep
    today = freed.slots if row.today(freed.started_at) == row.today(now) else 0
    return rep.model_copy(update={
        "open_leads": max(0, rep.open_leads - freed.slots),
        "assigned_today": max(0, rep.assigned_today - today)})
