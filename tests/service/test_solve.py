"""One small window over HTTP: the library's plan, and every way in which it is refused."""

from __future__ import annotations

from typing import Any

import pytest

from api.service import solving
from api.service.context import Scope
from solver import generate_window, parse_plan, solve, verify_plan
from solver.models import Window
from tests.service.serving import START, Service, serving

_LEAD = {"lead_id": "L1", "created_at": "2026-11-18T14:00:00Z", "deal_value": 1000, "score": 50}
_REP = {"rep_id": "r-1", "capacity": 2}


def _body(window: Window) -> dict[str, Any]:
    plain = window.model_dump(mode="json")
    return {name: plain[name] for name in ("at", "leads", "reps", "accounts", "policy")}


def test_it_is_the_plan_of_the_library(service: Service) -> None:
    """The records of a window come back as the plan that solve gives, and that verifies."""
    window = generate_window(60, 8, at=START, seed=5)
    found = service.client.post("/v1/solve", json=_body(window), headers=service.key(Scope.READ))
    assert found.status_code == 200
    plan = parse_plan(found.content)
    assert plan == solve(window)
    assert all(check.passed for check in verify_plan(window, plan))


def test_floors_and_the_instant_count(service: Service) -> None:
    """A lead worth less than the floor waits; without an instant it is now."""
    body = {"leads": [_LEAD], "reps": [_REP]}
    plan = service.client.post("/v1/solve", json=body).json()
    assert [one["rep_id"] for one in plan["assignments"]] == ["r-1"]
    assert plan["at"] == START.isoformat().replace("+00:00", "Z")
    later = service.client.post("/v1/solve", json={**body, "floors": {"r-1": 10**9}}).json()
    assert [one["reasons"][0]["code"] for one in later["held"]] == ["SLOT_KEPT"]


@pytest.mark.parametrize(("change", "where"), [
    ({"at": 0}, "/at"), ({"at": "2026-11-18T15:00:00"}, "/at"), ({"leads": {}}, "/leads"),
    ({"leads": [{**_LEAD, "score": True}]}, "/leads/0/score"),
    ({"leads": [{**_LEAD, "score": 101}]}, "/leads/0/score"),
    ({"leads": [{**_LEAD, "created_at": 5}]}, "/leads/0/created_at"),
    ({"reps": [{**_REP, "capacity": "2"}]}, "/reps/0/capacity"),
    ({"reps": [{**_REP, "min_deal": 2, "max_deal": 1}]}, "/reps/0"),
    ({"leads": [_LEAD, _LEAD]}, "/"), ({"floors": {"r-1": -1}}, "/floors/r-1"),
    ({"floors": {"r-1": True}}, "/floors/r-1"), ({"seed": 5}, "/seed"),
    ({"policy": {"reserve": 5}}, "policy/reserve"),
    ({"policy": {"match": {"skill": "high"}}}, "policy/match.skill"),
    ({"policy": {"limits": [{"name": "x", "reps": "rep.team = ", "upper": 1}]}},
     "policy/limits.0.reps")])
def test_what_is_wrong_is_named(service: Service, change: dict[str, Any], where: str) -> None:
    """Each place of the body, in the records and in the policy."""
    found = service.client.post("/v1/solve", json={"leads": [_LEAD], "reps": [_REP], **change})
    assert found.status_code == 422, found.text
    assert where in [one["pointer"] for one in found.json()["errors"]]


def test_floors_of_a_stranger_are_refused(service: Service) -> None:
    """The rep is named."""
    found = service.client.post("/v1/solve", json={"leads": [_LEAD], "reps": [_REP],
                                                   "floors": {"r-9": 5}})
    assert (found.status_code, found.json()["code"]) == (422, "usage")
    assert "r-9" in found.json()["detail"]


def test_rules_that_conflict_are_named(service: Service) -> None:
    """The smallest set: a least that is above a most."""
    policy = {"limits": [{"name": "most", "reps": 'rep.team = "West"', "upper": 0},
                         {"name": "least", "reps": 'rep.team = "West"', "lower": 1}]}
    found = service.client.post("/v1/solve", json={
        "leads": [_LEAD], "reps": [{**_REP, "team": "West"}], "policy": policy})
    assert (found.status_code, found.json()["code"]) == (422, "policy_conflict")
    told = [one["detail"] for one in found.json()["errors"]]
    assert len(told) == 2
    assert any("limit most" in one for one in told)
    assert any("limit least" in one for one in told)


def test_a_time_limit_says_so(database_url: str) -> None:
    """A window that is no flow stops in time with the best plan so far."""
    window = generate_window(300, 20, at=START, seed=3)
    groups = {"groups": {"by": "account", "mode": "all_or_none"},
              "use": [{"leads": "deal_value > 20000", "slots": 3}]}
    with serving(database_url, solve_seconds=0.5) as service:
        found = service.client.post("/v1/solve", json={**_body(window), "policy": groups})
    assert found.status_code == 200, found.text
    assert found.json()["stopped_by"] in ("time_limit", "proof", "rule")
    assert found.json()["certificate"]["gap"] >= 0


def test_a_large_window_is_refused_with_the_limit_named(database_url: str) -> None:
    """One pair more than the limit is one too many."""
    leads = [{**_LEAD, "lead_id": f"L{at}"} for at in range(11)]
    reps = [{**_REP, "rep_id": f"r-{at}"} for at in range(10)]
    with serving(database_url, solve_max_pairs=100) as service:
        assert service.client.post("/v1/solve", json={"leads": leads[:10], "reps": reps}
                                   ).status_code == 200
        found = service.client.post("/v1/solve", json={"leads": leads, "reps": reps})
        assert (found.status_code, found.json()["code"]) == (413, "too_large")
        assert "FAIRLEAD_SOLVE_MAX_PAIRS" in found.json()["detail"]


def test_waiting_for_the_solver_is_bounded(service: Service, monkeypatch: pytest.MonkeyPatch
                                           ) -> None:
    """Whoever would be one too many is told when to come back, and a place is free again after."""
    body = {"leads": [_LEAD], "reps": [_REP]}

    class _Busy:
        def run(self, *_: object, **__: object) -> bytes:
            inner = service.client.post("/v1/solve", json=body)
            assert inner.status_code == 429
            assert inner.headers["Retry-After"] == "5"
            return b'{"plan": "{}"}'

    with monkeypatch.context() as patch:
        patch.setattr(solving, "_TURNS", solving.threading.BoundedSemaphore(1))
        patch.setattr(solving, "shared", _Busy)
        assert service.client.post("/v1/solve", json=body).status_code == 200
        assert service.client.post("/v1/solve", json=body).status_code == 200


def test_scopes_of_solve(service: Service) -> None:
    """Who only posts leads does not solve."""
    assert service.client.post("/v1/solve", json={"leads": [], "reps": []},
                               headers=service.key(Scope.INTAKE)).status_code == 403
