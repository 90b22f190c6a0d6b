"""The sales floor: reps, accounts, policies, and what the service keeps of them as a whole."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
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

reps = Table(
    "reps", metadata,
    Column("rep_id", String, primary_key=True),
    Column("record", Text, nullable=False),  # JSON of the Rep as it was put
    Column("active", Boolean, nullable=False),
    Column("left_at", Instant),
    Column("paused_until", Instant),  # no new leads before
    Column("pause_reason", String),
    Column("capacity", Integer, nullable=False),
    Column("open_elsewhere", Integer, nullable=False),  # open leads that only the CRM knows
    Column("daily_cap", Integer),
    Column("used", Integer, nullable=False, server_default="0"),  # slots of leads owned here
    Column("day", Date),  # the rep's own day that day_used counts
    Column("day_used", Integer, nullable=False, server_default="0"),
    Column("breaches", Integer, nullable=False, server_default="0"),
    Column("timezone", String),  # of the rep's own day
    Column("name", String),
    Column("team", String),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("used >= 0 AND day_used >= 0", name="counts"),
)

accounts = Table(
    "accounts", metadata,
    Column("account_id", String, primary_key=True),
    Column("record", Text, nullable=False),
    Column("parent_id", String),
    Column("updated_at", Instant, nullable=False),
    Index("ix_accounts_parent", "parent_id"),
)

account_keys = Table(
    "account_keys", metadata,
    Column("key", String, primary_key=True),
    Column("account_id", String, ForeignKey("accounts.account_id", ondelete="CASCADE"),
           primary_key=True),
    Index("ix_account_keys_account_id", "account_id"),
)

policies = Table(
    "policies", metadata,  # immutable versions; only the status moves
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("status", String, nullable=False),  # draft, active, retired
    Column("document", Text, nullable=False),  # JSON of the Policy
    Column("note", String, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String, nullable=False),
    Column("activated_at", Instant),
    Index("uq_policies_one_active", "status", unique=True,
          sqlite_where=text("status = 'active'"), postgresql_where=text("status = 'active'")),
)

control = Table(
    "control", metadata,  # one row: what holds for the whole service
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("shadow", Boolean, nullable=False, server_default=text("false")),
    Column("floor_revision", Integer, nullable=False, server_default="1"),  # reps, accounts, policy
    Column("last_window_at", Instant),
    Column("ledger", Text),  # JSON of the Ledger after the last window
    CheckConstraint("id = 1", name="one_row"),
)

ledger_entries = Table(
    "ledger_entries", metadata,  # given by hand or given back since the last window
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("entry", Text, nullable=False),  # JSON of the Entry
)

floors = Table(
    "floors", metadata,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("made_at", Instant, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("floors", Text, nullable=False),  # JSON of the Floors
)
