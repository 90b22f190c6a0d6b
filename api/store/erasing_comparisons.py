"""Comparisons that know of a person who is erased."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import zstandard
from pydantic_core import from_json
from sqlalchemy import delete, select, text

from api.store.database import Reading, Writing
from api.store.schema import comparisons

#: Fields of a lead whose values belong to one person wherever they stand.
_CONTACTS = ("email", "phone")
#: Fields whose values are words of others too: looked for in what people wrote alone.
_NAMES = ("last_name",)


@dataclass(frozen=True, slots=True)
class Person:
    """By what a person is found."""

    lead_ids: frozenset[str]
    contacts: frozenset[str]
    """Addresses and numbers, in lower case."""
    names: frozenset[str]
    """In lower case."""


def person_of(lead_ids: Collection[str], records: Iterable[str | None]) -> Person:
    """Return by what a person is found.

    Parameters
    ----------
    lead_ids
        The person's leads.
    records
        What is stored of them, JSON.
    """
    known = [from_json(record) for record in records if record]
    return Person(frozenset(lead_ids), _values(known, _CONTACTS), _values(known, _NAMES))


def comparisons_about(tx: Reading, person: Person, since: datetime | None = None
                      ) -> tuple[list[str], datetime | None]:
    """Return ids of comparisons that know of a person, and when the last one was asked for.

    These are those whose inputs hold one of the leads, or an address or number of the person, and
    those whose scenarios name the person. All are looked through: they are as many as were asked
    for in the days for which they are kept, and nobody erases often.

    Parameters
    ----------
    tx
        The transaction.
    person
        The person.
    since
        Look only at those asked for from then on; None: at all.
    """
    statement = select(comparisons.c.comparison_id, comparisons.c.inputs, comparisons.c.created_at)
    if since is not None:
        statement = statement.where(comparisons.c.created_at >= since)
    found, last = [], since
    for comparison_id, packed, created_at in tx.connection.execute(
            statement.execution_options(yield_per=10)):
        last = created_at if last is None else max(last, created_at)
        if _knows(zstandard.decompress(packed), person):
            found.append(comparison_id)
    return found, last


def hold_comparisons_still(tx: Writing) -> None:
    """Let nobody store a comparison before this ends; on SQLite nobody can anyway."""
    if tx.connection.dialect.name != "sqlite":
        tx.connection.execute(text("LOCK TABLE comparisons IN SHARE ROW EXCLUSIVE MODE"))


def forget_comparisons(tx: Writing, comparison_ids: Collection[str]) -> None:
    """Delete comparisons with their results; who works on one gives it up."""
    tx.connection.execute(
        delete(comparisons).where(comparisons.c.comparison_id.in_(comparison_ids)))


def _values(records: Iterable[Any], names: Iterable[str]) -> frozenset[str]:
    found = (str(record.get(name) or "").strip().lower() for record in records for name in names)
    return frozenset(found) - {""}


def _knows(inputs: bytes, person: Person) -> bool:
    if any(json.dumps(lead_id).encode() in inputs for lead_id in person.lead_ids):
        return True
    lower = inputs.decode().lower()
    if any(json.dumps(one, ensure_ascii=False)[1:-1] in lower for one in person.contacts):
        return True
    if not any(one in lower for one in person.names):
        return False
    said = json.dumps(from_json(inputs)["scenarios"], ensure_ascii=False).lower()
    return any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", said) for one in person.names)
