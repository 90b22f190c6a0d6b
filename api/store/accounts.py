"""Accounts in the database, with the keys under which leads find them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from api.store.database import Reading, Writing
from api.store.many import in_chunks
from api.store.schema import account_keys, accounts
from solver.models import Account


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account."""

    account_id: str
    record: str
    parent_id: str | None
    updated_at: datetime

    @property
    def stored(self) -> Account:
        """The record, normalised."""
        return Account.model_validate_json(self.record)


_COLUMNS = (accounts.c.account_id, accounts.c.record, accounts.c.parent_id, accounts.c.updated_at)


def get_accounts(tx: Reading, account_ids: Iterable[str]) -> dict[str, AccountRow]:
    """Return account_id to account, of those that there are."""
    found = {}
    for some in in_chunks(sorted(set(account_ids))):
        for row in tx.connection.execute(
                select(*_COLUMNS).where(accounts.c.account_id.in_(some))):
            found[row.account_id] = AccountRow(*row)
    return found


def page_of_accounts(tx: Reading, after: str | None, most: int) -> list[AccountRow]:
    """Return accounts by id, those after an id, at most so many."""
    statement = select(*_COLUMNS).order_by(accounts.c.account_id).limit(most)
    if after is not None:
        statement = statement.where(accounts.c.account_id > after)
    return [AccountRow(*row) for row in tx.connection.execute(statement)]


def parents_above(tx: Reading, account_ids: Iterable[str]) -> dict[str, str | None]:
    """Return account_id to parent_id, of these accounts and all above them."""
    found: dict[str, str | None] = {}
    wanted = set(account_ids)
    while wanted:
        for some in in_chunks(sorted(wanted)):
            for row in tx.connection.execute(
                    select(accounts.c.account_id, accounts.c.parent_id)
                    .where(accounts.c.account_id.in_(some))):
                found[row.account_id] = row.parent_id
        for missing in wanted - found.keys():
            found[missing] = None
        wanted = {parent for parent in found.values() if parent is not None} - found.keys()
    return found


def add_accounts(tx: Writing, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new accounts; every row has the same columns."""
    if rows:
        tx.connection.execute(insert(accounts), list(rows))


def update_accounts(tx: Writing, rows: Sequence[AccountRow]) -> None:
    """Change accounts."""
    if rows:
        tx.connection.execute(
            update(accounts).where(accounts.c.account_id == bindparam("of_account")).values(
                record=bindparam("to_record"), parent_id=bindparam("to_parent"),
                updated_at=bindparam("to_updated")),
            [{"of_account": row.account_id, "to_record": row.record, "to_parent": row.parent_id,
              "to_updated": row.updated_at} for row in rows])


def set_account_keys(tx: Writing, keys: Mapping[str, Sequence[str]]) -> None:
    """Set the keys under which leads find accounts: account_id to keys."""
    for some in in_chunks(list(keys)):
        tx.connection.execute(delete(account_keys).where(account_keys.c.account_id.in_(some)))
    rows = [{"account_id": account_id, "key": key} for account_id, own in keys.items()
            for key in dict.fromkeys(own)]
    if rows:
        tx.connection.execute(insert(account_keys), rows)
