"""The tables, the same on SQLite and PostgreSQL."""

from api.store.schema.base import metadata
from api.store.schema.floor import (
    account_keys,
    accounts,
    control,
    floors,
    ledger_entries,
    policies,
    reps,
)
from api.store.schema.leads import (
    activities,
    events,
    exclusions,
    lead_keys,
    leads,
    ownerships,
)
from api.store.schema.scenarios import comparison_results, comparisons
from api.store.schema.work import (
    api_keys,
    deliveries,
    idempotency,
    leases,
    outbox,
    rate_alerts,
    targets,
    window_revisions,
    windows,
    workers,
)

__all__ = [
    "account_keys",
    "accounts",
    "activities",
    "api_keys",
    "comparison_results",
    "comparisons",
    "control",
    "deliveries",
    "events",
    "exclusions",
    "floors",
    "idempotency",
    "lead_keys",
    "leads",
    "leases",
    "ledger_entries",
    "metadata",
    "outbox",
    "ownerships",
    "policies",
    "rate_alerts",
    "reps",
    "targets",
    "window_revisions",
    "windows",
    "workers",
]
