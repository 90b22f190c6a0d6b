"""The worker as a process, and its tasks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from api.service.context import WORKER
from api.service.floors import refresh_floors
from api.service.windows.asking import ask_window, one_window, replay
from api.service.windows.closing import Trigger
from api.service.windows.committing import Committed, commit_plan
from api.solving.deciding import decide
from api.solving.errors import WorkFailedError, WorkGivenUpError
from api.solving.process import Solving
from api.store.floors import latest_floors
from api.store.schema import leases
from api.store.windows import windows_of_status
from api.store.workers import last_seen
from api.worker.tasks import Stopwatch, Task, run_tasks
from api.worker.windows import How, Windows
from solver import generate_window
from solver.models import Floors
from tests.service.processes import Processes
from tests.service.queueing import (
    lead,
    lose_lease,
    owner,
    put_leads,
    put_rep,
    rep_rows,
    run,
    take_lease,
    told,
)
from tests.service.serving import Service


def _until(service: Service, lead_id: str, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while owner(service, lead_id) is None:
        assert time.monotonic() < deadline, f"nobody owns {lead_id}"
        time.sleep(0.05)


def _env(database_url: str, **more: str) -> dict[str, str]:
    return {"FAIRLEAD_DATABASE_URL": database_url, "FAIRLEAD_WORKER_IDLE_SECONDS": "0.05",
            "FAIRLEAD_LEASE_SECONDS": "2", "FAIRLEAD_WINDOW_SECONDS": "0.2", **more}


def test_a_worker_closes_windows_until_it_is_ended(
        service: Service, database_url: str, processes: Processes) -> None:
    """By itself and when asked; SIGTERM ends it with 0, and it was seen alive."""
    put_rep(service, "ana", capacity=50)
    put_leads(service, lead("L1"))
    worker = processes.fairlead("worker", env=_env(database_url))
    _until(service, "L1")
    put_leads(service, lead("L2"))
    ask_window(service.context, WORKER)
    _until(service, "L2")
    with service.context.database.read() as tx:
        assert last_seen(tx) is not None
    assert worker.terminate() == 0
    assert "worker.ended" in worker.log


def test_a_killed_worker_loses_nothing(
        service: Service, database_url: str, processes: Processes) -> None:
    """SIGKILL while it solves: the next one takes over, and every lead has one owner."""
    window = generate_window(1500, 100, seed=2, at=service.clock.now)
    for rep in window.reps:
        put_rep(service, rep.rep_id, capacity=30)
    put_leads(service, *(lead(one.lead_id, worth=one.deal_value or 1.0) for one in window.leads))
    first = processes.fairlead("worker", env=_env(database_url))
    deadline = time.monotonic() + 60
    while not _running(service):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    first.kill()
    processes.fairlead("worker", env=_env(database_url))
    _until(service, window.leads[0].lead_id)
    owned = told(service, "lead.assigned")
    assert len(owned) == len({one.lead_id for one in owned}) == len(window.leads)
    assert sum(rep.used for rep in rep_rows(service).values()) == len(window.leads)


def _running(service: Service) -> bool:
    with service.context.database.read() as tx:
        return bool(windows_of_status(tx, "running"))


def test_run_window_is_for_cron(service: Service, database_url: str, processes: Processes
                                ) -> None:
    """One window, its summary, exit code 0; none where nothing waits; 1 where one is in hand."""
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    env = _env(database_url)
    once = processes.fairlead("run-window", "--format", "json", env=env)
    assert once.wait() == 0, once.log
    assert '"trigger": "cron"' in once.log
    assert owner(service, "L1") is not None
    nothing = processes.fairlead("run-window", env=env)
    assert nothing.wait() == 0
    assert "no lead waits" in nothing.log
    put_leads(service, lead("L2"))
    _hold_the_lease(service)
    busy = processes.fairlead("run-window", env={**env, "FAIRLEAD_LEASE_SECONDS": "600"})
    assert busy.wait() == 1, busy.log
    lose_lease(service)
    table = processes.fairlead("run-window", env=env)
    assert table.wait() == 0
    assert "assigned" in table.log


def _hold_the_lease(service: Service) -> None:
    later = service.context.database.clock() + timedelta(minutes=10)
    take_lease(service, "other")
    with service.context.database.write() as tx:
        tx.connection.execute(update(leases).values(expires_at=later))


@pytest.fixture
def solving() -> Iterator[Solving]:
    """A child process."""
    made = Solving()
    yield made
    made.close()


def test_a_stored_window_repeats_byte_for_byte(service: Service, solving: Solving) -> None:
    """The child solves the stored inputs again, and the plan is the same."""
    put_rep(service, "ana", capacity=2)
    put_leads(service, *(lead(f"L{n}", worth=100.0 * n + 1) for n in range(5)))
    done = run(service)
    again = replay(service.context, done.window_id, solving)
    assert again.equal
    assert again.plan_sha256 == one_window(service.context, done.window_id).plan_sha256


class _Broken(Solving):
    """A child that cannot do it."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def run(self, *_: object, **__: object) -> bytes:
        raise self._error


