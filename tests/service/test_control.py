"""The kill switch over HTTP."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from api.service.context import Scope
from tests.service.serving import Service


def test_shadow_mode_is_turned_on_and_off_and_told_once(service: Service) -> None:
    """Turning on what is on is no event."""
    assert service.client.get("/v1/control").json() == {
        "shadow": False, "policy_version": 0, "floor_revision": 1, "last_window_at": None}
    for on in (True, True, False):
        found = service.client.put("/v1/control/shadow", json={"on": on})
        assert (found.status_code, found.json()["shadow"]) == (200, on)
    with service.context.database.read() as tx:
        rows = tx.connection.execute(sa.text("SELECT kind, detail FROM events ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [("control.shadow", '{"on": true}'),
                                            ("control.shadow", '{"on": false}')]


@pytest.mark.parametrize("body", [{"on": 1}, {"on": "true"}, {"on": None}, {}, [],
                                  {"on": True, "off": True}])
def test_only_true_and_false_switch(service: Service, body: object) -> None:
    """What is meant by anything else is not guessed."""
    assert service.client.put("/v1/control/shadow", json=body).status_code == 422
    assert not service.client.get("/v1/control").json()["shadow"]


def test_only_admins_switch(service: Service) -> None:
    """Who operates sees how things stand."""
    headers = service.key(Scope.OPERATE, Scope.READ)
    assert service.client.put("/v1/control/shadow", json={"on": True}, headers=headers
                              ).status_code == 403
    assert service.client.get("/v1/control", headers=headers).status_code == 200
