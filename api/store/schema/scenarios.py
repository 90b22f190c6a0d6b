"""Scenarios that are compared with what there is: one row a comparison, one a result."""

from __future__ import annotations

from sqlalchemy import (
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
from api.store.types import Instant

comparisons = Table(
    "comparisons", metadata,
    Column("comparison_id", String, primary_key=True),
    Column("status", String, nullable=False),  # queued, running, succeeded, failed, cancelled
    Column("source", String, nullable=False),  # queue, window, posted
    Column("window_id", String),  # whose inputs were taken
    Column("at", Instant, nullable=False),  # instant of the decision
    Column("created_at", Instant, nullable=False),
    Column("created_by", String, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("holder", String),  # the worker
    Column("claimed_until", Instant),  # then it is lost, and another takes it up
    Column("token", Integer, nullable=False, server_default="0"),  # grows with each claim
    # Times it was taken up since results were last stored.
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("num_leads", Integer, nullable=False),
    Column("num_reps", Integer, nullable=False),
    Column("num_scenarios", Integer, nullable=False),
    Column("num_done", Integer, nullable=False, server_default="0"),  # the first ones
    Column("inputs", LargeBinary, nullable=False),  # zstd of window, floors and scenarios as JSON
    Column("inputs_sha256", String, nullable=False),
    Column("base", Text),  # JSON of the figures without any edit
    Column("error", Text),
    Index("ix_comparisons_created", "created_at"),
    Index("ix_comparisons_open", "comparison_id",
          sqlite_where=text("status IN ('queued', 'running')"),
          postgresql_where=text("status IN ('queued', 'running')")),
)

comparison_results = Table(
    "comparison_results", metadata,
    Column("comparison_id", String,
           ForeignKey("comparisons.comparison_id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),  # of the scenario
    Column("result", LargeBinary, nullable=False),  # zstd of JSON
)
