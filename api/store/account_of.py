"""The account behind one lead."""

from __future__ import annotations

from sqlalchemy import select

from api.store.database import Reading
from api.store.leads import LeadRow
from api.store.schema import accounts
from solver.models import Account


def account_of(tx: Reading, lead: LeadRow) -> Account | None:
    """Return the account of a lead; None: it has none, or none that is known."""
    if lead.account_id is None:
        return None
    record = tx.connection.execute(select(accounts.c.record).where(
        accounts.c.account_id == lead.account_id)).scalar_one_or_none()
    return None if record is None else Account.model_validate_json(record)
