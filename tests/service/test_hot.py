"""Hot leads: an owner at once, by the slots, floors and accounts of now; never one slot twice."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from api.service import hot
from api.service.context import Actor, Scope
from api.service.hot import HotResult
from api.store.control import set_control
from api.store.database import Writing
from api.store.leads import exclude
from api.store.reps import update_rep
from api.store.schema import accounts, events, floors, ledger_entries
from solver.explanation import Fate
from solver.models import (
    Account,
    Floors,
    ForecastBasis,
    Hold,
    Limit,
    Policy,
    Queue,
    Reason,
    ReasonCode,
    RepFloor,
    UseRule,
)
from solver.models.limit import Measure, Period
from solver.models.policy import Match
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
from tests.service.deciding import OpenWindow, route
from tests.service.invariants import check_invariants
from tests.service.serving import START, Service

#: Skill fit is the value: a lead of 1,000 at score 50 is worth 500.00 x level.
BY_SKILL = Policy(match=Match(skill=1.0, territory=0.0))
MANAGER = Actor("manager", frozenset({Scope.OPERATE}))
READER = Actor("reader", frozenset({Scope.READ}))


def _floor(service: Service, policy: Policy = BY_SKILL, **levels: float) -> None:
    set_policy(service.context, policy)
    for rep_id, level in levels.items():
        add_rep(service.context, rep_id, capacity=1, territories=("*",), skills={"a": level})


def _lead(service: Service, lead_id: str = "L1", **fields: Any) -> None:
    add_lead(service.context, lead_id, **{"needs": {"a": 1.0}, **fields})


def _store_floors(service: Service, until: datetime, **of_reps: int) -> None:
    made = Floors(at=START, until=until, refresh_at=until, basis=ForecastBasis.STEADY,
                  history_leads=1, history_days=1, scale=1, expected_leads=1, samples=8, seed=0,
                  currency="USD", floors=tuple(RepFloor(rep_id=rep_id, floor=floor)
                                               for rep_id, floor in sorted(of_reps.items())))
    with service.context.database.write() as tx:
        tx.connection.execute(insert(floors).values(
            made_at=START, policy_version=1, floors=made.model_dump_json()))


def test_a_hot_lead_has_the_best_owner_at_once(service: Service) -> None:
    """Owner, slot, event and assignment are stored together, and the words say why."""
    _floor(service, ana=1.0, ben=0.9)
    _lead(service, attributes={"Secret": "of the person"})
    found = route(service)
    assert found.rep_id == "ana"
    assert lead_of(service.context).state == "assigned"
    own = owner(service.context)
    assert (own.rep_id, own.source, own.value, own.worth) == ("ana", "hot", 50_000, 500)
    assert json.loads(own.assignment or "")["attributes"] == {}
    assert rep_of(service.context).used == 1
    assert kinds_of(service.context, "L1") == ["lead.assigned"]
    assert "ben: value 450.00" in found.sentences(MANAGER)[0]
    check_invariants(service.context)


def test_slots_taken_since_the_reps_were_encoded_count(service: Service) -> None:
    """The second lead goes to the next best, the third waits with its reason."""
    _floor(service, ana=1.0, ben=0.9)
    for lead_id in ("L1", "L2", "L3"):
        _lead(service, lead_id)
    assert [route(service, one).rep_id for one in ("L1", "L2", "L3")] == ["ana", "ben", None]
    waits = lead_of(service.context, "L3")
    assert (waits.state, waits.queue) == ("waiting", "next_window")
    assert json.loads(waits.reasons or "")[0]["code"] == "OUTBID"
    assert kinds_of(service.context, "L3") == ["lead.queued"]
    check_invariants(service.context)


def test_changes_of_reps_and_policy_are_seen(service: Service) -> None:
    """A record put again, a pause and its end, a new rep, a new policy: each at once."""
    _floor(service, ana=1.0, ben=0.9)
    context = service.context
    for at in range(5):
        _lead(service, f"L{at}")
    put_rep(context, "ana", skills={"a": 0.1})
    assert route(service, "L0").rep_id == "ben"
    put_rep(context, "ana", skills={"a": 1.0}, capacity=9)
    with context.database.write() as tx:
        update_rep(tx, "ana", paused_until=START + timedelta(hours=1), revision=9)
    assert route(service, "L1").rep_id is None
    service.clock.move(hours=1)
    assert route(service, "L1").rep_id == "ana"
    add_rep(context, "cid", territories=("*",), skills={"a": 1.0})
    assert route(service, "L2").rep_id == "cid"  # fewer leads today than Ana
    set_policy(context, Policy(match=Match(skill=1.0, territory=0.0), reserve_value=5000.0))
    assert route(service, "L3").rep_id is None
    rests = lead_of(context, "L3")
    assert (rests.queue, rests.not_before) == ("nurture", service.clock.now + timedelta(days=30))
    check_invariants(context)


def test_a_pause_that_left_no_trace_is_seen_under_the_lock(service: Service) -> None:
    """Reps kept from before are only a hint: who may have the lead is checked where it is given."""
    _floor(service, ana=1.0, ben=0.9)
    _lead(service, "L1")
    _lead(service, "L2")
    put_rep(service.context, "ana", capacity=5)
    assert route(service, "L1").rep_id == "ana"
    with service.context.database.write() as tx:
        update_rep(tx, "ana", paused_until=START + timedelta(hours=1))
    assert route(service, "L2").rep_id == "ben"
    check_invariants(service.context)


def test_a_rep_who_changes_before_the_grant_is_decided_on_anew(
        service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was the best by a record that is no more does not get the lead."""
    _floor(service, ana=1.0, ben=0.9)
    _lead(service)
    whole, changes = hot.kept_reps, [{"skills": {"a": 0.1}}]

    def then_change(tx: Writing, *arguments: Any) -> Any:
        found = whole(tx, *arguments)
        if changes:
            record = rep_of(service.context, "ana").stored.model_copy(update=changes.pop())
            update_rep(tx, "ana", record=record.model_dump_json(), revision=9)
        return found
    monkeypatch.setattr(hot, "kept_reps", then_change)
    assert route(service).rep_id == "ben"
    check_invariants(service.context)


