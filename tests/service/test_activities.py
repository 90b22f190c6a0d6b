"""What leads do: kept once, waking those that rest, changing their points."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from api.store.leads import update_lead
from api.store.schema import activities
from tests.service.builders import kinds_of, lead_of, set_policy
from tests.service.invariants import check_invariants
from tests.service.posting import ANA, post
from tests.service.serving import Service

_VISIT = {"at": "2026-11-18T14:30:00Z", "kind": "visit", "detail": "/pricing"}
_SCORING: dict[str, Any] = {
    "use": "points", "base": 10,
    "behaviour": [{"name": "pricing", "kind": "visit", "detail_contains": ["/pricing"],
                   "points": 30}],
    "disqualify": {"below": 20}}


def did(service: Service, done: Any, lead_id: str = "L1", **headers: str) -> httpx2.Response:
    """Post what a lead did."""
    return service.client.post(f"/v1/leads/{lead_id}/activities", json=done, headers={
        name.replace("_", "-"): value for name, value in headers.items()})


def test_the_same_thing_counts_once(service: Service) -> None:
    """In one post, and in several; the lead knows when it did something last."""
    post(service, ANA)
    first = did(service, [_VISIT, _VISIT, {**_VISIT, "detail": "/jobs"}])
    assert first.status_code == 200
    assert (first.json()["received"], first.json()["new"]) == (3, 2)
    assert did(service, _VISIT).json()["new"] == 0
    assert _stored(service, "L1") == 2
    assert str(lead_of(service.context).last_activity_at) == "2026-11-18 14:30:00+00:00"
    did(service, {**_VISIT, "at": "2026-11-17T00:00:00Z"})
    assert str(lead_of(service.context).last_activity_at) == "2026-11-18 14:30:00+00:00"
    assert kinds_of(service.context) == ["lead.received"]


def test_an_activity_without_an_instant_is_now(service: Service) -> None:
    """By the service's clock."""
    post(service, ANA)
    did(service, {"kind": "call"})
    assert lead_of(service.context).last_activity_at == service.clock.now


def test_activities_of_a_merged_lead_are_those_of_the_one_that_stays(service: Service) -> None:
    """The answer says whose they are."""
    post(service, ANA)
    post(service, {**ANA, "lead_id": "L2"})
    assert did(service, _VISIT, "L2").json()["lead_id"] == "L1"
    assert _stored(service, "L1") == 1


@pytest.mark.parametrize("prepare", [True, False])
def test_a_lead_that_rests_is_woken(service: Service, prepare: bool) -> None:
    """It goes to the next window with one event; others are left where they are."""
    post(service, {**ANA, "deal_value": 5000.0, "score": 60.0}, prepare=prepare)
    _rest(service)
    body = did(service, _VISIT).json()
    assert (body["queue"], body["reasons"]) == ("next_window", [])
    assert kinds_of(service.context) == ["lead.received", "lead.queued"]
    did(service, {**_VISIT, "detail": "/jobs"})
    assert kinds_of(service.context) == ["lead.received", "lead.queued"]
    check_invariants(service.context, ["L1"])


def test_the_same_activity_again_wakes_nobody(service: Service) -> None:
    """A retry of a post is no news."""
    post(service, ANA)
    did(service, _VISIT)
    _rest(service)
    assert did(service, _VISIT).json()["queue"] == "nurture"


def test_points_are_counted_anew(service: Service) -> None:
    """A lead that its points held is let go by what it does."""
    set_policy(service.context, scoring=_SCORING)
    held = post(service, ANA).json()
    assert (held["queue"], held["reasons"][0]["code"]) == ("nurture", "DISQUALIFIED")
    assert did(service, {**_VISIT, "detail": "/jobs"}).json()["queue"] == "nurture"
    body = did(service, _VISIT).json()
    assert (body["queue"], body["points"]) == ("next_window", 40)
    assert kinds_of(service.context)[-1] == "lead.queued"
    check_invariants(service.context, ["L1"])


def test_an_unknown_and_an_erased_lead_have_none(service: Service) -> None:
    """404 and 410."""
    assert did(service, _VISIT).status_code == 404
    post(service, ANA)
    with service.context.database.write() as tx:
        update_lead(tx, "L1", state="erased", queue=None, record=None, posted=None)
    assert did(service, _VISIT).status_code == 410


def test_a_post_that_is_sent_again_is_answered_again(service: Service) -> None:
    """Under the same key, the same answer."""
    post(service, ANA)
    first = did(service, _VISIT, Idempotency_Key="a1")
    again = did(service, _VISIT, Idempotency_Key="a1")
    assert again.content == first.content
    assert again.headers["Idempotent-Replay"] == "true"


@pytest.mark.parametrize("done", [
    [], {}, {"kind": ""}, {"kind": "visit", "at": 5}, {"kind": "visit", "at": "yesterday"},
    {"kind": "a\x00"}, {"kind": "visit", "what": 1}, [{"kind": "visit"}] * 1001, "visit"])
def test_what_is_no_activity_is_refused(service: Service, done: Any) -> None:
    """Nothing is stored."""
    post(service, ANA)
    assert did(service, done).status_code == 422
    assert _stored(service, "L1") == 0


def _rest(service: Service) -> None:
    """Let the lead rest, as when its owner recycles it."""
    with service.context.database.write() as tx:
        update_lead(tx, "L1", queue="nurture", not_before=service.clock.now, reasons=(
            '[{"code": "BELOW_RESERVE", "detail": "rests"}]'))


def _stored(service: Service, lead_id: str) -> int:
    with service.context.database.read() as tx:
        return tx.connection.execute(select(func.count()).select_from(activities).where(
            activities.c.lead_id == lead_id)).scalar_one()


def test_what_lies_in_the_future_did_not_happen(service: Service) -> None:
    """Clocks may differ by five minutes, not by more."""
    post(service, {"lead_id": "L1", "deal_value": 100, "score": 50})
    for ahead, status in ((4, 200), (6, 422)):
        at = (service.clock.now + timedelta(minutes=ahead)).isoformat()
        found = service.client.post("/v1/leads/L1/activities", json={"kind": "visit", "at": at})
        assert found.status_code == status, found.text
    assert found.json()["errors"][0]["pointer"] == "/0/at"
