"""Erasing a lead reaches the comparisons that know of it: queued, running and done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from zstandard import decompress

from api.service import erasing
from api.service.scenarios import asking
from api.service.scenarios.gathering import Compared
from api.store.schema import comparisons, metadata
from tests.service.comparing import LEAVES, Here, ask, fill, work
from tests.service.queueing import lead, put_leads
from tests.service.serving import Service

_MARK = "p3@x.example"
_NAMES: dict[str, Any] = {"name": "more like this one", "edits": [
    {"edit": "scale_leads", "where": f"lead.email = '{_MARK}'", "factor": 2}]}


@pytest.fixture
def floor(service: Service) -> Service:
    """Two reps, and eight leads that wait; of one there is an address."""
    fill(service)
    put_leads(service, lead("P3", email=_MARK, phone="+1 415 555 0100", last_name="Zanzibar"))
    return service


def _everything(service: Service) -> str:
    """Return all that the database holds, as text."""
    with service.context.database.read() as tx:
        return "\n".join(
            decompress(one).decode() if isinstance(one, bytes) and one else str(one)
            for table in metadata.sorted_tables for row in tx.connection.execute(select(table))
            for one in row)


def _erase(service: Service, lead_id: str = "P3") -> None:
    assert service.client.delete(f"/v1/leads/{lead_id}").status_code == 204


@pytest.mark.parametrize("ends", [True, False])
def test_nothing_of_the_lead_is_left_in_a_comparison(floor: Service, *, ends: bool) -> None:
    """Neither in its inputs, nor in its scenarios, nor in its results; one that waits is gone."""
    where = ask(floor, [_NAMES])
    if ends:
        assert work(floor)
    assert _MARK in _everything(floor)
    _erase(floor)
    assert _MARK not in _everything(floor)
    assert floor.client.get(where).status_code == 404
    assert not work(floor)


def test_one_that_runs_is_given_up(floor: Service) -> None:
    """What its worker finds later is stored nowhere."""
    ask(floor, [_NAMES])
    assert work(floor, Here(lambda _: _erase(floor)))
    assert _MARK not in _everything(floor)


@pytest.mark.parametrize("said", [
    "like P3@X.EXAMPLE", "as +1 415 555 0100 does", "the Zanzibar deal"])
def test_scenarios_that_name_the_person_go(floor: Service, said: str) -> None:
    """Also beside a window that does not hold the lead; others stay."""
    window = {"leads": [{"lead_id": "other"}], "reps": [{"rep_id": "ana", "capacity": 1}]}
    gone = ask(floor, [{**LEAVES, "note": said}], window=window)
    stays = ask(floor, [{**LEAVES, "note": "the Zanzibarian deal"}], window=window)
    _erase(floor)
    assert floor.client.get(gone).status_code == 404
    assert floor.client.get(stays).status_code == 200


def test_a_comparison_asked_for_meanwhile_goes_too(
        floor: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is stored after the first look, before the lead is erased."""
    look = erasing.comparisons_about

    def then_ask(*asked: Any, **how: Any) -> Any:
        found = look(*asked, **how)
        monkeypatch.setattr(erasing, "comparisons_about", look)
        ask(floor, [_NAMES])
        return found
    monkeypatch.setattr(erasing, "comparisons_about", then_ask)
    _erase(floor)
    assert _MARK not in _everything(floor)


def test_a_lead_erased_while_scenarios_are_checked_is_not_stored(
        floor: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its data were read before, and come too late."""
    gather: Callable[..., Compared] = asking.gather_for

    def then_erase(*asked: Any) -> Compared:
        found = gather(*asked)
        _erase(floor)
        return found
    monkeypatch.setattr(asking, "gather_for", then_erase)
    answer = floor.client.post("/v1/scenarios", json={"scenarios": [LEAVES]})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "ask again" in answer.json()["detail"]
    with floor.context.database.read() as tx:
        assert tx.connection.execute(select(comparisons)).all() == []
