"""Erasing: nothing personal stays anywhere, the anonymous ledger does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import zstandard
from sqlalchemy import insert, select

from api.service.context import Scope
from api.service.happenings import Happening, tell
from api.store.leads import set_keys, update_lead
from api.store.ownerships import history_of, update_ownership
from api.store.schema import activities, idempotency, lead_keys, metadata
from solver.models import Hold, Queue, Reason, ReasonCode
from tests.service.builders import (
    add_lead,
    add_rep,
    give,
    kinds_of,
    lead_of,
    owner,
    rep_of,
)
from tests.service.deciding import OpenWindow
from tests.service.invariants import check_invariants
from tests.service.serving import Service

#: Stands in everything that is personal.
_MARK = "zanzibar"


def _person(service: Service, lead_id: str = "L1") -> None:
    """Store a lead of whom something personal stands wherever it can."""
    context = service.context
    add_lead(context, lead_id, first_name=_MARK, email=f"{_MARK}@acme.example",
             company=_MARK, attributes={"Note": _MARK}, account_id="acme")
    with context.database.write() as tx:
        update_lead(tx, lead_id, posted=json.dumps({"email": _MARK}),
                    points=json.dumps([_MARK]))
        set_keys(tx, {lead_id: [f"email:{_MARK}"]})
        tx.connection.execute(insert(activities).values(
            lead_id=lead_id, at=service.clock.now, kind="note", detail=_MARK,
            received_at=service.clock.now))
        tell(tx, [Happening("lead.queued", service.clock.now, "crm", lead_id=lead_id,
                            detail={"why": f"like {_MARK}", "code": "POSSIBLE_DUPLICATE"})])


def _answer(service: Service, key: str, body: Any, request: str = "POST /v1/leads") -> None:
    with service.context.database.write() as tx:
        tx.connection.execute(insert(idempotency).values(
            key_id="k", key=key, request=request, sha256="0", status=201,
            answer=zstandard.compress(json.dumps(body).encode()), created_at=service.clock.now))


def _everything(service: Service) -> str:
    """Return all that the database holds, as text."""
    found = []
    with service.context.database.read() as tx:
        for table in metadata.sorted_tables:
            for row in tx.connection.execute(select(table)):
                found += [zstandard.decompress(one).decode() if isinstance(one, bytes) and one
                          else str(one) for one in row]
    return "\n".join(found)


def _erase(service: Service, lead_id: str = "L1") -> int:
    return service.client.delete(f"/v1/leads/{lead_id}").status_code


def test_nothing_personal_is_left_and_the_ledger_is(service: Service) -> None:
    """Every table is searched; who owned the lead from when to when is still there."""
    context = service.context
    add_rep(context, "ana")
    _person(service)
    _answer(service, "a", {"lead_id": "L1", "changes": [_MARK]})
    _answer(service, "b", {"lead_id": "L2", "possible": [{"id": "L1", "evidence": [_MARK]}]})
    _answer(service, "c", {"lead_id": "L11"})
    own = give(context, "L1", "ana")
    with context.database.write() as tx:
        update_ownership(tx, own.id, assignment=json.dumps(
            {"lead_id": "L1", "value": 7, "attributes": {"Note": _MARK}}))
    assert _MARK in _everything(service)
    service.clock.move(hours=1)
    assert _erase(service) == 204
    assert _MARK not in _everything(service)
    row = lead_of(context)
    assert (row.state, row.record, row.account_id, row.source) == ("erased", None, None, "web")
    with context.database.read() as tx:
        past, = history_of(tx, "L1")
        assert tx.connection.execute(select(idempotency.c.key)).scalars().all() == ["c"]
        assert not tx.connection.execute(select(lead_keys)).all()
    assert (past.rep_id, past.end_reason, past.ended_at) == ("ana", "erased", service.clock.now)
    assert json.loads(past.assignment or "") == {"lead_id": "L1", "value": 7}
    assert rep_of(context).used == 0
    assert kinds_of(context, "L1")[-1] == "lead.erased"
    check_invariants(context, ["L1"])


def test_an_erased_lead_is_gone_and_may_be_erased_again(service: Service) -> None:
    """410 for whoever looks, 204 for whoever erases, one event."""
    _person(service)
    assert _erase(service) == 204
    assert _erase(service) == 204
    for path in ("", "/history", "/explanation"):
        assert service.client.get(f"/v1/leads/L1{path}").status_code == 410
    assert kinds_of(service.context, "L1").count("lead.erased") == 1
    assert _erase(service, "L9") == 404


@pytest.mark.parametrize("asked", ["L1", "L2"])
def test_leads_that_are_one_are_erased_together(service: Service, asked: str) -> None:
    """It is one person, whichever of the ids is named."""
    _person(service, "L1")
    _person(service, "L2")
    with service.context.database.write() as tx:
        update_lead(tx, "L2", state="merged", queue=None, merged_into="L1")
    assert _erase(service, asked) == 204
    assert _MARK not in _everything(service)
    assert (lead_of(service.context, "L1").state, lead_of(service.context, "L2").state) == (
        "erased", "erased")
    check_invariants(service.context, ["L1", "L2"])


def test_a_lead_that_may_be_the_same_person_quotes_it_no_more(service: Service) -> None:
    """It waits on, and a person still decides on it; a lead with a longer id is another."""
    _person(service)
    for lead_id, other in (("L2", "L1"), ("L3", "L12")):
        add_lead(service.context, lead_id, hold=Hold(
            lead_id=lead_id, queue=Queue.REVIEW, reason=Reason(
                code=ReasonCode.POSSIBLE_DUPLICATE,
                detail=f"may be one with lead {other} (confidence 0.80: same {other})")))
        with service.context.database.write() as tx:
            tell(tx, [Happening("lead.queued", service.clock.now, "crm", lead_id=lead_id,
                                detail={"why": f"may be one with lead {other}"})])
    assert _erase(service) == 204
    waits = lead_of(service.context, "L2")
    assert (waits.state, waits.queue) == ("waiting", "review")
    for text in (waits.hold, waits.reasons):
        assert "same L1" not in (text or "")
        assert "was erased since" in (text or "")
    assert "same L12" in (lead_of(service.context, "L3").hold or "")
    check_invariants(service.context)


def test_answers_of_bulk_posts_stay(service: Service) -> None:
    """They hold ids and states; to lose one would do ten thousand rows again."""
    _person(service)
    _answer(service, "bulk", {"results": [{"lead_id": "L1"}]}, "POST /v1/leads/bulk")
    service.clock.move(minutes=5)
    _answer(service, "late", {"lead_id": "L1"})
    assert _erase(service) == 204
    with service.context.database.read() as tx:
        assert tx.connection.execute(select(idempotency.c.key)).scalars().all() == ["bulk"]


def test_a_window_in_flight_drops_the_lead(service: Service) -> None:
    """Its plan was made before; the stored inputs hold nothing personal either."""
    add_rep(service.context, "ana", territories=("*",))
    _person(service)
    window = OpenWindow(service)
    assert _erase(service) == 204
    done = window.commit()
    assert [(one.lead_id, one.code.value) for one in done.dropped] == [("L1", "LEAD_CHANGED")]
    assert _MARK not in _everything(service)
    check_invariants(service.context, ["L1"])


def test_only_an_admin_may_erase(service: Service) -> None:
    """Operating is not enough."""
    _person(service)
    key = service.key(Scope.OPERATE, Scope.READ, Scope.INTAKE)
    assert service.client.delete("/v1/leads/L1", headers=key).status_code == 403
    assert lead_of(service.context).record is not None


def test_the_clock_may_go_back(service: Service) -> None:
    """An ownership never ends before it began, and the answers are found all the same."""
    add_rep(service.context, "ana")
    _person(service)
    give(service.context, "L1", "ana")
    _answer(service, "a", {"lead_id": "L1", "changes": [_MARK]})
    service.clock.now -= timedelta(hours=1)
    assert owner(service.context).rep_id == "ana"
    assert _erase(service) == 204
    assert _MARK not in _everything(service)
