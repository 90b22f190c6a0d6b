"""Comparisons that are asked for: once under one key."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from api.store.schema import comparisons, reps
from tests.service.comparing import LEAVES, fill, more
from tests.service.serving import Service

_KEY = {"Idempotency-Key": "sweep-1"}


@pytest.fixture
def floor(service: Service) -> Service:
    """Two reps and seven leads that wait."""
    fill(service)
    return service


def _post(service: Service, scenarios: list[dict[str, Any]], **more: Any) -> Any:
    return service.client.post("/v1/scenarios", json={"scenarios": scenarios}, **more)


def test_the_same_request_twice_is_one_comparison(floor: Service) -> None:
    """The second is given the answer of the first, also where its reps are gone by now."""
    first = _post(floor, [LEAVES], headers=_KEY)
    with floor.context.database.write() as tx:
        tx.connection.execute(reps.delete().where(reps.c.rep_id == "ana"))
    assert _post(floor, [LEAVES]).status_code == 422
    again = _post(floor, [LEAVES], headers=_KEY)
    assert (first.status_code, again.status_code) == (202, 202), again.text
    assert again.json() == first.json()
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Retry-After"] == first.headers["Retry-After"] == "1"
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    with floor.context.database.read() as tx:
        assert len(tx.connection.execute(select(comparisons.c.comparison_id)).all()) == 1


def test_another_request_under_the_key_is_refused(floor: Service) -> None:
    """And one that was refused leaves no answer."""
    assert _post(floor, [{"name": "x", "edits": [{"edit": "none"}]}],
                 headers=_KEY).status_code == 422
    assert _post(floor, [LEAVES], headers=_KEY).status_code == 202
    other = _post(floor, more(1), headers=_KEY)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    floor.clock.move(hours=49)
    assert _post(floor, more(1), headers=_KEY).status_code == 202
