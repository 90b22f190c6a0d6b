"""Families of accounts: parents, their subsidiaries, and who among them is a customer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from solver.models import Account


class Families:
    """The families that `parent_id` makes of accounts."""

    def __init__(self, accounts: Sequence[Account]) -> None:
        parents = {account.account_id: account.parent_id for account in accounts}
        self._roots = _roots(parents)
        self._members: dict[str, list[str]] = defaultdict(list)
        for account_id in sorted(parents):
            self._members[self._roots[account_id]].append(account_id)
        self._customers = {account.account_id for account in accounts if account.customer}
        self._customer_roots = {self._roots[account_id] for account_id in self._customers}

    def has(self, account_id: str) -> bool:
        """Tell whether there is such an account."""
        return account_id in self._roots

    def family_root(self, account_id: str) -> str:
        """Return the topmost parent, or the account itself.

        A parent that no row has is a root all the same: its subsidiaries are one family.
        """
        return self._roots.get(account_id, account_id)

    def members(self, account_id: str) -> tuple[str, ...]:
        """Return the accounts of the same family, itself included, sorted."""
        return tuple(self._members.get(self.family_root(account_id), [account_id]))

    def is_customer(self, account_id: str, family: bool) -> bool:
        """Tell whether the account, or with `family` one of its family, is a customer."""
        if family:
            return self.family_root(account_id) in self._customer_roots
        return account_id in self._customers


def _roots(parents: dict[str, str | None]) -> dict[str, str]:
    """Return the root of each account; in a circle, the smallest id of it."""
    roots = {account_id: account_id for account_id, parent in parents.items() if parent is None}
    for account_id in sorted(parents.keys() - roots.keys()):
        path: dict[str, None] = {}
        at = account_id
        while at not in roots and at not in path:
            path[at] = None
            parent = parents.get(at)
            if parent is None:
                break
            at = parent
        circle = list(path)[list(path).index(at):] if at in path else [at]
        root = roots.get(at) or min(circle)
        roots |= dict.fromkeys(path, root)
    return roots
