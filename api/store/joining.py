"""What else of a lead goes to the lead that it is one with."""

from __future__ import annotations

from sqlalchemy import delete, exists, select, update

from api.store.database import Writing
from api.store.schema import activities, exclusions, lead_keys, leads


def join_leads(tx: Writing, lead_id: str, into: str) -> None:
    """Move keys, activities, exclusions and earlier merges of one locked lead to another."""
    other = activities.alias()
    tx.connection.execute(
        update(activities).where(activities.c.lead_id == lead_id, ~exists().where(
            other.c.lead_id == into, other.c.at == activities.c.at,
            other.c.kind == activities.c.kind, other.c.detail == activities.c.detail))
        .values(lead_id=into))
    for table, name in ((lead_keys, "key"), (exclusions, "rep_id")):
        has = select(table.c[name]).where(table.c.lead_id == into)
        tx.connection.execute(update(table).where(
            table.c.lead_id == lead_id, table.c[name].not_in(has)).values(lead_id=into))
        tx.connection.execute(delete(table).where(table.c.lead_id == lead_id))
    tx.connection.execute(
        update(leads).where(leads.c.merged_into == lead_id).values(merged_into=into))
