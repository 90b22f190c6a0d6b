"""Accounts over HTTP: put, found under keys, families without circles; bad input."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from api.service import accounts as accounts_service
from api.service.accounts import account_keys_of, refresh_account_keys
from api.service.context import Scope
from api.store.control import read_control
from solver.models import Account, Policy
from tests.service.serving import Service

_ACME = {"name": "Acme, Inc.", "domain": "https://www.acme.example.com/about", "country": "U.S.A.",
         "owner_id": "r-1", "customer": True}


def _put(service: Service, account_id: str, **fields: Any) -> dict[str, Any]:
    found = service.client.put(f"/v1/accounts/{account_id}", json=fields)
    assert found.status_code == 200, found.text
    answer: dict[str, Any] = found.json()
    return answer


def _keys(service: Service, account_id: str) -> set[str]:
    with service.context.database.read() as tx:
        return set(tx.connection.execute(
            sa.text("SELECT key FROM account_keys WHERE account_id = :one"),
            {"one": account_id}).scalars())


def test_an_account_is_put_as_preparing_reads_it(service: Service) -> None:
    """Country and domain are spelt as those of leads; the same again is no change."""
    put = _put(service, "A1", **_ACME)
    assert (put["country"], put["domain"], put["customer"]) == ("US", "acme.example.com", True)
    assert service.client.get("/v1/accounts/A1").json() == put
    service.clock.move(hours=1)
    assert _put(service, "A1", **_ACME)["updated_at"] == put["updated_at"]
    assert _put(service, "A1", **{**_ACME, "owner_id": "r-2"})["updated_at"] != put["updated_at"]
    with service.context.database.read() as tx:
        assert read_control(tx).floor_revision == 3
        kinds = tx.connection.execute(sa.text("SELECT kind FROM events")).scalars().all()
    assert kinds == ["account.put", "account.put"]


def test_leads_find_an_account_under_its_keys(service: Service) -> None:
    """They are those of the library for the normalised account, and follow what is put."""
    _put(service, "A1", **_ACME)
    expected = account_keys_of(
        Account.model_validate(
            {**service.client.get("/v1/accounts/A1").json(), "updated_at": None}
            | {"account_id": "A1"}, extra="ignore"), Policy())
    assert expected
    assert _keys(service, "A1") == set(expected)
    before = _keys(service, "A1")
    _put(service, "A1", **{**_ACME, "domain": "other.example.com"})
    assert any("other.example.com" in key for key in _keys(service, "A1") - before)
    assert not any("acme.example.com" in key for key in _keys(service, "A1"))


def test_keys_are_made_anew_for_another_policy(service: Service, monkeypatch: pytest.MonkeyPatch
                                               ) -> None:
    """A domain that is a mail provider's finds nobody; all batches are done."""
    monkeypatch.setattr(accounts_service, "_BATCH", 2)
    for at in range(5):
        _put(service, f"A{at}", domain="post.example.com")
    assert all(_keys(service, f"A{at}") for at in range(5))
    free = Policy.model_validate({"matching": {"free_mail": ["post.example.com"]}})
    refresh_account_keys(service.context, free)
    assert not any(_keys(service, f"A{at}") for at in range(5))


@pytest.mark.parametrize(("fields", "where"), [
    ({"customer": "yes"}, "/customer"), ({"customer": 1}, "/customer"), ({"name": ""}, "/name"),
    ({"name": 5}, "/name"), ({"domain": "a\0b"}, "/domain"), ({"size": 5}, "/size"),
    ({"account_id": "A2"}, "/account_id"), ({"attributes": {"Tier": 1}}, "/attributes/Tier"),
    ({"parent_id": "A1"}, "/parent_id")])
def test_what_is_wrong_with_an_account_is_named(service: Service, fields: dict[str, Any],
                                                where: str) -> None:
    """Nothing is converted, and nothing is stored."""
    found = service.client.put("/v1/accounts/A1", json=fields)
    assert found.status_code == 422
    assert [one["pointer"] for one in found.json()["errors"]] == [where]
    assert service.client.get("/v1/accounts/A1").status_code == 404


def test_no_account_is_its_own_ancestor(service: Service) -> None:
    """Not over several steps, not over a parent that comes later, not within one list."""
    _put(service, "A1", parent_id="A2")
    _put(service, "A2", parent_id="A3")
    found = service.client.put("/v1/accounts/A3", json={"parent_id": "A1"})
    assert found.status_code == 422
    assert "A3 -> A1 -> A2 -> A3" in found.json()["detail"]
    rows = service.client.post("/v1/accounts", json=[
        {"account_id": "B1", "parent_id": "B2"}, {"account_id": "B2", "parent_id": "B1"},
        {"account_id": "B3", "parent_id": "B2"}]).json()["rows"]
    assert [one["outcome"] for one in rows] == ["created", "refused", "created"]
    assert rows[1]["problems"][0]["code"] == "parent_cycle"
    assert service.client.get("/v1/accounts/B2").status_code == 404


def test_two_requests_make_no_circle_together(service: Service) -> None:
    """Each alone is fine; one of them is refused."""
    for turn in range(5):
        pair = [f"X{turn}", f"Y{turn}"]

        def put(ids: list[str]) -> int:
            return service.client.put(f"/v1/accounts/{ids[0]}", json={"parent_id": ids[1]}
                                      ).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(put, (pair, pair[::-1]))) == [200, 422]


def test_many_accounts_are_put_row_by_row_and_come_in_pages(service: Service) -> None:
    """Good rows are stored, bad ones say why; each is listed once."""
    body = service.client.post("/v1/accounts", json=[
        {"account_id": "A1"}, {"account_id": "A2", "customer": 1}, {"account_id": "A3"},
        {"account_id": "A3"}, {"account_id": "A4", "parent_id": "unknown"}]).json()
    assert [one["outcome"] for one in body["rows"]] == [
        "created", "refused", "created", "refused", "created"]
    first = service.client.get("/v1/accounts", params={"limit": 2}).json()
    second = service.client.get("/v1/accounts", params={"cursor": first["next_cursor"]}).json()
    assert [one["account_id"] for one in first["items"] + second["items"]] == ["A1", "A3", "A4"]
    assert second["next_cursor"] is None


def test_scopes_of_accounts(service: Service) -> None:
    """Who reads may not put; who posts leads may neither."""
    assert service.client.put("/v1/accounts/A1", json={}, headers=service.key(Scope.READ)
                              ).status_code == 403
    assert service.client.get("/v1/accounts", headers=service.key(Scope.INTAKE)
                              ).status_code == 403
