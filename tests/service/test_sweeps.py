"""What a worker looks for: broken service levels, leads that wake, leads that are too old."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from api.service.context import Context
from api.service.sweeps import (
    return_breached,
    send_aged_to_manager,
    wake_nurtured,
)
from api.store.control import read_entries
from api.store.leads import excluded_reps
from api.store.reps import update_rep
from solver.models import Queue, ReasonCode
from tests.service.builders import (
    OFFICE,
    add_lead,
    add_rep,
    give,
    kinds_of,
    lead_of,
    owner,
    put_rep,
    rep_of,
    set_policy,
)
from tests.service.invariants import check_invariants
from tests.service.serving import START, Service

_LEVEL = {"accept_within_minutes": 30, "contact_within_minutes": 60, "longest_work_minutes": 480}


def _step(service: Service, step: str, lead_id: str = "L1") -> None:
    answer = service.client.post(f"/v1/leads/{lead_id}/events", json={"step": step})
    assert answer.status_code == 200, answer.text


def _owned(service: Service, num_leads: int = 1, **hand_off: object) -> Context:
    """Return a service in which ana, of an office in London, owns leads under a service level."""
    set_policy(service.context, hand_off={**_LEVEL, **hand_off},
               limits=[{"name": "month", "period": "month", "upper": 100}])
    add_rep(service.context, **OFFICE)
    for number in range(1, num_leads + 1):
        add_lead(service.context, f"L{number}")
        give(service.context, f"L{number}")
    return service.context


def test_a_lead_that_is_not_accepted_goes_back(service: Service) -> None:
    """After the minutes, not at them: owner excluded, slot and credit free, one more breach."""
    context = _owned(service)
    service.clock.move(minutes=30)
    assert return_breached(context) == 0
    service.clock.move(seconds=1)
    assert return_breached(context) == 1
    lead, rep = lead_of(context), rep_of(context)
    assert (lead.state, lead.queue, lead.returns) == ("waiting", "next_window", 1)
    assert (rep.used, rep.used_today(START), rep.breaches) == (0, 0, 1)
    with context.database.read() as tx:
        assert excluded_reps(tx, ["L1"]) == {"L1": ("ana",)}
        assert len(read_entries(tx)) == 1
    assert kinds_of(context, "L1") == ["lead.assigned", "lead.returned"]
    assert return_breached(context) == 0
    check_invariants(context)


def test_each_state_owes_its_own(service: Service) -> None:
    """Accepted in time, contacted in time, then the longest work; a qualified lead owes nothing."""
    context = _owned(service, num_leads=4)
    for lead_id in ("L2", "L3", "L4"):
        _step(service, "accepted", lead_id)
    service.clock.move(minutes=31)
    assert return_breached(context) == 1
    for lead_id in ("L3", "L4"):
        _step(service, "contacted", lead_id)
    service.clock.move(minutes=30)
    assert return_breached(context) == 1
    _step(service, "qualified", "L4")
    service.clock.move(days=2)
    assert return_breached(context) == 1
    assert [lead_of(context, f"L{one}").state for one in (1, 2, 3, 4)] == [
        "waiting", "waiting", "waiting", "qualified"]
    check_invariants(context)


def test_the_clock_stands_still_over_night_and_weekend(service: Service) -> None:
    """Given at 16:50 on a Friday in London, to be accepted by 09:20 on Monday."""
    service.clock.now = datetime(2026, 11, 20, 16, 50, tzinfo=UTC)
    context = _owned(service)
    assert owner(context).accept_by == datetime(2026, 11, 23, 9, 20, tzinfo=UTC)
    service.clock.now = datetime(2026, 11, 23, 9, 20, tzinfo=UTC)
    assert return_breached(context) == 0
    service.clock.move(minutes=1)
    assert return_breached(context) == 1


@pytest.mark.parametrize(("given", "due"), [
    (datetime(2026, 10, 23, 15, 50, tzinfo=UTC), datetime(2026, 10, 26, 9, 20, tzinfo=UTC)),
    (datetime(2026, 3, 27, 16, 50, tzinfo=UTC), datetime(2026, 3, 30, 8, 20, tzinfo=UTC))])
def test_the_clocks_change_between(service: Service, given: datetime, due: datetime) -> None:
    """Over the weekends on which London's clocks change: 16:50 on Friday, 09:20 on Monday there."""
    service.clock.now = given
    context = _owned(service)
    service.clock.now = due
    assert return_breached(context) == 0
    service.clock.move(seconds=1)
    assert return_breached(context) == 1


def test_time_off_that_came_later_stops_the_clock(service: Service) -> None:
    """The stored deadline has passed, but the rep is away: a later one is stored, nobody blamed."""
    context = _owned(service)
    put_rep(context, "ana", time_off=("2026-11-18/2026-11-18",))
    service.clock.move(hours=18)
    assert return_breached(context) == 0
    assert owner(context).accept_by == datetime(2026, 11, 19, 9, 30, tzinfo=UTC)
    assert rep_of(context).breaches == 0


