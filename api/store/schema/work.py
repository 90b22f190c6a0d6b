"""Work: windows and who holds them, messages on their way, keys, answers kept for retries."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from api.store.schema.base import metadata
from api.store.types import Counter, Instant

windows = Table(
    "windows", metadata,
    Column("window_id", String, primary_key=True),
    Column("status", String, nullable=False),  # queued, running, succeeded, failed, cancelled
    Column("trigger", String, nullable=False),  # timer, full, asked, cron
    Column("at", Instant, nullable=False),  # instant of the decision
    Column("policy_version", Integer, nullable=False),
    Column("shadow", Boolean, nullable=False),
    Column("holder", String),  # the worker
    Column("token", Integer),  # of its lease
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("num_leads", Integer, nullable=False, server_default="0"),
    Column("num_assigned", Integer),
    Column("num_held", Integer),
    Column("num_dropped", Integer),
    Column("dropped", Text),  # JSON: lead_id, rep_id, code, detail
    Column("outcome", String),
    Column("stopped_by", String),
    Column("certificate", Text),  # JSON
    Column("floors_id", Integer),
    Column("inputs", LargeBinary),  # zstd of the Window's JSON and the floors
    Column("inputs_sha256", String),
    Column("plan", LargeBinary),  # zstd of plan.json
    Column("plan_sha256", String),
    Column("error", Text),
    Index("ix_windows_created", "created_at"),
    # At most one that is asked for, and one that runs.
    Index("uq_windows_one_each", "status", unique=True,
          sqlite_where=text("status IN ('queued', 'running')"),
          postgresql_where=text("status IN ('queued', 'running')")),
)

window_revisions = Table(
    "window_revisions", metadata,  # what a window's plan relies on
    Column("window_id", String, ForeignKey("windows.window_id", ondelete="CASCADE"),
           primary_key=True),
    Column("revisions", LargeBinary, nullable=False),  # zstd of JSON: leads and reps to revisions
)

leases = Table(
    "leases", metadata,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("token", Integer, nullable=False),  # grows with each holder: who is fenced off
    Column("expires_at", Instant, nullable=False),
)

workers = Table(
    "workers", metadata,
    Column("worker_id", String, primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

outbox = Table(
    "outbox", metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("message_id", String, nullable=False),  # the webhook's id: the same at every attempt
    Column("kind", String, nullable=False),
    Column("lead_id", String),
    Column("payload", Text, nullable=False),  # JSON
    Column("created_at", Instant, nullable=False),
    Column("fanned_out", Boolean, nullable=False, server_default=text("false")),
    Index("ix_outbox_waiting", "id", sqlite_where=text("NOT fanned_out"),
          postgresql_where=text("NOT fanned_out")),
    Index("ix_outbox_lead", "lead_id"),
)

targets = Table(
    "targets", metadata,  # who is told
    Column("target_id", String, primary_key=True),
    Column("kind", String, nullable=False),  # webhook, people
    Column("url", Text, nullable=False),
    Column("secret", String),  # of a webhook
    Column("previous_secret", String),  # signs too while receivers change
    Column("kinds", Text, nullable=False),  # JSON: kinds of events, * is all
    Column("include_contact", Boolean, nullable=False, server_default=text("false")),
    Column("templates", Text),  # JSON: kind to text, of people
    Column("note", String, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
    Column("disabled_reason", String),
)

deliveries = Table(
    "deliveries", metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("outbox_id", Counter, ForeignKey("outbox.id"), nullable=False),
    Column("target_id", String, ForeignKey("targets.target_id"), nullable=False),
    Column("status", String, nullable=False),  # queued, delivered, dead
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant, nullable=False),
    Column("claimed_until", Instant),
    Column("last_error", String),
    Column("delivered_at", Instant),
    Index("uq_deliveries_once", "outbox_id", "target_id", unique=True),
    Index("ix_deliveries_due", "next_at", sqlite_where=text("status = 'queued'"),
          postgresql_where=text("status = 'queued'")),
    Index("ix_deliveries_status", "status", "id"),
)

api_keys = Table(
    "api_keys", metadata,
    Column("key_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("scopes", String, nullable=False),  # separated by blanks
    Column("rep_id", String),  # of a rep's own key: sees what is the rep's
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
)

idempotency = Table(
    "idempotency", metadata,
    Column("key_id", String, primary_key=True),  # of the API key
    Column("key", String, primary_key=True),
    Column("request", String, nullable=False),  # method and path
    Column("sha256", String, nullable=False),  # of the body
    Column("status", Integer, nullable=False),
    Column("answer", LargeBinary, nullable=False),  # zstd of the body
    Column("created_at", Instant, nullable=False),
    Index("ix_idempotency_created", "created_at"),
)
