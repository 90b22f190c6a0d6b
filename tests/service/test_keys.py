"""API keys: who may ask, and what they see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.service.context import Scope
from tests.service.serving import Service


def test_a_key_is_shown_once_and_stored_as_a_hash(service: Service) -> None:
    """The answer has the text, the list and the database do not."""
    made = service.client.post("/v1/keys", json={"name": "crm", "scopes": ["read"]})
    assert made.status_code == 201
    text = made.json()["key"]
    listed = service.client.get("/v1/keys")
    assert text not in listed.text
    assert text.split("_", 2)[2] not in listed.text
    assert service.client.get("/v1/keys", headers={"Authorization": f"Bearer {text}"}
                              ).status_code == 403


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer x", "Bearer fl_00_11", "Basic abc",
                                  "Bearer fl_é_x".encode("latin-1").decode("latin-1")])
def test_no_valid_key_no_answer(service: Service, sent: str) -> None:
    """All look the same."""
    found = service.client.get("/v1/keys", headers={"Authorization": sent.encode("latin-1")})  # type: ignore[dict-item]
    assert found.status_code == 401
    assert found.json()["code"] == "no_key"
    assert found.headers["WWW-Authenticate"] == "Bearer"


def test_expired_and_revoked_keys_are_void(service: Service) -> None:
    """From the instant on."""
    until = (service.clock.now + timedelta(hours=1)).isoformat()
    made = service.client.post("/v1/keys", json={"name": "a", "scopes": ["admin"],
                                                 "expires_at": until}).json()
    headers = {"Authorization": f"Bearer {made['key']}"}
    assert service.client.get("/v1/keys", headers=headers).status_code == 200
    service.clock.move(hours=1)
    assert service.client.get("/v1/keys", headers=headers).status_code == 401
    service.clock.move(hours=-1)
    assert service.client.delete(f"/v1/keys/{made['key_id']}").status_code == 204
    assert service.client.get("/v1/keys", headers=headers).status_code == 401


def test_a_scope_that_is_missing_is_named(service: Service) -> None:
    """The answer says what the key has and what it needs."""
    found = service.client.get("/v1/keys", headers=service.key(Scope.READ, Scope.INTAKE))
    assert found.status_code == 403
    assert "intake, read" in found.json()["detail"]
    assert "admin" in found.json()["detail"]
