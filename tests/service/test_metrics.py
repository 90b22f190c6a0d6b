"""Metrics: what Prometheus reads, and the invariants among it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, text, update

from api.logs import set_up_logs
from api.service.context import Context, Scope
from api.service.invariants import Violation, check_invariants
from api.store.control import set_control
from api.store.invariants import INVARIANTS
from api.store.leads import exclude
from api.store.rate_alerts import Watched, note_outside
from api.store.schema import deliveries, outbox, ownerships, reps, targets, windows
from api.store.workers import note_alive
from solver.hand_off import LeadState
from solver.models import Queue
from tests.command_line import ROOT
from tests.service.handed_off import own, put_lead, put_rep, say
from tests.service.serving import Service


def scrape(service: Service) -> Mapping[tuple[str, str], float]:
    """Return name and value of the label to the figure; labels of requests are left out."""
    answer = service.client.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    return {(sample.name, next(iter(sample.labels.values()), "")): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples}


def put_rows(context: Context, table: Any, *rows: dict[str, Any]) -> None:
    """Insert rows."""
    with context.database.write() as tx:
        for row in rows:
            tx.connection.execute(insert(table).values(**row))


def test_metrics_need_a_key_that_reads(service: Service) -> None:
    """No key, no answer; intake does not read."""
    assert service.client.get("/metrics", headers={"Authorization": ""}).status_code == 401
    assert service.client.get("/metrics", headers=service.key(Scope.INTAKE)).status_code == 403
    assert service.client.get("/metrics", headers=service.key(Scope.READ)).status_code == 200


def test_requests_are_counted(service: Service) -> None:
    """By method, route and status, in the process that answered them."""
    count = 'fairlead_request_seconds_count{method="GET",route="/metrics",status="401"}'
    before = re.findall(rf"{re.escape(count)} (\S+)", service.client.get("/metrics").text)
    service.client.get("/metrics", headers={"Authorization": ""})
    after = re.findall(rf"{re.escape(count)} (\S+)", service.client.get("/metrics").text)
    assert float(after[0]) == float((before or ["0"])[0]) + 1


def test_leads_and_queues(service: Service) -> None:
    """Leads by state, and by queue with the age of the oldest; 0 where there is none."""
    put_rep(service.context, "ana", used=1)
    now = service.clock.now
    put_lead(service.context, "L1", now - timedelta(minutes=5))
    put_lead(service.context, "L2", now - timedelta(minutes=2))
    put_lead(service.context, "L3", now, queue="nurture", reasons='[{"code": "NURTURE"}]')
    put_lead(service.context, "L4", now, "assigned")
    own(service.context, "L4", "ana", now)
    found = scrape(service)
    assert {state: found["fairlead_leads", state] for state in ("waiting", "assigned", "won")} == {
        "waiting": 3, "assigned": 1, "won": 0}
    assert {name for metric, name in found if metric == "fairlead_leads"} == set(LeadState)
    assert {name for metric, name in found if metric == "fairlead_queue_leads"} == set(Queue)
    assert found["fairlead_queue_leads", "next_window"] == 2
    assert found["fairlead_queue_oldest_seconds", "next_window"] == 300
    assert found["fairlead_queue_oldest_seconds", "junk"] == 0
    assert {found["fairlead_invariant_violations", name] for name in INVARIANTS} == {0}


def test_reps_and_their_free_slots(service: Service) -> None:
    """Who is paused has none."""
    put_rep(service.context, "ana")
    put_rep(service.context, "ben")
    with service.context.database.write() as tx:
        tx.connection.execute(update(reps).where(reps.c.rep_id == "ben").values(
            paused_until=service.clock.now + timedelta(hours=1)))
    found = scrape(service)
    assert (found["fairlead_reps", ""], found["fairlead_free_slots", ""]) == (1, 10)


def test_windows(service: Service) -> None:
    """Nothing before the first; then age, duration, leads and gap of the latest that has ended."""
    assert ("fairlead_window_age_seconds", "") not in scrape(service)
    now = service.clock.now
    made = {"trigger": "timer", "at": now, "policy_version": 0, "shadow": False}
    put_rows(
        service.context, windows,
        made | {"window_id": "w1", "status": "succeeded", "num_leads": 9,
                "created_at": now - timedelta(hours=2)},
        made | {"window_id": "w2", "status": "succeeded", "num_leads": 7,
                "created_at": now - timedelta(minutes=5),
                "started_at": now - timedelta(minutes=4),
                "finished_at": now - timedelta(minutes=3), "certificate": '{"gap": 12}'},
        made | {"window_id": "w3", "status": "running", "created_at": now})
    found = scrape(service)
    assert {name: found[f"fairlead_window_{name}", ""]
            for name in ("age_seconds", "seconds", "leads", "gap")} == {
        "age_seconds": 180, "seconds": 60, "leads": 7, "gap": 12}
    assert found["fairlead_windows_last_hour", "succeeded"] == 1
    assert found["fairlead_windows_last_hour", "running"] == 1


def test_delivery(service: Service) -> None:
    """What waits in the outbox, what is queued, tried again or dead, and the lag."""
    put_lead(service.context, "L1", service.clock.now)
    say(service.context, "lead.received", "L1")
    say(service.context, "lead.updated", "L1")
    now = service.clock.now
    put_rows(service.context, targets, *(
        {"target_id": name, "kind": "webhook", "url": "", "kinds": "[]", "created_at": now}
        for name in ("a", "b", "c")))
    with service.context.database.write() as tx:
        first = tx.connection.execute(outbox.select().order_by(outbox.c.id)).first()
        assert first is not None
        tx.connection.execute(update(outbox).where(outbox.c.id == first.id)
                              .values(fanned_out=True))
    put_rows(service.context, deliveries, *(
        {"outbox_id": first.id, "target_id": name, "status": status, "attempts": attempts,
         "queued_at": now, "next_at": now + timedelta(seconds=due)}
        for name, status, attempts, due in (("a", "queued", 0, 10), ("b", "queued", 2, 30),
                                            ("c", "dead", 9, 0))))
    service.clock.move(seconds=40)
    found = scrape(service)
    assert (found["fairlead_outbox_waiting", ""], found["fairlead_outbox_oldest_seconds", ""]) == (
        1, 40)
    assert {status: found["fairlead_deliveries", status]
            for status in ("queued", "retrying", "dead")} == {"queued": 1, "retrying": 1, "dead": 1}
    assert found["fairlead_delivery_lag_seconds", ""] == 30


def test_the_service_as_a_whole(service: Service) -> None:
    """Shadow mode, rates outside their range, and when a worker was last heard of."""
    assert ("fairlead_worker_age_seconds", "") not in scrape(service)
    with service.context.database.write() as tx:
        set_control(tx, shadow=True)
        note_alive(tx, "w", service.clock.now)
        note_outside(tx, Watched("won", "whole", ""), service.clock.now)
    service.clock.move(seconds=20)
    found = scrape(service)
    assert {name: found[f"fairlead_{name}", ""] for name in (
        "shadow", "policy_version", "rates_outside", "worker_age_seconds")} == {
        "shadow": 1, "policy_version": 0, "rates_outside": 1, "worker_age_seconds": 20}


def _lose_owner(context: Context) -> None:
    put_lead(context, "L1", context.now, "accepted")


def _own_without_work(context: Context) -> None:
    put_lead(context, "L1", context.now, "lost")
    own(context, "L1", "ana", context.now, slots=0)


def _leak_a_slot(context: Context) -> None:
    put_lead(context, "L1", context.now, "assigned")
    own(context, "L1", "ana", context.now, slots=2)


def _give_to_an_excluded_rep(context: Context) -> None:
    put_lead(context, "L1", context.now, "assigned")
    with context.database.write() as tx:
        exclude(tx, "L1", "ana", "rejected", context.now)
    own(context, "L1", "ana", context.now, slots=0)


def _hold_without_reason(context: Context) -> None:
    put_lead(context, "L1", context.now, queue="review", reasons="[]")


def _give_to_two(context: Context) -> None:
    put_lead(context, "L1", context.now, "assigned")
    with context.database.write() as tx:
        tx.connection.execute(text("DROP INDEX uq_ownerships_single_owner"))
    own(context, "L1", "ana", context.now, slots=0)
    own(context, "L1", "ana", context.now, slots=0)


@pytest.mark.parametrize(("invariant", "break_it", "example"), [
    ("single_owner", _give_to_two, "L1"),
    ("work_has_owner", _lose_owner, "L1"),
    ("owner_has_work", _own_without_work, "L1"),
    ("slots_add_up", _leak_a_slot, "ana"),
    ("excluded_reps_own_nothing", _give_to_an_excluded_rep, "L1"),
    ("held_has_reason", _hold_without_reason, "L1"),
])
def test_a_broken_invariant_is_counted_and_logged(
    service: Service, invariant: str, break_it: Callable[[Context], None], example: str
) -> None:
    """It alone, with an example, as an error in the log and a figure among the metrics."""
    put_rep(service.context, "ana")
    assert check_invariants(service.context) == []
    break_it(service.context)
    with structlog.testing.capture_logs() as lines:
        assert check_invariants(service.context) == [Violation(invariant, 1, (example,))]
    assert lines == [{"event": "invariant.broken", "log_level": "error", "invariant": invariant,
                      "count": 1, "examples": (example,)}]
    with structlog.testing.capture_logs():
        found = scrape(service)
    assert {name: found["fairlead_invariant_violations", name] for name in INVARIANTS} == {
        name: int(name == invariant) for name in INVARIANTS}


def test_a_manager_may_give_a_lead_to_an_excluded_rep(service: Service) -> None:
    """By hand it is a person's word, and so it is where the rep was excluded later."""
    put_rep(service.context, "ana")
    put_lead(service.context, "L1", service.clock.now, "assigned")
    put_lead(service.context, "L2", service.clock.now, "assigned")
    with service.context.database.write() as tx:
        exclude(tx, "L1", "ana", "rejected", service.clock.now)
        exclude(tx, "L2", "ana", "rejected", service.clock.now + timedelta(minutes=1))
    own(service.context, "L1", "ana", service.clock.now, slots=0, source="manual")
    own(service.context, "L2", "ana", service.clock.now, slots=0)
    assert check_invariants(service.context) == []


