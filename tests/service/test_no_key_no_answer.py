"""Who sends no key learns nothing, whatever else is sent."""

from __future__ import annotations

import pytest

from tests.service.operations import Operation, operations
from tests.service.serving import Service

_OPERATIONS = [one for one in operations() if one.needs_key]


@pytest.mark.parametrize("sent", [{}, {"json": {"a": 1}},
                                  {"content": b"{", "headers": {"Content-Type": "application/json"}}
                                  ], ids=["nothing", "a body", "a broken body"])
def test_no_operation_answers_without_a_key(service: Service, sent: dict[str, object]) -> None:
    """All but those for health ask for one first, also where the rest is wrong."""
    service.client.headers.pop("Authorization")
    answers = {str(one): _answer(service, one, sent) for one in _OPERATIONS}
    assert {name: answer for name, answer in answers.items()
            if answer != (401, "application/problem+json", "no_key")} == {}


def _answer(service: Service, one: Operation, sent: dict[str, object]) -> tuple[int, str, str]:
    found = service.client.request(one.method, one.address, **sent)  # type: ignore[arg-type]
    return found.status_code, found.headers["Content-Type"], found.json().get("code")


def test_health_answers_without_a_key(service: Service) -> None:
    """And says no more than what is there."""
    service.client.headers.pop("Authorization")
    assert service.client.get("/health/live").json() == {"status": "live"}
    assert service.client.get("/health/ready").json() == {
        "status": "not_ready", "database": True, "migrations": True, "worker": False}
