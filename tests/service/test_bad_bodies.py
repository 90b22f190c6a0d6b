"""Bodies that are none, and what they get: a problem document that says what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.service.context import Scope
from tests.service.serving import Service

#: Addresses that read a JSON object, and one that reads rows.
_OBJECTS = ("/v1/leads", "/v1/keys", "/v1/leads/L1/events", "/v1/solve", "/v1/targets")
_ROWS = "/v1/leads/bulk"
_MANY = 20 * 1024 * 1024
_BROKEN = {
    "cut off": b'{"lead_id": "L1"',
    "nothing": b"",
    "no UTF-8": b'{"lead_id": "\xff"}',
    "half a character": b'{"lead_id": "\\ud800"}',
    "NaN": b'{"deal_value": NaN}',
    "a key twice": b'{"lead_id": "L1", "lead_id": "L2"}',
    "bottomless": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "bottomless list": b"[" * 200_000,
    "two values": b"{} {}",
    "a number beyond all digits": b'{"deal_value": ' + b"9" * 10_000 + b"}",
}


def _post(service: Service, path: str, body: bytes | Iterator[bytes],
          kind: str = "application/json") -> tuple[int, dict[str, object]]:
    answer = service.client.post(path, content=body, headers={"Content-Type": kind})
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()


@pytest.mark.parametrize("path", _OBJECTS)
@pytest.mark.parametrize("what", _BROKEN)
def test_what_is_no_json_is_refused_by_name(service: Service, path: str, what: str) -> None:
    """400 or 422 with a code, and nothing is stored."""
    status, problem = _post(service, path, _BROKEN[what])
    assert status in (400, 422), problem
    assert problem["code"] in ("not_json", "invalid", "bad_request")
    assert service.client.get("/v1/leads").json()["items"] == []


@pytest.mark.parametrize("path", [*_OBJECTS, _ROWS])
def test_a_body_of_20_mb_is_refused(service: Service, path: str) -> None:
    """By what it says of itself, and by what it is where it says nothing."""
    status, problem = _post(service, path, b" " * _MANY)
    assert (status, problem["code"]) == (413, "too_large")
    assert "FAIRLEAD_MAX_BODY_BYTES" in str(problem["detail"])
    status, problem = _post(service, path, (b" " * 65_536 for _ in range(_MANY // 65_536)))
    assert (status, problem["code"]) == (413, "too_large")


@pytest.mark.parametrize(("path", "body", "pointer"), [
    ("/v1/leads", {"lead_id": "L1", "Lead Score": 5}, "Lead Score"),
    ("/v1/leads/L1/events", {"step": "won", "amount": 1, "money": 2}, "money"),
    ("/v1/keys", {"name": "a", "scopes": ["read"], "colour": "red"}, "colour"),
    ("/v1/keys", {"name": 5, "scopes": ["read"]}, "name"),
    ("/v1/keys", {"name": "a", "scopes": "read"}, "scopes"),
    ("/v1/keys", {"name": "a", "scopes": ["read"], "expires_at": 0}, "expires_at"),
    ("/v1/keys", {"name": "a", "scopes": ["read"], "expires_at": "2026-11-18"}, "expires_at"),
    ("/v1/leads/L1/events", {"step": "won", "amount": True}, "amount"),
    ("/v1/leads/L1/events", {"step": "nonsense"}, "/step"),
    ("/v1/leads/L1/events", {"note": "no step"}, "/step"),
    ("/v1/keys", {"name": "a", "scopes": ["read"], "expires_at": "2026-11-01T00:00:00Z"},
     "/expires_at"),
    ("/v1/targets", {"kind": "webhook", "url": 1, "kinds": ["*"]}, "url"),
])
def test_unknown_fields_and_wrong_types_are_named(service: Service, path: str,
                                                  body: dict[str, object], pointer: str) -> None:
    """Each with where it is."""
    answer = service.client.post(path, json=body)
    assert answer.status_code == 422
    assert any(pointer in one["pointer"] for one in answer.json()["errors"]), answer.json()


def test_rows_that_are_broken_are_refused_alone(service: Service) -> None:
    """Of a bulk as NDJSON the good lines are taken."""
    body = b'{"lead_id": "A"}\n{"lead_id": \n{"lead_id": "B", "lead_id": "C"}\n{"lead_id": "D"}\n'
    answer = service.client.post(_ROWS, content=body,
                                 headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 200
    assert [one["status"] for one in answer.json()["results"]] == [
        "created", "refused", "refused", "created"]


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/v1/leads/none"), ("GET", "/v1/leads/none/explanation"), ("GET", "/v1/reps/none"),
    ("GET", "/v1/accounts/none"), ("GET", "/v1/policies/99"), ("GET", "/v1/windows/none"),
    ("GET", "/v1/windows/none/plan"), ("GET", "/v1/targets/tgt_00"), ("DELETE", "/v1/leads/none"),
    ("DELETE", "/v1/keys/none"), ("POST", "/v1/windows/none/cancel"),
    ("POST", "/v1/policies/99/activate"), ("POST", "/v1/deliveries/99/replay")])
def test_unknown_ids_are_404(service: Service, method: str, path: str) -> None:
    """With the id in the sentence."""
    answer = service.client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown"), answer.text


def test_a_kind_of_body_that_nobody_reads_is_refused(service: Service) -> None:
    """A form is no lead."""
    status, _ = _post(service, "/v1/leads", b"lead_id=L1", "application/x-www-form-urlencoded")
    assert status in (415, 422)


def test_a_broken_body_without_a_key_is_401(service: Service) -> None:
    """Nothing is read of a stranger's request."""
    answer = service.client.post("/v1/leads", content=b"[" * 200_000, headers={
        "Content-Type": "application/json", "Authorization": ""})
    assert answer.status_code == 401
    assert service.client.post("/v1/leads", content=b"{", headers={
        "Content-Type": "application/json", **service.key(Scope.READ)}).status_code in (400, 403)
