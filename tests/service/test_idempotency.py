"""Requests that are sent again: done once, answered twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy.exc import IntegrityError

from api.service.context import Actor, Scope
from api.service.errors import ConflictError
from api.service.intake import Answered, forget_answers, once
from api.service.intake import idempotency as module
from api.service.intake.idempotency import done_once
from api.store.database import Writing
from tests.service.builders import kinds_of
from tests.service.posting import ANA, all_ids, bulk, other, post
from tests.service.serving import Service

_NAMELESS = {"company": "Acme", "deal_value": 10, "score": 5}


def test_the_answer_of_the_first_time_is_given_again(service: Service) -> None:
    """Byte for byte, with the same status, and marked; nothing happens twice."""
    first = post(service, _NAMELESS, Idempotency_Key="k1")
    again = post(service, _NAMELESS, Idempotency_Key="k1")
    assert (again.status_code, again.content) == (first.status_code, first.content) == (
        201, first.content)
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert len(all_ids(service.context)) == 1
    assert kinds_of(service.context) == ["lead.received"]


def test_another_body_or_request_under_the_key_is_refused(service: Service) -> None:
    """The answer names the header and the first request."""
    post(service, ANA, Idempotency_Key="k1")
    for answer in (post(service, {**ANA, "score": 1}, Idempotency_Key="k1"),
                   post(service, {**ANA, "score": 60.0}, prepare=False, Idempotency_Key="k1"),
                   bulk(service, [ANA], Idempotency_Key="k1")):
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
        assert answer.json()["errors"][0]["pointer"] == "Idempotency-Key"


def test_a_request_that_was_refused_may_be_mended_under_its_key(service: Service) -> None:
    """A refusal leaves no answer."""
    assert post(service, {"nonsense": 1}, Idempotency_Key="k1").status_code == 422
    assert post(service, ANA, Idempotency_Key="k1").status_code == 201


def test_callers_do_not_share_their_keys(service: Service) -> None:
    """Each API key has its own."""
    post(service, ANA, Idempotency_Key="k1")
    answer = service.client.post("/v1/leads", json=other("L2"), headers={
        **service.key(Scope.INTAKE), "Idempotency-Key": "k1"})
    assert answer.status_code == 201


def test_rows_without_ids_are_the_same_leads_again(service: Service) -> None:
    """Of bulks too."""
    rows = [_NAMELESS, _NAMELESS]
    first = bulk(service, rows, prepare=False, Idempotency_Key="k1").json()
    again = bulk(service, rows, prepare=False, Idempotency_Key="k1").json()
    assert first == again
    assert len(all_ids(service.context)) == 2


def test_answers_are_forgotten_in_time(service: Service) -> None:
    """Then the key is free, whether it was swept or not."""
    post(service, ANA, Idempotency_Key="k1")
    post(service, ANA, Idempotency_Key="k2")
    service.clock.move(hours=service.context.settings.idempotency_hours)
    anew = post(service, {**ANA, "score": 1}, Idempotency_Key="k1")
    assert (anew.status_code, anew.json()["status"]) == (200, "updated")
    service.clock.move(hours=1)
    assert forget_answers(service.context) == 1
    assert post(service, {**ANA, "score": 1}, Idempotency_Key="k1").headers[
        "Idempotent-Replay"] == "true"


def test_a_lead_without_an_id_is_another_one_once_its_answer_is_forgotten(service: Service
                                                                         ) -> None:
    """The key says nothing of the id, so that it can be used for a new lead."""
    first = post(service, _NAMELESS, Idempotency_Key="k1").json()["lead_id"]
    service.clock.move(hours=service.context.settings.idempotency_hours)
    anew = post(service, {**_NAMELESS, "company": "Other"}, Idempotency_Key="k1")
    assert anew.status_code == 201
    assert all_ids(service.context) == sorted([first, anew.json()["lead_id"]])
    assert post(service, {**_NAMELESS, "company": "Other"}, Idempotency_Key="k1").headers[
        "Idempotent-Replay"] == "true"


def test_who_is_crossed_each_time_is_told_to_try_again(service: Service) -> None:
    """A lead that others store first, however often it is tried, is no failure of the service."""
    tried = []

    def crossed(_: Writing, tries: int) -> Answered:
        tried.append(tries)
        raise IntegrityError("INSERT", {}, Exception("duplicate"))
    with pytest.raises(ConflictError) as refused:
        done_once(service.context, Actor("a", frozenset()), None, crossed)
    assert refused.value.exact_code == "too_much_contention"
    assert tried == list(range(10))


@pytest.mark.parametrize("key", ["", "a" * 256, "two words", "é"])
def test_keys_are_visible_ascii(service: Service, key: str) -> None:
    """Anything else is refused by name."""
    answer = service.client.post("/v1/leads", json=ANA, headers={
        "Idempotency-Key": key.encode("latin-1")})  # type: ignore[dict-item]
    assert answer.status_code == 422
    assert "dempotency" in answer.json()["errors"][0]["pointer"]


def test_the_same_request_many_times_at_once_is_done_once(service: Service) -> None:
    """Some wait for the first one's answer; who gives up waiting is told so."""
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(
            lambda _: post(service, _NAMELESS, Idempotency_Key="k1"), range(8)))
    assert {one.status_code for one in answers} <= {201, 409}
    assert len({one.content for one in answers if one.status_code == 201}) == 1
    assert len(all_ids(service.context)) == 1


@pytest.mark.parametrize("expired", [False, True])
def test_a_request_that_is_still_worked_on_says_so(
        service: Service, monkeypatch: pytest.MonkeyPatch, expired: bool) -> None:
    """On PostgreSQL after a wait; on SQLite one writes at a time, and the second one waits.

    A key whose answer is too old is taken by one request too.
    """
    monkeypatch.setattr(module, "_WAIT_SECONDS", 0.05)
    if service.context.database.is_sqlite:
        pytest.skip("SQLite has one writer: the second request waits for the first")
    begun, may_end = Event(), Event()
    actor, asked = Actor("a", frozenset({Scope.INTAKE})), once("k1", "POST /x", b"")

    if expired:
        done_once(service.context, actor, asked, lambda _, __: Answered(201, b"[]"))
        service.clock.move(hours=service.context.settings.idempotency_hours)

    def slow(_: Writing, __: int) -> Answered:
        begun.set()
        assert may_end.wait(30)
        return Answered(200, b"{}")
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(done_once, service.context, actor, asked, slow)
        assert begun.wait(30)
        try:
            with pytest.raises(ConflictError) as refused:
                done_once(service.context, actor, asked, slow)
            assert refused.value.exact_code == "idempotency_in_progress"
        finally:
            may_end.set()
        assert first.result(30) == Answered(200, b"{}")
    assert done_once(service.context, actor, asked, slow).replayed


def test_a_crash_in_the_middle_leaves_neither_key_nor_work(service: Service) -> None:
    """The request may be sent again as if never sent."""
    actor, asked = Actor("a", frozenset({Scope.INTAKE})), once("k1", "POST /x", b"")

    def crashes(_: Writing, __: int) -> Answered:
        raise RuntimeError("the process ends here")
    with pytest.raises(RuntimeError):
        done_once(service.context, actor, asked, crashes)
    done = done_once(service.context, actor, asked, lambda _, __: Answered(201, b"[]"))
    assert done == Answered(201, b"[]")
