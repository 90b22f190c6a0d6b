"""A short run with everything that goes wrong: nothing is lost, nothing is owned twice."""

from __future__ import annotations

from pathlib import Path

from benchmarks.faults.asked import Asked
from benchmarks.service_faults import report, run
from tests.postgres import Postgres

_SHORT = Asked(leads=400, clients=4, reps=8, bulk=20, restarts=1, servers=2, workers=1)


def test_postgresql_crashes_and_workers_are_killed(own_postgres: Postgres) -> None:
    """Two servers; clients repeat themselves and hang up; a server and the receiver go down."""
    outcome = run(_SHORT, own_postgres.create_database("faults"), own_postgres)
    counts = outcome.notes.counts
    assert not counts["faults"], report(outcome, _SHORT, "postgresql")
    assert (counts["PostgreSQL crashed"], counts["servers killed"], counts["receiver down"]) == (
        1, 1, 1)
    assert counts["workers killed"] >= 2
    assert counts["state assigned"] > 100


def test_a_server_and_workers_are_killed_on_sqlite(tmp_path: Path) -> None:
    """One server; the file is whole after all of it."""
    asked = Asked(leads=200, clients=3, reps=8, bulk=20, servers=1, workers=1, least_kills=1)
    outcome = run(asked, f"sqlite:///{tmp_path / 'faults.db'}", None)
    counts = outcome.notes.counts
    assert not counts["faults"], report(outcome, asked, "sqlite")
    assert counts["servers killed"] == 1
    assert counts["workers killed"] >= 1
