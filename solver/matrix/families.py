"""Families of accounts: parents and subsidiaries under one topmost ancestor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from solver.models import Account


class Families:
    """Accounts by family, to look up those that can matter to one lead.

    Parameters
    ----------
    accounts
        All accounts.
    """

    def __init__(self, accounts: Sequence[Account]) -> None:
        self._accounts = {account.account_id: account for account in accounts}
        families: dict[str, list[Account]] = {}
        for account in sorted(accounts, key=lambda one: one.account_id):
            families.setdefault(topmost(account.account_id, self._accounts), []).append(account)
        self._families = {top: tuple(family) for top, family in families.items()}
        # Two are enough to find the first that is not the account in question.
        self._first_owned = {top: _first_owned(family, 2) for top, family in families.items()}
        self._owners: dict[str, str | None] = {}

    def of(self, account_id: str | None) -> tuple[Account, ...]:
        """Return the accounts of an account's family, sorted; none for an unknown account."""
        if account_id is None:
            return ()
        return self._families.get(topmost(account_id, self._accounts), ())

    def owner(self, account_id: str) -> str | None:
        """Return the rep_id of who owns the family, as far as another account says.

        That of the nearest ancestor that has an owner; else, of the other accounts of the family,
        that of the smallest ``account_id`` that has one; else None.
        """
        if account_id not in self._owners:
            self._owners[account_id] = self._owner(account_id)
        return self._owners[account_id]

    def _owner(self, account_id: str) -> str | None:
        for ancestor in ancestors(account_id, self._accounts):
            if ancestor.owner_id is not None:
                return ancestor.owner_id
        owned = self._first_owned.get(topmost(account_id, self._accounts), ())
        return next((one.owner_id for one in owned if one.account_id != account_id), None)


def _first_owned(family: Sequence[Account], count: int) -> tuple[Account, ...]:
    return tuple(islice((one for one in family if one.owner_id is not None), count))


def ancestors(account_id: str, accounts: Mapping[str, Account]) -> Iterator[Account]:
    """Yield the parent of an account, its parent and so on, each once."""
    account, seen = accounts.get(account_id), {account_id}
    while account is not None and account.parent_id is not None and account.parent_id not in seen:
        seen.add(account.parent_id)
        account = accounts.get(account.parent_id)
        if account is not None:
            yield account


def topmost(account_id: str, accounts: Mapping[str, Account]) -> str:
    """Return the id of the topmost ancestor; an account that is not in the file is its own."""
    top = account_id
    for ancestor in ancestors(account_id, accounts):
        top = ancestor.account_id
    return top