@pytest.mark.parametrize(("error", "said"), [
    (WorkFailedError("policy_conflict", "a and b cannot both hold"), "policy_conflict: a and b"),
    (WorkGivenUpError("given up"), "work_given_up: the worker was asked to end")])
def test_a_window_that_cannot_be_solved_fails(service: Service, error: Exception, said: str
                                              ) -> None:
    """Its row says why, its leads wait, and the lease is free again at once."""
    put_leads(service, lead("L1"))
    ran = Windows(service.context, _Broken(error), "me").run(Trigger.TIMER)
    assert ran.how is How.FAILED
    assert ran.window_id is not None
    row = one_window(service.context, ran.window_id)
    assert row.status == "failed"
    assert (row.error or "").startswith(said)
    assert take_lease(service, "other").token > 1


def test_windows_go_through_the_child(service: Service, solving: Solving) -> None:
    """Closed, solved there and committed; busy while another has the lease; empty after."""
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    windows = Windows(service.context, solving, "me")
    assert windows.run(Trigger.TIMER).how is How.COMMITTED
    assert windows.run(Trigger.TIMER).how is How.EMPTY
    take_lease(service, "other")
    assert windows.run(Trigger.TIMER).how is How.BUSY


class _InProcess(Solving):
    """Solves in this process."""

    def run(self, _: str, data: bytes, **__: object) -> bytes:  # type: ignore[override]
        return decide(data)


def _break_commits(monkeypatch: pytest.MonkeyPatch, errors: list[Exception]) -> None:
    def commit(*arguments: Any) -> Committed:
        if errors:
            raise errors.pop()
        return commit_plan(*arguments)
    monkeypatch.setattr("api.worker.windows.commit_plan", commit)


def test_a_commit_that_others_crossed_is_tried_again(service: Service,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same plan, a little later."""
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    _break_commits(monkeypatch, [OperationalError("UPDATE", {}, Exception("deadlock"))] * 2)
    pauses: list[float] = []
    ran = Windows(service.context, _InProcess(), "me", pause=pauses.append).run(Trigger.TIMER)
    assert (ran.how, len(pauses)) == (How.COMMITTED, 2)
    assert owner(service, "L1") is not None


def test_a_commit_that_raises_fails_the_window(service: Service, monkeypatch: pytest.MonkeyPatch
                                               ) -> None:
    """The row says so, without what the error holds of people, and somebody is told."""
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    _break_commits(monkeypatch, [ZeroDivisionError("ann@example.com")])
    ran = Windows(service.context, _InProcess(), "me").run(Trigger.TIMER)
    assert ran.how is How.FAILED
    assert ran.window_id is not None
    assert one_window(service.context, ran.window_id).error == (
        "not_committed: its plan could not be committed (ZeroDivisionError)")
    assert len(told(service, "alert.window_failed")) == 1


def test_old_leads_leave_under_the_heartbeat(service: Service, monkeypatch: pytest.MonkeyPatch
                                             ) -> None:
    """However many there are, the lease does not run out meanwhile."""
    beating: list[bool] = []

    def look(_: object) -> int:
        beating.append(any(one.name == "heartbeat" for one in threading.enumerate()))
        return 0
    monkeypatch.setattr("api.worker.windows.send_aged_to_manager", look)
    assert Windows(service.context, _InProcess(), "me").run(Trigger.TIMER).how is How.EMPTY
    assert beating == [True]


def test_floors_are_learnt_and_used(service: Service, solving: Solving) -> None:
    """From the leads of the last weeks; not before they are due again; the window names them."""
    put_rep(service, "ana", capacity=1)
    assert not refresh_floors(service.context, solving)
    window = generate_window(60, 2, seed=4, at=service.clock.now)
    put_leads(service, *window.leads[:50], state="lost", queue=None)
    service.clock.move(minutes=1)
    assert refresh_floors(service.context, solving)
    assert not refresh_floors(service.context, solving)
    with service.context.database.read() as tx:
        made = latest_floors(tx, 0)
    assert made is not None
    assert Floors.model_validate_json(made.floors).history_leads > 40
    put_leads(service, lead("L1"))
    done = run(service)
    assert one_window(service.context, done.window_id).floors_id == made.id
    service.clock.move(minutes=31)
    assert refresh_floors(service.context, solving)


def test_a_task_that_fails_stops_no_other() -> None:
    """It is tried again, and all end when told."""
    stop = threading.Event()
    tries: list[str] = []

    def fail() -> None:
        tries.append("bad")
        raise RuntimeError("broken")

    def work() -> bool:
        tries.append("good")
        if tries.count("bad") >= 2 and tries.count("good") >= 3:
            stop.set()
        return False

    run_tasks([Task("bad", fail, 0.001), Task("good", work, 0.001)], stop)
    assert tries.count("bad") >= 2


def test_a_stopwatch_runs_by_its_own_clock() -> None:
    """From the moment at which a value was first seen."""
    now = [0.0]
    watch = Stopwatch(lambda: now[0])
    assert watch.since("a") == 0.0
    now[0] = 5.0
    assert watch.since("a") == 5.0
    assert watch.since("b") == 0.0
