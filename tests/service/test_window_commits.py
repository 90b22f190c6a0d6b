"""What changed between close and commit is dropped with a reason, and nothing else is."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from api.service.context import WORKER, Context
from api.service.control import set_shadow
from api.service.owning import Grant, Refusal, Source, grant
from api.service.policies import activate as activate_version
from api.service.windows import committing
from api.service.windows.asking import one_window
from api.service.windows.committing import commit_plan
from api.solving.deciding import Decided, decide
from api.store.control import read_control
from api.store.leads import exclude, lock_lead, update_lead
from api.store.policies import PolicyRow, add_policy
from api.store.reps import update_rep
from solver.models import (
    GroupBy,
    Groups,
    Policy,
)
from tests.service.queueing import (
    activate,
    close,
    commit,
    lead,
    lead_row,
    owner,
    put_leads,
    put_rep,
    rep_rows,
    told,
)
from tests.service.serving import START, Service


def _pause(service: Service) -> None:
    with service.context.database.write() as tx:
        update_rep(tx, "ana", paused_until=START + timedelta(hours=1), revision=2)


def _leave(service: Service) -> None:
    with service.context.database.write() as tx:
        update_rep(tx, "ana", left_at=START, active=False, revision=2)


def _change_rep(service: Service) -> None:
    with service.context.database.write() as tx:
        update_rep(tx, "ana", revision=2)


def _take_slot(service: Service) -> None:
    put_leads(service, lead("hot", worth=9000.0))
    with service.context.database.write() as tx:
        row = lock_lead(tx, "hot")
        assert row is not None
        _, refused = grant(tx, [Grant(row, "ana", Source.HOT, "hot", slots=1)], read_control(tx),
                           START, WORKER.actor_id)
        assert not refused


def _edit(service: Service) -> None:
    with service.context.database.write() as tx:
        update_lead(tx, "L1", revision=2)


def _erase(service: Service) -> None:
    with service.context.database.write() as tx:
        update_lead(tx, "L1", state="erased", queue=None, record=None, revision=2)


def _to_manager(service: Service) -> None:
    with service.context.database.write() as tx:
        update_lead(tx, "L1", queue="manager", revision=2)


def _exclude(service: Service) -> None:
    with service.context.database.write() as tx:
        exclude(tx, "L1", "ana", "rejected", START)


def _new_policy(service: Service) -> None:
    activate(service, Policy(reserve_value=1.0), version=7)


@pytest.mark.parametrize(("change", "code"), [
    (_pause, Refusal.NOT_AT_WORK), (_leave, Refusal.NOT_AT_WORK),
    (_change_rep, Refusal.REP_CHANGED), (_take_slot, Refusal.NO_SLOT),
    (_edit, Refusal.LEAD_CHANGED), (_erase, Refusal.LEAD_CHANGED),
    (_to_manager, Refusal.LEAD_CHANGED), (_exclude, Refusal.EXCLUDED),
    (_new_policy, Refusal.POLICY_CHANGED)])
def test_what_changed_between_close_and_commit_is_dropped(
        service: Service, change: Callable[[Service], None], code: Refusal) -> None:
    """With the reason, on the window's row; the lead has no owner, and the rest is carried out."""
    put_rep(service, "ana", capacity=1)
    put_rep(service, "ben", capacity=1)
    put_leads(service, lead("L1", worth=2000.0, excluded_rep_ids=("ben",)),
              lead("L2", excluded_rep_ids=("ana",)))
    lease, closed = close(service)
    change(service)
    done = commit(service, lease, closed)
    [dropped] = [one for one in done.dropped if one.lead_id == "L1"]
    assert (dropped.rep_id, dropped.code) == ("ana", code)
    assert owner(service, "L1") is None
    everything = code is Refusal.POLICY_CHANGED
    assert (owner(service, "L2") is None) is everything
    row = one_window(service.context, done.window_id)
    assert (row.status, row.num_dropped) == ("succeeded", 2 if everything else 1)
    assert json.loads(row.dropped or "")[0]["code"] == code
    assert rep_rows(service)["ana"].used == (1 if code is Refusal.NO_SLOT else 0)


def test_the_best_keeps_the_slot_that_is_left(service: Service) -> None:
    """Where fewer slots are left than planned, the leads of the highest net value get them."""
    put_rep(service, "ana", capacity=2)
    put_leads(service, lead("L1", worth=1000.0), lead("L2", worth=3000.0))
    lease, closed = close(service)
    _take_slot(service)
    done = commit(service, lease, closed)
    assert [(one.lead_id, one.code) for one in done.dropped] == [("L1", Refusal.NO_SLOT)]
    assert owner(service, "L2") is not None


def test_an_account_stays_whole_at_the_commit(service: Service) -> None:
    """Leads that go together or not at all are dropped together, each with its reason."""
    activate(service, Policy(groups=Groups(by=GroupBy.ACCOUNT)))
    put_rep(service, "ana", capacity=5)
    put_leads(service, lead("L1", account_id="acme"), lead("L2", account_id="acme"), lead("L3"))
    lease, closed = close(service)
    _edit(service)
    done = commit(service, lease, closed)
    assert {one.lead_id: one.code for one in done.dropped} == {
        "L1": Refusal.LEAD_CHANGED, "L2": Refusal.GROUP_CHANGED}
    assert owner(service, "L3") is not None


