"""Windows over HTTP."""

from __future__ import annotations

import pytest

from api.service.context import Scope
from tests.service.queueing import (
    lead,
    put_leads,
    put_rep,
    run,
)
from tests.service.serving import Service


def test_windows_over_http(service: Service) -> None:
    """Asked for, polled, listed, with plan, certificate, files, inputs; cancelled."""
    client = service.client
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    asked = client.post("/v1/windows", headers=service.key(Scope.OPERATE))
    assert (asked.status_code, asked.json()["status"]) == (202, "queued")
    where = asked.headers["Location"]
    assert asked.headers["Retry-After"] == "1"
    assert client.get(f"{where}/plan").json()["code"] == "no_plan"
    assert client.get(f"{where}/certificate").status_code == 409
    run(service)
    shown = client.get(where).json()
    assert (shown["status"], shown["trigger"], shown["num_assigned"]) == ("succeeded", "asked", 1)
    assert shown["certificate"]["gap"] == 0
    assert client.get(f"{where}/certificate").json() == shown["certificate"]
    assert client.get(f"{where}/plan").json()["assignments"][0]["lead_id"] == "L1"
    table = client.get(f"{where}/files/assignments.csv")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert table.text.splitlines()[1].startswith("L1,ana,")
    assert client.get(f"{where}/files/limits.csv").status_code == 404
    assert client.get(f"{where}/files/other.csv").status_code == 422
    assert client.get(f"{where}/inputs").json()["window"]["leads"][0]["lead_id"] == "L1"
    assert client.post(f"{where}/cancel").json()["status"] == "succeeded"
    service.clock.move(seconds=1)
    second = client.post("/v1/windows").json()
    assert client.post(f"/v1/windows/{second['window_id']}/cancel").json()["status"] == "cancelled"
    page = client.get("/v1/windows", params={"limit": 1}).json()
    assert [one["window_id"] for one in page["items"]] == [second["window_id"]]
    rest = client.get("/v1/windows", params={"cursor": page["next_cursor"]}).json()
    assert [one["window_id"] for one in rest["items"]] == [shown["window_id"]]
    failed = client.get("/v1/windows", params={"status": "failed"}).json()
    assert failed["items"] == []


@pytest.mark.parametrize(("method", "path", "scope", "status"), [
    ("POST", "/v1/windows", Scope.READ, 403), ("GET", "/v1/windows", Scope.INTAKE, 403),
    ("GET", "/v1/windows/w-1", Scope.READ, 404), ("GET", "/v1/windows/w-1/plan", Scope.ADMIN, 404),
    ("GET", "/v1/windows/w-1/inputs", Scope.OPERATE, 403),
    ("GET", "/v1/windows/w-1/inputs", Scope.ADMIN, 404),
    ("GET", "/v1/windows/~/plan", Scope.ADMIN, 422),
    ("GET", "/v1/windows?cursor=zzz", Scope.READ, 422),
    ("GET", "/v1/windows?status=gone", Scope.READ, 422),
    ("POST", "/v1/windows/w-1/cancel", Scope.READ, 403),
    ("POST", "/v1/windows/w-1/cancel", Scope.OPERATE, 404),
    ("POST", "/v1/windows/w-1/replay", Scope.OPERATE, 403),
    ("POST", "/v1/windows/w-1/replay", Scope.ADMIN, 404)])
def test_what_windows_refuse(service: Service, method: str, path: str, scope: Scope,
                             status: int) -> None:
    """Scopes, unknown ids, cursors of nothing."""
    answer = service.client.request(method, path, headers=service.key(scope))
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_plans_are_for_managers(service: Service) -> None:
    """Plans hold the figures of all reps; that a window was is no secret."""
    put_rep(service, "ana")
    put_leads(service, lead("L1"))
    where = f"/v1/windows/{run(service).window_id}"
    boss = service.key(Scope.READ, Scope.OPERATE)
    for key in (service.key(Scope.READ, Scope.OPERATE, rep_id="ana"), service.key(Scope.READ)):
        assert service.client.get(where, headers=key).status_code == 200
        for path in ("plan", "files/assignments.csv"):
            assert service.client.get(f"{where}/{path}", headers=boss).status_code == 200
            refused = service.client.get(f"{where}/{path}", headers=key)
            assert (refused.status_code, refused.json()["code"]) == (403, "not_a_manager")
