"""Policies over HTTP: drafted, compared, previewed, activated, rolled back; bad input."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from api.service import policies, previewing
from api.service.context import Scope
from api.store.control import read_control
from api.store.leads import add_leads
from solver.models import Lead, Policy, Queue
from tests.service.serving import START, Service, serving

_WEST = {"rules": [{"name": "west", "kind": "must", "leads": "country = \"US\"",
                    "reps": "rep.team = \"West\""}]}


def _draft(service: Service, document: dict[str, Any] | None = None, note: str = "") -> int:
    found = service.client.post("/v1/policies", json=document or {}, params={"note": note})
    assert found.status_code == 201, found.text
    version: int = found.json()["version"]
    return version


def _activate(service: Service, version: int) -> dict[str, Any]:
    service.clock.move(minutes=1)
    found = service.client.post(f"/v1/policies/{version}/activate")
    assert found.status_code == 200, found.text
    answer: dict[str, Any] = found.json()
    return answer


def _floor(service: Service) -> None:
    """Put a rep in the east with a better match, and one in the west."""
    for rep_id, team, performance in (("r-east", "East", 2.0), ("r-west", "West", 1.0)):
        assert service.client.put(f"/v1/reps/{rep_id}", json={
            "capacity": 5, "team": team, "performance": performance}).status_code == 200


def _wait(service: Service, *lead_ids: str, **fields: Any) -> None:
    """Let leads wait for the next window."""
    now = service.context.now
    with service.context.database.write() as tx:
        add_leads(tx, [{
            "lead_id": one, "state": "waiting", "queue": Queue.NEXT_WINDOW.value, "queued_at": now,
            "received_at": now, "updated_at": now, "created_at": now, "account_id": None,
            "record": Lead.model_validate({
                "lead_id": one, "created_at": now, "deal_value": 1000, "score": 50,
                "country": "US", **fields}).model_dump_json()} for one in lead_ids])


def _status(service: Service) -> dict[int, str]:
    return {one["version"]: one["status"]
            for one in service.client.get("/v1/policies").json()["items"]}


def _events(service: Service) -> list[dict[str, Any]]:
    with service.context.database.read() as tx:
        return [json.loads(detail) for detail in tx.connection.execute(sa.text(
            "SELECT detail FROM events WHERE kind = 'policy.activated' ORDER BY id")).scalars()]


def test_a_draft_is_stored_and_changes_nothing(service: Service) -> None:
    """It has the next number, the note and who made it; the defaults go on deciding."""
    assert _draft(service, {"version": 9, "reserve_value": 50}, "first") == 1
    found = service.client.get("/v1/policies/1").json()
    assert (found["status"], found["note"], found["activated_at"]) == ("draft", "first", None)
    assert (found["document"]["version"], found["document"]["reserve_value"]) == (1, 50)
    assert service.client.get("/v1/control").json()["policy_version"] == 0
    assert _draft(service, found["document"]) == 2
    assert service.client.get("/v1/policies/2").json()["document"] == {
        **found["document"], "version": 2}


def test_yaml_is_read_as_the_policy_file(service: Service) -> None:
    """Places are stored as leads name them."""
    found = service.client.post(
        "/v1/policies", headers={"Content-Type": "application/yaml; charset=utf-8"},
        content="reserve_value: 5\nterritories:\n- {name: North, countries: [Germany]}\n")
    assert found.status_code == 201
    assert found.json()["document"]["territories"][0]["countries"] == ["DE"]


@pytest.mark.parametrize(("content", "kind", "status", "told"), [
    (b'{"reserve": 5}', "application/json", 422, "policy/reserve"),
    (b'{"match": {"skill": 2}}', "application/json", 422, "policy/match.skill"),
    (b'{"reserve_value": "5"}', "application/json", 422, "policy/reserve_value"),
    (b'{"reserve_value": true}', "application/json", 422, "policy/reserve_value"),
    (b'{"limits": [{"name": "x", "reps": "rep.team = ", "upper": 1}]}', "application/json", 422,
     "policy/limits.0.reps"),
    (b"a: 1\nreserve: 5\n", "application/yaml", 422, "policy/2/reserve"),
    (b"countries: [NO]\n", "application/yaml", 422, "policy/1/countries"),
    (b"a: [", "application/yaml", 422, "policy/1"), (b"&a [*a]", "application/yaml", 422, "policy"),
    (b"", "application/yaml", 422, "empty"), (b"null", "application/yaml", 422, "mapping"),
    (b"", "application/json", 400, "no JSON"), (b"null", "application/json", 422, "mapping"),
    (b"[]", "application/json", 422, "mapping"), (b"- a", "application/yaml", 422, "mapping"),
    (b"{", "application/json", 400, "no JSON"), (b'{"a": 1, "a": 2}', "application/json", 400, "a"),
    (b'{"a": NaN}', "application/json", 400, "NaN"),
    (b"[" * 100_000, "application/json", 400, "nested"),
    (b'{"a":' * 900 + b"1" + b"}" * 900, "application/json", 422, "policy"),
    (b"\xff\xfe", "application/yaml", 422, "policy"), (b"\xff", "application/json", 400, "JSON"),
    (b"a=1", "application/x-www-form-urlencoded", 415, "application/yaml"),
    (b"#" * 1_100_000, "application/yaml", 413, "1 MiB")])
def test_a_document_that_is_no_policy_is_refused(service: Service, content: bytes, kind: str,
                                                 status: int, told: str) -> None:
    """With the place; nothing is stored."""
    found = service.client.post("/v1/policies", content=content, headers={"Content-Type": kind})
    assert found.status_code == status, found.text
    assert found.headers["Content-Type"] == "application/problem+json"
    assert told in found.text
    assert _status(service) == {}


def test_activating_retires_the_version_before(service: Service) -> None:
    """One is active at a time; it is told once, and what was built on it is stale."""
    _draft(service), _draft(service, {"reserve_value": 5})
    revision = service.client.get("/v1/control").json()["floor_revision"]
    assert _activate(service, 1)["status"] == "active"
    _activate(service, 2)
    _activate(service, 2)
    assert _status(service) == {2: "active", 1: "retired"}
    control = service.client.get("/v1/control").json()
    assert (control["policy_version"], control["floor_revision"]) == (2, revision + 2)
    assert [(one["before"], one["version"]) for one in _events(service)] == [(0, 1), (1, 2)]
    with service.context.database.read() as tx:
        assert read_control(tx).policy.reserve_value == 5


@pytest.mark.parametrize(("document", "code"), [
    ({"rules": [{"name": "never", "kind": "must_not",
                 "leads": "country = \"US\" and country = \"DE\""}]}, "NEVER_MATCHES"),
    ({"limits": [{"name": "most", "reps": "rep.team = \"West\"", "upper": 0},
                 {"name": "least", "reps": "rep.team = \"West\"", "lower": 1}]}, "CONTRADICTION")])
def test_rules_that_cannot_hold_are_not_activated(service: Service, document: dict[str, Any],
                                                  code: str) -> None:
    """What contradicts itself, and what no plan of the waiting leads can keep."""
    _floor(service)
    _wait(service, "L1")
    version = _draft(service, document)
    found = service.client.post(f"/v1/policies/{version}/activate")
    assert found.status_code == 422
    assert code in {one["code"] for one in found.json()["errors"]}
    assert _status(service) == {version: "draft"}


def test_what_is_said_in_vain_is_a_warning(service: Service) -> None:
    """A team that nobody is in, a contact person who is not there; it is active all the same."""
    _floor(service)
    _wait(service, "L1")
    warned = _activate(service, _draft(service, {
        "hand_off": {"contacts": {"manager": "r-9"}},
        "rules": [{"name": "south", "kind": "should", "reps": "rep.team = \"South\"",
                   "factor": 1.1}]}))["warnings"]
    assert {one["code"] for one in warned} >= {"UNKNOWN_REP", "DEAD_RULE"}
    assert _status(service) == {1: "active"}


def test_a_rollback_returns_to_the_version_before(service: Service) -> None:
    """Twice sent, it rolls back once, where it says which version it leaves."""
    assert service.client.post("/v1/policies/rollback").status_code == 409
    for _ in range(3):
        _activate(service, _draft(service))
    assert service.client.post("/v1/policies/rollback", json={"active": 2}).status_code == 409
    service.clock.move(minutes=1)
    for status in (200, 409):
        found = service.client.post("/v1/policies/rollback", json={"active": 3})
        assert found.status_code == status
    assert found.json()["code"] == "another_version_active"
    assert _status(service) == {3: "retired", 2: "active", 1: "retired"}
    assert _events(service)[-1] == {"version": 2, "before": 3, "how": "rolled_back"}
    assert service.client.post("/v1/policies/rollback").status_code == 200
    assert _status(service)[1] == "active"  # further back, and not to the version that was left
    assert service.client.post("/v1/policies/rollback").json()["code"] == "no_earlier_version"


def test_what_differs_is_listed_by_key(service: Service) -> None:
    """Rules by name, against the active version, the defaults, or another; the number is none."""
    limit = {"name": "West", "reps": "rep.team = \"West\"", "upper": 5}
    _draft(service, {"limits": [limit]})
    _draft(service, {"limits": [{**limit, "upper": 7}], "response": {"half_life_minutes": 60}})
    expected = [{"key": "limits.West.upper", "before": 5, "after": 7},
                {"key": "response.half_life_minutes", "before": 240, "after": 60}]
    assert service.client.get("/v1/policies/2/diff", params={"against": 1}).json() == expected
    _activate(service, 1)
    assert service.client.get("/v1/policies/2/diff").json() == expected
    keys = [one["key"] for one in service.client.get("/v1/policies/1/diff", params={"against": 0}
                                                     ).json()]
    assert keys == ["limits"]
    assert service.client.get("/v1/policies/1/diff", params={"against": 9}).status_code == 404


def test_the_order_of_territories_is_a_difference(service: Service) -> None:
    """The first that matches counts."""
    north, south = {"name": "N", "countries": ["DE"]}, {"name": "S", "countries": ["IT"]}
    _draft(service, {"territories": [north, south]})
    _draft(service, {"territories": [south, north]})
    assert service.client.get("/v1/policies/2/diff", params={"against": 1}).json() == [
        {"key": "territories.(order)", "before": ["N", "S"], "after": ["S", "N"]}]


def test_a_preview_of_the_queue_says_whose_owner_differs(service: Service) -> None:
    """By both policies, with sentences; nothing is assigned, nothing stored."""
    _floor(service)
    _wait(service, "L1", "L2")
    _wait(service, "L3", country="DE")
    version = _draft(service, _WEST)
    found = service.client.post(f"/v1/policies/{version}/preview", json={})
    assert found.status_code == 200, found.text
    body = found.json()
    assert (body["num_leads"], body["num_changes"], body["lead"]) == (3, 2, None)
    assert [(one["lead_id"], one["active"]["rep_id"], one["draft"]["rep_id"])
            for one in body["changes"]] == [("L1", "r-east", "r-west"), ("L2", "r-east", "r-west")]
    assert (body["active"]["version"], body["draft"]["version"]) == (0, version)
    assert body["active"]["value"] > body["draft"]["value"] > 0
    assert all(one["draft"]["why"] for one in body["changes"])
    with service.context.database.read() as tx:
        for table in ("ownerships", "windows"):
            count = sa.text(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of ours
            assert tx.connection.execute(count).scalar_one() == 0


def test_a_preview_of_one_lead_prepares_it_as_edited(service: Service) -> None:
    """A known one with other fields, a new one, and one that a policy would hold."""
    _floor(service)
    _wait(service, "L1", country="DE")
    version = _draft(service, {**_WEST, "checking": {"any_of": [["email", "phone"]]}})
    path = f"/v1/policies/{version}/preview"
    lead = {"lead_id": "L1", "country": "U.S.A.", "email": "ana@acme.example.com"}
    edited = service.client.post(path, json={"lead": lead}).json()["lead"]
    assert (edited["active"]["rep_id"], edited["draft"]["rep_id"]) == ("r-east", "r-west")
    held = service.client.post(path, json={"lead": {"lead_id": "L1"}}).json()["lead"]
    assert (held["active"]["rep_id"], held["draft"]["queue"]) == ("r-east", "needs_data")
    new = {"lead_id": "new", "deal_value": 10, "score": 5, "email": "ana@acme.example.com"}
    same = service.client.post(path, json={"lead": new}).json()
    assert (same["num_changes"], same["lead"]["draft"]["rep_id"]) == (0, "r-east")
    with service.context.database.read() as tx:
        stored = tx.connection.execute(sa.text("SELECT record FROM leads")).scalar_one()
    assert json.loads(stored)["country"] == "DE"


@pytest.mark.parametrize(("body", "status"), [
    ({"lead": {}}, 422), ({"lead": {"lead_id": "L1", "score": 101}}, 422),
    ({"lead": {"lead_id": "L1", "score": "5"}}, 422), ({"leads": []}, 422), (5, 422),
    ({"lead": {"lead_id": "L1", "products": ["a", "A"]}}, 422)])
def test_a_bad_preview_is_refused(service: Service, body: object, status: int) -> None:
    """As any body is."""
    _draft(service)
    assert service.client.post("/v1/policies/1/preview", json=body).status_code == status
    assert service.client.post("/v1/policies/9/preview", json={}).status_code == 404


def test_an_erased_lead_has_no_preview(service: Service) -> None:
    """It is gone."""
    _wait(service, "L1")
    with service.context.database.write() as tx:
        tx.connection.execute(sa.text(
            "UPDATE leads SET state = 'erased', queue = NULL, record = NULL"))
    _draft(service)
    assert service.client.post("/v1/policies/1/preview", json={"lead": {"lead_id": "L1"}}
                               ).status_code == 410


def test_a_preview_that_no_plan_keeps_says_so(service: Service) -> None:
    """The rules that conflict are named."""
    _floor(service)
    _wait(service, "L1")
    _draft(service, {"limits": [{"name": "least", "reps": "rep.team = \"West\"", "lower": 3}]})
    found = service.client.post("/v1/policies/1/preview", json={})
    assert (found.status_code, found.json()["code"]) == (422, "policy_conflict")
    assert "least" in found.json()["detail"]


def test_a_large_queue_has_no_preview(database_url: str) -> None:
    """The limit is named; one lead has one all the same, and activating looks at some leads."""
    with serving(database_url, solve_max_pairs=4) as service:
        _floor(service)
        _wait(service, "L1", "L2", "L3")
        version = _draft(service)
        found = service.client.post(f"/v1/policies/{version}/preview", json={})
        assert found.status_code == 413
        assert "FAIRLEAD_SOLVE_MAX_PAIRS" in found.json()["detail"]
        assert service.client.post(f"/v1/policies/{version}/preview",
                                   json={"lead": {"lead_id": "L1"}}).status_code == 200
        assert _activate(service, version)["status"] == "active"


def test_many_changes_are_counted(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of them are listed."""
    _floor(service)
    _wait(service, "L1", "L2", "L3")
    version = _draft(service, _WEST)
    monkeypatch.setattr(sys.modules["api.http.routes.policies"], "_MOST_CHANGES", 2)
    body = service.client.post(f"/v1/policies/{version}/preview", json={}).json()
    assert (body["num_changes"], len(body["changes"])) == (3, 2)
    assert previewing.preview(service.context, version, None).num_leads == 3