def test_a_full_rep_drops_the_whole_account(service: Service) -> None:
    """One slot for two leads that go together is none; another lead may have it."""
    activate(service, Policy(groups=Groups(by=GroupBy.ACCOUNT)))
    put_rep(service, "ana", capacity=3)
    put_leads(service, lead("L1", worth=5000.0, account_id="acme"),
              lead("L2", worth=4000.0, account_id="acme"), lead("L3", worth=10.0))
    lease, closed = close(service)
    with service.context.database.write() as tx:
        update_rep(tx, "ana", used=2)
    done = commit(service, lease, closed)
    assert {one.lead_id: one.code for one in done.dropped} == {
        "L1": Refusal.GROUP_CHANGED, "L2": Refusal.NO_SLOT}
    assert owner(service, "L3") is not None


def test_a_held_lead_that_changed_stays_as_it_is(service: Service) -> None:
    """Reasons of a plan are not written on a lead that the plan did not see."""
    put_leads(service, lead("L1"))
    put_rep(service, "ana", capacity=0)
    lease, closed = close(service)
    _to_manager(service)
    commit(service, lease, closed)
    row = lead_row(service, "L1")
    assert (row.queue, row.reasons) == ("manager", None)


def test_a_hot_lead_and_a_commit_for_the_same_last_slot(service: Service) -> None:
    """At the same moment: one of them has it, and the rep is never above capacity."""
    for number in range(5):
        rep_id = f"rep{number}"
        put_rep(service, rep_id, capacity=1)
        only = tuple(f"rep{other}" for other in range(5) if other != number)
        put_leads(service, lead(f"L{number}", excluded_rep_ids=only))
    put_leads(service, *(lead(f"hot{number}") for number in range(5)), not_before=START
              + timedelta(days=1))
    lease, closed = close(service)
    decided = Decided.from_bytes(decide(closed.inputs))
    go = threading.Barrier(6)

    def take(number: int) -> None:
        go.wait()
        with service.context.database.write() as tx:
            row = lock_lead(tx, f"hot{number}")
            assert row is not None
            grant(tx, [Grant(row, f"rep{number}", Source.HOT, "hot")], read_control(tx), START,
                  WORKER.actor_id)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    go.wait()
    done = commit_plan(service.context, closed.window_id, lease, decided)
    for thread in threads:
        thread.join()
    assert all(rep.used == 1 for rep in rep_rows(service).values())
    for number in range(5):
        assert (owner(service, f"L{number}") is None) is not (owner(service, f"hot{number}")
                                                              is None)
    assert all(one.code is Refusal.NO_SLOT for one in done.dropped)


def test_a_commit_that_breaks_off_leaves_nothing(service: Service,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    """At whatever step: no lead is owned, no slot taken, no event told, and it can be done anew."""
    put_rep(service, "ana")
    put_leads(service, lead("L1"), lead("L2", worth=0.0))
    lease, closed = close(service)
    module = "api.service.windows.committing"
    for step in ("hold", "read_control", "lock_leads", "checked", "grant", "leave_waiting",
                 "keep_owned", "tell", "update_window"):
        with monkeypatch.context() as patch:
            _break_after(patch, f"{module}.{step}")
            with pytest.raises(KeyboardInterrupt):
                commit(service, lease, closed)
        assert owner(service, "L1") is None
        assert rep_rows(service)["ana"].used == 0
        assert lead_row(service, "L2").reasons is None
        assert not told(service, "lead.assigned")
    assert commit(service, lease, closed).num_assigned == 1


def _break_after(patch: pytest.MonkeyPatch, name: str) -> None:
    module, _, function = name.rpartition(".")
    whole = getattr(__import__(module, fromlist=[function]), function)

    def breaks_off(*arguments: object, **named: object) -> None:
        whole(*arguments, **named)
        raise KeyboardInterrupt
    patch.setattr(name, breaks_off)


@pytest.mark.parametrize("switch", [
    lambda context: set_shadow(context, WORKER, True),
    lambda context: activate_version(context, WORKER, 2)], ids=["shadow mode", "another policy"])
def test_no_lead_is_given_once_a_switch_is_answered(
        service: Service, monkeypatch: pytest.MonkeyPatch, switch: Callable[[Context], object]
        ) -> None:
    """Who turns it while a commit is under way is answered when that is done."""
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    activate(service, Policy())
    _draft(service, Policy(), 2)
    lease, closed = close(service)
    whole, answered = committing.checked, threading.Event()

    def turn() -> None:
        switch(service.context)
        answered.set()
    thread = threading.Thread(target=turn)

    def turn_meanwhile(*arguments: Any) -> Any:
        thread.start()
        assert not answered.wait(0.5)
        return whole(*arguments)
    monkeypatch.setattr(committing, "checked", turn_meanwhile)
    assert commit(service, lease, closed).num_assigned == 1
    thread.join()
    assert answered.is_set()


def _draft(service: Service, policy: Policy, version: int) -> None:
    with service.context.database.write() as tx:
        add_policy(tx, PolicyRow(version, "draft", policy.model_dump_json(), "", START, "test",
                                 None))
