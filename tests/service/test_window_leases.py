"""Who closes windows and when: leases, timers, requests, cancelling, shadow."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from api.service.context import WORKER
from api.service.windows.asking import ask_window, one_window, plan_json
from api.service.windows.closing import Status, Trigger, close_window
from api.service.windows.committing import commit_plan
from api.service.windows.due import due
from api.service.windows.errors import LostLeaseError, NotRunningError
from api.service.windows.failing import cancel_window, fail_window
from api.service.windows.leasing import acquire, release, renew
from api.solving.deciding import Decided, decide
from api.store.control import set_control
from api.store.windows import windows_of_status
from solver import parse_plan
from tests.service.queueing import (
    close,
    commit,
    lead,
    lead_row,
    lose_lease,
    owner,
    put_leads,
    put_rep,
    rep_rows,
    run,
    take_lease,
    told,
)
from tests.service.serving import START, Service, serving


def test_no_lead_no_window(service: Service) -> None:
    """An empty queue makes none, and one that was asked for ends at once without a plan."""
    put_rep(service, "ana")
    put_leads(service, lead("later"), not_before=START + timedelta(hours=1))
    assert close_window(service.context, take_lease(service), Trigger.TIMER) is None
    asked = ask_window(service.context, WORKER)
    assert close_window(service.context, take_lease(service), Trigger.TIMER) is None
    row = one_window(service.context, asked.window_id)
    assert (row.status, row.num_leads, row.plan_sha256) == ("succeeded", 0, None)


def test_who_lost_the_lease_commits_nothing(service: Service) -> None:
    """The token fences off, however late the plan comes; the next holder has the leads."""
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    lease, closed = close(service)
    lose_lease(service)
    other = take_lease(service, "other")
    assert not renew(service.context, lease)
    with pytest.raises(LostLeaseError):
        commit(service, lease, closed)
    assert owner(service, "L1") is None
    again = close_window(service.context, other, Trigger.TIMER)
    assert again is not None
    assert "'worker' was lost" in (one_window(service.context, closed.window_id).error or "")
    commit(service, other, again)
    with pytest.raises(LostLeaseError):
        commit(service, lease, closed)
    assert len(told(service, "lead.assigned")) == 1


def test_a_lease_that_ran_out_but_was_not_taken_commits(service: Service) -> None:
    """Nobody else closed a window since, so the plan holds."""
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    lease, closed = close(service)
    lose_lease(service)
    assert commit(service, lease, closed).num_assigned == 1


def test_a_lease_is_one_workers(service: Service) -> None:
    """Another gets it once it is released or ran out, with a higher token."""
    lease = take_lease(service)
    assert acquire(service.context, "other") is None
    release(service.context, lease)
    other = take_lease(service, "other")
    assert other.token > lease.token
    assert acquire(service.context, "worker") is None


def test_a_clock_that_goes_back_stalls_nothing(service: Service) -> None:
    """A lease from the future is none, and windows go on in their order."""
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    _, first = close(service)
    service.clock.move(hours=-5)
    lose_lease(service)
    other = take_lease(service, "other")
    second = close_window(service.context, other, Trigger.TIMER)
    assert second is not None
    earlier, later = (one_window(service.context, one.window_id) for one in (first, second))
    assert (earlier.at, later.at) == (START, START + timedelta(microseconds=1))
    assert commit(service, other, second).num_assigned == 1
    put_leads(service, lead("L2"))
    assert due(service.context) is None
    assert due(service.context, waited=60.0) is Trigger.TIMER


def test_a_lease_of_the_future_is_taken_on_sqlite(tmp_path: object) -> None:
    """Where there is no server's clock, one from before the clock went back counts as over."""
    with serving(f"sqlite:///{tmp_path}/fairlead.db") as service:
        take_lease(service)
        service.clock.move(hours=-1)
        assert acquire(service.context, "other") is not None


def test_a_cancelled_window_is_not_committed(service: Service) -> None:
    """Its leads wait as before; cancelling it again, or one that has ended, changes nothing."""
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    lease, closed = close(service)
    for _ in range(2):
        assert cancel_window(service.context, WORKER, closed.window_id).status == "cancelled"
    with pytest.raises(NotRunningError):
        commit(service, lease, closed)
    assert lead_row(service, "L1").revision == 1
    done = run(service)
    assert cancel_window(service.context, WORKER, done.window_id).status == "succeeded"


def test_a_failed_window_is_told_once(service: Service) -> None:
    """The same failure again is no second alert; the leads wait on."""
    put_leads(service, lead("L1"))
    for _ in range(2):
        lease, closed = close(service)
        assert fail_window(service.context, closed.window_id, lease, "policy_conflict", "a and b")
        assert not fail_window(service.context, closed.window_id, lease, "other", "twice")
    assert len(told(service, "alert.window_failed")) == 1
    assert one_window(service.context, closed.window_id).error == "policy_conflict: a and b"
    assert lead_row(service, "L1").queue == "next_window"


