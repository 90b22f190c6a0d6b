"""Leads posted in bulk: each row accepted or refused alone, all of them stored at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.service.builders import add_rep, give, kinds_of, lead_of, set_policy
from tests.service.invariants import check_invariants
from tests.service.posting import ANA, all_ids, bulk, other
from tests.service.serving import Service, serving


@pytest.mark.parametrize("prepare", [True, False])
def test_rows_are_accepted_and_refused_alone(service: Service, prepare: bool) -> None:
    """The answer says of each row what became of it, and where it is wrong."""
    rows = [other("L0", score=40.0, deal_value=10.0), {"lead_id": "L1", "nonsense": 1}, 5,
            other("L3", score=40.0, deal_value=10.0), {"lead_id": "bad id"}]
    answer = bulk(service, rows, prepare=prepare)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["accepted"], body["refused"]) == (2, 3)
    assert [one["status"] for one in body["results"]] == [
        "created", "refused", "refused", "created", "refused"]
    assert [one["row"] for one in body["results"]] == [0, 1, 2, 3, 4]
    assert body["results"][1]["problem"]["errors"][0]["pointer"] == "/nonsense"
    assert all_ids(service.context) == ["L0", "L3"]
    check_invariants(service.context, ["L0", "L3"])


def test_lines_that_are_no_json_are_refused_alone(service: Service) -> None:
    """Blank lines are none; rows are numbered as lines."""
    body = bulk(service, b'{"lead_id":"L0"}\n\nnope\r\n{"a":1,"a":2}\n{"score":NaN}\n'
                         b'\xff\n{"lead_id":"L6"}').json()
    assert [(one["row"], one["status"]) for one in body["results"]] == [
        (0, "created"), (2, "refused"), (3, "refused"), (4, "refused"), (5, "refused"),
        (6, "created")]
    assert {one["problem"]["code"] for one in body["results"][1:5]} == {"not_json"}


@pytest.mark.parametrize("prepare", [True, False])
def test_a_lead_on_several_rows_is_changed_by_the_later_ones(service: Service, prepare: bool
                                                             ) -> None:
    """One lead, one event, what was said last."""
    rows = [{"lead_id": "L1", "score": 10.0}, {"lead_id": "L1", "score": 10.0},
            {"lead_id": "L1", "score": 20.0, "deal_value": 5.0}]
    body = bulk(service, rows, prepare=prepare).json()
    assert [one["status"] for one in body["results"]] == ["created", "unchanged", "updated"]
    assert {one["queue"] for one in body["results"]} == {"next_window"}
    record = json.loads(lead_of(service.context).record or "")
    assert (record["score"], record["deal_value"]) == (20, 5)
    assert kinds_of(service.context) == ["lead.received"]


@pytest.mark.parametrize("prepare", [True, False])
def test_known_leads_are_updated_among_new_ones(service: Service, prepare: bool) -> None:
    """In whatever order; an owner who had not accepted loses the lead."""
    add_rep(service.context, "ana")
    first = [other(f"L{number}", score=40.0, deal_value=10.0) for number in range(4)]
    bulk(service, first, prepare=prepare)
    give(service.context, "L1")
    rows = [{"lead_id": "L1", "deal_value": 99.0}, other("L9", score=4.0, deal_value=1.0),
            first[2], {"lead_id": "L0", "title": "CTO"}]
    body = bulk(service, rows, prepare=prepare).json()
    assert [one["status"] for one in body["results"]] == [
        "updated", "created", "unchanged", "updated"]
    assert kinds_of(service.context, "L1")[-1] == "lead.queued"
    assert kinds_of(service.context, "L0")[-1] == "lead.updated"
    check_invariants(service.context, [f"L{number}" for number in (0, 1, 2, 3, 9)])


def test_people_who_stand_twice_in_a_body_are_one_lead(service: Service) -> None:
    """The one that stays is stored before the other."""
    rows = [{**ANA, "lead_id": f"L{number}", "created_at": f"2026-11-18T1{number}:00:00Z"}
            for number in (3, 1, 2)]
    body = bulk(service, rows).json()
    assert [one["merged_into"] for one in body["results"]] == ["L1", None, "L1"]
    check_invariants(service.context, ["L1", "L2", "L3"])


def test_a_merged_known_lead_among_new_ones(service: Service) -> None:
    """Rows of both ids change the one that stays."""
    bulk(service, [ANA, {**ANA, "lead_id": "L2"}])
    body = bulk(service, [{"lead_id": "L2", "title": "CTO"}, {"lead_id": "L1", "score": 61},
                          other("L3")]).json()
    assert [one["merged_into"] for one in body["results"]] == ["L1", None, None]
    record = json.loads(lead_of(service.context).record or "")
    assert (record["title"], record["score"]) == ("CTO", 61)
    check_invariants(service.context, ["L1", "L2", "L3"])


def test_too_many_rows_are_refused_with_the_limit(database_url: str) -> None:
    """As an array and as lines; nothing is stored."""
    with serving(database_url, bulk_max_leads=3) as service:
        for rows in ([other(f"L{number}") for number in range(4)], b'{"score":1}\n' * 4):
            answer = bulk(service, rows)
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
            assert "FAIRLEAD_BULK_MAX_LEADS" in answer.json()["detail"]
        assert all_ids(service.context) == []
        assert bulk(service, [other(f"L{number}") for number in range(3)]).status_code == 200


@pytest.mark.parametrize("rows", [{"lead_id": "L1"}, "x", None, 5])
def test_a_body_that_is_no_array_is_refused(service: Service, rows: Any) -> None:
    """It is not one lead either."""
    assert bulk(service, rows).status_code == 422


def test_an_empty_body_has_no_rows(service: Service) -> None:
    """Nothing to do is no fault."""
    assert bulk(service, []).json() == {"accepted": 0, "refused": 0, "results": []}
    assert bulk(service, b"").json()["results"] == []


@pytest.mark.parametrize("prepare", [True, False])
def test_many_rows_are_stored_with_one_event_and_one_message_each(service: Service, prepare: bool
                                                                  ) -> None:
    """As many as single inserts would not do, with and without ids of their own."""
    rows = [{**other(f"L{number}", score=40.0, deal_value=10.0 + number),
             "attributes": {"n": str(number)}} for number in range(300)]
    for row in rows[::3]:
        del row["lead_id"]
    body = bulk(service, rows, prepare=prepare).json()
    assert body["accepted"] == 300
    ids = [one["lead_id"] for one in body["results"]]
    assert sorted(ids) == all_ids(service.context)
    assert kinds_of(service.context) == ["lead.received"] * 300
    check_invariants(service.context, ids)


def test_territories_and_owners_of_leads_that_are_taken_as_they_are(service: Service) -> None:
    """Where they lie is looked up; an owner keeps them."""
    set_policy(service.context, territories=[{"name": "North", "countries": ["GB"]}])
    bulk(service, [other("L1", country="GB", score=1.0, deal_value=1.0),
                   other("L2", owner_id="ana", score=1.0, deal_value=1.0)], prepare=False)
    assert lead_of(service.context, "L1").segment == "north"
    assert lead_of(service.context, "L2").state == "kept"


@pytest.mark.parametrize("prepare", [True, False])
def test_bulks_of_the_same_leads_at_once_cross_without_a_fault(service: Service, prepare: bool
                                                               ) -> None:
    """In other orders, with new and known leads: each is stored once."""
    rows = [other(f"L{number}", score=40.0, deal_value=10.0) for number in range(40)]
    orders = [rows, rows[::-1], rows[20:] + rows[:20], rows[::2] + rows[1::2]]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda order: bulk(service, order, prepare=prepare), orders))
    assert {one.status_code for one in answers} == {200}
    assert sum(row["status"] == "created" for one in answers for row in one.json()["results"]
               ) == 40
    assert len(all_ids(service.context)) == 40
    check_invariants(service.context, [row["lead_id"] for row in rows])


def test_a_known_lead_goes_into_a_new_one_that_shares_its_keys(service: Service) -> None:
    """Among rows of one request: the older of the two stays, whichever was known."""
    late = other("L2", email="ana@acme.example", company="Acme Inc")
    assert bulk(service, [late]).json()["accepted"] == 1
    body = bulk(service, [ANA, {**late, "score": 41}]).json()
    assert [(one["status"], one["merged_into"]) for one in body["results"]] == [
        ("created", None), ("merged", "L1")]
    assert lead_of(service.context, "L2").merged_into == "L1"
    check_invariants(service.context, ["L1", "L2"])