def test_the_daily_cap_ends_at_midnight_of_the_rep(service: Service) -> None:
    """In Tokyo it is midnight at 15:00 UTC."""
    set_policy(service.context, BY_SKILL)
    add_rep(service.context, "ana", capacity=9, daily_cap=1, territories=("*",),
            skills={"a": 1.0}, timezone="Asia/Tokyo")
    _lead(service, "L1")
    _lead(service, "L2")
    service.clock.now = datetime.fromisoformat("2026-11-18T14:30:00+00:00")  # 23:30 in Tokyo
    assert route(service, "L1").rep_id == "ana"
    assert route(service, "L2").rep_id is None
    service.clock.move(minutes=30)
    assert route(service, "L2").rep_id == "ana"


def test_a_clock_that_goes_back_over_midnight_frees_no_cap(service: Service) -> None:
    """What was given after midnight counts before it, and after it once more."""
    set_policy(service.context, BY_SKILL)
    add_rep(service.context, "ana", capacity=9, daily_cap=1, territories=("*",),
            skills={"a": 1.0}, timezone="Asia/Tokyo")
    _lead(service, "L1")
    _lead(service, "L2")
    assert route(service, "L1").rep_id == "ana"  # at midnight
    service.clock.move(minutes=-30)
    assert rep_of(service.context, "ana").free_slots(service.clock.now) == 0
    assert route(service, "L2").rep_id is None
    assert service.client.delete("/v1/leads/L1").status_code == 204
    service.clock.move(minutes=30)
    assert rep_of(service.context, "ana").used_today(service.clock.now) == 1
    assert route(service, "L2").rep_id is None
    service.clock.move(days=1)
    assert route(service, "L2").rep_id == "ana"


def test_calendars_run_at_the_full_minute(service: Service) -> None:
    """Ana is away past the longest wait until she is back; then the lead is hers."""
    policy = Policy.model_validate({"match": {"skill": 1.0, "territory": 0.0},
                                    "response": {"longest_wait_minutes": 5}})
    _floor(service, policy)
    add_rep(service.context, "ana", territories=("*",), skills={"a": 1.0}, **OFFICE)
    _lead(service, created_at=START)
    service.clock.now = datetime.fromisoformat("2026-11-19T08:50:30+00:00")
    assert route(service).rep_id is None
    assert json.loads(lead_of(service.context).reasons or "")[0]["code"] == "AWAY"
    service.clock.move(minutes=5)
    assert route(service).rep_id == "ana"


def test_floors_of_now_keep_a_slot_until_they_hold_no_more(service: Service) -> None:
    """Ana's slot is worth more later, so Ben gets the lead; floors past their horizon are none."""
    _floor(service, ana=1.0, ben=0.9)
    for at in range(3):
        _lead(service, f"L{at}")
    put_rep(service.context, "ana", capacity=9)
    put_rep(service.context, "ben", capacity=9)
    _store_floors(service, START + timedelta(hours=1), ana=30_000, ben=10_000, gone=5)
    assert route(service, "L0").rep_id == "ben"
    _store_floors(service, START + timedelta(hours=1), ana=0, ben=49_999)
    assert route(service, "L1").rep_id == "ana"
    service.clock.move(hours=1, minutes=1)
    _store_floors(service, START + timedelta(hours=1), ana=49_999)
    assert route(service, "L2").rep_id == "ana"


