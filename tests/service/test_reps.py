"""Reps over HTTP: put, listed with live loads, paused, away, leaving; bad input."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from api.service import leaving
from api.service.context import WORKER, Scope
from api.service.leaving import leave
from api.service.owning import Grant, Source, grant
from api.store.control import read_control
from api.store.leads import add_leads, exclude, get_leads, lock_leads, update_lead
from api.store.ownerships import open_of, owners_of
from api.store.policies import PolicyRow, add_policy, set_active
from api.store.reps import get_rep
from solver.models import Lead, Policy, Queue
from tests.service.serving import START, Service

_ANA = {"capacity": 5, "name": "Ana", "timezone": "Europe/London",
        "working_hours": ["Mon-Fri 09:00-17:00"], "open_leads": 1}


def _put(service: Service, rep_id: str, **fields: Any) -> dict[str, Any]:
    found = service.client.put(f"/v1/reps/{rep_id}", json={"capacity": 5, **fields})
    assert found.status_code == 200, found.text
    answer: dict[str, Any] = found.json()
    return answer


def _own(service: Service, rep_id: str, *lead_ids: str, state: str = "assigned") -> None:
    """Let a rep own new leads in a state."""
    now = service.context.now
    with service.context.database.write() as tx:
        add_leads(tx, [{"lead_id": one, "state": "waiting", "queue": Queue.NEXT_WINDOW.value,
                        "queued_at": now, "received_at": now, "updated_at": now}
                       for one in lead_ids])
        leads = lock_leads(tx, lead_ids)
        grants = [Grant(leads[one], rep_id, Source.WINDOW, "why") for one in lead_ids]
        _, refused = grant(tx, grants, read_control(tx), now, "worker")
        assert not refused
        tx.connection.execute(sa.text("UPDATE leads SET state = :state WHERE state = 'assigned'"),
                              {"state": state})


def _owners(service: Service, *lead_ids: str) -> dict[str, str]:
    with service.context.database.read() as tx:
        return {lead_id: one.rep_id for lead_id, one in owners_of(tx, lead_ids).items()}


def _states(service: Service, *lead_ids: str) -> set[tuple[str, str | None]]:
    with service.context.database.read() as tx:
        return {(one.state, one.queue) for one in get_leads(tx, lead_ids).values()}


def _kinds(service: Service) -> list[str]:
    with service.context.database.read() as tx:
        return list(tx.connection.execute(sa.text("SELECT kind FROM events ORDER BY id")).scalars())


def _floor_revision(service: Service) -> int:
    with service.context.database.read() as tx:
        return read_control(tx).floor_revision


def test_a_rep_is_put_read_and_put_again(service: Service) -> None:
    """Fields come back as put; the same again changes nothing, a change grows the revision."""
    put = _put(service, "r-1", **_ANA)
    assert (put["name"], put["open_leads"], put["free_slots"], put["revision"]) == ("Ana", 1, 4, 1)
    assert service.client.get("/v1/reps/r-1").json() == put
    before = _floor_revision(service)
    assert _put(service, "r-1", **_ANA)["revision"] == 1
    assert _floor_revision(service) == before
    again = _put(service, "r-1", **{**_ANA, "capacity": 0})
    assert (again["revision"], again["free_slots"]) == (2, 0)
    assert _floor_revision(service) == before + 1
    assert _kinds(service) == ["rep.put", "rep.put"]


def test_a_capacity_below_what_is_owned_leaves_no_slot(service: Service) -> None:
    """Leads stay with their owner; nothing goes below 0."""
    _put(service, "r-1", capacity=2, daily_cap=3)
    _own(service, "r-1", "L1", "L2")
    found = _put(service, "r-1", capacity=1, daily_cap=3)
    assert (found["used"], found["assigned_today"], found["free_slots"]) == (2, 2, 0)
    assert _owners(service, "L1", "L2") == {"L1": "r-1", "L2": "r-1"}


def test_languages_are_spelt_as_those_of_leads(service: Service) -> None:
    """Preparing reads a lead's de as German, so a rep's is that too."""
    assert _put(service, "r-1", languages=["de", "EN"])["languages"] == [
        "German", "English"]


@pytest.mark.parametrize(("fields", "where"), [
    ({"capacity": True}, "/capacity"), ({"capacity": "5"}, "/capacity"),
    ({"capacity": -1}, "/capacity"), ({"capacity": 10**30}, "/capacity"), ({}, "/capacity"),
    ({"capacity": 1, "active": 1}, "/active"), ({"capacity": 1, "name": "a\0"}, "/name"),
    ({"capacity": 1, "started_on": 0}, "/started_on"),
    ({"capacity": 1, "performance": "2"}, "/performance"),
    ({"capacity": 1, "assigned_today": 3}, "/assigned_today"),
    ({"capacity": 1, "rep_id": "r-2"}, "/rep_id"),
    ({"capacity": 1, "timezone": "Mars/Base"}, "/timezone"),
    ({"capacity": 1, "working_hours": ["Mon-Fri 9 to 5"]}, "/working_hours/0"),
    ({"capacity": 1, "working_hours": ["Mon-Fri 09:00-17:00"]}, "/"),
    ({"capacity": 1, "min_deal": 5, "max_deal": 1}, "/"),
    ({"capacity": 1, "territories": ["EMEA", "emea"]}, "/territories")])
def test_what_is_wrong_with_a_rep_is_named(service: Service, fields: dict[str, Any], where: str
                                           ) -> None:
    """Nothing is converted, and nothing is stored."""
    found = service.client.put("/v1/reps/r-1", json=fields)
    assert found.status_code == 422
    assert [one["pointer"] for one in found.json()["errors"]] == [where]
    assert service.client.get("/v1/reps/r-1").status_code == 404


def test_half_a_character_is_no_text(service: Service) -> None:
    """No database takes it; a whole one that is written as two halves is fine."""
    for name, status in (('"\\ud83d"', 400), ('"\\ud83d\\ude00"', 200)):
        found = service.client.put("/v1/reps/r-1", content=f'{{"capacity": 1, "name": {name}}}',
                                   headers={"Content-Type": "application/json"})
        assert found.status_code == status


@pytest.mark.parametrize("rep_id", ["a b", "-x", "é", "x" * 101])
def test_ids_that_cannot_stand_in_a_path_are_refused(service: Service, rep_id: str) -> None:
    """As a path and as a row."""
    assert service.client.put(f"/v1/reps/{rep_id}", json={"capacity": 1}).status_code == 422
    found = service.client.post("/v1/reps", json=[{"rep_id": rep_id, "capacity": 1}]).json()
    assert found["rows"][0]["outcome"] == "refused"


def test_many_reps_are_put_row_by_row(service: Service) -> None:
    """Good rows are stored, bad ones say why, the second of an id is refused."""
    _put(service, "r-1", capacity=1)
    found = service.client.post("/v1/reps", json=[
        {"rep_id": "r-1", "capacity": 1}, {"rep_id": "r-2", "capacity": 2},
        {"rep_id": "r-3", "capacity": "3"}, {"rep_id": "r-2", "capacity": 9}, {"capacity": 1},
        {"rep_id": "r-4", "capacity": 1, "min_deal": 2, "max_deal": 1}])
    assert found.status_code == 200
    body = found.json()
    assert [one["outcome"] for one in body["rows"]] == [
        "unchanged", "created", "refused", "refused", "refused", "refused"]
    assert [one["record_id"] for one in body["rows"]] == ["r-1", "r-2", "r-3", "r-2", None, "r-4"]
    assert (body["created"], body["refused"]) == (1, 4)
    assert body["rows"][2]["problems"][0]["pointer"] == "/capacity"
    assert body["rows"][3]["problems"][0]["code"] == "twice"
    assert service.client.get("/v1/reps/r-2").json()["capacity"] == 2


def test_a_list_of_reps_is_bounded(service: Service) -> None:
    """None is no list, and more than 5,000 are too many; 5,000 go in at once."""
    rows = [{"rep_id": f"r-{at}", "capacity": 1} for at in range(5_001)]
    assert service.client.post("/v1/reps", json=rows).status_code == 422
    assert service.client.post("/v1/reps", json=[]).status_code == 422
    assert service.client.post("/v1/reps", json=rows[:5_000]).json()["created"] == 5_000


def test_reps_come_in_pages(service: Service) -> None:
    """By id, each once, of one team where that is asked for."""
    for at in range(5):
        _put(service, f"r-{at}", team="West" if at % 2 else "East")
    seen, cursor = [], None
    while True:
        page = service.client.get("/v1/reps", params={"limit": 2, **(
            {"cursor": cursor} if cursor else {})}).json()
        seen += [one["rep_id"] for one in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == [f"r-{at}" for at in range(5)]
    west = service.client.get("/v1/reps", params={"team": "West"}).json()["items"]
    assert [one["rep_id"] for one in west] == ["r-1", "r-3"]
    assert service.client.get("/v1/reps", params={"cursor": "x"}).status_code == 422


def test_figures_are_for_managers_and_the_rep(service: Service) -> None:
    """A colleague sees who is there, not how good."""
    _put(service, "r-1", performance=1.5)
    for headers, seen in ((service.key(Scope.READ), None),
                          (service.key(Scope.READ, rep_id="r-2"), None),
                          (service.key(Scope.OPERATE, rep_id="r-2"), None),
                          (service.key(Scope.READ, rep_id="r-1"), 1.5),
                          (service.key(Scope.READ, Scope.OPERATE), 1.5)):
        found = service.client.get("/v1/reps/r-1", headers=headers)
        if found.status_code == 200:
            assert found.json()["performance"] == seen


@pytest.mark.parametrize(("method", "path", "body"), [
    ("PUT", "reps/ana", {"capacity": 999}), ("POST", "reps", []),
    ("POST", "reps/ben/leave", {}), ("POST", "reps/ana/pause", {"until": "2026-12-01T00:00:00Z"}),
    ("POST", "reps/ana/resume", None), ("POST", "reps/ana/time-off", {"period": "2026-12-24"}),
    ("DELETE", "reps/ana/time-off?period=2026-12-24", None),
    ("PUT", "accounts/A1", {}), ("POST", "accounts", []), ("POST", "windows", None),
    ("POST", "windows/w-1/cancel", None), ("GET", "deliveries", None),
    ("POST", "deliveries/replay", {}), ("POST", "deliveries/1/replay", None),
    ("PUT", "control/shadow", {"on": True}), ("GET", "keys", None), ("GET", "targets", None),
    ("GET", "windows/w-1/inputs", None)])
def test_a_reps_own_key_does_not_run_the_floor(service: Service, method: str, path: str, body: Any
                                               ) -> None:
    """Whatever its scopes: nothing of the floor, of windows, deliveries or what is an admin's."""
    own = service.key(Scope.ADMIN, rep_id="ana")
    refused = service.client.request(method, f"/v1/{path}", json=body, headers=own)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_a_manager"), refused.text


