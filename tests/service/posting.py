"""Posting leads as tests do it, and looking at what was stored."""

from __future__ import annotations

import json
from typing import Any

import httpx2
from sqlalchemy import select

from api.service.context import Context
from api.store.schema import events, lead_keys, leads
from tests.service.serving import Service

#: A lead that lacks nothing.
ANA: dict[str, Any] = {
    "lead_id": "L1", "created_at": "2026-11-18T14:00:00Z", "deal_value": 5000, "score": 60,
    "company": "Acme Inc", "first_name": "Ana", "last_name": "Silva", "email": "ana@acme.example",
    "phone": "+44 20 7946 0018", "country": "GB", "title": "Head of IT", "source": "web"}


def other(lead_id: str, **changes: Any) -> dict[str, Any]:
    """Return a lead of another person and company."""
    return {"lead_id": lead_id, "created_at": "2026-11-18T14:00:00Z", "deal_value": 2000,
            "score": 40, "company": f"Firm {lead_id}", "email": f"{lead_id.lower()}@{lead_id}.test",
            **changes}


def post(service: Service, lead: Any, *, prepare: bool = True, **headers: str) -> httpx2.Response:
    """Post one lead; header names are written with underscores."""
    return service.client.post("/v1/leads", json=lead, params=_prepare(prepare),
                               headers=_headers(headers))


def bulk(service: Service, rows: Any, *, prepare: bool = True, **headers: str) -> httpx2.Response:
    """Post many leads: a list as JSON, bytes as NDJSON."""
    if isinstance(rows, bytes):
        headers = {"content_type": "application/x-ndjson", **headers}
    else:
        rows, headers = json.dumps(rows), {"content_type": "application/json", **headers}
    return service.client.post("/v1/leads/bulk", content=rows, params=_prepare(prepare),
                               headers=_headers(headers))


def details(context: Context, lead_id: str, kind: str) -> list[dict[str, Any]]:
    """Return the details of one kind of a lead's events, the oldest first."""
    with context.database.read() as tx:
        return [json.loads(one or "{}") for one in tx.connection.execute(
            select(events.c.detail).where(events.c.lead_id == lead_id, events.c.kind == kind)
            .order_by(events.c.id)).scalars()]


def all_ids(context: Context) -> list[str]:
    """Return the ids of all leads, sorted."""
    with context.database.read() as tx:
        return sorted(tx.connection.execute(select(leads.c.lead_id)).scalars())


def keys_of(context: Context, lead_id: str) -> set[str]:
    """Return the keys under which a lead is found."""
    with context.database.read() as tx:
        return set(tx.connection.execute(
            select(lead_keys.c.key).where(lead_keys.c.lead_id == lead_id)).scalars())


def _prepare(prepare: bool) -> dict[str, str]:
    return {} if prepare else {"prepare": "false"}


def _headers(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