def test_a_new_contact_follows_its_accounts_owner(service: Service) -> None:
    """The record's owner comes first; else who got an open lead of the account last."""
    context = service.context
    _floor(service, ana=1.0, ben=0.9, cid=0.8)
    for rep_id in ("ana", "ben", "cid"):
        put_rep(context, rep_id, capacity=9)
    for lead_id in ("L1", "L2", "L3"):
        _lead(service, lead_id, account_id="acme")
    give(context, "L1", "ben")
    found = route(service, "L2")
    assert found.rep_id == "ben"
    assert "Kept with its account's owner" in found.sentences(MANAGER)[0]
    with context.database.write() as tx:
        tx.connection.execute(insert(accounts).values(
            account_id="acme", updated_at=START,
            record=Account(account_id="acme", owner_id="cid").model_dump_json()))
    assert route(service, "L3").rep_id == "cid"
    check_invariants(context)


def test_who_gave_it_back_does_not_get_it_again(service: Service) -> None:
    """Exclusions of the service and of the lead count alike."""
    _floor(service, ana=1.0, ben=0.9, cid=0.8)
    _lead(service, excluded_rep_ids=("ben",))
    with service.context.database.write() as tx:
        exclude(tx, "L1", "ana", "rejected", START)
    assert route(service).rep_id == "cid"


def test_a_kept_lead_stays_and_a_hold_holds(service: Service) -> None:
    """What triage sorts out before any value does is sorted out here too."""
    _floor(service, ana=1.0)
    _lead(service, "L1", owner_id="crm-7")
    _lead(service, "L2", hold=Hold(lead_id="L2", queue=Queue.REVIEW, reason=Reason(
        code=ReasonCode.POSSIBLE_DUPLICATE, detail="may be one with lead L1")))
    _lead(service, "L3", created_at=START - timedelta(hours=3))
    assert route(service, "L1").rep_id is None
    assert (lead_of(service.context, "L1").state, lead_of(service.context, "L1").kept_by) == (
        "kept", "crm-7")
    assert route(service, "L2").rep_id is None
    assert lead_of(service.context, "L2").queue == "review"
    set_policy(service.context, Policy.model_validate({"freshness": {"max_age_hours": 2}}))
    assert route(service, "L3").rep_id is None
    assert lead_of(service.context, "L3").queue == "manager"
    assert kinds_of(service.context, "L3") == ["lead.aged", "alert.lead_aged"]
    check_invariants(service.context)


def test_rules_beyond_capacity_and_large_leads_are_solved(service: Service) -> None:
    """A lead that takes two slots goes to who has two; the ownership counts them."""
    policy = BY_SKILL.model_copy(update={"use": (UseRule(leads="lead.source = 'fair'", slots=2),)})
    _floor(service, policy, ana=1.0, ben=0.9)
    put_rep(service.context, "ben", capacity=2)
    _lead(service, "L1", source="fair")
    assert route(service, "L1").rep_id == "ben"
    assert (owner(service.context).slots, rep_of(service.context, "ben").used) == (2, 2)
    set_policy(service.context, BY_SKILL)
    put_rep(service.context, "ben", capacity=5)
    _lead(service, "L2", effort=3)
    assert route(service, "L2").rep_id == "ben"
    assert rep_of(service.context, "ben").used == 5
    check_invariants(service.context)


def test_what_hot_leads_take_counts_for_limits_of_a_day(service: Service) -> None:
    """Ana may have two leads a day; the third goes to Ben, whoever asks."""
    cap = Limit(name="two", reps="rep.rep_id = 'ana'", upper=2, measure=Measure.LEADS,
                period=Period.DAY)
    _floor(service, BY_SKILL.model_copy(update={"limits": (cap,)}), ana=1.0, ben=0.1)
    for rep_id in ("ana", "ben"):
        put_rep(service.context, rep_id, capacity=9)
    for at in range(4):
        _lead(service, f"L{at}")
    with ThreadPoolExecutor(4) as pool:
        found = Counter(one.rep_id for one in pool.map(lambda at: route(service, f"L{at}"),
                                                       range(4)))
    assert found == {"ana": 2, "ben": 2}
    with service.context.database.read() as tx:
        entries = [json.loads(one) for one in tx.connection.execute(
            select(ledger_entries.c.entry)).scalars()]
    assert sorted(one["rep_id"] for one in entries if one["limits"] == ["two"]) == ["ana", "ana"]
    check_invariants(service.context)


def test_rules_that_conflict_leave_the_lead_to_the_window(service: Service) -> None:
    """Intake is not refused for it; the answer says what conflicts."""
    _floor(service, BY_SKILL.model_copy(update={"must_place": "lead.score > 10"}), ana=1.0)
    _lead(service, "L1", excluded_rep_ids=("ana",))
    found = route(service)
    assert (found.rep_id, found.decision, found.happenings) == (None, None, ())
    assert "must_place" in found.sentences(MANAGER)[0]
    assert (lead_of(service.context).queue, lead_of(service.context).reasons) == (
        "next_window", None)


