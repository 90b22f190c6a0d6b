"""Leads: who they are, where they stand, who owned them, what they did."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from api.store.schema.base import metadata
from api.store.types import Counter, Instant

leads = Table(
    "leads", metadata,
    Column("lead_id", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("queue", String),  # of a waiting lead
    Column("queued_at", Instant),  # since when it waits in this queue
    Column("not_before", Instant),  # of a lead that rests in nurture
    Column("reasons", Text),  # JSON: why it is held
    Column("hold", Text),  # JSON of the Hold that preparing put on it
    Column("record", Text),  # JSON of the prepared Lead; None once erased
    Column("posted", Text),  # JSON of the fields as they were posted
    Column("points", Text),  # JSON of the score's parts
    Column("hot", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant),
    Column("received_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),  # what a plan relies on
    Column("returns", Integer, nullable=False, server_default="0"),  # came back from owners
    Column("account_id", String),
    Column("source", String),
    Column("segment", String),  # territory
    Column("merged_into", String, ForeignKey("leads.lead_id")),
    Column("kept_by", String),  # the owner that the CRM names, of a kept lead
    Column("window_id", String),  # the last window that looked at it
    Column("won_amount", Float),
    Column("last_activity_at", Instant),
    CheckConstraint("(state = 'waiting') = (queue IS NOT NULL)", name="queue_of_waiting"),
    Index("ix_leads_waiting", "queue", "queued_at", "lead_id",
          sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
    Index("ix_leads_account", "account_id"),
    Index("ix_leads_received", "received_at", "lead_id"),
    Index("ix_leads_state", "state"),
    Index("ix_leads_merged_into", "merged_into",
          sqlite_where=text("merged_into IS NOT NULL"),
          postgresql_where=text("merged_into IS NOT NULL")),
)

lead_keys = Table(
    "lead_keys", metadata,
    Column("key", String, primary_key=True),
    Column("lead_id", String, ForeignKey("leads.lead_id", ondelete="CASCADE"), primary_key=True),
    Index("ix_lead_keys_lead_id", "lead_id"),
)

exclusions = Table(
    "exclusions", metadata,  # reps who may not own a lead any more
    Column("lead_id", String, ForeignKey("leads.lead_id"), primary_key=True),
    Column("rep_id", String, primary_key=True),
    Column("reason", String, nullable=False),
    Column("at", Instant, nullable=False),
)

ownerships = Table(
    "ownerships", metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("lead_id", String, ForeignKey("leads.lead_id"), nullable=False),
    Column("rep_id", String, ForeignKey("reps.rep_id"), nullable=False),
    Column("source", String, nullable=False),  # window, hot, manual, referred
    Column("window_id", String),
    Column("policy_version", Integer, nullable=False),
    Column("slots", Integer, nullable=False),
    Column("worth", Counter, nullable=False, server_default="0"),  # whole units, for the ledger
    Column("limits", Text),  # JSON: names of limits that it counts for
    Column("value", Counter),  # minor units
    Column("why", Text, nullable=False),
    Column("assignment", Text),  # JSON of the plan's Assignment
    Column("started_at", Instant, nullable=False),
    Column("accept_by", Instant),
    Column("contact_by", Instant),
    Column("work_by", Instant),
    Column("accepted_at", Instant),
    Column("contacted_at", Instant),
    Column("qualified_at", Instant),
    Column("touches", Integer, nullable=False, server_default="0"),
    Column("ended_at", Instant),
    Column("end_reason", String),  # the step that ended it
    Column("credited_at", Instant),
    Index("uq_ownerships_single_owner", "lead_id", unique=True,
          sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
    Index("ix_ownerships_rep", "rep_id", "ended_at"),
    Index("ix_ownerships_lead", "lead_id", "id"),
    Index("ix_ownerships_started", "started_at"),
    Index("ix_ownerships_ended", "ended_at",
          sqlite_where=text("ended_at IS NOT NULL"), postgresql_where=text("ended_at IS NOT NULL")),
    Index("ix_ownerships_accept_by", "accept_by",
          sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
)

activities = Table(
    "activities", metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("lead_id", String, ForeignKey("leads.lead_id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("received_at", Instant, nullable=False),
    Index("uq_activities_once", "lead_id", "at", "kind", "detail", unique=True),
)

events = Table(
    "events", metadata,  # everything that happened, in order
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("kind", String, nullable=False),  # lead.assigned, rep.paused, policy.activated, ...
    Column("lead_id", String),
    Column("rep_id", String),
    Column("actor", String, nullable=False),  # id of the API key, or worker
    Column("state", String),  # after it
    Column("queue", String),
    Column("window_id", String),
    Column("detail", Text),  # JSON
    Index("ix_events_lead", "lead_id", "id"),
    Index("ix_events_kind", "kind", "at"),
)
