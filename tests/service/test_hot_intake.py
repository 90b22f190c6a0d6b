"""Hot leads: assigned in the answer to the post that makes them hot."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from api.service.context import Context
from api.service.hot import HotResult
from api.service.intake import hot_leads
from api.store.control import set_control
from api.store.database import Writing
from api.store.leads import LeadRow
from tests.service.builders import add_rep, kinds_of, lead_of, owner, rep_of, set_policy
from tests.service.invariants import check_invariants
from tests.service.posting import ANA, bulk, other, post
from tests.service.serving import Service

_HOT: dict[str, Any] = {"hand_off": {"hot": "lead.deal_value >= 5000"}}


@pytest.mark.parametrize("prepare", [True, False])
def test_a_hot_lead_is_assigned_in_the_answer(service: Service, prepare: bool) -> None:
    """With the reason in a sentence; another lead waits."""
    set_policy(service.context, **_HOT)
    add_rep(service.context, "ana")
    body = post(service, {**ANA, "deal_value": 5000.0, "score": 60.0}, prepare=prepare).json()
    assert (body["status"], body["state"], body["queue"]) == ("created", "assigned", None)
    assert (body["owner_id"], body["hot"]) == ("ana", True)
    assert "ana" in body["explanation"][0]
    assert owner(service.context).source == "hot"
    assert post(service, other("L2"), prepare=True).json()["state"] == "waiting"
    assert kinds_of(service.context, "L1") == ["lead.received", "lead.assigned"]
    check_invariants(service.context, ["L1", "L2"])


def test_a_hot_lead_that_nobody_may_have_waits(service: Service) -> None:
    """The answer says why."""
    set_policy(service.context, **_HOT)
    body = post(service, ANA).json()
    assert (body["state"], body["owner_id"], body["hot"]) == ("waiting", None, True)
    assert body["explanation"]
    check_invariants(service.context, ["L1"])


def test_an_update_can_make_a_lead_hot(service: Service) -> None:
    """It is routed by the post that changes it, once."""
    set_policy(service.context, **_HOT)
    add_rep(service.context, "ana")
    post(service, {**ANA, "deal_value": 10})
    body = post(service, {"lead_id": "L1", "deal_value": 6000}).json()
    assert (body["state"], body["owner_id"]) == ("assigned", "ana")
    again = post(service, {"lead_id": "L1", "title": "CTO"}).json()
    assert (again["state"], again["owner_id"]) == ("assigned", "ana")
    assert kinds_of(service.context, "L1").count("lead.assigned") == 1


@pytest.mark.parametrize("prepare", [True, False])
def test_hot_leads_of_a_bulk_take_the_slots_that_there_are(service: Service, prepare: bool
                                                           ) -> None:
    """The oldest first; the others wait."""
    set_policy(service.context, **_HOT)
    add_rep(service.context, "ana", capacity=2)
    rows = [other(f"L{number}", deal_value=9000.0, score=50.0,
                  created_at=f"2026-11-18T1{4 - number}:00:00Z") for number in range(4)]
    body = bulk(service, rows, prepare=prepare).json()
    assert [one["state"] for one in body["results"]] == [
        "waiting", "waiting", "assigned", "assigned"]
    assert rep_of(service.context).used == 2
    check_invariants(service.context, [row["lead_id"] for row in rows])


def test_hot_leads_of_two_bulks_do_not_wait_in_a_circle(
        service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is taken in at the first try, though their leads are for the same reps the other way."""
    set_policy(service.context, **_HOT, match={"skill": 1.0, "territory": 0.0})
    for rep_id in "ab":
        add_rep(service.context, rep_id, territories=("*",), skills={rep_id: 1.0})
    tried, whole, both = Counter[str](), hot_leads.route_hot, Barrier(2)

    def route_slowly(tx: Writing, context: Context, row: LeadRow, *arguments: Any) -> HotResult:
        found = whole(tx, context, row, *arguments)
        tried[row.lead_id] += 1
        with suppress(BrokenBarrierError):  # the other one waits for its reps
            both.wait(1.0)
        return found
    monkeypatch.setattr(hot_leads, "route_hot", route_slowly)
    bulks = [[other(f"{name}{at}", deal_value=9000.0, score=50.0, needs={skill: 1.0},
                    created_at=f"2026-11-18T14:0{at}:00Z") for at, skill in enumerate(order)]
             for name, order in (("L", "ab"), ("M", "ba"))]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda rows: bulk(service, rows), bulks))
    assert {one.status_code for one in answers} == {200}
    assert tried == Counter(("L0", "L1", "M0", "M1"))


def test_hot_leads_at_once_never_share_the_last_slot(service: Service) -> None:
    """However many are posted at the same time."""
    set_policy(service.context, **_HOT)
    add_rep(service.context, "ana", capacity=3)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(
            lambda number: post(service, other(f"L{number}", deal_value=9000)), range(8)))
    assert {one.status_code for one in answers} == {201}
    assert [one.json()["state"] for one in answers].count("assigned") == 3
    check_invariants(service.context, [f"L{number}" for number in range(8)])


def test_what_a_lead_does_can_make_it_hot(service: Service) -> None:
    """It is routed by the post of the activity."""
    set_policy(service.context, scoring={
        "use": "points", "base": 10, "alert": 60,
        "behaviour": [{"name": "pricing", "kind": "visit", "points": 60}]})
    add_rep(service.context, "ana")
    assert post(service, ANA).json()["state"] == "waiting"
    body = service.client.post("/v1/leads/L1/activities", json={"kind": "visit"}).json()
    assert (body["state"], body["owner_id"], body["hot"]) == ("assigned", "ana", True)
    assert body["explanation"]
    check_invariants(service.context, ["L1"])


def test_in_shadow_mode_a_hot_lead_waits(service: Service) -> None:
    """What would have been decided is told."""
    set_policy(service.context, **_HOT)
    add_rep(service.context, "ana")
    with service.context.database.write() as tx:
        set_control(tx, shadow=True)
    body = post(service, ANA).json()
    assert (body["state"], body["owner_id"]) == ("waiting", None)
    assert lead_of(service.context).state == "waiting"
    assert "lead.shadow_decision" in kinds_of(service.context, "L1")