def test_in_shadow_mode_the_decision_is_only_told(service: Service) -> None:
    """Nobody gets the lead, and no slot is taken."""
    _floor(service, ana=1.0)
    _lead(service)
    with service.context.database.write() as tx:
        set_control(tx, shadow=True)
    found = route(service)
    assert found.rep_id is None
    assert found.decision is not None
    assert found.decision.fate is Fate.OWNED
    assert kinds_of(service.context) == ["lead.shadow_decision"]
    assert (lead_of(service.context).state, rep_of(service.context).used) == ("waiting", 0)
    with service.context.database.read() as tx:
        detail = json.loads(tx.connection.execute(select(events.c.detail)).scalar_one())
    assert (detail["to_rep_id"], detail["fate"]) == ("ana", "owned")


def test_no_reps_at_all_hold_the_lead(service: Service) -> None:
    """A service that knows no rep answers too."""
    _lead(service)
    assert route(service).rep_id is None
    assert json.loads(lead_of(service.context).reasons or "")[0]["code"] == "NO_REPS"


@pytest.mark.parametrize("levels", [{"ana": 1.0}, {f"r{at}": 1.0 - at / 100 for at in range(10)}],
                         ids=["one rep", "ten reps"])
def test_thirty_at_once_for_the_last_ten_slots(service: Service, levels: dict[str, float]) -> None:
    """Ten get an owner, twenty a reason; no slot is given twice and none is left."""
    _floor(service, **levels)
    if len(levels) == 1:
        put_rep(service.context, "ana", capacity=10)
    ids = [f"L{at:02}" for at in range(30)]
    for lead_id in ids:
        _lead(service, lead_id)
    with ThreadPoolExecutor(30) as pool:
        found: list[HotResult] = list(pool.map(lambda one: route(service, one), ids))
    assert sum(one.rep_id is not None for one in found) == 10
    assert all(lead_of(service.context, lead_id).reasons
               for lead_id, one in zip(ids, found, strict=True) if one.rep_id is None)
    check_invariants(service.context, ids)


def test_a_hot_lead_and_a_window_for_the_same_last_slot(service: Service) -> None:
    """The hot lead takes it from the window in flight, whose lead stays in its queue."""
    _floor(service, ana=1.0)
    _lead(service, "waiting")
    window = OpenWindow(service)
    _lead(service, "hot")
    assert route(service, "hot").rep_id == "ana"
    done = window.commit()
    assert [(one.lead_id, one.code.value) for one in done.dropped] == [("waiting", "NO_SLOT")]
    assert lead_of(service.context, "waiting").queue == "next_window"
    check_invariants(service.context, ["hot", "waiting"])


def test_hot_leads_while_windows_commit(service: Service) -> None:
    """At the same moment, over and over: no deadlock, no slot twice."""
    context = service.context
    _floor(service, **{f"r{at}": 1.0 - at / 100 for at in range(6)})
    for at in range(6):
        put_rep(context, f"r{at}", capacity=3)
    waiting, hot = [f"W{at:02}" for at in range(12)], [f"H{at:02}" for at in range(12)]
    for lead_id in waiting:
        _lead(service, lead_id)
    window = OpenWindow(service)
    for lead_id in hot:
        _lead(service, lead_id)
    with ThreadPoolExecutor(7) as pool:
        routed = [pool.submit(route, service, one) for one in hot]
        committed = pool.submit(window.commit)
        given = sum(one.result().rep_id is not None for one in routed)
        done = committed.result()
    assert given == 18 - done.num_assigned or (given == 12 and len(done.dropped) >= 6)
    check_invariants(context, [*waiting, *hot])


def test_figures_of_colleagues_are_for_managers(service: Service) -> None:
    """The poster of a hot lead is told who has it, not what others would have brought."""
    _floor(service, ana=1.0, ben=0.9)
    _lead(service, "L1")
    _lead(service, "L2")
    _lead(service, "L3")
    first, second = route(service, "L1"), route(service, "L2")
    held = route(service, "L3")
    assert first.sentences(READER) == ("Lead L1 went to rep ana.",)
    own = first.sentences(Actor("key", frozenset({Scope.READ}), rep_id="ana"))
    assert own[0].startswith("Lead L1 went to rep ana: value 500.00")
    assert "ben" not in " ".join(own)
    assert second.sentences(Actor("key", frozenset({Scope.OPERATE}), rep_id="ana")) == (
        "Lead L2 went to rep ben.",)
    assert held.sentences(READER) == ("Lead L3 is held in queue next_window.", "OUTBID.")

