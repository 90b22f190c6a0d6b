"""What a window is made of, read in bulk: leads that wait, their accounts, who owns those."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from api.store.database import Reading
from api.store.many import among, in_chunks
from api.store.schema import accounts, activities, leads, ownerships
from solver.models import Activity

#: Parents of parents; deeper families are cut.
_MOST_LEVELS = 30


@dataclass(frozen=True, slots=True)
class WaitingLead:
    """A lead as a window reads it."""

    lead_id: str
    revision: int
    record: str
    hold: str | None
    account_id: str | None


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account as a window reads it."""

    account_id: str
    parent_id: str | None
    record: str


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(leads.c.state == "waiting", leads.c.queue == "next_window",
                leads.c.record.is_not(None),
                or_(leads.c.not_before.is_(None), leads.c.not_before <= now))


def waiting_leads(tx: Reading, now: datetime, most: int) -> list[WaitingLead]:
    """Return leads that wait for a window.

    Those that none has looked at come first, the oldest before others; then those at which a
    window looked the longest ago: many held leads never keep new ones from being looked at.
    """
    rows = tx.connection.execute(
        select(leads.c.lead_id, leads.c.revision, leads.c.record, leads.c.hold, leads.c.account_id)
        .where(_waits(now))
        .order_by(leads.c.window_id.asc().nulls_first(), leads.c.queued_at, leads.c.lead_id)
        .limit(most))
    return [WaitingLead(*row) for row in rows]


def num_waiting(tx: Reading, now: datetime, most: int, since: datetime | None = None) -> int:
    """Return how many leads wait, counted up to `most`.

    Parameters
    ----------
    tx
        The transaction.
    now
        The instant.
    most
        Where counting ends.
    since
        Only those that no window looked at, or that came to the queue after this instant.
    """
    which = _waits(now)
    if since is not None:
        which = and_(which, or_(leads.c.window_id.is_(None), leads.c.queued_at > since))
    some = select(leads.c.lead_id).where(which).limit(most).subquery()
    return tx.connection.execute(select(func.count()).select_from(some)).scalar_one()


def accounts_of(tx: Reading, account_ids: Iterable[str], families: bool
                ) -> dict[str, StoredAccount]:
    """Return account_id to account; with families also parents, subsidiaries and theirs."""
    found = _accounts(tx, account_ids, accounts.c.account_id)
    if not families:
        return found
    new = found
    for _ in range(_MOST_LEVELS):
        parents = {one.parent_id for one in new.values() if one.parent_id is not None}
        new = _accounts(tx, parents - found.keys(), accounts.c.account_id)
        if not new:
            break
        found |= new
    new = found
    for _ in range(_MOST_LEVELS):
        below = _accounts(tx, new, accounts.c.parent_id)
        new = {key: one for key, one in below.items() if key not in found}
        if not new:
            break
        found = {**found, **new}
    return found


def _accounts(tx: Reading, ids: Iterable[str], column: ColumnElement[str]
              ) -> dict[str, StoredAccount]:
    found = {}
    for some in in_chunks(sorted(set(ids))):
        for row in tx.connection.execute(
                select(accounts.c.account_id, accounts.c.parent_id, accounts.c.record)
                .where(among(tx, column, some))):
            found[row.account_id] = StoredAccount(*row)
    return found


def activities_of(tx: Reading, lead_ids: Iterable[str]) -> list[Activity]:
    """Return what leads did, in order."""
    found: list[Activity] = []
    for some in in_chunks(sorted(set(lead_ids))):
        rows = tx.connection.execute(
            select(activities.c.lead_id, activities.c.at, activities.c.kind, activities.c.detail)
            .where(among(tx, activities.c.lead_id, some))
            .order_by(activities.c.lead_id, activities.c.at, activities.c.id))
        found += [Activity(**row._mapping) for row in rows]
    return found


def owners_of_accounts(tx: Reading, account_ids: Iterable[str], but: str = "") -> dict[str, str]:
    """Return account_id to who owns an open lead of it; of several the one who got one last.

    The owner of the lead `but` does not count for it.
    """
    found = {}
    for some in in_chunks(sorted(set(account_ids))):
        for row in tx.connection.execute(
                select(leads.c.account_id, ownerships.c.rep_id)
                .join(ownerships, ownerships.c.lead_id == leads.c.lead_id)
                .where(among(tx, leads.c.account_id, some), ownerships.c.ended_at.is_(None),
                       leads.c.lead_id != but)
                .order_by(ownerships.c.started_at, ownerships.c.id)):
            found[row.account_id] = row.rep_id
    return found
