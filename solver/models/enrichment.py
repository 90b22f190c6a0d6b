"""The policy's section on enrichment: which fields others may fill in, and who wins."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from solver.models.base import Record, Text
from solver.models.checking import CHECKED_FIELDS, check_field_names

#: Ten years: what is meant to stay that long needs no date.
_MAX_DAYS = 3650
#: What identifies a lead, says whose it is or where it came from is nobody else's to fill in.
ENRICHED_FIELDS = tuple(
    name for name in CHECKED_FIELDS
    if name not in ("created_at", "source", "sources", "owner_id", "excluded_rep_ids", "needs",
                    "required_skills"))


class Wins(StrEnum):
    """Whose value stands where both have one; a blank is always filled."""

    IF_BLANK = "if_blank"
    """Ours, until it is stale."""
    OURS = "ours"
    """Ours, however old."""
    THEIRS = "theirs"
    """Theirs."""
    NEWER = "newer"
    """Theirs if its date is later than ours, or ours is stale."""
    LONGER = "longer"
    """Theirs if it has more characters, or ours is stale."""


class FieldEnrichment(Record):
    """How one field is filled in and refreshed."""

    wins: Wins = Wins.IF_BLANK
    """Whose value stands where both have one: ``if_blank``, ``ours``, ``theirs``, ``newer`` or
    ``longer``."""
    stale_days: Annotated[float, Field(gt=0, le=_MAX_DAYS)] | None = None
    """Days after which our value is stale, by the lead's ``<field>_updated_at``, else its
    created_at; null: never."""


_FIELDS = {
    **{name: FieldEnrichment() for name in (
        "company", "domain", "street", "city", "country", "region", "postal_code", "timezone",
        "industry", "first_name", "last_name", "email", "phone")},
    "title": FieldEnrichment(stale_days=365.0),
    "employees": FieldEnrichment(stale_days=365.0),
    "annual_revenue": FieldEnrichment(stale_days=365.0),
}


def _complete(given: dict[str, FieldEnrichment | None]) -> dict[str, FieldEnrichment | None]:
    check_field_names(given, ENRICHED_FIELDS)
    return {**_FIELDS, **given}


class Enrichment(Record):
    """Which fields a provider of data may fill in or refresh."""

    fields: Annotated[dict[Text, FieldEnrichment | None], AfterValidator(_complete)] = Field(
        default={}, validate_default=True)
    """Rule of each field; they override the defaults one by one, null: not by a provider."""