def test_drafts_at_once_have_a_number_each(service: Service) -> None:
    """None is lost, none stands twice."""
    with ThreadPoolExecutor(6) as pool:
        versions = list(pool.map(lambda _: _draft(service), range(12)))
    assert sorted(versions) == list(range(1, 13))


def test_activations_at_once_leave_one_active(service: Service) -> None:
    """Whoever comes last."""
    for _ in range(4):
        _draft(service)

    def go(version: int) -> int:
        return service.client.post(f"/v1/policies/{version}/activate").status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(go, (1, 2, 3, 4))) == {200}
    assert sorted(_status(service).values()) == ["active", "retired", "retired", "retired"]


def test_another_matching_makes_the_keys_of_accounts_anew(service: Service) -> None:
    """Leads find accounts under the keys of the policy that decides."""
    service.client.put("/v1/accounts/A1", json={"domain": "post.example.com"})

    def keys() -> int:
        with service.context.database.read() as tx:
            return tx.connection.execute(sa.text("SELECT count(*) FROM account_keys")).scalar_one()

    had = keys()
    assert had > 0
    free = _draft(service, {"matching": {"free_mail": ["post.example.com"]}})
    _activate(service, free)
    assert keys() == 0
    _activate(service, _draft(service))
    assert keys() == had


