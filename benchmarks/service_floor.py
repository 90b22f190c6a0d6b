"""A small sales floor in a running service, put there over HTTP as a client would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from api.service.context import Context
from api.store.workers import note_alive

#: Ids that exist, by the name of the path parameter that takes them.
Known = dict[str, list[Any]]

_HOURS = {"timezone": "Europe/London", "working_hours": ["Mon-Sun 00:00-24:00"]}
_REPS = [{"rep_id": f"r-{number}", "capacity": 8, "name": f"Rep {number}", **_HOURS}
         for number in range(1, 5)]
_ACCOUNTS = [{"account_id": "a-1", "name": "Acme"}, {"account_id": "a-2", "parent_id": "a-1"}]
_LEADS = [{"lead_id": f"l-{number}", "deal_value": 1000 * number, "score": 50,
           "company": f"Company {number}", "email": f"who@company-{number}.example"}
          for number in range(1, 13)]
_TARGETS = [{"kind": "webhook", "url": "http://127.0.0.1:1999/fairlead", "kinds": ["*"]}]
_SCENARIOS = {"scenarios": [{"name": "r-1 leaves",
                             "edits": [{"edit": "remove_reps", "rep_ids": ["r-1"]}]}]}


def put_floor(context: Context, app: FastAPI, headers: Mapping[str, str]) -> Known:
    """Put reps, accounts, leads, a policy, a target, owners, a window, scenarios; return ids.

    Parameters
    ----------
    context
        The service; a worker is said to live, though none does.
    app
        Its application; what it has no address for is left out.
    headers
        With a key that may do everything.
    """
    with context.database.write() as tx:
        note_alive(tx, "nobody", context.now + timedelta(days=1))
    client = TestClient(app, headers=dict(headers))
    known: Known = {"rep_id": ["r-1", "r-2", "r-3"], "account_id": ["a-1", "a-2"],
                    "lead_id": [row["lead_id"] for row in _LEADS],
                    "queue": ["next_window", "review", "manager"]}
    _post(client, "/v1/reps", _REPS)
    _post(client, "/v1/accounts", _ACCOUNTS)
    _post(client, "/v1/leads/bulk", _LEADS)
    for lead in _LEADS[:4]:
        _post(client, f"/v1/leads/{lead['lead_id']}/events", {"step": "reassigned",
                                                              "rep_id": "r-1"})
    known["version"] = [_post(client, "/v1/policies", {"reserve_value": 1})
                        .get("version", 1)]
    known["target_id"] = [_post(client, "/v1/targets", one).get("target_id") for one in _TARGETS]
    known["window_id"] = [_post(client, "/v1/windows", None).get("window_id")]
    known["comparison_id"] = [_post(client, "/v1/scenarios", _SCENARIOS).get("comparison_id")]
    return {name: [one for one in found if one is not None] for name, found in known.items()}


def _post(client: TestClient, path: str, body: Any) -> dict[str, Any]:
    """Return the answer to a post; an empty one where the service has no such address."""
    answer = client.post(path, json=body)
    if answer.status_code == 404 and answer.json()["code"] == "not_found":
        return {}
    if answer.status_code >= 300:
        raise RuntimeError(f"POST {path}: {answer.status_code} {answer.text}")
    found: dict[str, Any] = answer.json()
    return found