def test_scopes_of_reps(service: Service) -> None:
    """Who reads may not put."""
    headers = service.key(Scope.READ, Scope.INTAKE)
    assert service.client.put("/v1/reps/r-1", json={"capacity": 1}, headers=headers
                              ).status_code == 403
    assert service.client.get("/v1/reps", headers=headers).status_code == 200


def test_a_pause_ends_by_itself_or_by_hand(service: Service) -> None:
    """No slot before its end; putting the rep again does not end it."""
    _put(service, "r-1")
    until = (START + timedelta(hours=2)).isoformat()
    found = service.client.post("/v1/reps/r-1/pause", json={"until": until, "reason": "training"})
    assert (found.json()["works"], found.json()["free_slots"]) == (False, 0)
    assert found.json()["revision"] == 2
    assert not _put(service, "r-1", capacity=7)["works"]
    service.clock.move(hours=2)
    assert service.client.get("/v1/reps/r-1").json()["free_slots"] == 7
    service.clock.move(hours=-1)
    back = service.client.post("/v1/reps/r-1/resume").json()
    assert (back["works"], back["paused_until"], back["pause_reason"]) == (True, None, None)
    assert service.client.post("/v1/reps/r-1/resume").json()["revision"] == back["revision"]
    assert _kinds(service) == ["rep.put", "rep.paused", "rep.put", "rep.resumed"]


