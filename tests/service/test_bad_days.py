"""Days on which the disk is full, or an hour comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from api.service.sweeps import return_breached
from tests.service.builders import add_rep, lead_of, owner, rep_of, set_policy
from tests.service.deciding import run_window
from tests.service.invariants import check_invariants
from tests.service.posting import bulk, other, post
from tests.service.serving import Service, serving

_HOURS: dict[str, Any] = {"timezone": "Europe/London",
                          "working_hours": ("Mon-Sun 00:00-24:00",)}


@pytest.fixture
def on_sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Service]:
    """A service on a file."""
    path = tmp_path / "fairlead.db"
    path.write_bytes(sqlite_template.read_bytes())
    with serving(f"sqlite:///{path}") as service:
        yield service


@contextmanager
def _full_disk(service: Service) -> Iterator[None]:
    """Let the file grow no more."""
    engine = service.context.database.engine

    def allow(connection: Connection, pages: int | None = None) -> None:
        found = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages or found}")

    event.listen(engine, "begin", allow)
    try:
        yield
    finally:
        event.remove(engine, "begin", allow)
        event.listen(engine, "begin", lambda connection: allow(connection, 2**30))


def test_a_full_disk_loses_nothing(on_sqlite: Service) -> None:
    """Posts are answered 503 and leave nothing, windows wait; with room again all goes on."""
    service = on_sqlite
    add_rep(service.context, "ana", capacity=500)
    assert post(service, other("before")).status_code == 201
    accepted = ["before"]
    with _full_disk(service):
        for number in range(40):
            rows = [other(f"L{number}-{row}") for row in range(20)]
            answer = bulk(service, rows, prepare=False, idempotency_key=f"key-{number}")
            if answer.status_code != 200:
                break
            accepted += [one["lead_id"] for one in answer.json()["results"]]
        assert answer.status_code == 503
        assert answer.json()["code"] == "database_unavailable"
        with pytest.raises(OperationalError, match="full"):
            _run_windows(service, 40)
        check_invariants(service.context, accepted)
    again = bulk(service, rows, prepare=False, idempotency_key=f"key-{number}")
    assert again.status_code == 200
    accepted += [one["lead_id"] for one in again.json()["results"]]
    service.clock.move(minutes=5)
    run_window(service)
    assert {lead_of(service.context, one).state for one in accepted} == {"assigned"}
    check_invariants(service.context, accepted)


def _run_windows(service: Service, times: int) -> None:
    for _ in range(times):
        run_window(service)


@pytest.mark.parametrize(("begin", "until"), [
    # Clocks in London go from 02:00 back to 01:00, and from 01:00 on to 02:00.
    (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), datetime(2027, 3, 28, 2, 0, tzinfo=UTC))])
def test_an_hour_that_comes_twice_or_never_counts_as_it_passes(
        service: Service, begin: datetime, until: datetime) -> None:
    """Deadlines, daily caps and windows: 90 minutes are 90 minutes, one day is one day."""
    service.clock.now = begin
    set_policy(service.context, hand_off={"accept_within_minutes": 90})
    add_rep(service.context, "ana", daily_cap=2, **_HOURS)
    for number in range(3):
        assert post(service, other(f"L{number}", created_at=begin.isoformat())
                    ).status_code == 201
        run_window(service)
        service.clock.move(minutes=30)
    assert owner(service.context, "L0").accept_by == until
    assert rep_of(service.context).used == 2
    assert lead_of(service.context, "L2").state == "waiting"
    service.clock.now = until
    assert return_breached(service.context) == 0
    service.clock.now = until + timedelta(seconds=1)
    assert return_breached(service.context) == 1
    assert lead_of(service.context, "L0").state == "waiting"
    check_invariants(service.context, ["L0", "L1", "L2"])
