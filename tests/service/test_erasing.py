"""Erasing: nothing personal stays anywhere, the anonymous ledger does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import pytest
import zstandard
from sqlalchemy import insert, select, text

from api.service import erasing
from api.service.context import Scope
from api.service.happenings import Happening, tell
from api.service.intake import taking
from api.store.database import Writing
from api.store.leads import LeadRow, set_keys, update_lead
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
from tests.service.posting import ANA, bulk, other, post
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
    for lead_id, like in (("L2", "L1"), ("L3", "L12")):
        add_lead(service.context, lead_id, hold=Hold(
            lead_id=lead_id, queue=Queue.REVIEW, reason=Reason(
                code=ReasonCode.POSSIBLE_DUPLICATE,
                detail=f"may be one with lead {like} (confidence 0.80: same {like})")))
        with service.context.database.write() as tx:
            tell(tx, [Happening("lead.queued", service.clock.now, "crm", lead_id=lead_id,
                                detail={"why": f"may be one with lead {like}"})])
    assert _erase(service) == 204
    waits = lead_of(service.context, "L2")
    assert (waits.state, waits.queue) == ("waiting", "review")
    for said in (waits.hold, waits.reasons):
        assert "same L1" not in (said or "")
        assert "was erased since" in (said or "")
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


def test_answers_of_a_lead_whose_id_begins_as_that_of_bulks_go(service: Service) -> None:
    """Only answers of the path of bulks stay, whatever its query."""
    for lead_id in ("bulk", "bulk7"):
        add_lead(service.context, lead_id)
        _answer(service, lead_id, {"lead_id": lead_id}, f"POST /v1/leads/{lead_id}/activities")
        _answer(service, f"of {lead_id}", {"lead_id": lead_id},
                "POST /v1/leads/bulk?prepare=false")
        assert _erase(service, lead_id) == 204
    with service.context.database.read() as tx:
        assert sorted(tx.connection.execute(select(idempotency.c.key)).scalars()) == [
            "of bulk", "of bulk7"]


def test_kept_answers_of_bulks_do_not_quote_what_was_refused(service: Service) -> None:
    """Who posts sees the value at once; an answer that is kept says only what was wrong."""
    post(service, ANA)
    rows = [{"lead_id": "L1", "deal_value": _MARK}, other("L2")]
    first, again = (bulk(service, rows, prepare=False, idempotency_key="k") for _ in range(2))
    assert _MARK in first.text
    assert _erase(service) == 204
    assert _MARK not in _everything(service)
    for answer in (first, again):
        error, = answer.json()["results"][0]["problem"]["errors"]
        assert (error["pointer"], answer.json()["refused"]) == ("/deal_value", 1)
    assert error["offending"] is None


def test_a_merged_lead_that_is_erased_while_it_is_posted_stays_erased(
        service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was posted of it is not written over the erasing, and the post is refused."""
    if service.context.database.is_sqlite:
        pytest.skip("one transaction writes at a time")
    post(service, ANA)
    assert post(service, {**ANA, "lead_id": "L2"}).json()["merged_into"] == "L1"
    drafting, erased = taking.draft_all, []

    def meanwhile(*args: Any) -> Any:
        found = drafting(*args)
        if not erased:
            erased.append(_erase(service))
        return found
    monkeypatch.setattr(taking, "draft_all", meanwhile)
    # The lead that stays has this value already: of that one nothing changes.
    with service.context.database.write() as tx:
        update_lead(tx, "L2", posted=json.dumps({**ANA, "title": "CTO"}))
    assert post(service, {"lead_id": "L2", "title": ANA["title"]}).status_code == 410
    assert erased == [204]
    row = lead_of(service.context, "L2")
    assert (row.state, row.posted) == ("erased", None)


def test_a_lead_that_was_moved_quotes_the_person_no_more(service: Service) -> None:
    """A hold goes with its lead from queue to queue; other reasons stay."""
    _person(service)
    add_lead(service.context, "L2", hold=Hold(lead_id="L2", queue=Queue.REVIEW, reason=Reason(
        code=ReasonCode.POSSIBLE_DUPLICATE, detail=f"may be one with lead L1 (same {_MARK})")))
    assert service.client.post("/v1/queues/review/move", json={
        "lead_ids": ["L2"], "queue": "nurture"}).status_code == 200
    assert _MARK in (lead_of(service.context, "L2").reasons or "")
    assert _erase(service) == 204
    assert _MARK not in _everything(service)
    assert [one["code"] for one in json.loads(lead_of(service.context, "L2").reasons or "")] == [
        "BY_HAND", "POSSIBLE_DUPLICATE"]


def test_a_likeness_that_was_settled_meanwhile_stops_no_erasing(
        service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking and locking a person may have sent the other lead on."""
    _person(service)
    add_lead(service.context, "L2", hold=Hold(lead_id="L2", queue=Queue.REVIEW, reason=Reason(
        code=ReasonCode.POSSIBLE_DUPLICATE, detail="may be one with lead L1 (same name)")))
    locking = erasing.lock_leads

    def settled(tx: Writing, lead_ids: Iterable[str]) -> Mapping[str, LeadRow]:
        update_lead(tx, "L2", queue="next_window", hold=None, reasons=None)
        return locking(tx, lead_ids)
    monkeypatch.setattr(erasing, "lock_leads", settled)
    assert _erase(service) == 204
    row = lead_of(service.context, "L2")
    assert (row.queue, row.hold, row.reasons) == ("next_window", None, None)


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


def test_leads_that_are_one_are_found_by_an_index(service: Service) -> None:
    """Erasing one lead does not read all of them."""
    with service.context.database.read() as tx:
        how = "EXPLAIN SELECT lead_id FROM leads WHERE merged_into = 'L1'"
        if service.context.database.is_sqlite:
            how = how.replace("EXPLAIN", "EXPLAIN QUERY PLAN")
        else:
            tx.connection.execute(text("SET LOCAL enable_seqscan = off"))
        rows = tx.connection.execute(text(how)).all()
    assert "ix_leads_merged_into" in "\n".join(str(row) for row in rows)
