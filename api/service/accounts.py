"""Accounts: put by the CRM, found by leads under keys, families without circles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from api.service.context import Actor, Context
from api.service.errors import Problem, UnknownError
from api.service.happenings import Happening, tell
from api.service.putting import Outcome, Put
from api.store.accounts import (
    AccountRow,
    add_accounts,
    get_accounts,
    page_of_accounts,
    parents_above,
    set_account_keys,
    update_accounts,
)
from api.store.control import bump_floor, lock_control, read_control
from solver.models import Account, Policy
from solver.prepare.normalise.records import apply, normalise_account


def list_accounts(context: Context, after: str | None, most: int) -> list[AccountRow]:
    """Return accounts by id."""
    with context.database.read() as tx:
        return page_of_accounts(tx, after, most)


def the_account(context: Context, account_id: str) -> AccountRow:
    """Return an account.

    Raises
    ------
    UnknownError
        There is none with this id.
    """
    with context.database.read() as tx:
        row = get_accounts(tx, [account_id]).get(account_id)
    if row is None:
        raise UnknownError(f"there is no account {account_id!r}; put it first")
    return row


def put_accounts(context: Context, actor: Actor, accounts: Sequence[Account]) -> list[Put]:
    """Store accounts as the CRM has them, new ones and known ones; none stands twice.

    They are kept as preparing reads them: places, phone, domain and name in one spelling each. A
    parent need not be known yet; an account that would be its own ancestor is refused.
    """
    now = context.now
    records = {one.account_id: apply(one, normalise_account(one)) for one in accounts}
    with context.database.write() as tx:
        lock_control(tx)
        known = get_accounts(tx, records)
        parents = parents_above(tx, {*records, *(one.parent_id for one in records.values()
                                                 if one.parent_id is not None)})
        circles = _circles(records, parents)
        new = [_row(one) | {"updated_at": now} for account_id, one in sorted(records.items())
               if account_id not in known and account_id not in circles]
        changed = [replace(row, **_row(records[row.account_id]), updated_at=now)
                   for row in known.values() if row.account_id not in circles
                   and row.record != records[row.account_id].model_dump_json()]
        add_accounts(tx, new)
        update_accounts(tx, changed)
        done = ({row["account_id"]: Outcome.CREATED for row in new}
                | {row.account_id: Outcome.UPDATED for row in changed}
                | dict.fromkeys(circles, Outcome.REFUSED))
        stored = [one for one in records if done.get(one) in (Outcome.CREATED, Outcome.UPDATED)]
        policy = read_control(tx).policy
        set_account_keys(tx, {one: account_keys_of(records[one], policy) for one in stored})
        if stored:
            tell(tx, [Happening("account.put", now, actor.actor_id,
                                detail={"account_id": one, "outcome": done[one].value})
                      for one in stored])
            bump_floor(tx)
    return [Put(one.account_id, done.get(one.account_id, Outcome.UNCHANGED),
                circles.get(one.account_id)) for one in accounts]


def account_keys_of(account: Account, policy: Policy) -> tuple[str, ...]:
    """Return the keys under which leads find a normalised account."""
    return ()


def _row(account: Account) -> dict[str, Any]:
    return {"account_id": account.account_id, "record": account.model_dump_json(),
            "parent_id": account.parent_id}


def _circles(records: Mapping[str, Account], parents: dict[str, str | None]
             ) -> dict[str, Problem]:
    """Return why accounts cannot have the parent that they name, the later ones of a request."""
    found = {}
    for account_id, account in records.items():
        before = parents.get(account_id)
        parents[account_id] = account.parent_id
        chain, above = [account_id], account.parent_id
        while above is not None and above != account_id:
            chain.append(above)
            above = parents.get(above)
        if above is not None:
            parents[account_id] = before
            found[account_id] = Problem(
                pointer="/parent_id", code="parent_cycle", offending=account.parent_id,
                detail=f"account {account_id!r} would be its own ancestor: "
                       f"{' -> '.join([*chain[:10], account_id])}; name another parent, or none")
    return found