def test_a_policy_without_the_limit_blames_nobody(service: Service) -> None:
    """What the policy of now no longer asks for is not broken."""
    context = _owned(service)
    set_policy(context)
    service.clock.move(days=9)
    assert return_breached(context) == 0
    assert owner(context).accept_by is None


def test_who_breaks_it_too_often_is_paused(service: Service) -> None:
    """After so many breaches since the last pause; told once, and counted from 0 again."""
    context = _owned(service, num_leads=3, pause_after_breaches=2, pause_minutes=90)
    revision = rep_of(context).revision
    service.clock.move(minutes=31)
    assert return_breached(context) == 3
    rep = rep_of(context)
    assert rep.paused_until == service.clock.now + timedelta(minutes=90)
    assert (rep.breaches, rep.revision, rep.works(service.clock.now)) == (1, revision + 1, False)
    assert kinds_of(context).count("rep.paused") == 1
    check_invariants(context)


def test_a_longer_pause_is_not_shortened(service: Service) -> None:
    """A manager paused the rep for a week: breaches do not end that earlier."""
    context = _owned(service, pause_after_breaches=1, pause_minutes=90)
    until = START + timedelta(days=7)
    with context.database.write() as tx:
        update_rep(tx, "ana", paused_until=until)
    service.clock.move(minutes=31)
    assert return_breached(context) == 1
    assert rep_of(context).paused_until == until


def test_a_lead_that_comes_back_too_often_is_the_managers(service: Service) -> None:
    """After `hand_off.max_returns` it waits for a person, and says why."""
    context = _owned(service, max_returns=0)
    service.clock.move(minutes=31)
    assert return_breached(context) == 1
    assert lead_of(context).queue == Queue.MANAGER
    assert "came back 1 times, the last time from rep 'ana' (returned)" in (
        lead_of(context).reasons or "")
    check_invariants(context)


def test_a_sweep_is_bounded(service: Service) -> None:
    """A call does so many, the next one the rest."""
    context = _owned(service, num_leads=5)
    service.clock.move(minutes=31)
    assert [return_breached(context, most=2) for _ in range(4)] == [2, 2, 1, 0]


def test_workers_and_the_owner_at_once_break_nothing(service: Service) -> None:
    """Three sweeps beside an owner who accepts: each lead goes back once or is accepted."""
    context = _owned(service, num_leads=10)
    service.clock.move(minutes=31)
    ready, counts = threading.Barrier(4), list[int]()

    def sweep() -> None:
        ready.wait()
        counts.append(return_breached(context))

    def accept() -> None:
        ready.wait()
        for number in range(10, 0, -1):
            service.client.post(f"/v1/leads/L{number}/events", json={"step": "contacted"})

    threads = [threading.Thread(target=one) for one in (sweep, sweep, sweep, accept)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = [lead_of(context, f"L{number}").state for number in range(1, 11)]
    assert states.count("waiting") == sum(counts) == rep_of(context).breaches
    assert states.count("contacted") == 10 - sum(counts)
    check_invariants(context)


def test_leads_wake_at_their_date(service: Service) -> None:
    """From nurture to the next window, once its time has come, with an event; not before."""
    context = _owned(service)
    _step(service, "accepted")
    _step(service, "recycled")
    service.clock.move(days=29)
    assert wake_nurtured(context) == 0
    service.clock.move(days=1)
    assert wake_nurtured(context) == 1
    lead = lead_of(context)
    assert (lead.queue, lead.not_before, lead.reasons) == ("next_window", None, None)
    assert kinds_of(context, "L1")[-1] == "lead.queued"
    assert wake_nurtured(context) == 0
    check_invariants(context)


def test_leads_past_the_age_are_the_managers(service: Service) -> None:
    """From the next window's queue, with an alert; elsewhere or without a limit they stay."""
    context = service.context
    add_lead(context, "L1")
    add_lead(context, "L2", queue=Queue.REVIEW)
    add_lead(context, "L3", created_at=START - timedelta(hours=30))
    assert send_aged_to_manager(context) == 0
    set_policy(context, freshness={"max_age_hours": 24})
    assert send_aged_to_manager(context) == 1
    service.clock.move(hours=24)
    assert send_aged_to_manager(context) == 0
    service.clock.move(seconds=1)
    assert send_aged_to_manager(context) == 1
    assert [lead_of(context, f"L{one}").queue for one in (1, 2, 3)] == [
        "manager", "review", "manager"]
    assert ReasonCode.TOO_OLD.value in (lead_of(context).reasons or "")
    assert kinds_of(context, "L1") == ["lead.aged", "alert.lead_aged"]
    check_invariants(context)


def test_an_age_beyond_the_calendar_is_no_limit(service: Service) -> None:
    """A policy may say any number of hours."""
    set_policy(service.context, freshness={"max_age_hours": 1e300})
    add_lead(service.context)
    assert send_aged_to_manager(service.context) == 0