def test_shadow_decides_and_assigns_nothing(service: Service) -> None:
    """The plan is there, the leads are untouched, and nothing new means no new window."""
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    with service.context.database.write() as tx:
        set_control(tx, shadow=True)
    done = run(service)
    assert (done.shadow, done.num_assigned, owner(service, "L1")) == (True, 0, None)
    assert len(parse_plan(plan_json(service.context, done.window_id)).assignments) == 1
    assert lead_row(service, "L1").window_id is None
    service.clock.move(minutes=5)
    assert close_window(service.context, take_lease(service), Trigger.TIMER) is None
    assert close_window(service.context, take_lease(service), Trigger.CRON) is not None
    put_leads(service, lead("L2"))
    assert close_window(service.context, take_lease(service), Trigger.TIMER) is not None


def test_the_switch_holds_for_a_window_in_flight(service: Service) -> None:
    """Switched to shadow between close and commit, nothing is assigned."""
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    lease, closed = close(service)
    with service.context.database.write() as tx:
        set_control(tx, shadow=True)
    assert commit(service, lease, closed).shadow
    assert owner(service, "L1") is None


def test_a_window_is_due_by_time_size_and_request(database_url: str) -> None:
    """After its first lead and the last window, or at once: full, or asked for."""
    with serving(database_url, window_max_leads=3, window_seconds=60) as service:
        put_rep(service, "ana", capacity=0)
        assert due(service.context) is None
        put_leads(service, lead("L1"))
        assert due(service.context) is None  # others may come, with whom it is compared
        service.clock.move(seconds=60)
        assert due(service.context) is Trigger.TIMER
        run(service)
        assert due(service.context) is None
        service.clock.move(seconds=59)
        put_leads(service, lead("L2"), lead("L3"))
        assert due(service.context) is None  # two that no window has looked at
        put_leads(service, lead("L4"))
        assert due(service.context) is Trigger.FULL
        service.clock.move(seconds=1)
        run(service)
        ask_window(service.context, WORKER)
        assert due(service.context) is Trigger.ASKED
        lease, _ = close(service, Trigger.ASKED)
        assert due(service.context) is None  # it runs
        lose_lease(service)
        assert due(service.context) is Trigger.TIMER  # its worker is gone
        assert lease.holder == "worker"


def test_one_connection_is_enough_for_a_window_that_was_lost(database_url: str) -> None:
    """The server's clock is not asked for while a transaction has the only connection."""
    with serving(database_url, pool_size=1) as service:
        put_rep(service, "ana")
        put_leads(service, lead("L1"))
        close(service)
        lose_lease(service)
        assert due(service.context) is Trigger.TIMER


def test_held_leads_never_keep_new_ones_out(database_url: str) -> None:
    """A window takes leads that none has looked at first, then in turn."""
    with serving(database_url, window_max_leads=2) as service:
        put_rep(service, "ana", capacity=0)
        put_leads(service, *(lead(f"old{n}") for n in range(3)))
        seen = []
        for minute in range(3):
            if minute == 1:
                put_leads(service, lead("new"))
            done = run(service)
            plan = parse_plan(plan_json(service.context, done.window_id))
            seen.append({one.lead_id for one in plan.held})
            service.clock.move(minutes=1)
        assert seen == [{"old0", "old1"}, {"old2", "new"}, {"old0", "old1"}]


def test_two_workers_close_one_window(service: Service) -> None:
    """Both try at once, again and again: every lead gets one owner, no slot is given twice."""
    put_rep(service, "ana", capacity=30)
    put_leads(service, *(lead(f"L{n}") for n in range(12)))
    problems: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for _ in range(4):
                lease = acquire(service.context, name)
                if lease is None:
                    continue
                closed = close_window(service.context, lease, Trigger.TIMER)
                if closed is not None:
                    decided = Decided.from_bytes(decide(closed.inputs))
                    commit_plan(service.context, closed.window_id, lease, decided)
                release(service.context, lease)
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert len(told(service, "lead.assigned")) == 12
    assert rep_rows(service)["ana"].used == 12


def test_what_is_asked_for_is_asked_for_once(service: Service) -> None:
    """Two requests are one window; one that runs already does not count."""
    put_leads(service, lead("L1"))
    first = ask_window(service.context, WORKER)
    assert ask_window(service.context, WORKER).window_id == first.window_id
    close(service, Trigger.ASKED)
    later = ask_window(service.context, WORKER)
    assert later.window_id != first.window_id
    with service.context.database.read() as tx:
        assert [row.window_id for row in windows_of_status(tx, Status.QUEUED)] == [later.window_id]