@pytest.mark.parametrize("until", ["2026-11-18T15:00:00Z", "2026-11-18T16:00:00", 5, "soon",
                                   "9999-12-31T23:59:59-10:00", None])
def test_a_pause_needs_an_instant_ahead(service: Service, until: object) -> None:
    """Not now, not without an offset, not beyond the calendar."""
    _put(service, "r-1")
    assert service.client.post("/v1/reps/r-1/pause", json={"until": until}).status_code == 422
    assert service.client.post("/v1/reps/r-9/pause", json={"until": "2027-01-01T00:00:00Z"}
                               ).status_code == 404


def _with_service_level(service: Service) -> None:
    policy = Policy.model_validate({"hand_off": {"accept_within_minutes": 60,
                                                 "contact_within_minutes": 180}})
    with service.context.database.write() as tx:
        add_policy(tx, PolicyRow(1, "draft", policy.model_dump_json(), "", START, "test", None))
        set_active(tx, 1, START)


def test_time_off_moves_deadlines(service: Service) -> None:
    """The service level stands still while the owner is away, and counts again after all."""
    _with_service_level(service)
    _put(service, "r-1", **_ANA)
    _own(service, "r-1", "L1")

    def due() -> tuple[Any, Any]:
        with service.context.database.read() as tx:
            one, = open_of(tx, ["r-1"])
            return one.accept_by, one.contact_by

    assert due() == (START + timedelta(hours=1), START + timedelta(hours=18 + 1))
    period = "2026-11-18/2026-11-19"
    found = service.client.post("/v1/reps/r-1/time-off", json={"period": period})
    assert (found.json()["time_off"], found.json()["revision"]) == ([period], 2)
    assert due() == (START + timedelta(hours=43), START + timedelta(hours=45))
    again = service.client.post("/v1/reps/r-1/time-off", json={"period": period})
    assert again.json()["revision"] == 2
    dropped = service.client.delete("/v1/reps/r-1/time-off", params={"period": period})
    assert dropped.json()["time_off"] == []
    assert due()[0] == START + timedelta(hours=1)
    assert service.client.delete("/v1/reps/r-1/time-off", params={"period": period}
                                 ).status_code == 404
    _put(service, "r-1", **{**_ANA, "working_hours": ["Mon-Fri 17:00-20:00"]})
    assert due()[0] == START + timedelta(hours=3)