def test_an_ended_ownership_takes_no_slot(service: Service) -> None:
    """Slots are those of ownerships that last."""
    put_rep(service.context, "ana", used=1)
    for lead_id, state, ended in (("L1", "assigned", None), ("L2", "won", service.clock.now)):
        put_lead(service.context, lead_id, service.clock.now, state)
        own(service.context, lead_id, "ana", service.clock.now, ended_at=ended)
    assert check_invariants(service.context) == []
    with service.context.database.write() as tx:
        tx.connection.execute(update(ownerships).values(ended_at=service.clock.now))
    assert {one.invariant for one in check_invariants(service.context)} == {"work_has_owner",
                                                                            "slots_add_up"}


def test_errors_of_the_log_are_counted(service: Service, capsys: pytest.CaptureFixture[str]
                                       ) -> None:
    """By event; lines below an error are not."""
    name = ("fairlead_errors_total", "test.went_wrong")
    counted, before = scrape(service).get(name, 0), structlog.get_config()
    try:
        set_up_logs(service.context.settings)
        structlog.get_logger().error("test.went_wrong")
        structlog.get_logger().warning("test.went_on")
    finally:
        structlog.configure(**before)
    assert "test.went_wrong" in capsys.readouterr().err
    found = scrape(service)
    assert found[name] == counted + 1
    assert ("fairlead_errors_total", "test.went_on") not in found


def test_the_readme_names_every_metric(service: Service) -> None:
    """Those of Fairlead, and no other ones; and every invariant."""
    now = service.clock.now
    with service.context.database.write() as tx:
        note_alive(tx, "w", now)
    put_rows(service.context, windows, {
        "window_id": "w", "status": "succeeded", "trigger": "timer", "at": now, "created_at": now,
        "policy_version": 0, "shadow": False, "started_at": now, "finished_at": now,
        "certificate": '{"gap": 0}'})
    readme = Path(ROOT, "api", "README.md").read_text(encoding="utf-8")
    assert [name for name in INVARIANTS if f"\n| `{name}` |" not in readme] == []
    families = text_string_to_metric_families(service.client.get("/metrics").text)
    assert set(re.findall(r"`(fairlead_[a-z_]+)", readme)) == {
        family.name + ("_total" if family.type == "counter" else "")
        for family in families if family.name.startswith("fairlead_")}
