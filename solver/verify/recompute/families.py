"""Families of accounts: parents and subsidiaries under one topmost ancestor."""

from __future__ import annotations

from collections.abc import Sequence

from solver.models import Account


class Families:
    """Accounts by family.

    Parameters
    ----------
    accounts
        All accounts of the window.
    """

    def __init__(self, accounts: Sequence[Account]) -> None:
        self._by_id = {account.account_id: account for account in accounts}
        self._members: dict[str, list[Account]] = {}
        for account_id in sorted(self._by_id):
            self._members.setdefault(self.topmost(account_id), []).append(self._by_id[account_id])

    def account(self, account_id: str | None) -> Account | None:
        """Return the account of an id, None where the file has none."""
        return None if account_id is None else self._by_id.get(account_id)

    def ancestors(self, account_id: str) -> list[Account]:
        """Return the parent, its parent and so on, each once, as far as the file has them."""
        found: list[Account] = []
        seen = {account_id}
        account = self._by_id.get(account_id)
        while (account is not None and account.parent_id is not None
               and account.parent_id not in seen):
            seen.add(account.parent_id)
            account = self._by_id.get(account.parent_id)
            if account is not None:
                found.append(account)
        return found

    def topmost(self, account_id: str) -> str:
        """Return the id of the topmost ancestor; an account without one stands for itself."""
        above = self.ancestors(account_id)
        return above[-1].account_id if above else account_id

    def owner(self, account_id: str) -> str | None:
        """Return who owns the nearest ancestor with an owner, else the first of the family."""
        above = [account.owner_id for account in self.ancestors(account_id)]
        family = [account.owner_id for account in self._members.get(self.topmost(account_id), ())
                  if account.account_id != account_id]
        return next((owner_id for owner_id in (*above, *family) if owner_id is not None), None)
