"""Accounts: put by the CRM, listed."""

from __future__ import annotations

from fastapi import APIRouter

from api.http.bodies.base import AccountId, Answer, Moment
from api.http.bodies.putting import PutRows, Rows, check_put, put_rows
from api.http.bodies.records import AccountFields, NamedAccount, record_of, strictly
from api.http.paging import Cursor, Limit, Page, cursor_of, key_of
from api.http.problems import responses
from api.http.security import Manager, Reader
from api.http.state import InContext
from api.http.strict_json import StrictRoute
from api.service.accounts import list_accounts, put_accounts, the_account
from api.store.accounts import AccountRow
from solver.models import Account

router = APIRouter(prefix="/v1/accounts", tags=["accounts"], route_class=StrictRoute)


@strictly(Account, without=("account_id", "assumed"))
class AccountAnswer(Answer):
    """An account as it is kept: in the spelling that preparing gives it."""

    account_id: str
    updated_at: Moment


@router.post("", responses=responses(400, 413, 422))
def put_many_accounts(body: Rows, context: InContext, actor: Manager) -> PutRows:
    """Put up to 5,000 accounts.

    Each is as of `PUT /v1/accounts/{account_id}`, with its `account_id`. Bad rows are refused one
    by one, and the others are stored.
    """
    return put_rows(body, NamedAccount, Account,
                    lambda accounts: put_accounts(context, actor, accounts))


@router.put("/{account_id}", responses=responses(400, 413, 422))
def put_one_account(account_id: AccountId, body: AccountFields, context: InContext,
                    actor: Manager) -> AccountAnswer:
    """Put an account: a new one, or all fields of a known one."""
    put, = put_accounts(context, actor, [record_of(Account, body, account_id=account_id)])
    check_put(put)
    return _shown(the_account(context, account_id))


@router.get("", responses=responses(422))
def list_all_accounts(context: InContext, _: Reader, cursor: Cursor = None, limit: Limit = 100
                      ) -> Page[AccountAnswer]:
    """List accounts by id."""
    key = key_of(cursor, (str,))
    rows = list_accounts(context, None if key is None else str(key[0]), limit + 1)
    return Page(items=[_shown(row) for row in rows[:limit]],
                next_cursor=cursor_of(rows[limit - 1].account_id) if len(rows) > limit else None)


@router.get("/{account_id}", responses=responses(404, 422))
def get_one_account(account_id: AccountId, context: InContext, _: Reader) -> AccountAnswer:
    """Return an account."""
    return _shown(the_account(context, account_id))


def _shown(row: AccountRow) -> AccountAnswer:
    return AccountAnswer.model_validate(
        {**row.stored.model_dump(exclude={"assumed"}), "updated_at": row.updated_at})