@pytest.mark.parametrize("period", ["tomorrow", "2026-12-24/2026-12-20", "", "x" * 200])
def test_a_bad_period_is_refused(service: Service, period: str) -> None:
    """It says what one looks like, and changes nothing."""
    _put(service, "r-1", **_ANA)
    assert service.client.post("/v1/reps/r-1/time-off", json={"period": period}).status_code == 422
    assert service.client.get("/v1/reps/r-1").json()["revision"] == 1


def test_local_time_off_needs_a_zone(service: Service) -> None:
    """Of a rep without one, nobody knows when its days are."""
    _put(service, "r-1")
    found = service.client.post("/v1/reps/r-1/time-off", json={"period": "2026-11-19/2026-11-20"})
    assert found.status_code == 422
    assert "timezone" in found.json()["detail"]


@pytest.mark.parametrize("state", ["assigned", "accepted", "contacted", "qualified"])
def test_leads_of_who_leaves_go_to_the_next_window(service: Service, state: str) -> None:
    """Whatever state they are in; slots are free again, each is told once, and nobody owns them."""
    _put(service, "r-1")
    _own(service, "r-1", "L1", "L2", state=state)
    found = service.client.post("/v1/reps/r-1/leave", json={})
    assert found.status_code == 200
    assert (found.json()["requeued"], found.json()["reassigned"]) == (2, 0)
    assert _states(service, "L1", "L2") == {("waiting", "next_window")}
    assert _owners(service, "L1", "L2") == {}
    rep = service.client.get("/v1/reps/r-1").json()
    assert (rep["works"], rep["used"], rep["free_slots"]) == (False, 0, 0)
    assert _kinds(service)[-3:] == ["rep.left", "lead.queued", "lead.queued"]
    again = service.client.post("/v1/reps/r-1/leave", json={}).json()
    assert (again["left_at"], again["requeued"]) == (found.json()["left_at"], 0)
    assert not _put(service, "r-1")["works"]
    assert service.client.post("/v1/reps/r-1/resume").json()["works"]


def test_leads_go_to_another_rep_as_far_as_there_is_room(service: Service) -> None:
    """Not to who is excluded; the rest goes to the next window, and no slot leaks."""
    _put(service, "r-1")
    _put(service, "r-2", capacity=2)
    _own(service, "r-1", "L1", "L2", "L3", "L4", state="qualified")
    with service.context.database.write() as tx:
        exclude(tx, "L1", "r-2", "rejected", START)
    found = service.client.post("/v1/reps/r-1/leave", json={"reassign_to": "r-2"}).json()
    assert (found["requeued"], found["reassigned"]) == (2, 2)
    assert _owners(service, "L1", "L2", "L3", "L4") == {"L2": "r-2", "L3": "r-2"}
    assert _states(service, "L2", "L3") == {("assigned", None)}
    with service.context.database.read() as tx:
        loads = [row.used for one in ("r-1", "r-2") if (row := get_rep(tx, one)) is not None]
    assert loads == [0, 2]