def test_activating_again_finishes_what_was_broken_off(service: Service,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash between the switch and the last key of an account."""
    service.client.put("/v1/accounts/A1", json={"domain": "post.example.com"})
    free = _draft(service, {"matching": {"free_mail": ["post.example.com"]}})

    def killed(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(policies, "refresh_account_keys", killed)
        assert service.client.post(f"/v1/policies/{free}/activate").status_code == 500
    assert _status(service) == {free: "active"}
    _activate(service, free)
    with service.context.database.read() as tx:
        assert not tx.connection.execute(sa.text("SELECT count(*) FROM account_keys")).scalar_one()


def test_versions_come_in_pages_the_newest_first(service: Service) -> None:
    """Each once; a cursor of another list is refused."""
    for _ in range(3):
        _draft(service)
    first = service.client.get("/v1/policies", params={"limit": 2}).json()
    second = service.client.get("/v1/policies", params={"cursor": first["next_cursor"]}).json()
    assert [one["version"] for one in first["items"] + second["items"]] == [3, 2, 1]
    reps = service.client.get("/v1/reps", params={"cursor": first["next_cursor"]})
    assert reps.status_code == 422


@pytest.mark.parametrize("version", ["0", "-1", "x", "9" * 12, "99"])
def test_versions_that_are_not_there(service: Service, version: str) -> None:
    """Not found, or no version at all."""
    for found in (service.client.get(f"/v1/policies/{version}"),
                  service.client.post(f"/v1/policies/{version}/activate")):
        assert found.status_code == (404 if version == "99" else 422)


def test_only_admins_change_policies(service: Service) -> None:
    """Who operates reads and previews; previews have the figures of all reps."""
    _draft(service)
    headers = service.key(Scope.OPERATE, Scope.READ)
    for path in ("", "/1/activate", "/rollback"):
        assert service.client.post(f"/v1/policies{path}", json={}, headers=headers
                                   ).status_code == 403
    for key, status in ((headers, 200), (service.key(Scope.READ), 403),
                        (service.key(Scope.OPERATE, Scope.READ, rep_id="ana"), 403)):
        assert service.client.post("/v1/policies/1/preview", json={}, headers=key
                                   ).status_code == status


def test_an_active_policy_is_what_windows_read(service: Service) -> None:
    """With the service's number in it, so that plans name it."""
    _activate(service, _draft(service, {"version": 77}))
    with service.context.database.read() as tx:
        control = read_control(tx)
    assert control.policy == Policy(version=1)
    assert service.context.now == START + timedelta(minutes=1)
