"""An account: the company behind a lead."""

from __future__ import annotations

from solver.models.base import Id, Record, Text


class Account(Record):
    """One row of the accounts file: what leads are matched with, and whose leads they are."""

    account_id: Id
    """Identity: text, exact, case-sensitive."""
    name: Text | None = None
    """Company name."""
    domain: Text | None = None
    """Web domain."""
    phone: Text | None = None
    """Phone number of the company."""
    street: Text | None = None
    """Street and number."""
    city: Text | None = None
    """City."""
    postal_code: Text | None = None
    """Postal code."""
    country: Text | None = None
    """ISO 3166-1 alpha-2 country code."""
    parent_id: Text | None = None
    """Account id of the parent company."""
    owner_id: Text | None = None
    """Rep who owns the account."""
    named_rep_id: Text | None = None
    """Rep whose named account it is."""
    open_opportunity_owner_id: Text | None = None
    """Rep who owns the account's open opportunity."""
    customer: bool = False
    """Whether the account is a customer."""
    attributes: dict[str, str] = {}
    """Every other column of the file, as text."""
    assumed: tuple[str, ...] = ()
    """Fields that the mapping supplied, because the export had none."""