def test_leads_do_not_go_to_a_rep_whom_they_exclude_themselves(service: Service) -> None:
    """As it was posted: the lead waits for another."""
    _put(service, "r-1")
    _put(service, "r-2")
    _own(service, "r-1", "L1", "L2")
    with service.context.database.write() as tx:
        update_lead(tx, "L1", record=Lead(
            lead_id="L1", excluded_rep_ids=("r-2",)).model_dump_json())
    found = service.client.post("/v1/reps/r-1/leave", json={"reassign_to": "r-2"}).json()
    assert (found["requeued"], found["reassigned"]) == (1, 1)
    assert _owners(service, "L1", "L2") == {"L2": "r-2"}


def test_leaving_goes_on_where_it_was_broken_off(service: Service, monkeypatch: pytest.MonkeyPatch
                                                 ) -> None:
    """After a crash between two batches nothing new comes, and asking again moves the rest."""
    monkeypatch.setattr(leaving, "_BATCH", 2)
    _put(service, "r-1")
    _own(service, "r-1", "L1", "L2", "L3", "L4", "L5")
    moved = leaving._move
    calls = iter((True, False))

    def broken(*arguments: Any) -> Any:
        if next(calls):
            return moved(*arguments)
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(leaving, "_move", broken)
        assert service.client.post("/v1/reps/r-1/leave", json={}).status_code == 500
    assert len(_owners(service, "L1", "L2", "L3", "L4", "L5")) == 3
    assert not service.client.get("/v1/reps/r-1").json()["works"]
    assert service.client.post("/v1/reps/r-1/leave", json={}).json()["requeued"] == 3
    assert _kinds(service).count("lead.queued") == 5


def test_who_cannot_take_over_is_refused(service: Service) -> None:
    """The same rep, one who is not there, one who gets no leads; nobody leaves then."""
    _put(service, "r-1")
    _put(service, "r-2", active=False)
    for other, status in (("r-1", 422), ("r-9", 404), ("r-2", 409)):
        assert service.client.post("/v1/reps/r-1/leave", json={"reassign_to": other}
                                   ).status_code == status
    assert service.client.get("/v1/reps/r-1").json()["works"]
    assert service.client.post("/v1/reps/r-9/leave", json={}).status_code == 404


def test_many_put_the_same_new_reps_at_once(service: Service) -> None:
    """Each rep is there once, and every request is answered."""
    rows = [{"rep_id": f"r-{at}", "capacity": 1} for at in range(20)]

    def put(number: int) -> int:
        turned = [{**row, "capacity": number} for row in (rows if number % 2 else rows[::-1])]
        return service.client.post("/v1/reps", json=turned).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(put, range(12))) == {200}
    page = service.client.get("/v1/reps").json()["items"]
    assert len(page) == 20
    assert len({one["capacity"] for one in page}) == 1


def test_two_leave_for_each_other_at_once(service: Service) -> None:
    """Whoever comes first, every lead ends with one owner or in the queue, and no slot leaks."""
    _put(service, "r-1", capacity=50)
    _put(service, "r-2", capacity=50)
    _own(service, "r-1", *(f"A{at}" for at in range(10)))
    _own(service, "r-2", *(f"B{at}" for at in range(10)))

    def go(pair: tuple[str, str]) -> int:
        return service.client.post(f"/v1/reps/{pair[0]}/leave", json={"reassign_to": pair[1]}
                                   ).status_code

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(go, (("r-1", "r-2"), ("r-2", "r-1")))) <= {200, 409}
    with service.context.database.read() as tx:
        for rep_id in ("r-1", "r-2"):
            row = get_rep(tx, rep_id)
            assert row is not None
            assert row.used == sum(one.slots for one in open_of(tx, [rep_id]))


def test_events_hold_no_personal_data(service: Service) -> None:
    """Names, addresses and reasons of pauses stay with the rep."""
    _put(service, "r-1", name="Ana Person", email="ana@example.com")
    until = (START + timedelta(hours=2)).isoformat()
    service.client.post("/v1/reps/r-1/pause", json={"until": until, "reason": "surgery"})
    leave(service.context, WORKER, "r-1")
    with service.context.database.read() as tx:
        told = json.dumps([list(map(str, row)) for row in tx.connection.execute(
            sa.text("SELECT kind, payload FROM outbox"))])
    assert "rep.left" in told
    assert not any(word in told for word in ("Ana", "ana@", "surgery"))
